//! Orders.

use serde::{Deserialize, Serialize};
use shop::domain::{OrderStatus, ReservationState};
use shop::dto::{OrderItemView, OrderView};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Address, Discount, MadePayment, ManualPayment, Money, Object, Payment, Refund, Return, Shipment, Shipping, Tax,
};

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Pending,
    Paid,
    Shipped,
    Completed,
    Cancelled,
}

impl From<OrderStatus> for Status {
    fn from(status: OrderStatus) -> Self {
        match status {
            OrderStatus::Pending => Self::Pending,
            OrderStatus::Paid => Self::Paid,
            OrderStatus::Shipped => Self::Shipped,
            OrderStatus::Completed => Self::Completed,
            OrderStatus::Cancelled => Self::Cancelled,
        }
    }
}

impl From<Status> for OrderStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Pending => Self::Pending,
            Status::Paid => Self::Paid,
            Status::Shipped => Self::Shipped,
            Status::Completed => Self::Completed,
            Status::Cancelled => Self::Cancelled,
        }
    }
}

/// Where the promise of the items stands. A pending order can be paid while it is `reserved`
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reservation {
    Pending,
    Reserved,
    Rejected,
    Released,
    Claimed,
}

impl From<ReservationState> for Reservation {
    fn from(state: ReservationState) -> Self {
        match state {
            ReservationState::Pending => Self::Pending,
            ReservationState::Reserved => Self::Reserved,
            ReservationState::Rejected => Self::Rejected,
            ReservationState::Released => Self::Released,
            ReservationState::Claimed => Self::Claimed,
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    ByCustomer,
    ByStaff,
    OutOfStock,
    Expired,
}

impl From<shop::domain::CancelReason> for CancelReason {
    fn from(reason: shop::domain::CancelReason) -> Self {
        match reason {
            shop::domain::CancelReason::ByCustomer => Self::ByCustomer,
            shop::domain::CancelReason::ByStaff => Self::ByStaff,
            shop::domain::CancelReason::OutOfStock => Self::OutOfStock,
            shop::domain::CancelReason::Expired => Self::Expired,
        }
    }
}

/// A line as it was sold
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderItem {
    pub product_id: Uuid,
    pub variant_id: Uuid,
    pub name: String,
    /// What was chosen, one value per option of the product, in its order; the options' names are the product's
    pub options: Vec<String>,
    pub sku: String,
    pub quantity: u32,
    pub price: Money,
    pub line_total: Money,
}

impl From<OrderItemView> for OrderItem {
    fn from(item: OrderItemView) -> Self {
        Self {
            product_id: item.product_id.0,
            variant_id: item.variant_id.0,
            name: item.name,
            options: item.options,
            sku: item.sku,
            quantity: item.quantity,
            price: item.price.into(),
            line_total: item.line_total.into(),
        }
    }
}

/// What was paid, as a document
#[derive(Debug, Serialize, ToSchema)]
pub struct Invoice {
    #[schema(example = "INV-2026-000042")]
    pub number: String,
    /// Of a PDF with the same as EN 16931 XML inside (Factur-X); opens as the order does, by `Order-Token` or `?token=`, too
    pub url: String,
}

/// One thing that happened to an order
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    #[schema(example = "parcel_sent")]
    pub kind: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl From<shop::dto::TimelineEntry> for TimelineEntry {
    fn from(entry: shop::dto::TimelineEntry) -> Self {
        Self { kind: entry.kind, at: entry.at }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Order {
    pub id: Uuid,
    /// What people read
    #[schema(example = 1042)]
    pub number: i64,
    pub status: Status,
    pub reservation: Reservation,
    pub cancel_reason: Option<CancelReason>,
    pub email: String,
    pub items: Vec<OrderItem>,
    /// The items before discounts
    pub subtotal: Money,
    pub discounts: Vec<Discount>,
    /// Null: nothing is sent
    pub shipping: Option<Shipping>,
    pub tax: Tax,
    /// Subtotal, less discounts, with shipping and with tax that is not included
    pub total: Money,
    /// Null: collected at the shop
    pub shipping_address: Option<Address>,
    /// Null: the same
    pub billing_address: Option<Address>,
    /// Null: none was made, as for an order that is not paid
    pub invoice: Option<Invoice>,
    /// How it can be paid without the provider. Null: it cannot, or there is nothing left to pay
    pub manual_payment: Option<ManualPayment>,
    /// Every attempt to pay, the oldest first
    pub payments: Vec<Payment>,
    /// The oldest first
    pub refunds: Vec<Refund>,
    /// Parcels that have left, the oldest first
    pub shipments: Vec<Shipment>,
    /// The oldest first
    pub returns: Vec<Return>,
    /// What happened to it, the oldest first
    pub timeline: Vec<TimelineEntry>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it is given up if nobody has paid. Null: its items are not set aside yet
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
    /// Opens the order without a session. Only in the answer to a guest who places it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Only in the answer to who pays
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<MadePayment>,
    /// Where to go and pay: the payment provider's page. Only in the answer to who pays, and not where it is done
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
}

impl From<OrderView> for Order {
    fn from(order: OrderView) -> Self {
        Self {
            id: order.id.0,
            number: order.number,
            status: order.status.into(),
            reservation: order.reservation.into(),
            cancel_reason: order.cancel_reason.map(Into::into),
            email: order.email,
            items: order.items.into_iter().map(Into::into).collect(),
            subtotal: order.parts.subtotal.into(),
            discounts: order.parts.discounts.into_iter().map(Into::into).collect(),
            shipping: order.parts.shipping.map(Into::into),
            tax: order.parts.tax.into(),
            total: order.total.into(),
            shipping_address: order.shipping_address.map(Into::into),
            billing_address: order.billing_address.map(Into::into),
            invoice: order
                .invoice
                .map(|invoice| Invoice { number: invoice.number, url: format!("/orders/{}/invoice.pdf", order.id) }),
            manual_payment: order.manual_payment.map(|manual| ManualPayment::of(manual, order.manual_since)),
            payments: order.payments.into_iter().map(Into::into).collect(),
            refunds: order.refunds.into_iter().map(|refund| Refund::of(order.id, refund)).collect(),
            shipments: order.shipments.into_iter().map(Into::into).collect(),
            returns: order.returns.into_iter().map(Into::into).collect(),
            timeline: order.timeline.into_iter().map(Into::into).collect(),
            created_at: order.created_at,
            expires_at: order.expires_at,
            token: None,
            payment: None,
            redirect_url: None,
        }
    }
}

/// Left out, `items` are those of the cart, and without an address the order is collected at the shop
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    #[schema(min_items = 1, max_items = 50, value_type = Option<Vec<NewOrderItem>>)]
    pub items: Option<Vec<Object<NewOrderItem>>>,
    #[schema(value_type = Option<Address>)]
    pub shipping_address: Option<Object<Address>>,
    /// Left out: the same
    #[schema(value_type = Option<Address>)]
    pub billing_address: Option<Object<Address>>,
    /// One of `/shipping-methods`; left out: the cheapest
    pub shipping_method: Option<Uuid>,
    /// A promotion's code; left out: the one in the cart, if the items are those of the cart and as far as it counts
    #[schema(pattern = "^[A-Za-z0-9_-]{3,32}$", example = "WELCOME10")]
    pub coupon: Option<String>,
    /// Whom we write to about the order: a guest's, required of them; an account has its own
    #[schema(format = "email", max_length = 254)]
    pub email: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrderItem {
    pub product_id: Uuid,
    /// May be left out for a product that has only one
    pub variant_id: Option<Uuid>,
    #[schema(minimum = 1, maximum = 99)]
    pub quantity: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStatus {
    pub status: Status,
}
