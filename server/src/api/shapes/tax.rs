//! Tax rates and what goes with them, as they are read, written, and kept in a file.

use serde::{Deserialize, Serialize};
use shop::domain::{Refusal, TaxClass as Class, TaxRate as Rate, TaxRules};
use utoipa::ToSchema;

use super::Object;

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxClass {
    Standard,
    Reduced,
    Zero,
}

impl From<Class> for TaxClass {
    fn from(class: Class) -> Self {
        match class {
            Class::Standard => Self::Standard,
            Class::Reduced => Self::Reduced,
            Class::Zero => Self::Zero,
        }
    }
}

impl From<TaxClass> for Class {
    fn from(class: TaxClass) -> Self {
        match class {
            TaxClass::Standard => Self::Standard,
            TaxClass::Reduced => Self::Reduced,
            TaxClass::Zero => Self::Zero,
        }
    }
}

/// The whole set
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxRates {
    /// Whether prices contain the tax, or it is added to them
    prices_include_tax: bool,
    /// By which shipping is taxed
    shipping_class: TaxClass,
    /// Whether businesses in other countries of the European Union account for the tax themselves
    #[serde(default)]
    reverse_charge: bool,
    /// ISO 3166-1 alpha-2; where the shop is, whose tax is due on what is collected there
    #[schema(pattern = "^[A-Z]{2}$", example = "DE")]
    seller_country: String,
    #[schema(max_items = 2000, value_type = Vec<TaxRate>)]
    rates: Vec<Object<TaxRate>>,
}

/// At most one per country, region and class
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxRate {
    /// ISO 3166-1 alpha-2
    #[schema(pattern = "^[A-Z]{2}$", example = "DE")]
    country: String,
    /// The code of the state or province, whose rate stands in the place of its country's
    #[schema(min_length = 1, max_length = 80)]
    region: Option<String>,
    class: TaxClass,
    #[schema(min_length = 1, max_length = 60, example = "MwSt.")]
    name: String,
    /// In percent
    #[schema(pattern = r"^\d{1,3}(\.\d{1,3})?$", example = "19.00")]
    rate: String,
}

impl TaxRates {
    pub fn of(rules: &TaxRules) -> Self {
        let rate = |rate: &Rate| TaxRate {
            country: rate.country.clone(),
            region: rate.region.clone(),
            class: rate.class.into(),
            name: rate.name.clone(),
            rate: rate.rate.to_string(),
        };
        Self {
            prices_include_tax: rules.prices_include_tax,
            shipping_class: rules.shipping_class.into(),
            reverse_charge: rules.reverse_charge,
            seller_country: rules.seller_country.clone(),
            rates: rules.rates.iter().map(rate).map(Object).collect(),
        }
    }

    /// # Errors
    /// `Invalid` with fields like `rates/0/rate`, as the core names them.
    pub fn read(self) -> Result<TaxRules, Refusal> {
        let rate = |(place, Object(rate)): (usize, Object<TaxRate>)| {
            let percent = rate.rate.parse();
            Ok(Rate {
                country: rate.country,
                region: rate.region,
                class: rate.class.into(),
                name: rate.name,
                rate: percent.map_err(|problem| Refusal::field(&format!("rates/{place}/rate"), problem))?,
            })
        };
        Ok(TaxRules {
            prices_include_tax: self.prices_include_tax,
            shipping_class: self.shipping_class.into(),
            reverse_charge: self.reverse_charge,
            seller_country: self.seller_country,
            rates: (0..).zip(self.rates).map(rate).collect::<Result<_, _>>()?,
        })
    }
}
