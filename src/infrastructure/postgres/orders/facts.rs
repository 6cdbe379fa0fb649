//! What mail says of orders.

use rust_decimal::Decimal;
use sqlx::PgExecutor;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{CancelReason, Email, OrderId, PaperId, ShippingAddress};
use crate::dto::TotalParts;
use crate::usecase::{Error, OrderFacts, Result};

use super::super::error::map_sqlx_error;
use super::super::{sold_for, to_u32};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    email: String,
    created_at: OffsetDateTime,
    currency: String,
    total: Decimal,
    parts: Json<TotalParts>,
    shipping_address: Option<Json<ShippingAddress>>,
    billing_address: Option<serde_json::Value>,
    cancel_reason: Option<String>,
    was_paid: bool,
    has_flawed_money: bool,
    given_back: Decimal,
    pay_until: Option<OffsetDateTime>,
    placed_by_guest: bool,
    /// name, options, quantity, total
    items: Vec<(String, Vec<String>, i32, Decimal)>,
    invoice: Option<Uuid>,
    invoice_number: Option<String>,
}

/// `unnest`, not `any`, and of which is hidden from the planner: PostgreSQL then plans it once and not each time, which costs three
/// times what it does.
pub(in super::super) async fn read(executor: impl PgExecutor<'_>, ids: &[OrderId]) -> Result<Vec<OrderFacts>> {
    let rows: Vec<Row> = sqlx::query_as(concat!(
        "select o.id, o.number, o.email, o.created_at, o.currency, o.total, ",
        parts!(),
        " as parts, o.shipping_address, o.billing_address, o.cancel_reason, o.cart_id is not null as placed_by_guest,
            exists (select 1 from payments p where p.order_id = o.id and p.state = 'approved' and p.flaw is null)
                as was_paid,
            exists (select 1 from payments p where p.order_id = o.id and p.state = 'approved' and p.flaw is not null)
                as has_flawed_money,
            (select coalesce(sum(r.amount), 0) from payments p join refunds r on r.payment_id = p.id
                where p.order_id = o.id and p.state = 'approved' and p.flaw is null and r.state = 'done') as given_back,
            case when o.status = 'pending' and o.reservation = 'reserved' then o.expires_at end as pay_until,
            array(select row(i.name, i.options, i.quantity, i.line_total) from order_items i where i.order_id = o.id
                order by i.position) as items,
            p.id as invoice, p.number as invoice_number
         from (select distinct id from unnest((select $1)::uuid[]) as every (id)) asked join orders o on o.id = asked.id
            left join papers p on p.order_id = o.id and p.kind = 'invoice'"
    ))
    .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
    .fetch_all(executor)
    .await
    .map_err(map_sqlx_error)?;
    rows.into_iter().map(Row::facts).collect()
}

impl Row {
    fn facts(self) -> Result<OrderFacts> {
        let item = |(name, options, quantity, total): (String, Vec<String>, i32, Decimal)| {
            let name = if options.is_empty() { name } else { format!("{name} ({})", options.join(", ")) };
            Ok((name, to_u32(quantity.into()), sold_for(total, &self.currency)?))
        };
        Ok(OrderFacts {
            id: OrderId(self.id),
            number: self.number,
            email: email(self.id, &self.email)?,
            created_at: self.created_at,
            total: sold_for(self.total, &self.currency)?,
            parts: self.parts.0,
            address: self.shipping_address.map(|a| a.0),
            // It says which law holds, and no more: one that cannot be read holds up no mail.
            billing: self.billing_address.and_then(|address| serde_json::from_value(address).ok()),
            cancel_reason: self.cancel_reason.as_deref().and_then(CancelReason::parse),
            was_paid: self.was_paid,
            has_flawed_money: self.has_flawed_money,
            given_back: sold_for(self.given_back, &self.currency)?,
            pay_until: self.pay_until,
            placed_by_guest: self.placed_by_guest,
            invoice: self.invoice.map(PaperId).zip(self.invoice_number),
            items: self.items.into_iter().map(item).collect::<Result<_>>()?,
        })
    }
}

/// The address mail about an order goes to.
fn email(order: Uuid, text: &str) -> Result<Email> {
    Email::parse(text).map_err(|problem| Error::Broken(anyhow::anyhow!("order {order} has no address: {problem:?}")))
}
