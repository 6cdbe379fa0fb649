//! What a cart can be sent by.

use serde::{Deserialize, Serialize};

use super::{DeliveryDays, ShippingMethod, ShippingZone};
use crate::domain::{Destination, Money, ShippingAddress, ShippingMethodId};

/// What is sent: the lines that need shipping, weighed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Parcel {
    pub weight_grams: u64,
    /// False for gift cards and files alone: then there is no method to choose, and nothing to pay for it.
    pub needs_shipping: bool,
}

impl Parcel {
    /// `(weight of one in grams, quantity, whether it needs shipping)` of each line.
    pub fn of(lines: impl IntoIterator<Item = (u32, u32, bool)>) -> Self {
        let shipped = lines.into_iter().filter(|(.., needs_shipping)| *needs_shipping);
        shipped.fold(Self::default(), |parcel, (grams, quantity, _)| Self {
            weight_grams: parcel.weight_grams.saturating_add(u64::from(grams).saturating_mul(quantity.into())),
            needs_shipping: true,
        })
    }
}

/// A method as a shopper may choose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingOffer {
    pub id: ShippingMethodId,
    pub name: String,
    pub price: Money,
    pub days: DeliveryDays,
    pub pick_up: bool,
    /// Whether the carrier wants a number to call.
    pub needs_phone: bool,
    /// How much more of goods, after their discounts, makes it free; none where it is free or never becomes so. Where it is
    /// told to a shopper, it is before discounts (`TotalsInput::more_goods_for`).
    pub missing_for_free: Option<Money>,
}

impl ShippingOffer {
    /// Whether the carrier wants a number, and this address has none.
    pub fn lacks_phone(&self, address: Option<&ShippingAddress>) -> bool {
        self.needs_phone && address.is_some_and(|address| address.phone.is_none())
    }
}

/// The methods of the destination's zone that take this parcel, the cheapest first, then the fastest, then in the order
/// of their list. None where the shop does not ship to, and none for what needs no shipping.
///
/// `goods` is what the goods cost after their discounts (`TotalsInput::goods_after_discounts`).
pub fn offers_for(
    zones: &[ShippingZone],
    destination: &Destination,
    parcel: Parcel,
    goods: Money,
) -> Vec<ShippingOffer> {
    let zone = zone_of(zones, destination).filter(|_| parcel.needs_shipping);
    let methods = zone.into_iter().flat_map(|zone| &zone.methods);
    let mut offers: Vec<_> = methods.filter_map(|method| offer(method, parcel, goods)).collect();
    offers.sort_by_key(|offer| (offer.price.minor_units(), offer.days.max, offer.days.min));
    offers
}

/// The zone that names the destination most closely.
pub(super) fn zone_of<'a>(zones: &'a [ShippingZone], destination: &Destination) -> Option<&'a ShippingZone> {
    let by_region = |zone: &&ShippingZone| {
        let parts = zone.regions.iter().filter_map(|region| region.split_once('-'));
        parts.into_iter().any(|(country, region)| destination.is_in(country, Some(region)))
    };
    let by_country = |zone: &&ShippingZone| zone.countries.iter().any(|country| destination.is_in(country, None));
    let everywhere = |zone: &&ShippingZone| zone.countries.is_empty() && zone.regions.is_empty();
    let first = |is_it: &dyn Fn(&&ShippingZone) -> bool| zones.iter().find(is_it);
    first(&by_region).or_else(|| first(&by_country)).or_else(|| first(&everywhere))
}

fn offer(method: &ShippingMethod, parcel: Parcel, goods: Money) -> Option<ShippingOffer> {
    let usual = method.price.of(parcel.weight_grams, goods)?;
    let free = method.free_from.is_some_and(|from| from <= goods);
    let price = if free { Money::zero(usual.currency()) } else { usual };
    let missing = method.free_from.filter(|_| !price.is_zero()).and_then(|from| from.minus(goods).ok());
    Some(ShippingOffer {
        id: method.id,
        name: method.name.clone(),
        price,
        days: method.days,
        pick_up: method.price.is_pick_up(),
        needs_phone: method.needs_phone,
        missing_for_free: missing,
    })
}
