//! Idempotency keys and the answers kept with them.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::OrderId;
use crate::usecase::{IdempotencyKeys, KeptAnswers, KeyOwner, KeyUse, Result};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx};

/// The columns `user_id` and `guest_id`, of which one is null.
pub(super) const fn columns(owner: KeyOwner) -> (Option<Uuid>, Option<Uuid>) {
    match owner {
        KeyOwner::User(user) => (Some(user.0), None),
        KeyOwner::Guest(cart) => (None, Some(cart.0)),
    }
}

impl KeptAnswers for PgStore {
    async fn kept_answer(&self, owner: KeyOwner, key: &str) -> Result<Option<String>> {
        let (user, guest) = columns(owner);
        let answer: Option<Option<String>> = sqlx::query_scalar(
            "select answer from idempotency_keys where (user_id = $1 or guest_id = $2) and key = $3",
        )
        .bind(user)
        .bind(guest)
        .bind(key)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(answer.flatten())
    }

    async fn keep_answer(&self, owner: KeyOwner, key: &str, answer: &str) -> Result<String> {
        let (user, guest) = columns(owner);
        sqlx::query_scalar(
            "update idempotency_keys set answer = coalesce(answer, $3)
             where (user_id = $1 or guest_id = $4) and key = $2 returning answer",
        )
        .bind(user)
        .bind(key)
        .bind(answer)
        .bind(guest)
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }
}

impl IdempotencyKeys for PgTx {
    async fn take_key(
        &mut self,
        owner: KeyOwner,
        key: &str,
        request: &str,
        order: Option<OrderId>,
        now: OffsetDateTime,
    ) -> Result<KeyUse> {
        let (user, guest) = columns(owner);
        let taken = sqlx::query(
            "insert into idempotency_keys (user_id, key, request, order_id, created_at, guest_id)
             values ($1, $2, sha256(convert_to($3, 'UTF8')), $4, $5, $6)
             on conflict do nothing",
        )
        .bind(user)
        .bind(key)
        .bind(request)
        .bind(order.map(|id| id.0))
        .bind(now)
        .bind(guest)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        if taken.rows_affected() == 1 {
            return Ok(KeyUse::First);
        }
        let (same, order): (bool, Option<Uuid>) = sqlx::query_as(
            "select request = sha256(convert_to($3, 'UTF8')), order_id from idempotency_keys
             where (user_id = $1 or guest_id = $4) and key = $2",
        )
        .bind(user)
        .bind(key)
        .bind(request)
        .bind(guest)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(if same { KeyUse::Again(order.map(OrderId)) } else { KeyUse::ForSomethingElse })
    }
}
