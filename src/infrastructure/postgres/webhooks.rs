//! Webhooks of payment providers, stored until they are handled, and for a while after.

use time::OffsetDateTime;

use crate::usecase::{NewWebhook, Result, StoredWebhook, WebhookInbox};

use super::error::map_sqlx_error;
use super::{PgStore, to_i32};

impl WebhookInbox for PgStore {
    async fn store_webhook(&self, webhook: NewWebhook<'_>) -> Result<()> {
        sqlx::query(
            "insert into payment_webhooks (provider, event_id, body, received_at, next_at, money_back, traceparent)
             values ($1, $2, $3, $4, $4, $5, $6)
             on conflict on constraint payment_webhooks_once do nothing",
        )
        .bind(webhook.provider)
        .bind(webhook.event_id)
        .bind(webhook.body)
        .bind(webhook.at)
        .bind(webhook.is_money_back)
        .bind(webhook.traceparent)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn take_webhooks(
        &self,
        provider: &str,
        is_money_back: bool,
        now: OffsetDateTime,
        most: u32,
    ) -> Result<Vec<StoredWebhook>> {
        let rows: Vec<(String, String, OffsetDateTime, Option<String>)> = sqlx::query_as(
            "with due as (
                select provider, event_id, received_at from payment_webhooks
                where provider = $1 and handled_at is null and next_at <= $2 and money_back = $4
                order by received_at limit $3 for no key update skip locked
             ), taken as (
                update payment_webhooks w set attempts = w.attempts + 1,
                    next_at = $2 + least(interval '1 minute' * power(2, least(w.attempts, 10)), interval '1 hour')
                from due where w.provider = due.provider and w.event_id = due.event_id
                returning w.event_id, w.body, w.received_at, w.traceparent
             )
             select event_id, body, received_at, traceparent from taken order by received_at",
        )
        .bind(provider)
        .bind(now)
        .bind(to_i32(most))
        .bind(is_money_back)
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let stored =
            |(event_id, body, received_at, traceparent)| StoredWebhook { event_id, body, received_at, traceparent };
        Ok(rows.into_iter().map(stored).collect())
    }

    async fn finish_webhook(
        &self,
        provider: &str,
        event_id: &str,
        note: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<()> {
        // Nobody reads it again, and it may tell who pays.
        sqlx::query(
            "update payment_webhooks set handled_at = $4, note = $3, body = '' where provider = $1 and event_id = $2",
        )
        .bind(provider)
        .bind(event_id)
        .bind(note)
        .bind(now)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
