//! Payments and refunds.

use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{OrderId, OrderStatus, PaymentId, PaymentState, ReservationState};
use crate::usecase::{NewPayment, OrderToPay, PaymentRow, Result, SettledPayment, StartedPayment};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, PgTx, sold_for, to_i32, unknown_word};
use super::owner::columns;

pub(super) async fn open(tx: &mut PgTx, order: OrderId) -> Result<Option<PaymentRow>> {
    let row: Option<(Uuid, String)> = sqlx::query_as(
        "select id, state from payments where order_id = $1 and state in ('started', 'approved') for update",
    )
    .bind(order.0)
    .fetch_optional(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    row.map(|(id, state)| Ok(PaymentRow { id: PaymentId(id), state: read_state(&state)? })).transpose()
}

pub(super) async fn abandoned(
    store: &PgStore,
    before: OffsetDateTime,
    now: OffsetDateTime,
    most: u32,
) -> Result<Vec<StartedPayment>> {
    let rows: Vec<(Uuid, Uuid, i64, Decimal, String)> = sqlx::query_as(
        "select p.id, p.order_id, o.number, p.amount, o.currency
         from payments p
         join orders o on o.id = p.order_id
         where p.state = 'started' and p.created_at < $1 and (o.status <> 'pending' or o.expires_at <= $2)
         order by p.created_at limit $3",
    )
    .bind(before)
    .bind(now)
    .bind(to_i32(most))
    .fetch_all(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    let row = |(id, order, number, amount, currency): (Uuid, Uuid, i64, Decimal, String)| {
        let amount = sold_for(amount, &currency)?;
        Ok(StartedPayment { id: PaymentId(id), order: OrderId(order), number, amount })
    };
    rows.into_iter().map(row).collect()
}

#[derive(sqlx::FromRow)]
struct ToPayRow {
    number: i64,
    status: String,
    reservation: String,
    currency: String,
    total: Decimal,
    payment: Option<Uuid>,
}

/// One that began while the order was waited for is not seen here, but is in the way of this one: then none is answered.
pub(super) async fn start(store: &PgStore, attempt: &NewPayment) -> Result<Option<OrderToPay>> {
    let (user, cart) = attempt.owner.map_or((None, None), columns);
    let (statuses, reservation) = &attempt.payable;
    let row: Option<ToPayRow> = sqlx::query_as(
        "with seen as (
            select id, number, status, reservation, currency, total from orders
            where id = $1 and ($2 or user_id = $3 or (user_id is null and cart_id = $4)) for no key update
        ), open as (
            select p.id from payments p join seen on seen.id = p.order_id where p.state in ('started', 'approved')
            for no key update of p
        ), started as (
            insert into payments (id, order_id, provider, amount, created_at)
            select $5, id, $6, total, $7 from seen
            where status = any($8) and reservation = $9 and not exists (select from open)
            on conflict do nothing returning id
        )
        select number, status, reservation, currency, total,
            coalesce((select id from open), (select id from started)) as payment
        from seen",
    )
    .bind(attempt.order.0)
    .bind(attempt.owner.is_none())
    .bind(user)
    .bind(cart)
    .bind(attempt.id.0)
    .bind(attempt.provider)
    .bind(attempt.at)
    .bind(statuses.iter().map(|status| status.as_str()).collect::<Vec<_>>())
    .bind(reservation.as_str())
    .fetch_optional(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    row.map(ToPayRow::order).transpose()
}

impl ToPayRow {
    fn order(self) -> Result<OrderToPay> {
        Ok(OrderToPay {
            number: self.number,
            status: OrderStatus::parse(&self.status).ok_or_else(|| unknown_word("orders.status", &self.status))?,
            reservation: ReservationState::parse(&self.reservation)
                .ok_or_else(|| unknown_word("orders.reservation", &self.reservation))?,
            total: sold_for(self.total, &self.currency)?,
            payment: self.payment.map(PaymentId),
        })
    }
}

/// The order first, then its payment; written only over `started`.
pub(super) async fn settle(store: &PgStore, settled: &SettledPayment) -> Result<bool> {
    let ((entry, event), (otherwise, refund)) = (&settled.paid, &settled.otherwise);
    let (from, to): (Vec<_>, Vec<_>) = settled.steps.iter().map(|(from, to)| (from.as_str(), to.as_str())).unzip();
    sqlx::query_scalar(
        "with seen as (
            select id, status from orders where id = $1 for no key update
        ), settled as (
            update payments p set state = $3, reference = $4, settled_at = $5
            from seen where p.id = $2 and p.order_id = seen.id and p.state = 'started' returning p.id
        ), outcome as (
            select seen.id, step.new from settled, seen
            left join unnest($6::text[], $7::text[]) as step (old, new) on step.old = seen.status
        ), saved as (
            update orders o set status = coalesce(x.new, o.status), updated_at = $5 from outcome x where o.id = x.id
        ), told as (
            insert into order_events (order_id, kind, at)
            select id, case when new is null then $9 else $8 end, $5 from outcome
        ), refunded as (
            insert into refunds (id, payment_id, amount, created_at)
            select $10, $2, $11, $5 from outcome where new is null and $10::uuid is not null
            on conflict on constraint refunds_one_per_payment do nothing
        ), appended as (
            insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
            select $12, $13, $14, $15, $16, '[]', $5 from outcome where new is not null
        )
        select exists (select from seen)",
    )
    .bind(settled.order.0)
    .bind(settled.id.0)
    .bind(settled.state.as_str())
    .bind(settled.reference.as_deref())
    .bind(settled.at)
    .bind(from)
    .bind(to)
    .bind(*entry)
    .bind(*otherwise)
    .bind(refund.map(|(id, _)| id.0))
    .bind(refund.map(|(_, amount)| amount.amount()))
    .bind(event.id.0)
    .bind(&event.topic)
    .bind(&event.key)
    .bind(&event.kind)
    .bind(&event.payload)
    .fetch_one(&store.pool)
    .await
    .map_err(map_sqlx_error)
}

fn read_state(text: &str) -> Result<PaymentState> {
    PaymentState::parse(text).ok_or_else(|| unknown_word("payments.state", text))
}
