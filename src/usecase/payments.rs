//! Taking money: what the shop asks of a payment provider, and what it hears from one. What the provider says decides, never
//! the browser.

use std::str::FromStr;

use rust_decimal::Decimal;
use time::OffsetDateTime;

use crate::domain::{Currency, Money, OrderId, PaymentId, Problem, RefundId, RefundState, Refusal};

use super::{BoxFuture, Error, Result};

/// One attempt to pay, as the provider is asked for it. The same attempt is asked for in the same words, by whatever
/// process and however often: `payment` is the provider's idempotency key.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub payment: PaymentId,
    pub order: OrderId,
    /// The order's, as people read it.
    pub number: i64,
    pub amount: Money,
    pub began_at: OffsetDateTime,
    /// When the order is given up.
    pub expires_at: OffsetDateTime,
    /// Where the shopper comes back to, whatever they did.
    pub return_url: String,
    /// The provider's name for its page, once it was told.
    pub checkout: Option<String>,
    /// When it is asked.
    pub asked_at: OffsetDateTime,
}

/// The provider's page for an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    pub id: String,
    pub url: String,
}

/// What a provider for tests is told to answer, as a test card would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SandboxOutcome {
    Approve,
    Decline,
}

impl FromStr for SandboxOutcome {
    type Err = Refusal;

    /// As the API says it.
    fn from_str(text: &str) -> std::result::Result<Self, Refusal> {
        match text {
            "approve" => Ok(Self::Approve),
            "decline" => Ok(Self::Decline),
            _ => Err(Refusal::field("outcome", Problem::NotAChoice)),
        }
    }
}

/// What the provider says of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeOutcome {
    /// Nothing is decided yet.
    Open,
    /// The money is ours: the provider's name for it, and how much it is.
    Approved {
        reference: String,
        received: Money,
    },
    Declined,
    /// Nobody paid in time. Its page is closed; money may still come, if it was under way.
    Expired,
}

/// What a provider's webhook says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentNews {
    pub payment: PaymentId,
    pub outcome: ChargeOutcome,
}

/// What a provider's webhook tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderNews {
    Payment(PaymentNews),
    /// Something of this payment, by the provider's name for it, went back: what, it is asked.
    MoneyBack {
        reference: String,
    },
}

/// Money of a payment that went back, or may, as its provider has it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRefund {
    /// The provider's name for it.
    pub reference: String,
    /// Ours, where we asked for it.
    pub refund: Option<RefundId>,
    pub amount: Money,
    pub state: RefundState,
    /// The buyer's bank took it back, or wants to.
    pub is_dispute: bool,
}

/// Why a webhook is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadWebhook {
    #[error("it is not signed")]
    Unsigned,
    #[error("its signature is not this provider's")]
    Forged,
    #[error("it was signed more than five minutes ago, or later than now")]
    Stale,
    #[error("it is not what this provider sends")]
    Malformed,
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
    /// It is not given back, for a reason that may lie in the shop's account there, and pass.
    RefusedForNow,
}

pub trait Payments: Send + Sync + 'static {
    /// The provider's name, as it is kept with the payment and stands in the address of its webhooks.
    fn name(&self) -> &'static str;

    /// Where its page may lie, as a source of a content security policy; none: in the shop itself.
    fn page_origin(&self) -> Option<&str> {
        None
    }

    /// What amounts of this currency have to be multiples of; none: it takes all that the currency has.
    fn step(&self, currency: Currency) -> Option<Decimal> {
        let _ = currency;
        None
    }

    fn takes(&self, amount: Money) -> bool {
        self.step(amount.currency()).is_none_or(|step| amount.is_multiple_of(step))
    }

    /// Opens the provider's page for an attempt: always the same one for the same attempt.
    ///
    /// # Errors
    /// `Unavailable` when the provider does not answer within 10 s; `NotTakenOnline` when it has no page for this attempt,
    /// and will have none.
    fn begin(&self, attempt: Attempt) -> BoxFuture<'_, Result<Checkout>>;

    /// Whether it charges without a page, as it is told to: no money moves.
    fn is_sandbox(&self) -> bool {
        false
    }

    /// Charges without a page, as a provider for tests is told to: the first answer holds.
    ///
    /// # Errors
    /// `Invalid` with `outcome`: this provider takes real money and is told nothing.
    fn charge(&self, attempt: Attempt, told: SandboxOutcome) -> BoxFuture<'_, Result<ChargeOutcome>> {
        let _ = (attempt, told);
        Box::pin(std::future::ready(Err(Error::Refused(Refusal::field("outcome", Problem::NotAChoice)))))
    }

    /// What came of an attempt so far.
    ///
    /// # Errors
    /// `Unavailable` when the provider does not answer within 10 s.
    fn look_up(&self, attempt: Attempt) -> BoxFuture<'_, Result<ChargeOutcome>>;

    /// Looks up what came of an attempt, and ends it if nothing did: its page takes no money afterwards, not even by a
    /// charge whose request is still under way.
    ///
    /// # Errors
    /// `Unavailable` when the provider does not answer within 10 s.
    fn expire(&self, attempt: Attempt) -> BoxFuture<'_, Result<ChargeOutcome>>;

    /// Gives back once, however often it is asked with the same `refund`: the first answer holds.
    ///
    /// # Errors
    /// `Unavailable` when the provider does not answer within 10 s.
    fn refund(&self, request: RefundRequest) -> BoxFuture<'_, Result<RefundOutcome>>;

    /// All that went back of a payment, whoever began it, by the provider's name for it.
    ///
    /// # Errors
    /// `Unavailable` when the provider does not answer within 10 s.
    fn refunds_of(&self, reference: String) -> BoxFuture<'_, Result<Vec<ProviderRefund>>> {
        let _ = reference;
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// Whether the provider answers, and takes us for who we are; nothing is changed there.
    ///
    /// # Errors
    /// `Unavailable` when it does not answer within 10 s, and what it says to a key that it does not know.
    fn try_account(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// The header that has a webhook's signature, in lower case.
    fn signature_header(&self) -> &'static str;

    /// Checks a webhook as it came, and answers the provider's id of it.
    ///
    /// # Errors
    /// Why it is not taken.
    fn check_webhook(
        &self,
        signature: Option<&str>,
        body: &str,
        now: OffsetDateTime,
    ) -> std::result::Result<String, BadWebhook>;

    /// What a webhook that was checked says; none: nothing that the shop acts on.
    ///
    /// # Errors
    /// `Malformed`.
    fn read_webhook(&self, body: &str) -> std::result::Result<Option<ProviderNews>, BadWebhook>;
}
