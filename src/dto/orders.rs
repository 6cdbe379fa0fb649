//! Orders as their pages and the API show them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{
    CancelReason, Money, OrderId, OrderStatus, PaymentState, ProductId, ReservationState, ShippingAddress, VariantId,
};

use super::Image;

/// A line as it was sold: copied at checkout, whatever became of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderItemView {
    pub product_id: ProductId,
    pub variant_id: VariantId,
    pub slug: Option<String>,
    pub name: String,
    pub options: Vec<String>,
    pub sku: String,
    pub quantity: u32,
    pub price: Money,
    pub line_total: Money,
    pub image: Option<Image>,
}

/// One thing that happened to an order: `placed`, `reserved`, `rejected`, `payment_declined`, `paid`, `cancelled`,
/// `shipped`, `completed`, `refund_opened`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    pub kind: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    pub id: OrderId,
    /// What people read: `1042`.
    pub number: i64,
    pub status: OrderStatus,
    pub reservation: ReservationState,
    pub cancel_reason: Option<CancelReason>,
    pub email: String,
    pub items: Vec<OrderItemView>,
    pub total: Money,
    pub shipping_address: Option<ShippingAddress>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When an unpaid order is given up.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    pub last_payment: Option<PaymentState>,
    pub timeline: Vec<TimelineEntry>,
}

impl OrderView {
    /// Waiting for the inventory's answer: the page says "confirming your items".
    pub fn is_confirming(&self) -> bool {
        self.status == OrderStatus::Pending && self.reservation == ReservationState::Pending
    }

    pub fn is_payable(&self) -> bool {
        self.status == OrderStatus::Pending && self.reservation == ReservationState::Reserved
    }

    pub const fn is_cancellable(&self) -> bool {
        matches!(self.status, OrderStatus::Pending | OrderStatus::Paid)
    }

    /// Changes whenever the page would look different: what the order's event stream sends.
    pub fn mark(&self) -> String {
        format!("{}.{}.{}", self.status.as_str(), self.reservation.as_str(), self.timeline.len())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    pub id: OrderId,
    pub number: i64,
    pub status: OrderStatus,
    pub reservation: ReservationState,
    pub total: Money,
    /// Units, not lines.
    pub count: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderList {
    pub orders: Vec<OrderRow>,
    pub page: u32,
    pub pages: u32,
}
