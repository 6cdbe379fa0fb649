//! `seed` and `import FILE`: loads a catalogue, all of it or none. Doing it twice changes nothing, and stock is set only
//! for what is new. `seed` leaves a catalogue that is there alone, unless it is told `--again`.

use std::path::Path;

use anyhow::Context;
use shop::domain::{Currency, Money};
use shop::usecase::Catalogue;

use crate::compose;
use crate::config::Config;

const SAMPLE: &str = include_str!("../../sample/catalogue.json");

/// # Errors
/// When the database does not answer.
pub async fn seed(config: &Config, again: bool) -> anyhow::Result<()> {
    let when = if again { When::Always } else { When::Empty };
    let sample = sample_in(config.shop_currency).context("the sample catalogue")?;
    load_entries(config, sample, when).await.context("the sample catalogue")
}

/// # Errors
/// When the file is not a catalogue, with the place or the entry that is wrong, or the database does not answer.
pub async fn import(config: &Config, file: &Path) -> anyhow::Result<()> {
    let name = file.display();
    let text = tokio::fs::read_to_string(file).await.with_context(|| format!("{name}"))?;
    load(config, &text, When::Always).await.with_context(|| format!("{name}"))
}

/// The sample's prices are of two decimals, in whatever the shop's currency is: yen have none, so they are rounded.
fn sample_in(currency: Currency) -> anyhow::Result<Catalogue> {
    let mut sample: Catalogue = serde_json::from_str(SAMPLE)?;
    for variant in sample.products.iter_mut().flat_map(|p| &mut p.variants) {
        for price in std::iter::once(&mut variant.price).chain(variant.compare_at_price.as_mut()) {
            *price = Money::new(Money::parse(price, Currency::USD)?.amount(), currency)?.amount().to_string();
        }
    }
    Ok(sample)
}

/// When a catalogue is loaded.
enum When {
    Always,
    /// Only into a shop that has none.
    Empty,
}

async fn load(config: &Config, text: &str, when: When) -> anyhow::Result<()> {
    let catalogue: Catalogue = serde_json::from_str(text)?;
    load_entries(config, catalogue, when).await
}

async fn load_entries(config: &Config, catalogue: Catalogue, when: When) -> anyhow::Result<()> {
    let store = compose::store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    // By itself, so that nobody who starts meanwhile has to wait for the whole file.
    shop.confirm_currency().await.map_err(compose::cause_alone)?;
    let loaded = match when {
        When::Always => shop.load_catalogue(&catalogue).await.map(|()| true),
        When::Empty => shop.fill_empty_catalogue(&catalogue).await,
    };
    let loaded = loaded.map_err(compose::cause_alone)?;
    store.close().await;
    if loaded {
        let variants: usize = catalogue.products.iter().map(|p| p.variants.len()).sum();
        println!("{} products with {variants} variants are in the catalogue.", catalogue.products.len());
    } else {
        println!("The shop has a catalogue already: it stays as it is (seed --again loads the sample over it).");
    }
    Ok(())
}
