//! How parcels are sent: which methods a destination has, and what each costs for a cart.

mod offers;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use offers::{Parcel, ShippingOffer, offers_for};

use super::{FieldReader, Money, Problem, Refusal, ShippingAddress, ShippingMethodId, ShippingZoneId};

/// Places that have the same methods. The zone that names a destination most closely is its zone: one with its region,
/// then one with its country, then one that names no place, which is everywhere; the first in the list among equals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingZone {
    pub id: ShippingZoneId,
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// Parts of countries, as country and code: `US-CA`.
    pub regions: Vec<String>,
    pub methods: Vec<ShippingMethod>,
}

/// One way to send a parcel, or to pick it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingMethod {
    pub id: ShippingMethodId,
    pub name: String,
    pub price: ShippingPrice,
    /// From this much on, for goods after their discounts, it costs nothing.
    pub free_from: Option<Money>,
    pub days: DeliveryDays,
    /// The carrier calls before it comes: nothing goes this way without a number.
    #[serde(default)]
    pub needs_phone: bool,
}

/// What a method costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShippingPrice {
    Flat {
        price: Money,
    },
    /// The first step that bears the weight; a parcel heavier than the last is not sent this way.
    ByWeight {
        steps: Vec<WeightStep>,
    },
    /// The last step that the goods reach, after their discounts; below the first it is not offered.
    ByTotal {
        steps: Vec<TotalStep>,
    },
    /// Collected at the shop.
    PickUp {
        price: Money,
    },
}

/// Up to and with so many grams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightStep {
    pub up_to_grams: u32,
    pub price: Money,
}

/// From an amount on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalStep {
    pub from: Money,
    pub price: Money,
}

/// Working days until it arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryDays {
    pub min: u16,
    pub max: u16,
}

impl DeliveryDays {
    /// Nobody waits longer.
    pub const MOST: u16 = 90;
}

impl ShippingPrice {
    /// What a parcel costs this way, before `free_from`; none if it is not sent this way.
    pub fn of(&self, weight_grams: u64, goods: Money) -> Option<Money> {
        match self {
            Self::Flat { price } | Self::PickUp { price } => Some(*price),
            Self::ByWeight { steps } => {
                let bearing = steps.iter().filter(|step| u64::from(step.up_to_grams) >= weight_grams);
                bearing.min_by_key(|step| step.up_to_grams).map(|step| step.price)
            }
            Self::ByTotal { steps } => {
                let reached = steps.iter().filter(|step| step.from <= goods);
                reached.max_by_key(|step| step.from.minor_units()).map(|step| step.price)
            }
        }
    }

    pub const fn is_pick_up(&self) -> bool {
        matches!(self, Self::PickUp { .. })
    }
}

impl ShippingZone {
    /// The most characters of a name of a zone or a method.
    pub const NAME_MAX: u32 = 60;
    /// The most methods of a zone, steps of a method, and zones of a shop.
    pub const MOST: u32 = 100;

    /// Checks what staff wrote or a file held: a whole set of zones.
    ///
    /// # Errors
    /// `Invalid` with fields like `0/name`, `0/countries`, `0/regions`, `0/methods/1/price/steps`: the place in the list
    /// of zones, and of methods.
    pub fn check_all(zones: &[Self]) -> Result<(), Refusal> {
        let mut fields = FieldReader::default();
        let is_country = |code: &str| ShippingAddress::countries().any(|(known, _)| known == code);
        let is_region = |region: &String| {
            region.split_once('-').is_some_and(|(country, code)| is_country(country) && !code.trim().is_empty())
        };
        let at_most = |count: usize| match count > Self::MOST as usize {
            true => Err(Problem::TooMany { max: Self::MOST }),
            false => Ok(()),
        };
        fields.read("zones", at_most(zones.len()));
        for (place, zone) in zones.iter().enumerate() {
            fields.required(&format!("{place}/name"), &zone.name, Self::NAME_MAX);
            let countries = zone.countries.iter().all(|code| is_country(code));
            fields.read(&format!("{place}/countries"), countries.then_some(()).ok_or(Problem::NotACountry));
            let regions = zone.regions.iter().all(is_region);
            fields.read(&format!("{place}/regions"), regions.then_some(()).ok_or(Problem::NotAChoice));
            fields.read(&format!("{place}/methods"), at_most(zone.methods.len()));
            for (number, method) in zone.methods.iter().enumerate() {
                method.check(&mut fields, &format!("{place}/methods/{number}"));
            }
        }
        fields.finish(Some(()))
    }
}

impl ShippingMethod {
    fn check(&self, fields: &mut FieldReader, path: &str) {
        fields.required(&format!("{path}/name"), &self.name, ShippingZone::NAME_MAX);
        let days = (self.days.min..=DeliveryDays::MOST).contains(&self.days.max);
        let range = Problem::OutOfRange { min: self.days.min.into(), max: DeliveryDays::MOST.into() };
        fields.read(&format!("{path}/days"), days.then_some(()).ok_or(range));
        let steps = match &self.price {
            ShippingPrice::Flat { .. } | ShippingPrice::PickUp { .. } => Ok(()),
            ShippingPrice::ByWeight { steps } => rising(steps, |step| step.up_to_grams.into()),
            ShippingPrice::ByTotal { steps } => rising(steps, |step| step.from.minor_units()),
        };
        fields.read(&format!("{path}/price/steps"), steps);
    }
}

/// Steps there are, not too many, and each higher than the one before.
fn rising<T>(steps: &[T], height: impl Fn(&T) -> u64) -> Result<(), Problem> {
    if steps.is_empty() {
        return Err(Problem::Required);
    }
    if steps.len() > ShippingZone::MOST as usize {
        return Err(Problem::TooMany { max: ShippingZone::MOST });
    }
    if steps.is_sorted_by(|lower, higher| height(lower) < height(higher)) { Ok(()) } else { Err(Problem::NotRising) }
}
