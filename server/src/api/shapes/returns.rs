//! Returns of an order.

use serde::{Deserialize, Serialize};
use shop::domain::ReturnState;
use shop::dto::{ReturnForm, ReturnView};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shipments::ShipmentItem;
use super::{Object, Units, units};

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReturnStatus {
    Requested,
    Approved,
    Refused,
    Received,
}

/// What is sent back
#[derive(Debug, Serialize, ToSchema)]
pub struct Return {
    pub id: Uuid,
    pub status: ReturnStatus,
    /// It was approved, and has not arrived
    pub closed: bool,
    /// The customer's words
    pub reason: String,
    /// The shop's
    pub answer: Option<String>,
    pub items: Vec<ShipmentItem>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub answered_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub received_at: Option<OffsetDateTime>,
}

impl From<ReturnView> for Return {
    fn from(view: ReturnView) -> Self {
        Self {
            id: view.id.0,
            status: match view.state {
                ReturnState::Requested => ReturnStatus::Requested,
                ReturnState::Approved => ReturnStatus::Approved,
                ReturnState::Refused => ReturnStatus::Refused,
                ReturnState::Received => ReturnStatus::Received,
            },
            closed: view.closed,
            reason: view.reason,
            answer: view.answer,
            items: view.items.into_iter().map(Into::into).collect(),
            created_at: view.created_at,
            answered_at: view.answered_at,
            received_at: view.received_at,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReturn {
    #[schema(min_items = 1, max_items = 50, value_type = Vec<Units>)]
    pub items: Vec<Object<Units>>,
    #[schema(min_length = 1, max_length = 500, example = "It is too small")]
    pub reason: String,
}

impl From<NewReturn> for ReturnForm {
    fn from(input: NewReturn) -> Self {
        Self { items: units(input.items), reason: input.reason }
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The customer reads it
    #[serde(default)]
    #[schema(max_length = 500)]
    pub answer: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The customer reads it
    #[schema(min_length = 1, max_length = 500, example = "It was worn")]
    pub answer: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// Put the units back into stock
    #[serde(default)]
    pub restock: bool,
    /// Give back what was paid for them; left out: yes
    pub refund: Option<bool>,
}
