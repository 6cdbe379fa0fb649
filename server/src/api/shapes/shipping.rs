//! Shipping zones and their methods, as they are read, written, and kept in a file.

use serde::{Deserialize, Serialize};
use shop::domain::{Currency, ShippingMethod as Method, ShippingZone as Zone};
use shop::domain::{
    DeliveryDays, Problem, Refusal, ShippingMethodId, ShippingPrice, ShippingZoneId, TotalStep, WeightStep,
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Object, PriceInput};

/// The whole set
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShippingZones {
    #[schema(max_items = 100, value_type = Vec<ShippingZone>)]
    pub zones: Vec<Object<ShippingZone>>,
}

/// Places that have the same methods. A destination's zone is the one that names its region, else its country, else the
/// one that names no place: everywhere
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShippingZone {
    /// Left out: that of the zone of this name, or a new one
    id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 60, example = "Europe")]
    name: String,
    /// ISO 3166-1 alpha-2
    #[serde(default)]
    #[schema(example = json!(["DE", "FR"]))]
    countries: Vec<String>,
    /// Parts of countries, as country and code
    #[serde(default)]
    #[schema(example = json!(["US-CA"]))]
    regions: Vec<String>,
    #[schema(max_items = 100, value_type = Vec<ShippingMethod>)]
    methods: Vec<Object<ShippingMethod>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MethodKind {
    Flat,
    ByWeight,
    ByTotal,
    PickUp,
}

/// A way to send a parcel, or to pick it up
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShippingMethod {
    /// Left out: that of the method of this name in this zone, or a new one
    id: Option<Uuid>,
    #[schema(min_length = 1, max_length = 60, example = "Standard")]
    name: String,
    kind: MethodKind,
    /// Of `flat` and `pick_up`
    price: Option<PriceInput>,
    /// Of `by_weight` and `by_total`, rising
    #[serde(default)]
    #[schema(max_items = 100, value_type = Vec<PriceStep>)]
    steps: Vec<Object<PriceStep>>,
    /// What the goods cost after their discounts from which it is free
    free_from: Option<PriceInput>,
    /// Working days until it arrives
    #[schema(minimum = 0, maximum = 90)]
    min_days: u16,
    #[schema(minimum = 0, maximum = 90)]
    max_days: u16,
    /// The carrier wants a number to call: nothing goes this way without one
    #[serde(default)]
    needs_phone: bool,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceStep {
    /// Of `by_weight`: the heaviest parcel that it bears
    up_to_grams: Option<u32>,
    /// Of `by_total`: what the goods cost from which it counts
    from: Option<PriceInput>,
    price: PriceInput,
}

impl ShippingZones {
    pub fn of(zones: &[Zone]) -> Self {
        Self { zones: zones.iter().map(|zone| Object(ShippingZone::of(zone))).collect() }
    }

    /// # Errors
    /// `Invalid` with fields like `0/methods/1/price`, as the core names them.
    pub fn read(self, currency: Currency) -> Result<Vec<Zone>, Refusal> {
        (0..).zip(self.zones).map(|(place, zone)| zone.0.read(place, currency)).collect()
    }
}

impl ShippingZone {
    fn of(zone: &Zone) -> Self {
        Self {
            id: Some(zone.id.0),
            name: zone.name.clone(),
            countries: zone.countries.clone(),
            regions: zone.regions.clone(),
            methods: zone.methods.iter().map(|method| Object(ShippingMethod::of(method))).collect(),
        }
    }

    fn read(self, place: usize, currency: Currency) -> Result<Zone, Refusal> {
        let methods = (0_usize..).zip(self.methods);
        let methods = methods.map(|(n, method)| method.0.read(&format!("{place}/methods/{n}"), currency));
        Ok(Zone {
            id: ShippingZoneId(self.id.unwrap_or_default()),
            name: self.name,
            countries: self.countries,
            regions: self.regions,
            methods: methods.collect::<Result<_, _>>()?,
        })
    }
}

impl ShippingMethod {
    fn of(method: &Method) -> Self {
        let flat = |price: &shop::domain::Money| (Some(PriceInput::of(*price)), Vec::new());
        let (kind, (price, steps)) = match &method.price {
            ShippingPrice::Flat { price } => (MethodKind::Flat, flat(price)),
            ShippingPrice::PickUp { price } => (MethodKind::PickUp, flat(price)),
            ShippingPrice::ByWeight { steps } => {
                let step = |step: &WeightStep| PriceStep {
                    up_to_grams: Some(step.up_to_grams),
                    from: None,
                    price: PriceInput::of(step.price),
                };
                (MethodKind::ByWeight, (None, steps.iter().map(step).map(Object).collect()))
            }
            ShippingPrice::ByTotal { steps } => {
                let step = |step: &TotalStep| PriceStep {
                    up_to_grams: None,
                    from: Some(PriceInput::of(step.from)),
                    price: PriceInput::of(step.price),
                };
                (MethodKind::ByTotal, (None, steps.iter().map(step).map(Object).collect()))
            }
        };
        Self {
            id: Some(method.id.0),
            name: method.name.clone(),
            kind,
            price,
            steps,
            free_from: method.free_from.map(PriceInput::of),
            min_days: method.days.min,
            max_days: method.days.max,
            needs_phone: method.needs_phone,
        }
    }

    fn read(self, path: &str, currency: Currency) -> Result<Method, Refusal> {
        let missing = |field: &str| Refusal::field(&format!("{path}/{field}"), Problem::Required);
        let superfluous = |field: &str| Refusal::field(&format!("{path}/{field}"), Problem::NotBoth);
        let is_flat = matches!(self.kind, MethodKind::Flat | MethodKind::PickUp);
        if is_flat && !self.steps.is_empty() {
            return Err(superfluous("steps"));
        }
        if !is_flat && self.price.is_some() {
            return Err(superfluous("price"));
        }
        let price = || {
            let price = self.price.as_ref().ok_or_else(|| missing("price"))?;
            price.read(&format!("{path}/price"), currency)
        };
        let steps = || (0_usize..).zip(&self.steps).map(|(n, step)| (format!("{path}/steps/{n}"), &step.0));
        let price = match self.kind {
            MethodKind::Flat => ShippingPrice::Flat { price: price()? },
            MethodKind::PickUp => ShippingPrice::PickUp { price: price()? },
            MethodKind::ByWeight => {
                let step = |(path, step): (String, &PriceStep)| {
                    let up_to_grams = step.up_to_grams.filter(|_| step.from.is_none());
                    let up_to_grams =
                        up_to_grams.ok_or_else(|| Refusal::field(&format!("{path}/up_to_grams"), Problem::Required))?;
                    Ok(WeightStep { up_to_grams, price: step.price.read(&format!("{path}/price"), currency)? })
                };
                ShippingPrice::ByWeight { steps: steps().map(step).collect::<Result<_, _>>()? }
            }
            MethodKind::ByTotal => {
                let step = |(path, step): (String, &PriceStep)| {
                    let from = step.from.as_ref().filter(|_| step.up_to_grams.is_none());
                    let from = from.ok_or_else(|| Refusal::field(&format!("{path}/from"), Problem::Required))?;
                    let from = from.read(&format!("{path}/from"), currency)?;
                    Ok(TotalStep { from, price: step.price.read(&format!("{path}/price"), currency)? })
                };
                ShippingPrice::ByTotal { steps: steps().map(step).collect::<Result<_, _>>()? }
            }
        };
        let free_from = self.free_from.as_ref().map(|from| from.read(&format!("{path}/free_from"), currency));
        Ok(Method {
            id: ShippingMethodId(self.id.unwrap_or_default()),
            name: self.name,
            price,
            free_from: free_from.transpose()?,
            days: DeliveryDays { min: self.min_days, max: self.max_days },
            needs_phone: self.needs_phone,
        })
    }
}
