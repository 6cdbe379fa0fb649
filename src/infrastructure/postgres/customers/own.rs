//! What somebody has of the shop about themselves: the file with all of it, and that it goes.

use serde_json::Value;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{CartId, OrderId, PersonId, UserId};
use crate::dto::PrivacyView;
use crate::usecase::{DataExportJob, PrivacyViews, PrivacyWrites, Result};

use super::super::error::map_sqlx_error;
use super::super::reviews;
use super::super::{PgStore, PgTx, to_i32, to_u32};
use super::export;

/// `id` of the orders of an account `u`: those that it placed, and those of a guest with its address where it has shown that this
/// is its own.
macro_rules! orders_of_account {
    () => {
        "(select p.id from orders p where p.user_id = u.id
          union
          select g.id from orders g
          where u.email_verified_at is not null and g.user_id is null and g.anonymised_at is null
            and lower(g.email) = lower(u.email::text))"
    };
}

impl PrivacyViews for PgStore {
    async fn privacy_view(&self, user: UserId, now: OffsetDateTime) -> Result<Option<PrivacyView>> {
        let found: Option<Json<PrivacyView>> = sqlx::query_scalar(concat!(
            "select json_build_object('is_verified', u.email_verified_at is not null, 'is_staff', u.role = 'staff',
                'under_way', coalesce((select json_agg(o.number order by o.number) from ",
            orders_of_account!(),
            " theirs join orders o on o.id = theirs.id where (o.status not in ('completed', 'cancelled') or ",
            is_unfinished!(),
            ")), '[]'),
                'export', (select json_build_object('state', e.state, 'asked_at', e.asked_at, 'expires_at', e.expires_at)
                    from data_exports e where e.user_id = u.id and (e.expires_at is null or e.expires_at > $2)))
             from users u where u.id = $1"
        ))
        .bind(user.0)
        .bind(now)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|json| json.0))
    }

    async fn data_export(&self, user: UserId, now: OffsetDateTime) -> Result<Option<Vec<u8>>> {
        sqlx::query_scalar(
            "select content from data_exports where user_id = $1 and state = 'ready' and expires_at > $2",
        )
        .bind(user.0)
        .bind(now)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }

    async fn own_data(&self, user: UserId) -> Result<Option<Value>> {
        export::read(self, PersonId(user.0)).await
    }

    async fn request_data_export(&self, user: UserId, now: OffsetDateTime, last_before: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "insert into data_exports as e (user_id, asked_at)
             select u.id, $2::timestamptz from users u where u.id = $1
             on conflict (user_id) do update set state = 'waiting', content = null, tries = 0, taken_until = null,
                asked_at = excluded.asked_at, expires_at = null
                where e.state = 'failed' or (e.state = 'ready' and (e.asked_at <= $3 or e.expires_at <= $2))",
        )
        .bind(user.0)
        .bind(now)
        .bind(last_before)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn take_data_export(&self, now: OffsetDateTime, until: OffsetDateTime) -> Result<Option<DataExportJob>> {
        let taken: Option<(Uuid, i32)> = sqlx::query_as(
            "update data_exports e set tries = e.tries + 1, taken_until = $2
             where e.user_id = (
                select q.user_id from data_exports q
                where q.state = 'waiting' and (q.taken_until is null or q.taken_until <= $1)
                order by q.asked_at limit 1 for update skip locked)
             returning e.user_id, e.tries",
        )
        .bind(now)
        .bind(until)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(taken.map(|(user, tries)| DataExportJob { user: UserId(user), tries: to_u32(tries.into()) }))
    }

    async fn fail_data_export(&self, job: DataExportJob, until: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "update data_exports set state = 'failed', expires_at = $3
             where user_id = $1 and tries = $2 and state = 'waiting'",
        )
        .bind(job.user.0)
        .bind(to_i32(job.tries))
        .bind(until)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}

impl PrivacyWrites for PgTx {
    async fn finish_data_export(&mut self, job: DataExportJob, content: &[u8], until: OffsetDateTime) -> Result<bool> {
        let done = sqlx::query(
            "update data_exports set state = 'ready', content = $3, expires_at = $4
             where user_id = $1 and tries = $2 and state = 'waiting'",
        )
        .bind(job.user.0)
        .bind(to_i32(job.tries))
        .bind(content)
        .bind(until)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn orders_of_account(&mut self, user: UserId) -> Result<Vec<OrderId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(concat!(
            "select theirs.id from users u cross join lateral ",
            orders_of_account!(),
            " theirs where u.id = $1 order by theirs.id"
        ))
        .bind(user.0)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(OrderId).collect())
    }

    async fn close_account(
        &mut self,
        user: UserId,
        carts: &[CartId],
        orders: &[OrderId],
        now: OffsetDateTime,
    ) -> Result<()> {
        let ids = orders.iter().map(|id| id.0).collect::<Vec<_>>();
        reviews::forget(self, &ids).await?;
        sqlx::query(
            "with emptied as (delete from carts where user_id = $1)
             update orders set user_id = null, cart_id = null, account_closed_at = $3, updated_at = $3 where id = any($2)",
        )
        .bind(user.0)
        .bind(&ids)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        // By the address alone where they have shown that it is theirs.
        sqlx::query(
            "with theirs as (
                select u.email from users u where u.id = $1 and u.email_verified_at is not null
             ), invited as (delete from staff_invitations i using theirs t where i.email = t.email),
                wished as (delete from stock_wishes w using theirs t where w.email = t.email),
                unasked as (delete from review_refusals f using theirs t where f.email = t.email),
                left_behind as (delete from carts c using theirs t
                    where c.id = any($4) and lower(c.email) = lower(t.email::text)),
                about_them as (delete from customer_notes n using theirs t where n.email = lower(t.email::text))
             update email_messages m set recipient = '', subject = '', body = '', content = null, last_error = null,
                stripped_at = $3, updated_at = $3,
                state = case when m.state = 'queued' then 'refused' else m.state end
             where m.user_id = $1 or m.about = any($2)
                or lower(m.recipient) in (select lower(t.email::text) from theirs t)",
        )
        .bind(user.0)
        .bind(&ids)
        .bind(now)
        .bind(carts.iter().map(|id| id.0).collect::<Vec<_>>())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        // Sessions, links of mail, addresses, keys, wishes, the file of their data, notes and promotions of their own go along.
        sqlx::query("delete from users where id = $1")
            .bind(user.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }
}

/// Takes the person out of orders from before this, whose account was closed; answers of how many.
pub(in super::super) async fn anonymise_closed(
    store: &PgStore,
    before: OffsetDateTime,
    now: OffsetDateTime,
    most: u32,
) -> Result<u64> {
    let done = sqlx::query(concat!(
        // As of whom staff have made nobody.
        "with ended as materialized (
            select o.id from orders o
            where o.account_closed_at is not null and o.anonymised_at is null and o.created_at < $1
                and o.status in ('completed', 'cancelled') and not ",
        is_unfinished!(),
        " order by o.created_at limit $3 for no key update of o skip locked
         ), uses as (
            update order_discounts set customer_key = order_id::text
            where order_id in (select id from ended) and customer_key is not null
         ), known as (
            select distinct on (k.key) k.key, k.id, k.email from (
                select o.id, o.email, encode(sha256(convert_to(lower(o.email collate \"C\"), 'UTF8')), 'hex') as key
                from orders o where o.id in (select id from ended)) k
            where not exists (select from users u where u.email = k.email::citext)
                and not exists (select from orders x where lower(x.email) = lower(k.email)
                    and x.id not in (select id from ended))
            order by k.key, k.id
         ), counted as (
            update promotion_uses u set customer_key = k.id::text from known k where u.customer_key = k.key
         ), unasked as (
            delete from review_refusals f using known k where f.email = k.email::citext
         ), ",
        forgotten_reviews!("any(array(select id from ended))"),
        ", noted as (delete from order_notes where order_id in (select id from ended)),
            said as (update returns set reason = '', answer = null where order_id in (select id from ended)),
            told as (
                update email_messages set recipient = '', subject = '', body = '', content = null, last_error = null,
                    stripped_at = $2, updated_at = $2,
                    state = case when state = 'queued' then 'refused' else state end
                where about in (select id from ended) and stripped_at is null
            )
         update orders o set user_id = null, cart_id = null, email = o.id::text || '@anonymised.invalid',
            shipping_address = ",
        country_of!("o.shipping_address"),
        ", billing_address = ",
        country_of!("o.billing_address"),
        ", anonymised_at = $2, updated_at = $2 from ended where o.id = ended.id"
    ))
    .bind(before)
    .bind(now)
    .bind(to_i32(most))
    .execute(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(done.rows_affected())
}
