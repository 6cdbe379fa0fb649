//! Parcels of an order.

use serde::{Deserialize, Serialize};
use shop::dto::{ShipmentForm, ShipmentItemView, ShipmentView};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Object, Units, units};

/// Units of a line in a parcel
#[derive(Debug, Serialize, ToSchema)]
pub struct ShipmentItem {
    pub variant_id: Uuid,
    pub name: String,
    pub quantity: u32,
}

impl From<ShipmentItemView> for ShipmentItem {
    fn from(item: ShipmentItemView) -> Self {
        Self { variant_id: item.variant_id.0, name: item.name, quantity: item.quantity }
    }
}

/// A parcel
#[derive(Debug, Serialize, ToSchema)]
pub struct Shipment {
    pub id: Uuid,
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    /// Where a known carrier tells where it is
    pub tracking_url: Option<String>,
    pub items: Vec<ShipmentItem>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl From<ShipmentView> for Shipment {
    fn from(shipment: ShipmentView) -> Self {
        let tracking_url = shipment.tracking_url();
        let items = shipment.items.into_iter().map(Into::into);
        Self {
            id: shipment.id.0,
            carrier: shipment.carrier,
            tracking_number: shipment.tracking_number,
            tracking_url,
            items: items.collect(),
            created_at: shipment.created_at,
        }
    }
}

/// Without `items`, all that is still to be sent
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShipment {
    #[schema(min_items = 1, max_items = 50, value_type = Option<Vec<Units>>)]
    pub items: Option<Vec<Object<Units>>>,
    /// `canada_post`, `dhl`, `dpd`, `fedex`, `gls`, `la_poste`, `royal_mail`, `ups`, `usps`, or any other name
    #[schema(max_length = 40, example = "dhl")]
    pub carrier: Option<String>,
    #[schema(pattern = "^[A-Za-z0-9 -]{4,40}$", example = "00340434161094042557")]
    pub tracking_number: Option<String>,
}

impl From<NewShipment> for ShipmentForm {
    fn from(input: NewShipment) -> Self {
        let NewShipment { items, carrier, tracking_number } = input;
        Self { items: items.map(units), carrier, tracking_number }
    }
}
