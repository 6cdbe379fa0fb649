//! Orders as their pages and the API show them.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::domain::{
    CancelReason, Email, FieldReader, ManualPayment, Money, OrderId, OrderStatus, PaymentFlaw, PaymentState, ProductId,
    Refusal, ReservationState, ReturnState, ReviewState, ShippingAddress, VariantId, parse_order_number,
};

use super::{Image, PaymentView, RefundView, ReturnView, ShipmentItemView, ShipmentView, TotalParts};

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
    /// What became of what its buyer said of it; none: they have said nothing.
    #[serde(default)]
    pub review: Option<ReviewState>,
}

/// One thing that happened to an order: `placed`, `reserved`, `rejected`, `payment_declined`, `payment_expired`, `paid`,
/// `manual_payment_chosen`, `payment_disputed`, `dispute_won`, `refund_set_aside`, `payment_amount`, `payment_late`, `payment_second`, `cancelled`, `shipped`, `completed`, `refund_opened`,
/// `refunded`, `refund_failed`, `refund_waived`,
/// `parcel_sent`, `return_requested`, `return_approved`, `return_refused`, `return_received`, `return_closed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    pub kind: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// The invoice of an order; its file has an address of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceView {
    pub number: String,
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
    /// Of nobody's account.
    #[serde(default)]
    pub by_guest: bool,
    pub items: Vec<OrderItemView>,
    pub parts: TotalParts,
    pub total: Money,
    pub shipping_address: Option<ShippingAddress>,
    /// None: the same.
    pub billing_address: Option<ShippingAddress>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When an unpaid order is given up; none while its items are not set aside yet.
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
    /// How long it still waits for its payment, by the shop's clock, when it was read; none where it does not.
    #[serde(default)]
    pub seconds_left: Option<u32>,
    pub last_payment: Option<PaymentState>,
    /// How it can be paid without a provider; none: it cannot, or there is nothing left to pay.
    #[serde(default)]
    pub manual_payment: Option<ManualPayment>,
    /// Since when it is to be paid so.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub manual_since: Option<OffsetDateTime>,
    /// Made when it is paid.
    #[serde(default)]
    pub invoice: Option<InvoiceView>,
    /// Every attempt, the oldest first.
    #[serde(default)]
    pub payments: Vec<PaymentView>,
    /// The oldest first.
    #[serde(default)]
    pub refunds: Vec<RefundView>,
    /// Parcels that have left, the oldest first.
    #[serde(default)]
    pub shipments: Vec<ShipmentView>,
    /// The oldest first.
    #[serde(default)]
    pub returns: Vec<ReturnView>,
    /// Units of lines that their owner may ask to send back now.
    #[serde(default)]
    pub returnable: Vec<(VariantId, u32)>,
    /// What the page's form for it is known by, so that it counts once.
    #[serde(default)]
    pub form_key: String,
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

    /// Whether something of it was sent.
    pub fn has_left(&self) -> bool {
        !self.shipments.is_empty() || matches!(self.status, OrderStatus::Shipped | OrderStatus::Completed)
    }

    /// Why money that came in for it goes back, each once.
    pub fn flaws(&self) -> Vec<PaymentFlaw> {
        let found = |flaw: &PaymentFlaw| self.payments.iter().any(|payment| payment.flaw == Some(*flaw));
        PaymentFlaw::ALL.into_iter().filter(found).collect()
    }

    /// Says how long it still waits for its payment.
    #[must_use]
    pub fn at(mut self, now: OffsetDateTime) -> Self {
        let end = self.expires_at.filter(|_| self.is_payable());
        self.seconds_left = end.map(|end| u32::try_from((end - now).whole_seconds().max(0)).unwrap_or(u32::MAX));
        self
    }

    /// Says what may be sent back: what was sent, within this time of the last parcel, and is not on its way back.
    #[must_use]
    pub fn returnable_within(mut self, window: Duration, now: OffsetDateTime) -> Self {
        let sent = self.timeline.iter().filter(|entry| matches!(entry.kind.as_str(), "parcel_sent" | "shipped"));
        let is_late = sent.map(|entry| entry.at).max().is_none_or(|last| now > last.saturating_add(window));
        if is_late {
            return self;
        }
        let is_shipped = matches!(self.status, OrderStatus::Shipped | OrderStatus::Completed);
        let of = |items: &[ShipmentItemView], variant| -> u32 {
            items.iter().filter(|item| item.variant_id == variant).map(|item| item.quantity).sum()
        };
        let left = |item: &OrderItemView| {
            let variant = item.variant_id;
            // An earlier release sends without parcels.
            let sent = match is_shipped && self.shipments.is_empty() {
                true => item.quantity,
                false => self.shipments.iter().map(|parcel| of(&parcel.items, variant)).sum(),
            };
            let back = self.returns.iter().filter(|r| r.state != ReturnState::Refused).map(|r| of(&r.items, variant));
            (variant, sent.saturating_sub(back.sum()))
        };
        self.returnable = self.items.iter().map(left).filter(|(_, units)| *units > 0).collect();
        self
    }

    /// The lines of which something has left, by their variants: those that their buyer may say something of.
    pub fn sent_lines(&self) -> Vec<VariantId> {
        let is_shipped = matches!(self.status, OrderStatus::Shipped | OrderStatus::Completed);
        // An earlier release sends without parcels.
        let is_whole = is_shipped && self.shipments.is_empty();
        let sent = |variant| self.shipments.iter().flat_map(|parcel| &parcel.items).any(|i| i.variant_id == variant);
        let has_left = |item: &&OrderItemView| is_whole || sent(item.variant_id);
        self.items.iter().filter(has_left).map(|item| item.variant_id).collect()
    }

    pub fn is_cancellable(&self) -> bool {
        matches!(self.status, OrderStatus::Pending | OrderStatus::Paid) && self.shipments.is_empty()
    }

    /// Changes when the page would look different, and only then: what the order's event stream sends. That the
    /// inventory claims what was paid, or takes back what was cancelled, shows nowhere.
    pub fn mark(&self) -> String {
        let reservation = if self.status == OrderStatus::Pending { self.reservation.as_str() } else { "settled" };
        let notes = |r: &RefundView| usize::from(r.credit_note.is_some()) + r.cancelled_credit_notes.len();
        let papers = usize::from(self.invoice.is_some()) + self.refunds.iter().map(notes).sum::<usize>();
        format!("{}.{reservation}.{}.{papers}", self.status.as_str(), self.timeline.len())
    }
}

/// What an order is found again by, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TrackForm {
    pub number: String,
    pub email: String,
}

impl TrackForm {
    /// # Errors
    /// `Invalid` with both fields, where they will not do.
    pub fn parse(&self) -> Result<(i64, Email), Refusal> {
        let mut fields = FieldReader::default();
        let number = fields.read("number", parse_order_number(&self.number));
        let email = fields.read("email", Email::parse(&self.email));
        fields.finish(number.zip(email))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    fn order(status: OrderStatus, reservation: ReservationState) -> OrderView {
        OrderView {
            id: OrderId(uuid::Uuid::nil()),
            number: 1001,
            status,
            reservation,
            cancel_reason: None,
            email: "ada@example.org".into(),
            by_guest: false,
            items: Vec::new(),
            parts: TotalParts::nothing(Money::zero(Currency::USD)),
            total: Money::zero(Currency::USD),
            shipping_address: None,
            billing_address: None,
            created_at: OffsetDateTime::UNIX_EPOCH,
            expires_at: None,
            seconds_left: None,
            last_payment: None,
            manual_payment: None,
            manual_since: None,
            invoice: None,
            payments: Vec::new(),
            refunds: Vec::new(),
            shipments: Vec::new(),
            returns: Vec::new(),
            returnable: Vec::new(),
            form_key: String::new(),
            timeline: Vec::new(),
        }
    }

    #[test]
    fn only_what_waits_for_its_payment_has_time_left() {
        use OrderStatus::{Cancelled, Paid, Pending};
        use ReservationState::{Claimed, Released, Reserved};
        let end = OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(900);
        let left = |status, reservation, expires_at: Option<OffsetDateTime>, now: i64| {
            let order = OrderView { expires_at, ..order(status, reservation) };
            order.at(OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(now)).seconds_left
        };
        assert_eq!(left(Pending, Reserved, Some(end), 0), Some(900));
        assert_eq!(left(Pending, Reserved, Some(end), 899_001), Some(0));
        assert_eq!(left(Pending, Reserved, Some(end), 2_000_000), Some(0), "over, and not given up yet");
        assert_eq!(left(Pending, ReservationState::Pending, None, 0), None);
        assert_eq!(left(Paid, Claimed, Some(end), 0), None);
        assert_eq!(left(Cancelled, Released, Some(end), 0), None);
    }

    #[test]
    fn a_page_is_told_of_what_it_shows_and_of_nothing_else() {
        use OrderStatus::{Paid, Pending};
        use ReservationState::{Claimed, Reserved};
        assert_ne!(order(Pending, ReservationState::Pending).mark(), order(Pending, Reserved).mark());
        assert_ne!(order(Pending, Reserved).mark(), order(Paid, Reserved).mark());
        assert_eq!(order(Paid, Reserved).mark(), order(Paid, Claimed).mark());
        let invoiced = OrderView { invoice: Some(InvoiceView { number: "1".into() }), ..order(Paid, Claimed) };
        assert_ne!(order(Paid, Claimed).mark(), invoiced.mark());
    }
}
