//! Refunds of an order.

use serde::{Deserialize, Serialize};
use shop::domain::{Currency, OrderId, Refusal, VariantId};
use shop::dto::{CancelledNoteView, CreditNoteView, RefundForm, RefundItemView, RefundView};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Money, Object, PriceInput};

/// `opened` until the provider has answered
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    Opened,
    Done,
    Failed,
}

/// Who began it
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundOrigin {
    Shop,
    /// It was given back at the provider, or the buyer's bank took it
    Provider,
}

/// What staff gave back
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGivenRefund {
    /// What it is found by: a line of a statement, a receipt
    #[schema(min_length = 1, max_length = 100, example = "2026-11-30 transfer 4712")]
    pub reference: String,
}

/// Why nothing more is owed
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWaiver {
    /// The audit log keeps it
    #[schema(min_length = 1, max_length = 200, example = "Another refund gave it back")]
    pub reason: String,
}

/// Units of a line that were given back
#[derive(Debug, Serialize, ToSchema)]
pub struct RefundItem {
    pub variant_id: Uuid,
    pub quantity: u32,
    pub amount: Money,
}

impl From<RefundItemView> for RefundItem {
    fn from(item: RefundItemView) -> Self {
        Self { variant_id: item.variant_id.0, quantity: item.quantity, amount: item.amount.into() }
    }
}

/// A document of what was given back, or of what was not after all
#[derive(Debug, Serialize, ToSchema)]
pub struct CreditNote {
    #[schema(example = "CN-2026-000007")]
    pub number: String,
    /// Of a PDF with the same as EN 16931 XML inside (Factur-X); opens as the order does, by `Order-Token` or `?token=`, too
    pub url: String,
}

impl CreditNote {
    fn of(order: OrderId, number: String) -> Self {
        Self { url: format!("/orders/{order}/credit-notes/{number}.pdf"), number }
    }
}

/// A credit note of a refund that failed afterwards: it is not changed, but another document takes it back
#[derive(Debug, Serialize, ToSchema)]
pub struct CancelledCreditNote {
    #[schema(example = "CN-2026-000007")]
    pub number: String,
    pub url: String,
    /// An invoice of the same amounts, with nothing to pay
    pub cancelled_by: CreditNote,
}

impl CancelledCreditNote {
    fn of(order: OrderId, CancelledNoteView { number, cancellation }: CancelledNoteView) -> Self {
        let CreditNote { number, url } = CreditNote::of(order, number);
        Self { number, url, cancelled_by: CreditNote::of(order, cancellation) }
    }
}

/// Money given back
#[derive(Debug, Serialize, ToSchema)]
pub struct Refund {
    pub id: Uuid,
    pub status: RefundStatus,
    pub origin: RefundOrigin,
    /// The buyer's bank took it back, or wants to: while it is `opened`, the shop answers at the provider
    pub is_dispute: bool,
    /// It `failed`, and staff say that nothing more is owed for it
    pub waived: bool,
    pub amount: Money,
    /// Null: the order was cancelled, or its payment came too late
    pub reason: Option<String>,
    /// Empty where it is an amount
    pub items: Vec<RefundItem>,
    /// What of it is for shipping
    pub shipping: Option<Money>,
    /// Null: none was made, as for an order without an invoice, or while it is `opened`
    pub credit_note: Option<CreditNote>,
    /// Of times it failed after it was `done`
    pub cancelled_credit_notes: Vec<CancelledCreditNote>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When the provider had answered
    #[serde(with = "time::serde::rfc3339::option")]
    pub settled_at: Option<OffsetDateTime>,
}

impl Refund {
    pub fn of(order: OrderId, refund: RefundView) -> Self {
        use shop::domain::RefundState::{Done, Failed, Opened};
        Self {
            id: refund.id.0,
            status: match refund.state {
                Opened => RefundStatus::Opened,
                Done => RefundStatus::Done,
                Failed => RefundStatus::Failed,
            },
            origin: match refund.origin {
                shop::domain::RefundOrigin::Shop => RefundOrigin::Shop,
                shop::domain::RefundOrigin::Provider => RefundOrigin::Provider,
            },
            is_dispute: refund.is_dispute,
            waived: refund.waived,
            amount: refund.amount.into(),
            reason: refund.reason,
            items: refund.items.into_iter().map(Into::into).collect(),
            shipping: refund.shipping.map(Into::into),
            credit_note: refund.credit_note.map(|CreditNoteView { number }| CreditNote::of(order, number)),
            cancelled_credit_notes: refund
                .cancelled_credit_notes
                .into_iter()
                .map(|note| CancelledCreditNote::of(order, note))
                .collect(),
            created_at: refund.created_at,
            settled_at: refund.settled_at,
        }
    }
}

/// Either an `amount`, or `items` and `shipping`
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRefund {
    pub amount: Option<PriceInput>,
    #[schema(min_items = 1, max_items = 50, value_type = Option<Vec<Units>>)]
    pub items: Option<Vec<Object<Units>>>,
    /// Give back what was paid for shipping, too
    #[serde(default)]
    pub shipping: bool,
    /// The customer reads it
    #[schema(min_length = 1, max_length = 200, example = "One arrived broken")]
    pub reason: String,
    /// Put the units back into stock. Without it, units that have not left are written off
    #[serde(default)]
    pub restock: bool,
}

/// Units of a line
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Units {
    pub variant_id: Uuid,
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: i64,
}

pub fn units(items: Vec<Object<Units>>) -> Vec<(VariantId, i64)> {
    items.into_iter().map(|Object(units)| (VariantId(units.variant_id), units.quantity)).collect()
}

impl NewRefund {
    pub fn form(self, currency: Currency) -> Result<RefundForm, Refusal> {
        let Self { amount, items, shipping, reason, restock } = self;
        let amount = amount.map(|amount| amount.read("amount", currency)).transpose()?;
        Ok(RefundForm { amount, items: items.map(units), shipping, reason, restock })
    }
}
