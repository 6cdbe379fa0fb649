//! `settings export` and `settings import FILE`: what the shop decides about shipping, tax and promotions, who sells, how long
//! items may come back and how it is paid without a provider. An import is the whole of it: what the file does not name is
//! gone, but for the seller and the terms, which can only become others. The same file twice changes nothing.

use std::path::Path;

use anyhow::Context;
use clap::Subcommand;
use shop::domain::{Currency, Money};
use shop::infrastructure::LiveShop;
use shop::usecase::ShopSettings;

use super::settings_file::{SettingsFile, explained};
use crate::compose;
use crate::config::Config;

pub(super) const SAMPLE: &str = include_str!("../../sample/settings.json");

#[derive(Debug, Subcommand)]
pub enum Settings {
    /// Write shipping zones, tax rates, promotions, the seller and the terms to standard output, as JSON
    Export,
    /// Replace all of them by those of a file, as `export` writes it; all or none
    Import { file: std::path::PathBuf },
}

/// # Errors
/// When the database does not answer.
pub async fn export(config: &Config) -> anyhow::Result<()> {
    let store = compose::migrated_store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let rules = shop.pricing_rules().await.map_err(compose::cause_alone)?;
    let targets: Vec<_> = rules.promotions.iter().flat_map(|promotion| promotion.products.clone()).collect();
    let named = shop.products_named(&targets, &[]).await.map_err(compose::cause_alone)?;
    let seller = shop.seller().await.map_err(compose::cause_alone)?;
    let terms = shop.saved_terms().await.map_err(compose::cause_alone)?;
    store.close().await;
    let file = SettingsFile::of(&rules, (seller.as_ref(), &terms), config.shop_currency, &named);
    println!("{}", serde_json::to_string_pretty(&file)?);
    Ok(())
}

/// # Errors
/// When the file holds no settings, with each field that will not do, or the database does not answer.
pub async fn import(config: &Config, file: &Path) -> anyhow::Result<()> {
    let name = file.display();
    let text = tokio::fs::read_to_string(file).await.with_context(|| format!("{name}"))?;
    let file = SettingsFile::parse(&text, config.shop_currency).with_context(|| format!("{name}"))?;
    let store = compose::migrated_store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let imported = async {
        let settings = read(&shop, file, config.shop_currency).await?;
        shop.import_settings(&settings).await.map_err(explained)?;
        anyhow::Ok(settings)
    };
    let imported = imported.await;
    store.close().await;
    println!("{}.", summary(&imported.with_context(|| format!("{name}"))?));
    Ok(())
}

/// Fills a shop in with the sample's settings where nobody has decided anything yet and nothing was sold.
///
/// # Errors
/// When the database does not answer.
pub async fn seed(config: &Config) -> anyhow::Result<()> {
    let mut sample: serde_json::Value = serde_json::from_str(SAMPLE)?;
    in_currency(&mut sample, config.shop_currency)?;
    let file = SettingsFile::parse(&sample.to_string(), config.shop_currency)?;
    let store = compose::store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let filled = async {
        let settings = read(&shop, file, config.shop_currency).await?;
        let filled = shop.fill_untouched_settings(&settings).await.map_err(explained)?;
        anyhow::Ok(filled.then_some(settings))
    };
    let filled = filled.await;
    store.close().await;
    if let Some(settings) = filled? {
        println!("{}.", summary(&settings));
    }
    Ok(())
}

/// The file with the products it names, which must be there.
async fn read(shop: &LiveShop, file: SettingsFile, currency: Currency) -> anyhow::Result<ShopSettings> {
    let named = shop.products_named(&[], &file.slugs()).await.map_err(compose::cause_alone)?;
    file.read(currency, &named)
}

/// The sample's amounts are of two decimals, in whatever the shop's currency is: yen have none, so they are rounded.
pub(super) fn in_currency(sample: &mut serde_json::Value, currency: Currency) -> anyhow::Result<()> {
    match sample {
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    serde_json::Value::String(text) if name == "currency" => *text = currency.code().to_owned(),
                    serde_json::Value::String(text)
                        if matches!(name.as_str(), "price" | "from" | "free_from" | "minimum") =>
                    {
                        *text = Money::new(Money::parse(text, Currency::USD)?.amount(), currency)?.amount().to_string();
                    }
                    field => in_currency(field, currency)?,
                }
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                in_currency(item, currency)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn summary(settings: &ShopSettings) -> String {
    let methods: usize = settings.zones.iter().map(|zone| zone.methods.len()).sum();
    let (zones, rates, promotions) = (settings.zones.len(), settings.tax.rates.len(), settings.promotions.len());
    format!("{zones} shipping zones with {methods} methods, {rates} tax rates and {promotions} promotions are set")
}
