//! Orders as staff see them: the list, and one with all there is to know of it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Fields, Money, OrderId, OrderStatus, PaymentId, PersonId, RefundId, ReservationState, VariantId};

use super::super::OrderView;
use super::{OrderQuery, PackedView};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffOrderRow {
    pub id: OrderId,
    pub number: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    pub email: String,
    /// Where it goes; none: it is collected.
    pub name: Option<String>,
    pub status: OrderStatus,
    pub reservation: ReservationState,
    pub total: Money,
    /// What was given back; none: nothing.
    pub refunded: Option<Money>,
    /// Units, not lines.
    pub count: u32,
    /// A return was asked for and not answered.
    pub return_asked: bool,
    /// It is paid, lies packed, and waits to be sent.
    pub packed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffOrderList {
    pub query: OrderQuery,
    /// Newest first.
    pub orders: Vec<StaffOrderRow>,
    /// Counted up to a thousand and one: more than that is "over 1,000".
    pub total: u32,
    /// The number of the newest order, whatever is looked for; 0: there is none.
    pub newest: i64,
    /// The page of older ones.
    pub next: Option<OrderQuery>,
}

impl StaffOrderList {
    /// So many are counted exactly.
    pub const COUNTED: u32 = 1_000;
}

/// What can still be done with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLineState {
    pub variant_id: VariantId,
    /// Units still to be sent.
    pub unsent: u32,
    /// Units that were not given back yet.
    pub refundable: u32,
}

/// A mail about an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderMailView {
    pub id: Uuid,
    pub subject: String,
    /// `accepted`, `queued` …
    pub state: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// An event that this order caused, and who has handled it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderEventView {
    pub position: i64,
    pub topic: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub published: bool,
    pub handled_by: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteView {
    /// Who wrote it.
    pub by: String,
    pub text: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// What went back at a provider and fits into no payment, or went back twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsideView {
    pub payment: PaymentId,
    /// The provider's name for it.
    pub reference: String,
    pub amount: Money,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Staff have looked into it.
    pub seen: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffOrderView {
    pub order: OrderView,
    pub lines: Vec<OrderLineState>,
    /// It lies packed; none: it does not, or it has left.
    pub packed: Option<PackedView>,
    /// What of the money that came in was not given back.
    pub left: Money,
    /// Something was paid for shipping and not given back.
    pub shipping_refundable: bool,
    /// Refunds that no provider carries out: staff give them back themselves.
    pub by_hand: Vec<RefundId>,
    /// Refunds that wait too long for their provider.
    pub waiting: Vec<RefundId>,
    /// Refunds that failed, while something is left: staff give them back themselves, or say that nothing more is owed.
    pub owed: Vec<RefundId>,
    pub aside: Vec<AsideView>,
    pub notes: Vec<NoteView>,
    pub mail: Vec<OrderMailView>,
    pub events: Vec<OrderEventView>,
    /// Under which version of the terms it was placed; none: before they had any.
    pub terms_version: Option<i64>,
    /// Whose it is; none: it was made nobody's.
    pub customer: Option<PersonId>,
    /// One for each form of the page, so that each counts once.
    pub form_key: String,
}

/// The form for a letter to the customer of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffMessageView {
    pub order: OrderId,
    pub number: i64,
    pub email: String,
    /// What was typed and refused.
    pub fields: Fields,
    /// So that a letter is written once.
    pub form_key: String,
}

impl StaffOrderView {
    pub fn unsent(&self) -> u32 {
        self.lines.iter().fold(0, |sum, line| sum.saturating_add(line.unsent))
    }
}
