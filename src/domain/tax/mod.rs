//! Taxes on what is sold: which rate applies where, and to what.
//!
//! The place of taxation is where the goods go (destination principle; for sales to consumers in the EU article 33 of
//! Directive 2006/112/EC). What a line's tax comes to is decided in `totals`, line by line.

mod rules;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{AddressFormat, FieldReader, Refusal, ShippingAddress};
pub use rules::{AppliedRate, TaxRate, TaxRules};

/// Which of a country's rates a product falls under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxClass {
    #[default]
    Standard,
    /// Food and books, in many countries. Where a place has no reduced rate, its standard rate applies.
    Reduced,
    /// Not taxed.
    Zero,
}

impl TaxClass {
    pub const ALL: [Self; 3] = [Self::Standard, Self::Reduced, Self::Zero];

    /// As the database and the API spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Reduced => "reduced",
            Self::Zero => "zero",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }
}

/// Where goods go, as far as tax and shipping ask. An order that is collected at the shop goes to the seller's country.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Destination {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The code of the state or province as addresses carry it (`CA`, `BY`), if there is one.
    pub region: Option<String>,
}

impl Destination {
    /// A place as it was typed, by the rules of addresses; its state may be left out.
    ///
    /// # Errors
    /// `Invalid` with `country` and `region`.
    pub fn parse(country: &str, region: &str) -> Result<Self, Refusal> {
        Self::parse_with_code(country, region, "")
    }

    /// The same where its postal code may be given: nothing depends on it, but one of another country names no place.
    ///
    /// # Errors
    /// `Invalid` with `country`, `region` and `postal_code`.
    pub fn parse_with_code(country: &str, region: &str, postal_code: &str) -> Result<Self, Refusal> {
        let mut fields = FieldReader::default();
        let country = fields.read("country", ShippingAddress::read_country(&country.to_ascii_uppercase()));
        let format = AddressFormat::of(country.as_deref().unwrap_or_default());
        let region = fields.read("region", format.read_any_region(region, ShippingAddress::TOWN_MAX));
        fields.read("postal_code", format.read_any_postal_code(postal_code, ShippingAddress::POSTAL_CODE_MAX));
        fields.finish(country.zip(region).map(|(country, region)| Self { country, region }))
    }

    /// In words: `Germany`; `California, United States`.
    pub fn name(&self) -> String {
        let country = ShippingAddress::name_of_country(&self.country).unwrap_or(&self.country);
        let label = |code: &String| {
            AddressFormat::of(&self.country).region(code).map_or_else(|| code.clone(), |region| region.label())
        };
        match self.region.as_ref().map(label) {
            Some(region) => format!("{region}, {country}"),
            None => country.to_owned(),
        }
    }

    /// A country as a whole: an estimate, or the shop's own.
    pub fn country(code: &str) -> Self {
        Self { country: code.to_owned(), region: None }
    }

    /// Whether it lies in this region. Small letters and capitals are the same.
    pub(super) fn is_in(&self, country: &str, region: Option<&str>) -> bool {
        let same_region = match (&self.region, region) {
            (_, None) => true,
            (Some(own), Some(region)) => own.trim().eq_ignore_ascii_case(region.trim()),
            (None, Some(_)) => false,
        };
        self.country == country && same_region
    }
}
