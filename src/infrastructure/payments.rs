//! The sandbox: a payment provider that answers what it is told to, as test cards do. No money moves.

use crate::usecase::{BoxFuture, Charge, ChargeOutcome, Payments, Result, SandboxOutcome};

#[derive(Debug, Clone, Copy, Default)]
pub struct SandboxPayments;

impl Payments for SandboxPayments {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn charge(&self, charge: Charge) -> BoxFuture<'_, Result<ChargeOutcome>> {
        let outcome = match charge.sandbox {
            SandboxOutcome::Approve => ChargeOutcome::Approved { reference: format!("sandbox-{}", charge.payment) },
            SandboxOutcome::Decline => ChargeOutcome::Declined,
        };
        Box::pin(std::future::ready(Ok(outcome)))
    }
}
