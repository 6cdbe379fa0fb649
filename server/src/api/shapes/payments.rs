//! Paying.

use serde::{Deserialize, Serialize};
use shop::domain::PaymentState;
use shop::usecase::{OrderPayment, SandboxOutcome};
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
pub enum State {
    Started,
    Approved,
    Declined,
}

impl From<PaymentState> for State {
    fn from(state: PaymentState) -> Self {
        match state {
            PaymentState::Started => Self::Started,
            PaymentState::Approved => Self::Approved,
            PaymentState::Declined => Self::Declined,
        }
    }
}

/// One attempt to pay
#[derive(Debug, Serialize, ToSchema)]
pub struct Payment {
    pub id: Uuid,
    #[schema(inline)]
    pub state: State,
    pub amount: Money,
}

impl From<&OrderPayment> for Payment {
    fn from(payment: &OrderPayment) -> Self {
        Self { id: payment.payment.0, state: payment.state.into(), amount: payment.amount.into() }
    }
}
