//! Payments and refunds.

use rust_decimal::Decimal;
use sqlx::PgExecutor;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{OrderId, OrderStatus, PaymentFlaw, PaymentId, ReservationState};
use crate::usecase::{Checkout, NewPayment, OrderToPay, PaymentEnd, Result, SettledPayment};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, sold_for, unknown_word};
use super::attempts::AttemptRow;
use super::owner::columns;

#[derive(sqlx::FromRow)]
struct ToPayRow {
    status: String,
    reservation: String,
    currency: String,
    total: Decimal,
    number: i64,
    expires_at: OffsetDateTime,
    id: Option<Uuid>,
    provider: Option<String>,
    state: Option<String>,
    created_at: Option<OffsetDateTime>,
    checkout_id: Option<String>,
    checkout_url: Option<String>,
}

/// One that began while the order was waited for is not seen here, but is in the way of this one: then none is answered.
pub(super) async fn start(store: &PgStore, attempt: &NewPayment) -> Result<Option<OrderToPay>> {
    let (user, cart) = attempt.owner.map_or((None, None), columns);
    let (statuses, reservation) = &attempt.payable;
    let row: Option<ToPayRow> = sqlx::query_as(
        "with seen as (
            select id, number, status, reservation, currency, total, expires_at from orders
            where id = $1 and ($2 or user_id = $3 or (user_id is null and cart_id = $4)) for no key update
        ), open as (
            select p.id, p.provider, p.state, p.created_at, p.checkout_id, p.checkout_url
            from payments p join seen on seen.id = p.order_id
            where p.state in ('started', 'approved') and p.flaw is null
            order by p.state limit 1 for no key update of p
        ), started as (
            insert into payments (id, order_id, provider, amount, created_at, traceparent)
            select $5, id, $6, total, $7, $12 from seen
            where status = any($8) and reservation = $9 and expires_at > $7 and not exists (select from open)
                and ($11::numeric is null or currency <> $10 or total % $11 = 0)
            on conflict do nothing returning id, provider, state, created_at, checkout_id, checkout_url
        )
        select seen.status, seen.reservation, seen.currency, seen.total, seen.number, seen.expires_at,
            p.id, p.provider, p.state, p.created_at, p.checkout_id, p.checkout_url
        from seen left join (select * from open union all select * from started) p on true",
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
    .bind(attempt.step.map(|(currency, _)| currency.code()))
    .bind(attempt.step.map(|(_, step)| step))
    .bind(attempt.traceparent.as_deref())
    .fetch_optional(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    row.map(|row| row.order(attempt.order)).transpose()
}

impl ToPayRow {
    fn order(self, order: OrderId) -> Result<OrderToPay> {
        let found = self.id.zip(self.provider).zip(self.state).zip(self.created_at);
        let payment = found.map(|(((id, provider), state), created_at)| AttemptRow {
            id,
            order_id: order.0,
            provider,
            state,
            flaw: None,
            number: self.number,
            total: self.total,
            currency: self.currency.clone(),
            created_at,
            expires_at: self.expires_at,
            is_over: false,
            checkout_id: self.checkout_id,
            checkout_url: self.checkout_url,
            traceparent: None,
        });
        Ok(OrderToPay {
            status: OrderStatus::parse(&self.status).ok_or_else(|| unknown_word("orders.status", &self.status))?,
            reservation: ReservationState::parse(&self.reservation)
                .ok_or_else(|| unknown_word("orders.reservation", &self.reservation))?,
            total: sold_for(self.total, &self.currency)?,
            expires_at: self.expires_at,
            payment: payment.map(AttemptRow::attempt).transpose()?,
        })
    }
}

pub(super) async fn keep_checkout(store: &PgStore, id: PaymentId, checkout: &Checkout) -> Result<()> {
    sqlx::query("update payments set checkout_id = $2, checkout_url = $3 where id = $1")
        .bind(id.0)
        .bind(&checkout.id)
        .bind(&checkout.url)
        .execute(&store.pool)
        .await
        .map_err(map_sqlx_error)?;
    Ok(())
}

/// The order first, then its payment; written over one that has no end yet, and money over an end without.
pub(super) async fn settle<'e>(on: impl PgExecutor<'e>, settled: &SettledPayment) -> Result<PaymentEnd> {
    let (from, to, flaws) = steps(settled);
    let received = settled.received;
    let (has_order, is_settled, flaw): (bool, bool, Option<String>) = sqlx::query_as(
        "with seen as (
            select id, status from orders where id = $1 for no key update
        ), settled as (
            update payments p set state = $3, reference = coalesce($4, p.reference), settled_at = $5,
                amount = coalesce($6, p.amount), currency = coalesce($7, p.currency), flaw = step.flaw,
                refunded = case when step.flaw is null then p.refunded else $6 end
            from seen left join unnest($8::text[], $9::text[], $10::text[]) as step (old, new, flaw)
                on step.old = seen.status
            where p.id = $2 and p.order_id = seen.id
                and (p.state = 'started' or (p.state = 'declined' and $3 = 'approved'))
            returning seen.id, step.new, p.flaw
        ), saved as (
            update orders o set status = coalesce(x.new, o.status), updated_at = $5 from settled x where o.id = x.id
        ), told as (
            insert into order_events (order_id, kind, at)
            select x.id, said.kind, $5 from settled x, unnest(case
                when x.new is not null then array['paid']
                when x.flaw is not null then array['payment_' || x.flaw, 'refund_opened']
                else array[$11::text] end) with ordinality as said (kind, place) order by said.place
        ), refunded as (
            insert into refunds (id, payment_id, amount, created_at)
            select $12, $2, $6, $5 from settled where flaw is not null
            on conflict on constraint refunds_one_per_payment do nothing
        ), appended as (
            insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
            select $13, $14, $15, $16, $17, $18, $5 from settled where new is not null
        )
        select exists (select from seen), exists (select from settled), (select flaw from settled)",
    )
    .bind(settled.order.0)
    .bind(settled.id.0)
    .bind(settled.state.as_str())
    .bind(settled.reference.as_deref())
    .bind(settled.at)
    .bind(received.map(|money| money.amount()))
    .bind(received.map(|money| money.currency().code()))
    .bind(from)
    .bind(to)
    .bind(flaws)
    .bind(settled.without_money)
    .bind(settled.refund.0)
    .bind(settled.paid.id.0)
    .bind(&settled.paid.topic)
    .bind(&settled.paid.key)
    .bind(&settled.paid.kind)
    .bind(&settled.paid.payload)
    .bind(Json(&settled.paid.headers))
    .fetch_one(on)
    .await
    .map_err(map_sqlx_error)?;
    let flaw = flaw.map(|word| PaymentFlaw::parse(&word).ok_or_else(|| unknown_word("payments.flaw", &word)));
    Ok(match (has_order, is_settled) {
        (false, _) => PaymentEnd::NoOrder,
        (true, false) => PaymentEnd::HadOne,
        (true, true) => PaymentEnd::Settled(flaw.transpose()?),
    })
}

type Words = Vec<Option<&'static str>>;

/// From each status: to which, or why not.
fn steps(settled: &SettledPayment) -> (Words, Words, Words) {
    let mut words = (Vec::new(), Vec::new(), Vec::new());
    for (from, step) in &settled.steps {
        words.0.push(Some(from.as_str()));
        words.1.push(step.ok().map(OrderStatus::as_str));
        words.2.push(step.err().map(PaymentFlaw::as_str));
    }
    words
}
