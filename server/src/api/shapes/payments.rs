//! Paying, and the attempts of an order.

use serde::{Deserialize, Serialize};
use shop::domain::PaymentState;
use shop::dto::PaymentView;
use shop::usecase::{OrderPayment, SandboxOutcome};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Money;

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
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    Started,
    Approved,
    Declined,
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
    #[schema(example = "sandbox")]
    pub provider: String,
    pub status: PaymentStatus,
    pub amount: Money,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl From<PaymentView> for Payment {
    fn from(payment: PaymentView) -> Self {
        let PaymentView { id, provider, state, amount, created_at } = payment;
        Self { id: id.0, provider, status: state.into(), amount: amount.into(), created_at }
    }
}
