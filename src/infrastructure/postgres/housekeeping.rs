//! Removing what is old, a batch at a time: the oldest first, found by an index where there are many.

use time::OffsetDateTime;

use crate::usecase::{Housekeeper, Result, Stale};

use super::customers::anonymise_closed;
use super::error::map_sqlx_error;
use super::{PgStore, to_i32};

impl Housekeeper for PgStore {
    async fn remove_stale(&self, kind: Stale, before: OffsetDateTime, now: OffsetDateTime, most: u32) -> Result<u64> {
        let statement = match kind {
            Stale::Mail => return self.strip_mail(before, now, most).await,
            Stale::Sessions => return self.remove_sessions(before, most).await,
            Stale::ClosedAccounts => return anonymise_closed(self, before, now, most).await,
            Stale::DataExports => {
                "delete from data_exports where user_id in (
                    select user_id from data_exports where expires_at < $1 limit $2 for update skip locked)"
            }
            Stale::StockWishes => {
                "delete from stock_wishes where expires_at < $1 and id in (
                    select id from stock_wishes where expires_at < $1
                    order by expires_at limit $2 for update skip locked)"
            }
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
                "with forms as (delete from kept_forms where created_at < $1)
                 delete from idempotency_keys where ctid = any(array(
                    select ctid from idempotency_keys where created_at < $1 order by created_at limit $2))"
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
            Stale::AccountLinks => {
                "delete from account_links where expires_at < $1 and id in (
                    select id from account_links where expires_at < $1
                    order by expires_at limit $2 for update skip locked)"
            }
            // A cart that somebody touches meanwhile is locked, and is not old any more.
            Stale::Carts => {
                "delete from carts where user_id is null and updated_at < $1 and id in (
                    select id from carts where user_id is null and updated_at < $1
                    order by updated_at limit $2 for update skip locked)"
            }
            // In no order: an index would have to be written with every try, and the table is small.
            Stale::Tries => {
                "delete from tries where key in (
                    select key from tries where full_at < $1 limit $2 for update skip locked)"
            }
        };
        let done =
            sqlx::query(statement).bind(before).bind(to_i32(most)).execute(&self.pool).await.map_err(map_sqlx_error)?;
        Ok(done.rows_affected())
    }
}

impl PgStore {
    /// A guest's cart goes with the session that alone knew it: looked for by itself, each cart would be compared with all
    /// sessions. What was touched within a day, is being touched, or was ordered of by somebody who has no account goes when
    /// nobody has touched it for as long as any cart is kept.
    async fn remove_sessions(&self, before: OffsetDateTime, most: u32) -> Result<u64> {
        let gone: i64 = sqlx::query_scalar(
            "with gone as (
                delete from sessions where id_hash in (
                    select id_hash from sessions where expires_at < $1
                    order by expires_at limit $2 for update skip locked)
                returning case when (data ->> 'cart') ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                    then (data ->> 'cart')::uuid end as cart
             ), lost as (
                delete from carts where id in (
                    select c.id from carts c join gone g on g.cart = c.id
                    where c.user_id is null and c.updated_at < $1::timestamptz - interval '1 day'
                        and not exists (select 1 from orders o where o.cart_id = c.id and o.user_id is null)
                    for update of c skip locked)
             )
             select count(*) from gone",
        )
        .bind(before)
        .bind(to_i32(most))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(gone.unsigned_abs())
    }

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
