//! What people compare prices by.

use serde::{Deserialize, Serialize};

use crate::domain::{Measure, Money};

/// What a kilogram, a litre or a metre of a variant costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitPrice {
    /// How much the variant holds: `250 g`.
    pub measure: String,
    pub price: Money,
    /// What that is the price of: `kg`.
    pub base: String,
}

impl UnitPrice {
    /// None: what is said of how much it holds is none, or too little for a price.
    pub fn of(measure: &str, price: Money) -> Option<Self> {
        let measure = Measure::parse(measure).ok()?;
        let price = measure.unit_price(price).ok()?;
        Some(Self { measure: measure.to_string(), price, base: measure.base().to_owned() })
    }

    /// `250 g, $48.00 per kg`
    pub fn words(&self) -> String {
        format!("{}, {} per {}", self.measure, self.price, self.base)
    }
}
