//! Returns, as an order's page and the API show them, and as they are asked for and answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{FieldReader, ItemQuantity, Problem, Refusal, ReturnId, ReturnState, VariantId};

use super::shipments::ShipmentItemView;
use super::units::{read_items, typed_items};

/// The most characters of a reason or an answer.
pub const MAX_WORDS: u32 = 500;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnView {
    pub id: ReturnId,
    pub state: ReturnState,
    /// It was approved, has not arrived, and is not waited for any more.
    #[serde(default)]
    pub closed: bool,
    /// The customer's words.
    pub reason: String,
    /// The staff's.
    pub answer: Option<String>,
    pub items: Vec<ShipmentItemView>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub answered_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub received_at: Option<OffsetDateTime>,
}

/// A return as a customer asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnForm {
    pub items: Vec<(VariantId, i64)>,
    pub reason: String,
}

impl ReturnForm {
    /// As the page sends it.
    pub fn typed(units: &BTreeMap<String, String>, reason: String) -> Self {
        Self { items: typed_items(units), reason }
    }

    /// # Errors
    /// `Invalid` with every field that will not do.
    pub fn parse(&self) -> Result<(Vec<ItemQuantity>, String), Refusal> {
        let mut fields = FieldReader::default();
        let items = match self.items.is_empty() {
            true => fields.read("items", Err(Problem::Required)),
            false => read_items(&mut fields, &self.items),
        };
        let reason = fields.required("reason", &self.reason, MAX_WORDS);
        fields.finish(items.zip(reason))
    }
}
