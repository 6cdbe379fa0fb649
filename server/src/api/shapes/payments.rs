//! Paying, and the attempts of an order.

use serde::{Deserialize, Serialize};
use shop::domain::{Currency, PaymentFlaw, PaymentState, Refusal};
use shop::dto::{PaymentForm, PaymentView};
use shop::usecase::{OrderPayment, SandboxOutcome};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Money, PriceInput};

/// What a provider for tests is told to say, as a test card would
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Approve,
    Decline,
}

impl From<Outcome> for SandboxOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Approve => Self::Approve,
            Outcome::Decline => Self::Decline,
        }
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPayment {
    /// Left out: the answer's `redirect_url` leads to the provider's page
    pub outcome: Option<Outcome>,
    /// Left out: by the provider
    pub method: Option<Method>,
}

/// How it is paid without the provider, where the shop offers it
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By bank transfer or at pick-up; the order waits for it as long as `manual_payment` says
    Manual,
}

/// Money that staff have seen
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecordedPayment {
    pub amount: PriceInput,
    /// What it is found by: a line of a statement, a receipt. The same again records nothing new
    #[schema(min_length = 1, max_length = 100, example = "2026-11-28 transfer 4711")]
    pub reference: String,
}

impl NewRecordedPayment {
    pub fn form(self, currency: Currency) -> Result<PaymentForm, Refusal> {
        Ok(PaymentForm { amount: self.amount.read("amount", currency)?, reference: self.reference })
    }
}

/// By bank transfer or at pick-up
#[derive(Debug, Serialize, ToSchema)]
pub struct ManualPayment {
    /// The shop's words, in lines
    pub instructions: String,
    /// How long an order waits for it
    pub days: u32,
    /// Since when this one is to be paid so. Null: it is only offered
    #[serde(with = "time::serde::rfc3339::option")]
    pub chosen_at: Option<OffsetDateTime>,
}

impl ManualPayment {
    pub fn of(manual: shop::domain::ManualPayment, chosen_at: Option<OffsetDateTime>) -> Self {
        Self { instructions: manual.instructions, days: manual.days, chosen_at }
    }
}

/// Why money that came in does not pay the order and is given back: of another amount, after the order had ended, or after
/// it was paid
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    Amount,
    Late,
    Second,
}

impl From<PaymentFlaw> for Flaw {
    fn from(flaw: PaymentFlaw) -> Self {
        match flaw {
            PaymentFlaw::Amount => Self::Amount,
            PaymentFlaw::Late => Self::Late,
            PaymentFlaw::Second => Self::Second,
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    Started,
    Approved,
    Declined,
    /// The money came in, does not pay the order, and is given back
    NotAccepted,
}

impl From<PaymentState> for PaymentStatus {
    fn from(state: PaymentState) -> Self {
        match state {
            PaymentState::Started => Self::Started,
            PaymentState::Approved => Self::Approved,
            PaymentState::Declined => Self::Declined,
        }
    }
}

/// The attempt that was made
#[derive(Debug, Serialize, ToSchema)]
pub struct MadePayment {
    pub id: Uuid,
    pub status: PaymentStatus,
    pub amount: Money,
}

impl From<&OrderPayment> for MadePayment {
    fn from(payment: &OrderPayment) -> Self {
        Self { id: payment.payment.0, status: payment.state.into(), amount: payment.amount.into() }
    }
}

/// An attempt to pay
#[derive(Debug, Serialize, ToSchema)]
pub struct Payment {
    pub id: Uuid,
    /// `manual` without one
    #[schema(example = "sandbox")]
    pub provider: String,
    pub status: PaymentStatus,
    /// Only where it is `not_accepted`
    pub flaw: Option<Flaw>,
    pub amount: Money,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl From<PaymentView> for Payment {
    fn from(payment: PaymentView) -> Self {
        let PaymentView { id, provider, state, flaw, amount, created_at } = payment;
        let flaw = flaw.map(Flaw::from);
        let status = if flaw.is_some() { PaymentStatus::NotAccepted } else { state.into() };
        Self { id: id.0, provider, status, flaw, amount: amount.into(), created_at }
    }
}
