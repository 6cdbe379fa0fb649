//! `synonyms export` and `synonyms import FILE`: other words for what the shop sells, for its search. An import is the whole of
//! it: what the file does not name is gone. The same file twice changes nothing.

use std::path::Path;

use anyhow::{Context, anyhow};
use clap::Subcommand;
use shop::domain::Synonym;

use crate::compose;
use crate::config::Config;

#[derive(Debug, Subcommand)]
pub enum Synonyms {
    /// Write them to standard output, a word to a line: couch = settee, sofa
    Export,
    /// Replace all of them by those of a file, as `export` writes it; all or none
    Import { file: std::path::PathBuf },
}

/// # Errors
/// When the database does not answer.
pub async fn export(config: &Config) -> anyhow::Result<()> {
    let store = compose::migrated_store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let all = shop.synonyms().await.map_err(compose::cause_alone)?;
    store.close().await;
    print!("{}", Synonym::write_all(&all));
    Ok(())
}

/// # Errors
/// When the file holds no synonyms, with the line that will not do, or the database does not answer.
pub async fn import(config: &Config, file: &Path) -> anyhow::Result<()> {
    let name = file.display();
    let text = tokio::fs::read_to_string(file).await.with_context(|| format!("{name}"))?;
    let read = Synonym::read_all(&text);
    let all = read.map_err(|line| anyhow!("{name}: line {line} is not of the form: couch = settee, sofa"))?;
    let store = compose::migrated_store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    shop.replace_synonyms(&all).await.map_err(compose::cause_alone)?;
    store.close().await;
    println!("{} synonyms are known.", all.len());
    Ok(())
}
