//! `audit verify`: whether the log of what staff changed is whole.

use std::process::ExitCode;

use shop::dto::AuditMark;

use crate::compose;
use crate::config::Config;

/// What is asked of the log.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// A line that an earlier `audit verify` told to keep: whether it is still in the log
    #[arg(long, value_name = "POSITION:HASH")]
    kept: Option<AuditMark>,
}

/// # Errors
/// When the database does not answer.
pub async fn verify(config: &Config, which: Verify) -> anyhow::Result<ExitCode> {
    let store = compose::store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let found = async {
        let has_kept = match &which.kept {
            Some(kept) => Some(shop.audit_log_has(kept).await?),
            None => None,
        };
        anyhow::Ok((shop.verify_audit_log().await?, has_kept))
    }
    .await;
    store.close().await;
    let (verdict, has_kept) = found?;
    match verdict.flaw {
        None => println!("The audit log is whole: {} entries.", verdict.rows),
        Some(place) => {
            println!("The audit log does not hold from entry {place} on: something was changed or taken out by hand.");
        }
    }
    match has_kept {
        Some(true) => println!("What was kept is in it."),
        Some(false) => println!("What was kept is not in it: the log was made anew, or cut short."),
        None => {}
    }
    let is_well = verdict.flaw.is_none() && has_kept != Some(false);
    if let Some(kept) = verdict.to_keep().filter(|_| is_well) {
        println!("Keep elsewhere, for --kept: {kept}");
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
