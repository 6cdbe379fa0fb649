//! `payments end`: what was begun with a payment provider that is gone for good.

use anyhow::bail;
use shop::usecase::Error;

use crate::compose;
use crate::config::Config;

/// Ends the attempts to pay that are open with a provider that is not connected.
///
/// # Errors
/// For a provider that is connected, or a database that does not answer.
pub async fn end(config: &Config, provider: &str) -> anyhow::Result<()> {
    let store = compose::migrated_store(config).await?;
    let ended = compose::shop(config, store.clone())?.end_attempts_elsewhere(provider).await;
    store.close().await;
    match ended {
        Ok(ended) => println!("{ended} attempts to pay of {provider} are ended."),
        Err(Error::Refused(_)) => bail!("{provider} is connected: it is asked what became of its attempts"),
        Err(cause) => return Err(compose::cause_alone(cause)),
    }
    Ok(())
}
