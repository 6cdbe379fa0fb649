//! What staff write about customers, and how one becomes nobody.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{CartId, OrderId, PersonId, UserId};
use crate::usecase::{CustomerNotes, CustomerWrites, LockedCustomer, NewCustomerNote, NoteOf, Result};

use super::super::PgTx;
use super::super::error::map_sqlx_error;
use super::super::reviews;

#[derive(FromRow)]
struct Row {
    user_id: Option<Uuid>,
    email: String,
    is_staff: bool,
}

/// The addresses, in small letters, of whoever is found by `$1`; of staff none.
macro_rules! addresses {
    () => {
        "(select lower(u.email::text) from users u where u.id = $1 and u.role <> 'staff'
            union
            select lower(o.email) from orders o where o.id = $1 and o.user_id is null and o.anonymised_at is null)"
    };
}

impl CustomerWrites for PgTx {
    async fn lock_traces(&mut self, id: PersonId) -> Result<Vec<CartId>> {
        let carts: Vec<Uuid> = sqlx::query_scalar(concat!(
            "select c.id from carts c where c.user_id is null and lower(c.email) in ",
            addresses!(),
            " order by c.id for update"
        ))
        .bind(id.0)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query(concat!(
            "select i.id from staff_invitations i where lower(i.email::text) in ",
            addresses!(),
            " for update"
        ))
        .bind(id.0)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(carts.into_iter().map(CartId).collect())
    }

    async fn lock_customer(&mut self, id: PersonId) -> Result<Option<LockedCustomer>> {
        // The cart first: so does whoever orders from it.
        sqlx::query(
            "select c.id from carts c where c.user_id in (
                select u.id from users u where u.id = $1
                union
                select a.id from orders o join users a on a.email = o.email::citext
                    where o.id = $1 and o.user_id is null and o.anonymised_at is null)
             order by c.id for update",
        )
        .bind(id.0)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let account: Option<Row> = sqlx::query_as(
            "select u.id as user_id, u.email::text as email, u.role = 'staff' as is_staff from users u where u.id in (
                select u.id from users u where u.id = $1
                union
                select a.id from orders o join users a on a.email = o.email::citext
                    where o.id = $1 and o.user_id is null and o.anonymised_at is null)
             for update of u",
        )
        .bind(id.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let found = match account {
            Some(account) => Some(account),
            None => sqlx::query_as(
                "select null::uuid as user_id, o.email, false as is_staff from orders o
                 where o.id = $1 and o.user_id is null and o.anonymised_at is null",
            )
            .bind(id.0)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?,
        };
        let locked =
            |row: Row| LockedCustomer { user: row.user_id.map(UserId), email: row.email, is_staff: row.is_staff };
        Ok(found.map(locked))
    }

    async fn orders_of_customer(&mut self, customer: &LockedCustomer) -> Result<Vec<OrderId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select o.id from orders o where o.user_id = $1
             union all
             select o.id from orders o where o.user_id is null and lower(o.email) = lower($2)",
        )
        .bind(customer.user.map(|id| id.0))
        .bind(&customer.email)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(OrderId).collect())
    }

    async fn unfinished_orders(&mut self, orders: &[OrderId]) -> Result<Vec<i64>> {
        sqlx::query_scalar(concat!(
            "select o.number from orders o where o.id = any($1) and ",
            is_unfinished!(),
            " order by o.number"
        ))
        .bind(orders.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }

    async fn anonymise_customer(
        &mut self,
        customer: &LockedCustomer,
        carts: &[CartId],
        orders: &[OrderId],
        now: OffsetDateTime,
    ) -> Result<()> {
        let (user, ids) = (customer.user.map(|id| id.0), orders.iter().map(|id| id.0).collect::<Vec<_>>());
        reviews::forget(self, &ids).await?;
        // Those that are locked: a guest who gives the address from now on is somebody new.
        sqlx::query("delete from carts where user_id = $1 or id = any($2)")
            .bind(user)
            .bind(carts.iter().map(|id| id.0).collect::<Vec<_>>())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        sqlx::query(concat!(
            "update orders o set user_id = null, cart_id = null, email = o.id::text || '@anonymised.invalid',
                shipping_address = ",
            country_of!("o.shipping_address"),
            ", billing_address = ",
            country_of!("o.billing_address"),
            ", anonymised_at = $2, updated_at = $2 where o.id = any($1)"
        ))
        .bind(&ids)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query(
            // Its uses of promotions stay counted, by the order's own id in the place of what its customer is known by: whoever
            // knows an address knows its hash.
            "with uses as (
                update order_discounts set customer_key = order_id::text
                where order_id = any($1) and customer_key is not null
             ), counted as (
                update promotion_uses set customer_key = coalesce(($1::uuid[])[1], $4::uuid)::text
                where customer_key = encode(sha256(convert_to(lower($2::text collate \"C\"), 'UTF8')), 'hex')
             ), invited as (delete from staff_invitations where lower(email::text) = lower($2)),
                noted as (delete from order_notes where order_id = any($1)),
                about_them as (delete from customer_notes where email = lower($2)),
                wished as (delete from stock_wishes where lower(email::text) = lower($2)),
                unasked as (delete from review_refusals where lower(email::text) = lower($2)),
                said as (update returns set reason = '', answer = null where order_id = any($1)),
                -- What was answered of their orders, kept for a day. What programs of the shop were is read through; what others
                -- were who ordered is theirs, and is all there is of a busy shop.
                repeated as (
                    update idempotency_keys set answer = null where answer is not null
                        and (order_id = any($1) or order_id is null and position(lower($2) in lower(answer)) > 0)
                )
             update email_messages m set recipient = '', subject = '', body = '', content = null, last_error = null,
                stripped_at = $3, updated_at = $3,
                state = case when m.state = 'queued' then 'refused' else m.state end
             where lower(m.recipient) = lower($2) or m.about = any($1) or m.user_id = $4",
        )
        .bind(&ids)
        .bind(&customer.email)
        .bind(now)
        .bind(user)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        // Sessions, links of mail, addresses, keys, kept forms, notes and promotions of their own go along.
        sqlx::query("delete from users where id = $1")
            .bind(user)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }
}

impl CustomerNotes for PgTx {
    async fn insert_customer_note(&mut self, note: &NewCustomerNote) -> Result<()> {
        let (user, email) = match &note.of {
            NoteOf::User(id) => (Some(id.0), None),
            NoteOf::Guest(email) => (None, Some(email.as_str())),
        };
        sqlx::query(
            "insert into customer_notes (id, user_id, email, author_id, text, created_at)
             values ($1, $2, lower($3), $4, $5, $6)",
        )
        .bind(note.id)
        .bind(user)
        .bind(email)
        .bind(note.by.0.0)
        .bind(&note.text)
        .bind(note.at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
