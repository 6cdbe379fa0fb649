//! Writing orders: batches by `unnest`, so that a hundred orders cost as many statements as one.

use rust_decimal::Decimal;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{CancelReason, CartId, Email, OrderId, OrderStatus, ReservationState, ShippingAddress, UserId};
use crate::usecase::{
    EarlierOrder, Error, LockedOrder, OrderChange, OrderFacts, OrderPlace, OrderPlaces, Orders, PaymentEnd, Result,
    SettledPayment, customer_key,
};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, sold_for, to_i32, unknown_word};
use super::{again, facts, guests, payments};

#[derive(sqlx::FromRow)]
pub(super) struct LockedRow {
    id: Uuid,
    number: i64,
    user_id: Option<Uuid>,
    cart_id: Option<Uuid>,
    status: String,
    reservation: String,
    currency: String,
    total: Decimal,
}

impl Orders for PgTx {
    async fn set_cart_address(
        &mut self,
        cart: CartId,
        address: &ShippingAddress,
        billing: Option<&ShippingAddress>,
    ) -> Result<()> {
        sqlx::query("update carts set shipping_address = $2, billing_address = $3 where id = $1")
            .bind(cart.0)
            .bind(Json(address))
            .bind(billing.map(Json))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn set_cart_email(&mut self, cart: CartId, email: &Email) -> Result<()> {
        sqlx::query("update carts set email = $2, customer_key = $3 where id = $1")
            .bind(cart.0)
            .bind(email.as_str())
            .bind(customer_key(email))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn lock_orders(&mut self, ids: &[OrderId]) -> Result<Vec<LockedOrder>> {
        // `no key`: rows that refer to the order may be written meanwhile.
        let rows: Vec<LockedRow> = sqlx::query_as(
            "select o.id, o.number, o.user_id, o.cart_id, o.status, o.reservation, o.currency, o.total
             from (select distinct id from unnest($1::uuid[]) as every (id)) asked join orders o on o.id = asked.id
             order by o.id for no key update of o",
        )
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        rows.into_iter().map(LockedRow::order).collect()
    }

    async fn lock_expired(&mut self, now: OffsetDateTime, most: u32) -> Result<Vec<LockedOrder>> {
        let rows: Vec<LockedRow> = sqlx::query_as(
            "select id, number, user_id, cart_id, status, reservation, currency, total from orders o
             where status = 'pending' and reservation = 'reserved' and expires_at <= $1
                and not exists (select 1 from payments p where p.order_id = o.id and p.state = 'started')
             order by expires_at limit $2
             for no key update of o skip locked",
        )
        .bind(now)
        .bind(to_i32(most))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        // A payment that began while they were being locked is seen now.
        let paying: Vec<Uuid> =
            sqlx::query_scalar("select order_id from payments where order_id = any($1) and state = 'started'")
                .bind(rows.iter().map(|row| row.id).collect::<Vec<_>>())
                .fetch_all(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        rows.into_iter().filter(|row| !paying.contains(&row.id)).map(LockedRow::order).collect()
    }

    async fn save_orders(&mut self, changes: &[OrderChange], now: OffsetDateTime) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let said = changes.iter().flat_map(|c| c.history.iter().map(|kind| (c.id.0, *kind)));
        let (told_of, told): (Vec<Uuid>, Vec<&str>) = said.unzip();
        let saved: i64 = sqlx::query_scalar(
            "with changed as (
                update orders o
                set status = c.new, reservation = c.reservation, updated_at = $6,
                    cancel_reason = coalesce(c.reason, o.cancel_reason), expires_at = coalesce(c.expires, o.expires_at)
                from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $9::timestamptz[])
                    as c (id, old, new, reservation, reason, expires)
                where o.id = c.id and o.status = c.old
                returning o.id
            ), told as (
                insert into order_events (order_id, kind, at)
                select t.id, t.kind, $6 from unnest($7::uuid[], $8::text[]) with ordinality as t (id, kind, place)
                order by t.place
            )
            select count(*) from changed",
        )
        .bind(changes.iter().map(|c| c.id.0).collect::<Vec<_>>())
        .bind(changes.iter().map(|c| c.from.as_str()).collect::<Vec<_>>())
        .bind(changes.iter().map(|c| c.to.as_str()).collect::<Vec<_>>())
        .bind(changes.iter().map(|c| c.reservation.as_str()).collect::<Vec<_>>())
        .bind(changes.iter().map(|c| c.cancel_reason.map(CancelReason::as_str)).collect::<Vec<_>>())
        .bind(now)
        .bind(told_of)
        .bind(told)
        .bind(changes.iter().map(|c| c.expires_at).collect::<Vec<_>>())
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        if usize::try_from(saved).is_ok_and(|n| n == changes.len()) {
            return Ok(());
        }
        Err(Error::Broken(anyhow::anyhow!("{saved} of {} locked orders were saved", changes.len())))
    }

    async fn earlier_order(&mut self, id: OrderId) -> Result<Option<EarlierOrder>> {
        again::earlier_order(self, id).await
    }

    async fn settle_payment(&mut self, settled: &SettledPayment) -> Result<PaymentEnd> {
        payments::settle(&mut *self.tx, settled).await
    }

    async fn order_facts(&mut self, ids: &[OrderId]) -> Result<Vec<OrderFacts>> {
        facts::read(&mut *self.tx, ids).await
    }

    async fn take_order(&mut self, order: OrderId, user: UserId) -> Result<bool> {
        guests::take_one(self, order, user).await
    }

    async fn take_orders_of_cart(&mut self, cart: CartId, user: UserId) -> Result<()> {
        guests::take_of_cart(self, cart, user).await
    }
}

impl OrderPlaces for PgTx {
    async fn order_place(&mut self, id: OrderId) -> Result<Option<OrderPlace>> {
        let found: Option<(Option<Json<ShippingAddress>>, bool, bool)> = sqlx::query_as(
            "select o.shipping_address, o.packed_at is not null, exists (select from shipments s where s.order_id = o.id)
             from orders o where o.id = $1",
        )
        .bind(id.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|(address, is_packed, has_left)| OrderPlace {
            address: address.map(|Json(address)| address),
            is_packed,
            has_left,
        }))
    }

    async fn save_order_address(&mut self, id: OrderId, address: &ShippingAddress) -> Result<()> {
        sqlx::query("update orders set shipping_address = $2 where id = $1")
            .bind(id.0)
            .bind(Json(address))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }
}

impl LockedRow {
    pub(super) fn order(self) -> Result<LockedOrder> {
        Ok(LockedOrder {
            id: OrderId(self.id),
            number: self.number,
            user_id: self.user_id.map(UserId),
            cart_id: self.cart_id.map(CartId),
            status: OrderStatus::parse(&self.status).ok_or_else(|| unknown_word("orders.status", &self.status))?,
            reservation: ReservationState::parse(&self.reservation)
                .ok_or_else(|| unknown_word("orders.reservation", &self.reservation))?,
            total: sold_for(self.total, &self.currency)?,
        })
    }
}
