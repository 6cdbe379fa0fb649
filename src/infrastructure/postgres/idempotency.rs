//! Idempotency keys and the answers kept with them.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{OrderId, UserId};
use crate::usecase::{IdempotencyKeys, KeptAnswers, KeyUse, Result};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx};

impl KeptAnswers for PgStore {
    async fn kept_answer(&self, user: UserId, key: &str) -> Result<Option<String>> {
        let answer: Option<Option<String>> =
            sqlx::query_scalar("select answer from idempotency_keys where user_id = $1 and key = $2")
                .bind(user.0)
                .bind(key)
                .fetch_optional(&self.pool)
                .await
                .map_err(map_sqlx_error)?;
        Ok(answer.flatten())
    }
}

impl IdempotencyKeys for PgTx {
    async fn take_key(
        &mut self,
        user: UserId,
        key: &str,
        request: &str,
        order: Option<OrderId>,
        now: OffsetDateTime,
    ) -> Result<KeyUse> {
        let taken = sqlx::query(
            "insert into idempotency_keys (user_id, key, request, order_id, created_at)
             values ($1, $2, sha256(convert_to($3, 'UTF8')), $4, $5)
             on conflict (user_id, key) do nothing",
        )
        .bind(user.0)
        .bind(key)
        .bind(request)
        .bind(order.map(|id| id.0))
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        if taken.rows_affected() == 1 {
            return Ok(KeyUse::First);
        }
        let (same, order): (bool, Option<Uuid>) = sqlx::query_as(
            "select request = sha256(convert_to($3, 'UTF8')), order_id from idempotency_keys
             where user_id = $1 and key = $2",
        )
        .bind(user.0)
        .bind(key)
        .bind(request)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(if same { KeyUse::Again(order.map(OrderId)) } else { KeyUse::ForSomethingElse })
    }

    async fn keep_answer(&mut self, user: UserId, key: &str, answer: &str) -> Result<String> {
        sqlx::query_scalar(
            "update idempotency_keys set answer = coalesce(answer, $3) where user_id = $1 and key = $2
             returning answer",
        )
        .bind(user.0)
        .bind(key)
        .bind(answer)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }
}
