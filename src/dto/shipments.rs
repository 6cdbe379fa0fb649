//! Parcels, as an order's page and the API show them, and as staff tell of one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{
    FieldReader, ItemQuantity, Refusal, ShipmentId, VariantId, carrier_code, carrier_name, clean_line,
    parse_tracking_number, tracking_url,
};

use super::units::{read_items, typed_items};

/// The most characters of a carrier's name.
const MAX_CARRIER: u32 = 40;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentView {
    pub id: ShipmentId,
    /// A code that the shop knows, or a name.
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    pub items: Vec<ShipmentItemView>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl ShipmentView {
    pub fn carrier_name(&self) -> Option<&str> {
        self.carrier.as_deref().map(carrier_name)
    }

    /// Where its carrier tells where it is.
    pub fn tracking_url(&self) -> Option<String> {
        tracking_url(self.carrier.as_deref()?, self.tracking_number.as_deref()?)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentItemView {
    pub variant_id: VariantId,
    pub name: String,
    pub quantity: u32,
}

/// A parcel as staff tell of it; without items it holds all that is still to be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentForm {
    pub items: Option<Vec<(VariantId, i64)>>,
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
}

/// The same, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShipmentWish {
    pub items: Option<Vec<ItemQuantity>>,
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
}

impl ShipmentForm {
    /// As the page sends it; the carrier by its name.
    pub fn typed(units: &BTreeMap<String, String>, carrier: &str, tracking_number: String) -> Self {
        let carrier = Some(carrier_code(carrier).to_owned());
        Self { items: Some(typed_items(units)), carrier, tracking_number: Some(tracking_number) }
    }

    /// # Errors
    /// `Invalid` with every field that will not do.
    pub fn parse(&self) -> Result<ShipmentWish, Refusal> {
        let mut fields = FieldReader::default();
        let items = self.items.as_deref().map(|items| read_items(&mut fields, items));
        let carrier = self.carrier.as_deref().filter(|text| !text.trim().is_empty());
        let carrier = carrier.map(|text| fields.read("carrier", clean_line(text, MAX_CARRIER)));
        let number = self.tracking_number.as_deref().filter(|text| !text.trim().is_empty());
        let number = number.map(|text| fields.read("tracking_number", parse_tracking_number(text)));
        fields.finish((|| {
            Some(ShipmentWish {
                items: transposed(items)?,
                carrier: transposed(carrier)?,
                tracking_number: transposed(number)?,
            })
        })())
    }
}

/// Nothing where something was given and could not be read.
fn transposed<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
        None => Some(None),
    }
}
