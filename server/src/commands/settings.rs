//! `settings export` and `settings import FILE`: what the shop decides about shipping, tax and promotions, as JSON in the
//! shapes of the API. An import is the whole of it: what the file does not name is gone. The same file twice changes
//! nothing.

use std::path::Path;

use anyhow::{Context, bail};
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use shop::domain::{Currency, FieldError, Money, Refusal};
use shop::dto::words;
use shop::usecase::{Error, ShopSettings};

use crate::api::shapes::{NewPromotion, Object, ShippingZones, TaxRates};
use crate::compose;
use crate::config::Config;

const SAMPLE: &str = include_str!("../../sample/settings.json");

#[derive(Debug, Subcommand)]
pub enum Settings {
    /// Write shipping zones, tax rates and promotions to standard output, as JSON
    Export,
    /// Replace all of them by those of a file, as `export` writes it; all or none
    Import { file: std::path::PathBuf },
}

/// All that is decided, as a file has it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    /// What its amounts are in.
    currency: String,
    shipping: ShippingZones,
    tax: TaxRates,
    promotions: Vec<Object<NewPromotion>>,
}

/// # Errors
/// When the database does not answer.
pub async fn export(config: &Config) -> anyhow::Result<()> {
    let store = compose::migrated_store(config).await?;
    let rules = compose::shop(config, store.clone())?.pricing_rules().await.map_err(compose::cause_alone)?;
    store.close().await;
    let file = SettingsFile {
        currency: config.shop_currency.code().to_owned(),
        shipping: ShippingZones::of(&rules.zones),
        tax: TaxRates::of(&rules.tax),
        promotions: rules.promotions.iter().map(|p| Object(NewPromotion::of(p))).collect(),
    };
    println!("{}", serde_json::to_string_pretty(&file)?);
    Ok(())
}

/// # Errors
/// When the file holds no settings, with each field that will not do, or the database does not answer.
pub async fn import(config: &Config, file: &Path) -> anyhow::Result<()> {
    let name = file.display();
    let text = tokio::fs::read_to_string(file).await.with_context(|| format!("{name}"))?;
    let settings = read(&text, config.shop_currency).with_context(|| format!("{name}"))?;
    let store = compose::migrated_store(config).await?;
    let imported = compose::shop(config, store.clone())?.import_settings(&settings).await;
    store.close().await;
    imported.map_err(explained).with_context(|| format!("{name}"))?;
    println!("{}.", summary(&settings));
    Ok(())
}

/// Fills a shop in with the sample's settings where nobody has decided anything yet and nothing was sold.
///
/// # Errors
/// When the database does not answer.
pub async fn seed(config: &Config) -> anyhow::Result<()> {
    let mut sample: serde_json::Value = serde_json::from_str(SAMPLE)?;
    in_currency(&mut sample, config.shop_currency)?;
    let settings = read(&sample.to_string(), config.shop_currency)?;
    let store = compose::store(config).await?;
    let filled = compose::shop(config, store.clone())?.fill_untouched_settings(&settings).await.map_err(explained)?;
    store.close().await;
    if filled {
        println!("{}.", summary(&settings));
    }
    Ok(())
}

/// The sample's amounts are of two decimals, in whatever the shop's currency is: yen have none, so they are rounded.
fn in_currency(sample: &mut serde_json::Value, currency: Currency) -> anyhow::Result<()> {
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

fn read(text: &str, currency: Currency) -> anyhow::Result<ShopSettings> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let file: SettingsFile = serde_path_to_error::deserialize(&mut reader)?;
    reader.end()?;
    if file.currency != currency.code() {
        bail!("its amounts are in {}, and the shop's are in {}", file.currency, currency.code());
    }
    let below = |place: String| {
        move |refusal: Refusal| match refusal {
            Refusal::Invalid { fields } => {
                let below = fields.into_iter().map(|f| FieldError { field: format!("{place}/{}", f.field), ..f });
                explained(Refusal::Invalid { fields: below.collect() }.into())
            }
            other => explained(other.into()),
        }
    };
    let promotion = |(place, Object(promotion)): (usize, Object<NewPromotion>)| {
        promotion.read(uuid::Uuid::nil(), currency).map_err(below(format!("promotions/{place}")))
    };
    Ok(ShopSettings {
        zones: file.shipping.read(currency).map_err(below("shipping/zones".to_owned()))?,
        tax: file.tax.read().map_err(below("tax".to_owned()))?,
        promotions: (0..).zip(file.promotions).map(promotion).collect::<Result<_, _>>()?,
    })
}

/// Each field that will not do on a line of its own: whoever reads this has the file open.
fn explained(error: Error) -> anyhow::Error {
    match error {
        Error::Refused(Refusal::Invalid { fields }) => {
            let line = |f: &FieldError| format!("{}: {}", f.field, words::problem(&f.problem));
            anyhow::anyhow!(fields.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
        other => compose::cause_alone(other),
    }
}

fn summary(settings: &ShopSettings) -> String {
    let methods: usize = settings.zones.iter().map(|zone| zone.methods.len()).sum();
    let (zones, rates, promotions) = (settings.zones.len(), settings.tax.rates.len(), settings.promotions.len());
    format!("{zones} shipping zones with {methods} methods, {rates} tax rates and {promotions} promotions are set")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_read_in_any_currency() {
        for (code, first) in [("USD", "5.90"), ("JPY", "6"), ("KWD", "5.900")] {
            let currency: Currency = code.parse().unwrap();
            let mut sample = serde_json::from_str(SAMPLE).unwrap();
            in_currency(&mut sample, currency).unwrap();
            let settings = read(&sample.to_string(), currency).unwrap();
            let shop::domain::ShippingPrice::ByWeight { steps } = &settings.zones[0].methods[0].price else {
                panic!("the first method is by weight")
            };
            assert_eq!(steps[0].price.amount().to_string(), first);
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_with_its_place() {
        let wrong = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut sample: serde_json::Value = serde_json::from_str(SAMPLE).unwrap();
            change(&mut sample);
            format!("{:#}", read(&sample.to_string(), Currency::USD).unwrap_err())
        };
        let told = wrong(&|s| s["currency"] = "EUR".into());
        assert_eq!(told, "its amounts are in EUR, and the shop's are in USD");
        let told = wrong(&|s| s["tax"]["rates"][2]["rate"] = "200".into());
        assert!(told.starts_with("tax/rates/2/rate: "), "{told}");
        let told = wrong(&|s| s["shipping"]["zones"][0]["methods"][1]["price"] = "free".into());
        assert!(told.starts_with("shipping/zones/0/methods/1/price: "), "{told}");
        let told = wrong(&|s| s["promotions"][0]["value"] = "0".into());
        assert!(told.starts_with("promotions/0/value: "), "{told}");
        let told = wrong(&|s| s["shipping"]["zones"][0]["price"] = 1.into());
        assert!(told.contains("shipping.zones[0]") && told.contains("unknown field `price`"), "{told}");
    }
}
