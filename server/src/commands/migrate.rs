//! `migrate`: brings the tables up to date.

use crate::compose;
use crate::config::Config;

/// # Errors
/// When the database does not answer, or a migration fails.
pub async fn migrate(config: &Config) -> anyhow::Result<()> {
    let store = compose::store(config).await?;
    let applied = store.migrate().await?;
    store.close().await;
    match applied {
        0 => println!("The database is up to date."),
        _ => println!("The database is up to date: {applied} migrations were applied."),
    }
    Ok(())
}
