//! The sandbox: a payment provider that answers what it is told to, as test cards do. No money moves.
//!
//! Like any provider it remembers what it answered, outside the shop's transactions: the first answer to a payment holds,
//! whatever process asks again.

use crate::domain::PaymentId;
use crate::usecase::{
    BoxFuture, Charge, ChargeOutcome, Payments, RefundOutcome, RefundRequest, Result, SandboxOutcome,
};

use super::postgres::PgStore;

#[derive(Debug, Clone)]
pub struct SandboxPayments {
    memory: PgStore,
}

impl SandboxPayments {
    pub const fn new(memory: PgStore) -> Self {
        Self { memory }
    }

    async fn answer(&self, payment: PaymentId, wanted: SandboxOutcome) -> Result<ChargeOutcome> {
        Ok(match self.memory.first_sandbox_outcome(payment, wanted).await? {
            SandboxOutcome::Approve => ChargeOutcome::Approved { reference: format!("sandbox-{payment}") },
            SandboxOutcome::Decline => ChargeOutcome::Declined,
        })
    }
}

impl Payments for SandboxPayments {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn charge(&self, charge: Charge) -> BoxFuture<'_, Result<ChargeOutcome>> {
        Box::pin(self.answer(charge.payment, charge.sandbox))
    }

    fn void_charge(&self, payment: PaymentId) -> BoxFuture<'_, Result<ChargeOutcome>> {
        Box::pin(self.answer(payment, SandboxOutcome::Decline))
    }

    fn refund(&self, request: RefundRequest) -> BoxFuture<'_, Result<RefundOutcome>> {
        Box::pin(async move {
            Ok(match self.memory.first_sandbox_refund(&request).await? {
                true => RefundOutcome::Done { reference: format!("sandbox-{}", request.refund) },
                false => RefundOutcome::Refused,
            })
        })
    }
}
