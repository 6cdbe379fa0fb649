//! `migrate`: brings the tables up to date.

use crate::compose;
use crate::config::Config;

/// # Errors
/// When the database does not answer, or a migration fails.
pub async fn migrate(config: &Config) -> anyhow::Result<()> {
    let store = compose::store(config).await?;
    store.migrate().await?;
    store.close().await;
    println!("The database is up to date.");
    Ok(())
}
