//! Taking money: what the shop asks of a payment provider. What the provider answers decides, never the browser.

use std::str::FromStr;

use crate::domain::{Money, OrderId, PaymentId, Problem, RefundId, Refusal};

use super::{BoxFuture, Result};

/// One attempt to charge. `payment` is the provider's idempotency key.
#[derive(Debug, Clone)]
pub struct Charge {
    pub payment: PaymentId,
    pub order: OrderId,
    pub amount: Money,
    /// What the sandbox was told to answer, as a test card would.
    pub sandbox: SandboxOutcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SandboxOutcome {
    Approve,
    Decline,
}

impl FromStr for SandboxOutcome {
    type Err = Refusal;

    /// As the form of the order page says it.
    fn from_str(text: &str) -> std::result::Result<Self, Refusal> {
        match text {
            "approve" => Ok(Self::Approve),
            "decline" => Ok(Self::Decline),
            _ => Err(Refusal::field("outcome", Problem::NotAChoice)),
        }
    }
}

/// What the provider said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeOutcome {
    /// The money is ours; the provider's name for it.
    Approved {
        reference: String,
    },
    Declined,
}

/// Money to give back. `refund` is the provider's idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRequest {
    pub refund: RefundId,
    pub payment: PaymentId,
    /// The provider's name for the payment.
    pub reference: String,
    /// At most what is left of the payment.
    pub amount: Money,
}

/// What the provider said of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundOutcome {
    /// It is on its way back; the provider's name for it.
    Done { reference: String },
    /// It is not given back, and will not be under this name.
    Refused,
}

pub trait Payments: Send + Sync + 'static {
    /// The provider's name, as it is kept with the payment: `sandbox`.
    fn name(&self) -> &'static str;

    /// Charges once, however often it is asked with the same `payment`: the first answer holds.
    ///
    /// # Errors
    /// `Unavailable` when the provider does not answer within 10 s.
    fn charge(&self, charge: Charge) -> BoxFuture<'_, Result<ChargeOutcome>>;

    /// Looks up what came of an attempt whose answer was lost, and ends it: `Approved` if it was by then, else `Declined`
    /// for good. Nothing is charged under its name afterwards, not even by a charge that is still under way.
    ///
    /// # Errors
    /// `Unavailable` when the provider does not answer within 10 s.
    fn void_charge(&self, payment: PaymentId) -> BoxFuture<'_, Result<ChargeOutcome>>;

    /// Gives back once, however often it is asked with the same `refund`: the first answer holds.
    ///
    /// # Errors
    /// `Unavailable` when the provider does not answer within 10 s.
    fn refund(&self, request: RefundRequest) -> BoxFuture<'_, Result<RefundOutcome>>;
}
