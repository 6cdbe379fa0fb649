//! `audit verify`: whether the log of what staff changed is whole.

use std::process::ExitCode;

use crate::compose;
use crate::config::Config;

/// # Errors
/// When the database does not answer.
pub async fn verify(config: &Config) -> anyhow::Result<ExitCode> {
    let store = compose::store(config).await?;
    let verdict = compose::shop(config, store.clone())?.verify_audit_log().await;
    store.close().await;
    let verdict = verdict?;
    match verdict.flaw {
        None => {
            println!("The audit log is whole: {} entries. Last hash: {}", verdict.rows, verdict.head);
            Ok(ExitCode::SUCCESS)
        }
        Some(place) => {
            println!("The audit log does not hold from entry {place} on: something was changed or taken out by hand.");
            Ok(ExitCode::FAILURE)
        }
    }
}
