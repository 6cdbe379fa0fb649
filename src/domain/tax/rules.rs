//! The rates a shop charges, and when none is due.

use serde::{Deserialize, Serialize};

use super::{Destination, TaxClass};
use crate::domain::{FieldReader, Percent, Problem, Refusal, ShippingAddress, VatNumber, clean_line};

/// One rate, in one place, for one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRate {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The state or province; a region's rate stands in the place of its country's, not on top of it.
    pub region: Option<String>,
    pub class: TaxClass,
    /// As it stands on the order: `VAT`, `MwSt.`, `CA sales tax`.
    pub name: String,
    pub rate: Percent,
}

impl TaxRate {
    /// The most characters of a name and of a region.
    pub const NAME_MAX: u32 = 60;
    pub const REGION_MAX: u32 = 80;
}

/// The rate that was applied, as it is copied onto the order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AppliedRate {
    pub name: String,
    pub rate: Percent,
}

/// How a shop taxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRules {
    /// Whether prices contain the tax (the EU) or it is added to them (the US). An included price is what everybody
    /// pays, wherever it goes: the tax in it is the destination's, and none where the shop has no rate.
    pub prices_include_tax: bool,
    /// What shipping is taxed as.
    pub shipping_class: TaxClass,
    /// Whether businesses in other EU countries buy without tax.
    pub reverse_charge: bool,
    /// ISO 3166-1 alpha-2: where the shop is at home.
    pub seller_country: String,
    /// At most one per country, region and class.
    pub rates: Vec<TaxRate>,
}

impl TaxRules {
    /// The most rates: every state and country, in every class.
    pub const MOST_RATES: u32 = 2_000;

    /// The rules of a shop that was never told any: nothing is taxed.
    pub fn none(seller_country: &str) -> Self {
        Self {
            prices_include_tax: true,
            shipping_class: TaxClass::Standard,
            reverse_charge: false,
            seller_country: seller_country.to_owned(),
            rates: Vec::new(),
        }
    }

    /// The rate for a class at a destination: the region's before the country's. A place that has no rate for the
    /// reduced class taxes it at its standard rate (Denmark does); the zero class is taxed nowhere.
    pub fn rate(&self, class: TaxClass, destination: &Destination) -> Option<AppliedRate> {
        let of_class = |class| {
            let here = || self.rates.iter().filter(move |rate| rate.class == class);
            let in_place = |rate: &&TaxRate| destination.is_in(&rate.country, rate.region.as_deref());
            here().filter(|rate| rate.region.is_some()).find(in_place).or_else(|| here().find(in_place))
        };
        let found = match class {
            TaxClass::Reduced => of_class(class).or_else(|| of_class(TaxClass::Standard)),
            TaxClass::Standard | TaxClass::Zero => of_class(class),
        };
        found.map(|rate| AppliedRate { name: rate.name.clone(), rate: rate.rate })
    }

    /// Whether the buyer accounts for the tax, so that the shop charges none: switched on, the goods leave the seller's
    /// EU country for another one, and the buyer is registered in one that is not the seller's (article 138 of Directive
    /// 2006/112/EC exempts such a supply; shops and their customers call it reverse charge).
    pub fn is_reverse_charge(&self, destination: &Destination, number: Option<&VatNumber>) -> bool {
        let abroad = |country: &str| country != self.seller_country && VatNumber::is_eu_country(country);
        self.reverse_charge
            && VatNumber::is_eu_country(&self.seller_country)
            && abroad(&destination.country)
            && number.is_some_and(|number| abroad(number.country()))
    }

    /// Checks what staff wrote or a file held.
    ///
    /// # Errors
    /// `Invalid` with `seller_country` and `rates/0/country`, `rates/0/region`, `rates/0/name`, `rates/0/rate` or
    /// `rates/0/class`, the place of each rate in its list: an unknown country, a name that is missing or too long, a
    /// rate on the zero class, a second rate for the same country, region and class.
    pub fn check(&self) -> Result<(), Refusal> {
        let mut fields = FieldReader::default();
        let is_country = |code: &str| ShippingAddress::countries().any(|(known, _)| known == code);
        let known = |country: &str| if is_country(country) { Ok(()) } else { Err(Problem::NotACountry) };
        fields.read("seller_country", known(&self.seller_country));
        let mut seen = std::collections::BTreeSet::new();
        for (place, rate) in self.rates.iter().enumerate() {
            let field = |name: &str| format!("rates/{place}/{name}");
            fields.read(&field("country"), known(&rate.country));
            fields.required(&field("name"), &rate.name, TaxRate::NAME_MAX);
            if let Some(region) = &rate.region {
                fields.required(&field("region"), region, TaxRate::REGION_MAX);
            }
            if rate.class == TaxClass::Zero && !rate.rate.is_zero() {
                fields.read::<()>(&field("rate"), Err(Problem::TooMuch { max: 0 }));
            }
            let region = rate.region.as_deref().map(|region| clean_line(region, TaxRate::REGION_MAX));
            let key = (&rate.country, region.and_then(Result::ok).map(|r| r.to_ascii_uppercase()), rate.class);
            if !seen.insert(key) {
                fields.read::<()>(&field("class"), Err(Problem::Duplicate));
            }
        }
        if self.rates.len() > Self::MOST_RATES as usize {
            fields.read::<()>("rates", Err(Problem::TooMany { max: Self::MOST_RATES }));
        }
        fields.finish(Some(()))
    }
}
