//! What mail says of an order and of a parcel, as it is read for it.

use time::OffsetDateTime;

use crate::domain::{CancelReason, Email, Money, OrderId, PaperId, ShippingAddress};
use crate::dto::TotalParts;

/// What a mail about an order says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFacts {
    pub id: OrderId,
    pub number: i64,
    pub email: Email,
    pub created_at: OffsetDateTime,
    pub total: Money,
    pub parts: TotalParts,
    pub address: Option<ShippingAddress>,
    /// Who is billed; none: the same.
    pub billing: Option<ShippingAddress>,
    pub cancel_reason: Option<CancelReason>,
    pub was_paid: bool,
    /// Money came in that does not pay it, and goes back.
    pub has_flawed_money: bool,
    /// Of the money that paid it, as far as that is done.
    pub given_back: Money,
    /// It waits so long to be paid; none: it does not.
    pub pay_until: Option<OffsetDateTime>,
    /// It was placed without an account, whoever has it now.
    pub placed_by_guest: bool,
    /// Name with options, quantity, line total.
    pub items: Vec<(String, u32, Money)>,
    /// Its invoice and that one's number.
    pub invoice: Option<(PaperId, String)>,
}

impl OrderFacts {
    /// Nobody brings it: it is picked up at the shop.
    pub(super) fn is_collected(&self) -> bool {
        self.parts.shipping.as_ref().is_some_and(|shipping| shipping.pick_up)
    }

    pub(super) fn is_sent(&self) -> bool {
        self.parts.shipping.as_ref().is_some_and(|shipping| !shipping.pick_up)
    }
}

/// What a mail about a parcel says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParcelFacts {
    /// A code that the shop knows, or a name.
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    /// Name with options, quantity.
    pub items: Vec<(String, u32)>,
}
