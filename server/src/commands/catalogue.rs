//! `seed` and `import FILE`: loads a catalogue, all of it or none. Doing it twice changes nothing, and stock is set only
//! for what is new. `seed` leaves a catalogue that is there alone, unless it is told `--again`.

use std::path::Path;

use anyhow::Context;
use shop::usecase::Catalogue;

use crate::compose;
use crate::config::Config;

const SAMPLE: &str = include_str!("../../sample/catalogue.json");

/// # Errors
/// When the database does not answer.
pub async fn seed(config: &Config, again: bool) -> anyhow::Result<()> {
    let when = if again { When::Always } else { When::Empty };
    load(config, SAMPLE, when).await.context("the sample catalogue")
}

/// # Errors
/// When the file is not a catalogue, with the place or the entry that is wrong, or the database does not answer.
pub async fn import(config: &Config, file: &Path) -> anyhow::Result<()> {
    let name = file.display();
    let text = tokio::fs::read_to_string(file).await.with_context(|| format!("{name}"))?;
    load(config, &text, When::Always).await.with_context(|| format!("{name}"))
}

/// When a catalogue is loaded.
enum When {
    Always,
    /// Only into a shop that has none.
    Empty,
}

async fn load(config: &Config, text: &str, when: When) -> anyhow::Result<()> {
    let catalogue: Catalogue = serde_json::from_str(text)?;
    let store = compose::store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let loaded = match when {
        When::Always => shop.load_catalogue(&catalogue).await.map(|()| true),
        When::Empty => shop.fill_empty_catalogue(&catalogue).await,
    };
    let loaded = loaded.map_err(without_context)?;
    store.close().await;
    if loaded {
        let variants: usize = catalogue.products.iter().map(|p| p.variants.len()).sum();
        println!("{} products with {variants} variants are in the catalogue.", catalogue.products.len());
    } else {
        println!("The shop has a catalogue already: it stays as it is (seed --again loads the sample over it).");
    }
    Ok(())
}

/// Whoever wrote the file reads this at a terminal: the cause alone says it best.
fn without_context(error: shop::usecase::Error) -> anyhow::Error {
    match error {
        shop::usecase::Error::Broken(cause) => cause,
        other => other.into(),
    }
}
