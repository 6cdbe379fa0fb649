//! Invoices, credit notes and what cancels these.

use serde_json::Value;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{OrderId, Paper, PaperId, PaymentFlaw, RefundId, SoldOrder};
use crate::usecase::{
    CartOwner, CreditNote, KeptPaper, NewPaper, OrderInvoice, OrderPaper, OrderToPack, PaperViews, Papers,
    RefundToMail, RefundedInvoice, Result,
};

use super::error::map_sqlx_error;
use super::orders::columns;
use super::{PgStore, PgTx, to_i32};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: String,
    pdf: Option<Vec<u8>>,
    facts: Option<Json<Paper>>,
}

impl From<Row> for KeptPaper {
    fn from(row: Row) -> Self {
        Self { id: PaperId(row.id), number: row.number, file: row.pdf, facts: row.facts.map(|facts| facts.0) }
    }
}

impl PaperViews for PgStore {
    async fn order_paper(
        &self,
        owner: Option<CartOwner>,
        order: OrderId,
        paper: OrderPaper<'_>,
    ) -> Result<Option<KeptPaper>> {
        let (kinds, number) = match paper {
            OrderPaper::Invoice => (vec!["invoice"], None),
            OrderPaper::CreditNote(number) => (vec!["credit_note", "cancellation"], Some(number)),
        };
        let (user, cart) = owner.map_or((None, None), columns);
        let row: Option<Row> = sqlx::query_as(
            "select p.id, p.number, p.pdf, case when p.pdf is null then p.facts end as facts
             from papers p join orders o on o.id = p.order_id
             where p.order_id = $1 and p.kind = any($5) and ($6::text is null or p.number = $6)
                and ($2 or o.user_id = $3 or (o.user_id is null and o.cart_id = $4))",
        )
        .bind(order.0)
        .bind(owner.is_none())
        .bind(user)
        .bind(cart)
        .bind(kinds)
        .bind(number)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(row.map(Into::into))
    }

    async fn orders_to_pack(&self, ids: &[OrderId]) -> Result<Vec<OrderToPack>> {
        let rows: Vec<Json<OrderToPack>> = sqlx::query_scalar(concat!(
            "select json_build_object('number', o.number, 'status', o.status, 'created_at', o.created_at,
                'shipping_address', o.shipping_address, 'shipping', o.shipping_name,
                'lines', array(select json_build_object('name', i.name, 'options', i.options, 'sku', i.sku, 'unsent', ",
            unsent!(),
            ") from order_items i where i.order_id = o.id and ",
            unsent!(),
            " > 0 order by i.position),
                'notes', array(select n.text from order_notes n where n.order_id = o.id order by n.created_at, n.id))
             from orders o where o.id = any($1) order by o.number"
        ))
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    async fn invoices_of(&self, ids: &[OrderId]) -> Result<Vec<OrderInvoice>> {
        let rows: Vec<(i64, Option<Json<Value>>)> = sqlx::query_as(
            "select o.number, p.facts from orders o left join papers p on p.order_id = o.id and p.kind = 'invoice'
             where o.id = any($1) order by o.number",
        )
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let read = |(number, facts): (i64, Option<Json<Value>>)| {
            let has_invoice = facts.is_some();
            let invoice = facts.and_then(|facts| match serde_json::from_value(facts.0) {
                Ok(invoice) => Some(invoice),
                Err(cause) => {
                    tracing::error!(order.number = number, error = %cause, "an invoice cannot be read");
                    None
                }
            });
            OrderInvoice { number, has_invoice, invoice }
        };
        Ok(rows.into_iter().map(read).collect())
    }

    async fn take_papers_to_render(
        &self,
        most: u32,
        now: OffsetDateTime,
        again_at: OffsetDateTime,
    ) -> Result<Vec<(PaperId, Paper)>> {
        let rows: Vec<(Uuid, Json<Value>)> = sqlx::query_as(
            "update papers p set due_at = $3
             from (select id from papers where pdf is null and (due_at is null or due_at <= $2)
                order by created_at, id limit $1 for no key update skip locked) due
             where p.id = due.id returning p.id, p.facts",
        )
        .bind(to_i32(most))
        .bind(now)
        .bind(again_at)
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let read = |(id, facts): (Uuid, Json<Value>)| match serde_json::from_value(facts.0) {
            Ok(facts) => Some((PaperId(id), facts)),
            Err(cause) => {
                tracing::error!(paper.id = %id, error = %cause, "a paper cannot be read");
                None
            }
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    async fn keep_paper_file(&self, id: PaperId, bytes: Vec<u8>) -> Result<Vec<u8>> {
        let kept = sqlx::query("update papers set pdf = $2 where id = $1 and pdf is null")
            .bind(id.0)
            .bind(&bytes)
            .execute(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        if kept.rows_affected() == 1 {
            return Ok(bytes);
        }
        // Somebody was first.
        sqlx::query_scalar("select pdf from papers where id = $1 and pdf is not null")
            .bind(id.0)
            .fetch_one(&self.pool)
            .await
            .map_err(map_sqlx_error)
    }

    async fn orders_without_invoice(&self, most: u32) -> Result<Vec<OrderId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select o.id from orders o
             where exists (select from order_events e where e.order_id = o.id and e.kind = 'paid')
                and not exists (select from papers p where p.order_id = o.id and p.kind = 'invoice')
             order by o.created_at, o.id limit $1",
        )
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(OrderId).collect())
    }

    async fn refunds_without_credit_note(&self, most: u32) -> Result<Vec<RefundId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select r.id from refunds r
             join payments y on y.id = r.payment_id and y.state = 'approved' and y.flaw is null
             join papers i on i.order_id = y.order_id and i.kind = 'invoice'
             where r.state = 'done' and not exists (select from papers c where c.refund_id = r.id)
             order by coalesce(r.settled_at, r.created_at), r.id limit $1",
        )
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(RefundId).collect())
    }

    async fn void_credit_notes(&self, most: u32) -> Result<Vec<(OrderId, RefundId)>> {
        let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "select c.order_id, r.id from refunds r join papers c on c.refund_id = r.id
             where r.state = 'failed' order by r.id limit $1",
        )
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(rows.into_iter().map(|(order, refund)| (OrderId(order), RefundId(refund))).collect())
    }
}

impl PgTx {
    /// By a statement of its own: whoever waits for the lock has to see what was credited meanwhile.
    async fn lock_invoices_of(&mut self, refunds: &[Uuid]) -> Result<()> {
        sqlx::query(
            "select from papers i where i.kind = 'invoice' and i.order_id in (
                select y.order_id from refunds r join payments y on y.id = r.payment_id where r.id = any($1))
             order by i.id for no key update",
        )
        .bind(refunds.to_vec())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}

impl Papers for PgTx {
    async fn lock_paper_numbers(&mut self, series: &str, year: i32) -> Result<u64> {
        // Written in any case: the first of a year has no row yet that could be locked.
        let last: i64 = sqlx::query_scalar(
            "insert into paper_numbers (series, year) values ($1, $2)
             on conflict (series, year) do update set last = paper_numbers.last returning last",
        )
        .bind(series)
        .bind(year)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(u64::try_from(last).unwrap_or_default())
    }

    async fn sold_orders(&mut self, ids: &[OrderId]) -> Result<Vec<SoldOrder>> {
        let rows: Vec<(Uuid, Json<Value>)> = sqlx::query_as(concat!(
            "select o.id, ",
            sold_order!(),
            " from orders o
             join lateral (select max(at) as at from order_events where order_id = o.id and kind = 'paid') paid
                on paid.at is not null
             where o.id = any($1)
                and not exists (select from papers p where p.order_id = o.id and p.kind = 'invoice')
             order by o.number"
        ))
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let read = |(id, Json(facts)): (Uuid, Json<Value>)| match serde_json::from_value(facts) {
            Ok(sold) => Some(sold),
            Err(cause) => {
                tracing::error!(order.id = %id, error = %cause, "an order cannot be read, and gets no invoice");
                None
            }
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    async fn refunded_invoices(&mut self, refunds: &[RefundId]) -> Result<Vec<RefundedInvoice>> {
        let refunds: Vec<_> = refunds.iter().map(|id| id.0).collect();
        self.lock_invoices_of(&refunds).await?;
        let rows: Vec<Json<Value>> = sqlx::query_scalar(concat!(
            "select ",
            refunded_invoice!(),
            " from refunds r
             join payments y on y.id = r.payment_id and y.state = 'approved' and y.flaw is null
             join orders o on o.id = y.order_id
             join papers i on i.order_id = o.id and i.kind = 'invoice'
             where r.id = any($1) and r.state = 'done'
                and not exists (select from papers c where c.refund_id = r.id)
             order by coalesce(r.settled_at, r.created_at), r.id"
        ))
        .bind(&refunds)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let read = |Json(facts): Json<Value>| match serde_json::from_value(facts) {
            Ok(refunded) => Some(refunded),
            Err(cause) => {
                tracing::error!(error = %cause, "an invoice cannot be read, and its refund gets no credit note");
                None
            }
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    async fn refunds_of(&mut self, orders: &[OrderId]) -> Result<Vec<RefundId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select r.id from payments y join refunds r on r.payment_id = y.id
             where y.order_id = any($1) and r.state = 'done'",
        )
        .bind(orders.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(RefundId).collect())
    }

    async fn credit_notes(&mut self, refunds: &[RefundId]) -> Result<Vec<CreditNote>> {
        let rows: Vec<(Uuid, Uuid, String)> =
            sqlx::query_as("select refund_id, id, number from papers where refund_id = any($1)")
                .bind(refunds.iter().map(|id| id.0).collect::<Vec<_>>())
                .fetch_all(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        let note = |(refund, id, number)| CreditNote { refund: RefundId(refund), id: PaperId(id), number };
        Ok(rows.into_iter().map(note).collect())
    }

    async fn refunds_to_mail(&mut self, refunds: &[RefundId]) -> Result<Vec<RefundToMail>> {
        let rows: Vec<(Uuid, bool, Option<String>)> = sqlx::query_as(
            "select r.id, r.state = 'failed', p.flaw from refunds r join payments p on p.id = r.payment_id
             where r.id = any($1)",
        )
        .bind(refunds.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        // A word of a later release is told without its reason.
        let told = |(id, has_failed, flaw): (Uuid, bool, Option<String>)| RefundToMail {
            id: RefundId(id),
            has_failed,
            flaw: flaw.as_deref().and_then(PaymentFlaw::parse),
        };
        Ok(rows.into_iter().map(told).collect())
    }

    async fn void_credit_note(&mut self, refund: RefundId) -> Result<Option<(PaperId, (OrderId, Paper))>> {
        self.lock_invoices_of(&[refund.0]).await?;
        let row: Option<(Uuid, Uuid, Json<Value>)> = sqlx::query_as(
            "select c.id, c.order_id, c.facts from papers c join refunds r on r.id = c.refund_id
             where r.id = $1 and r.state = 'failed'",
        )
        .bind(refund.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let read = |(id, order, Json(facts)): (Uuid, Uuid, Json<Value>)| match serde_json::from_value(facts) {
            Ok(facts) => Some((PaperId(id), (OrderId(order), facts))),
            Err(cause) => {
                tracing::error!(paper.id = %id, error = %cause, "a credit note cannot be read, and is not cancelled");
                None
            }
        };
        Ok(row.and_then(read))
    }

    async fn is_refund_owed(&mut self, refund: RefundId) -> Result<bool> {
        sqlx::query_scalar(
            "select exists (select from refunds r join payments p on p.id = r.payment_id
                where r.id = $1 and r.state = 'failed' and r.waived_at is null and p.refunded < p.amount
                    and not exists (select from refunds o where o.payment_id = r.payment_id and o.state <> 'failed'
                        and o.created_at > r.created_at))",
        )
        .bind(refund.0)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }

    async fn save_cancellation(&mut self, credit_note: PaperId, cancellation: PaperId) -> Result<()> {
        sqlx::query(
            "with cancelled as (
                insert into cancelled_credit_notes (credit_note_id, cancellation_id, refund_id)
                select c.id, $2::uuid, c.refund_id from papers c where c.id = $1
             )
             update papers set refund_id = null where id = $1",
        )
        .bind(credit_note.0)
        .bind(cancellation.0)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn insert_papers(&mut self, papers: &[NewPaper], now: OffsetDateTime) -> Result<()> {
        let Some(newest) = papers.last() else { return Ok(()) };
        let position = |paper: &NewPaper| i64::try_from(paper.position).unwrap_or(i64::MAX);
        sqlx::query(
            "with numbered as (
                update paper_numbers set last = $8 where series = $4 and year = $5
             )
             insert into papers (id, kind, order_id, refund_id, series, year, position, number, facts, created_at)
             select p.id, p.kind, p.order_id, p.refund_id, $4, $5, p.position, p.number, p.facts, $9
             from unnest($1::uuid[], $2::text[], $3::uuid[], $6::bigint[], $7::text[], $10::jsonb[], $11::uuid[])
                as p (id, kind, order_id, position, number, facts, refund_id)",
        )
        .bind(papers.iter().map(|p| p.id.0).collect::<Vec<_>>())
        .bind(papers.iter().map(|p| p.paper.kind.as_str()).collect::<Vec<_>>())
        .bind(papers.iter().map(|p| p.order.0).collect::<Vec<_>>())
        .bind(&newest.series)
        .bind(newest.year)
        .bind(papers.iter().map(position).collect::<Vec<_>>())
        .bind(papers.iter().map(|p| p.paper.number.as_str()).collect::<Vec<_>>())
        .bind(position(newest))
        .bind(now)
        .bind(papers.iter().map(|p| Json(&p.paper)).collect::<Vec<_>>())
        .bind(papers.iter().map(|p| p.refund.map(|id| id.0)).collect::<Vec<_>>())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
