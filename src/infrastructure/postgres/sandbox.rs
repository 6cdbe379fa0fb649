//! What the sandbox provider remembers. Not the shop's books: nothing else reads it.

use crate::domain::PaymentId;
use crate::usecase::{RefundRequest, Result, SandboxOutcome};

use super::error::map_sqlx_error;
use super::{PgStore, unknown_word};

impl PgStore {
    /// Notes what is answered to a payment, if nothing was answered yet; the answer that holds.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn first_sandbox_outcome(&self, payment: PaymentId, wanted: SandboxOutcome) -> Result<SandboxOutcome> {
        // Setting it to what it is makes the row that is there come back, also one that was committed a moment ago.
        let outcome: String = sqlx::query_scalar(
            "insert into sandbox_charges as c (payment_id, outcome) values ($1, $2)
             on conflict (payment_id) do update set outcome = c.outcome
             returning outcome",
        )
        .bind(payment.0)
        .bind(match wanted {
            SandboxOutcome::Approve => "approved",
            SandboxOutcome::Decline => "declined",
        })
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        match outcome.as_str() {
            "approved" => Ok(SandboxOutcome::Approve),
            "declined" => Ok(SandboxOutcome::Decline),
            other => Err(unknown_word("sandbox_charges.outcome", other)),
        }
    }

    /// Notes what is answered to a refund, if nothing was answered yet; the answer that holds. Given back is what was
    /// charged.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn first_sandbox_refund(&self, request: &RefundRequest) -> Result<bool> {
        sqlx::query_scalar(
            "insert into sandbox_refunds as r (refund_id, payment_id, amount, outcome)
             select $1, $2, $3, case when exists
                (select from sandbox_charges c where c.payment_id = $2 and c.outcome = 'approved')
                then 'done' else 'refused' end
             on conflict (refund_id) do update set outcome = r.outcome
             returning outcome = 'done'",
        )
        .bind(request.refund.0)
        .bind(request.payment.0)
        .bind(request.amount.amount())
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }
}
