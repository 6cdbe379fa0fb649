//! Payments, refunds, and what a mail says of an order.

use rust_decimal::Decimal;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{CancelReason, Email, Money, OrderId, PaymentId, PaymentState, RefundId, ShippingAddress};
use crate::usecase::{Error, OrderFacts, PaymentRow, Result, StartedPayment};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, PgTx, sold_for, to_i32, to_u32, unknown_word};

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
    let rows: Vec<(Uuid, Uuid, Decimal, String)> = sqlx::query_as(
        "select p.id, p.order_id, p.amount, o.currency
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
    let row = |(id, order, amount, currency): (Uuid, Uuid, Decimal, String)| {
        Ok(StartedPayment { id: PaymentId(id), order: OrderId(order), amount: sold_for(amount, &currency)? })
    };
    rows.into_iter().map(row).collect()
}

pub(super) async fn insert(
    tx: &mut PgTx,
    id: PaymentId,
    order: OrderId,
    provider: &str,
    amount: Money,
    now: OffsetDateTime,
) -> Result<()> {
    sqlx::query("insert into payments (id, order_id, provider, amount, created_at) values ($1, $2, $3, $4, $5)")
        .bind(id.0)
        .bind(order.0)
        .bind(provider)
        .bind(amount.amount())
        .bind(now)
        .execute(&mut *tx.tx)
        .await
        .map_err(map_sqlx_error)?;
    Ok(())
}

/// The row's state before; written only over `started`.
pub(super) async fn settle(
    tx: &mut PgTx,
    id: PaymentId,
    state: PaymentState,
    reference: Option<&str>,
    now: OffsetDateTime,
) -> Result<PaymentState> {
    let before: String = sqlx::query_scalar(
        "with before as (select id, state from payments where id = $1 for update),
            settled as (
                update payments p set state = $2, reference = $3, settled_at = $4 from before b
                where p.id = b.id and b.state = 'started'
            )
         select state from before",
    )
    .bind(id.0)
    .bind(state.as_str())
    .bind(reference)
    .bind(now)
    .fetch_one(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    read_state(&before)
}

pub(super) async fn refund(
    tx: &mut PgTx,
    id: RefundId,
    payment: PaymentId,
    amount: Money,
    now: OffsetDateTime,
) -> Result<()> {
    sqlx::query(
        "insert into refunds (id, payment_id, amount, created_at) values ($1, $2, $3, $4)
         on conflict on constraint refunds_one_per_payment do nothing",
    )
    .bind(id.0)
    .bind(payment.0)
    .bind(amount.amount())
    .bind(now)
    .execute(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    Ok(())
}

fn read_state(text: &str) -> Result<PaymentState> {
    PaymentState::parse(text).ok_or_else(|| unknown_word("payments.state", text))
}

#[derive(sqlx::FromRow)]
struct FactsRow {
    number: i64,
    email: String,
    currency: String,
    total: Decimal,
    shipping_address: Option<Json<ShippingAddress>>,
    cancel_reason: Option<String>,
    was_paid: bool,
    by_guest: bool,
}

pub(super) async fn facts(tx: &mut PgTx, id: OrderId) -> Result<Option<OrderFacts>> {
    let row: Option<FactsRow> = sqlx::query_as(
        "select number, email, currency, total, shipping_address, cancel_reason, user_id is null as by_guest,
            exists (select 1 from payments p where p.order_id = o.id and p.state = 'approved') as was_paid
         from orders o where id = $1",
    )
    .bind(id.0)
    .fetch_optional(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    let Some(row) = row else { return Ok(None) };
    let lines: Vec<(String, Vec<String>, i32, Decimal)> = sqlx::query_as(
        "select name, options, quantity, line_total from order_items where order_id = $1 order by position",
    )
    .bind(id.0)
    .fetch_all(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    let item = |(name, options, quantity, total): (String, Vec<String>, i32, Decimal)| {
        let name = if options.is_empty() { name } else { format!("{name} ({})", options.join(", ")) };
        Ok((name, to_u32(quantity.into()), sold_for(total, &row.currency)?))
    };
    Ok(Some(OrderFacts {
        id,
        number: row.number,
        email: email(id.0, &row.email)?,
        total: sold_for(row.total, &row.currency)?,
        address: row.shipping_address.map(|a| a.0),
        cancel_reason: row.cancel_reason.as_deref().and_then(CancelReason::parse),
        was_paid: row.was_paid,
        by_guest: row.by_guest,
        items: lines.into_iter().map(item).collect::<Result<_>>()?,
    }))
}

/// The address mail about an order goes to.
fn email(order: Uuid, text: &str) -> Result<Email> {
    Email::parse(text).map_err(|problem| Error::Broken(anyhow::anyhow!("order {order} has no address: {problem:?}")))
}
