//! Removing what is old, a batch at a time: the oldest first, found by an index.

use time::OffsetDateTime;

use crate::usecase::{Housekeeper, Result, Stale};

use super::error::map_sqlx_error;
use super::{PgStore, to_i32};

impl Housekeeper for PgStore {
    async fn remove_stale(&self, kind: Stale, before: OffsetDateTime, now: OffsetDateTime, most: u32) -> Result<u64> {
        let statement = match kind {
            Stale::Mail => return self.strip_mail(before, now, most).await,
            Stale::Events => {
                "delete from outbox where position in (
                    select position from outbox where published_at < $1 and topic not like '%.dlq'
                    order by published_at limit $2)"
            }
            Stale::DeadLetters => {
                "delete from outbox where position in (
                    select position from outbox where topic like '%.dlq' and replayed_at < $1
                    order by position limit $2)"
            }
            Stale::Inbox => {
                "delete from consumer_inbox where (consumer, event_id) in (
                    select consumer, event_id from consumer_inbox where handled_at < $1 order by handled_at limit $2)"
            }
            Stale::IdempotencyKeys => {
                "delete from idempotency_keys where ctid = any(array(
                    select ctid from idempotency_keys where created_at < $1 order by created_at limit $2))"
            }
            Stale::Sessions => {
                "delete from sessions where id_hash in (
                    select id_hash from sessions where expires_at < $1 order by expires_at limit $2)"
            }
            Stale::Webhooks => {
                "delete from payment_webhooks where (provider, event_id) in (
                    select provider, event_id from payment_webhooks where received_at < $1
                    order by received_at limit $2)"
            }
            Stale::Invitations => {
                "delete from staff_invitations where expires_at < $1 and id in (
                    select id from staff_invitations where expires_at < $1
                    order by expires_at limit $2 for update skip locked)"
            }
            Stale::WebhookDeliveries => {
                "delete from webhook_deliveries where position in (
                    select position from webhook_deliveries where created_at < $1 order by created_at limit $2)"
            }
            // A cart that somebody touches meanwhile is locked, and is not old any more.
            Stale::Carts => {
                "delete from carts where user_id is null and updated_at < $1 and id in (
                    select id from carts where user_id is null and updated_at < $1
                    order by updated_at limit $2 for update skip locked)"
            }
        };
        let done =
            sqlx::query(statement).bind(before).bind(to_i32(most)).execute(&self.pool).await.map_err(map_sqlx_error)?;
        Ok(done.rows_affected())
    }
}

impl PgStore {
    async fn strip_mail(&self, before: OffsetDateTime, now: OffsetDateTime, most: u32) -> Result<u64> {
        let done = sqlx::query(
            "update email_messages set recipient = '', subject = '', body = '', content = null, last_error = null,
                stripped_at = $2
             where id in (
                select id from email_messages
                where created_at < $1 and stripped_at is null and state in ('accepted', 'refused', 'uncertain')
                order by created_at limit $3)",
        )
        .bind(before)
        .bind(now)
        .bind(to_i32(most))
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected())
    }
}
