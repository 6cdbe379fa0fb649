//! The books, as they are read: a part at a time, each as it was at one moment, on a connection that can write nothing.
//!
//! A rule is one statement that names what breaks it. It begins with the orders of a part and finds all else by their ids, so
//! what it costs grows with the orders and not with their square.

use sqlx::{Executor, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::usecase::{BookLine, BookRule, BookViews, OrderRule, Result};

use super::error::map_sqlx_error;
use super::{PgStore, to_i32};

/// A statement has a minute: the movements of one variant may be millions. It is planned for its part, for by a plan for any
/// part all of a large table would be read. No part keeps a snapshot that vacuum waits for beyond its own end.
const FOR_THE_BOOKS: &str = "set default_transaction_read_only = on; \
                             set default_transaction_isolation = 'repeatable read'; \
                             set statement_timeout = '60s'; set idle_in_transaction_session_timeout = '60s'; \
                             set plan_cache_mode = force_custom_plan";

/// So many variants at a time: of each there may be a hundred thousand movements.
const VARIANTS: u32 = 100;
/// So many are named of what is wrong by one rule.
const MOST_NAMED: usize = 5;

/// How many are wrong, and the first of them.
type Wrong = (i64, Vec<String>);

impl BookViews for PgStore {
    async fn read_books(&self, until: Option<OffsetDateTime>, part: u32) -> Result<Vec<BookLine>> {
        let mut connection = self.pool.connection().await.map_err(map_sqlx_error)?;
        // Nobody gets it afterwards, with what is set on it, however this ends.
        connection.close_on_drop();
        read(&mut connection, until, part).await.map_err(map_sqlx_error)
    }
}

async fn read(connection: &mut PgConnection, until: Option<OffsetDateTime>, part: u32) -> sqlx::Result<Vec<BookLine>> {
    connection.execute(FOR_THE_BOOKS).await?;
    let mut lines = vec![stock(connection, part).await?];
    lines.extend(orders(connection, until, part).await?);
    lines.push(paper_numbers(connection).await?);
    Ok(lines)
}

async fn stock(connection: &mut PgConnection, part: u32) -> sqlx::Result<BookLine> {
    let (mut line, part) = (BookLine::of(BookRule::Stock), part.min(VARIANTS));
    let mut after = Uuid::nil();
    loop {
        connection.execute("begin").await?;
        let (rows, last): (i64, Option<Uuid>) = sqlx::query_as(
            "select count(*), (array_agg(variant_id order by variant_id desc))[1] from (
                select variant_id from inventory where variant_id > $1 order by variant_id limit $2) part",
        )
        .bind(after)
        .bind(to_i32(part))
        .fetch_one(&mut *connection)
        .await?;
        if let Some(last) = last {
            let wrong: Wrong = sqlx::query_as(
                "select count(*), coalesce((array_agg(w.id::text order by w.id))[1:5], '{}') from (
                    select i.variant_id as id from inventory i where i.variant_id > $1 and i.variant_id <= $2
                        and i.stock <> (select coalesce(sum(m.units), 0) from stock_movements m
                            where m.variant_id = i.variant_id)) w",
            )
            .bind(after)
            .bind(last)
            .fetch_one(&mut *connection)
            .await?;
            note(&mut line, rows, wrong);
        }
        connection.execute("commit").await?;
        match last {
            Some(last) => after = last,
            None => return Ok(line),
        }
    }
}

async fn orders(
    connection: &mut PgConnection,
    until: Option<OffsetDateTime>,
    part: u32,
) -> sqlx::Result<Vec<BookLine>> {
    let mut lines = OrderRule::ALL.map(|rule| (rule, BookLine::of(BookRule::Order(rule))));
    let mut after = Uuid::nil();
    loop {
        connection.execute("begin").await?;
        let (rows, last): (i64, Option<Uuid>) = sqlx::query_as(
            "select count(*) filter (where $3::timestamptz is null or part.updated_at <= $3),
                (array_agg(part.id order by part.id desc))[1]
             from (select id, updated_at from orders where id > $1 order by id limit $2) part",
        )
        .bind(after)
        .bind(to_i32(part))
        .bind(until)
        .fetch_one(&mut *connection)
        .await?;
        if let Some(last) = last {
            for (rule, line) in &mut lines {
                let wrong: Wrong = sqlx::query_as(wrong_orders(*rule))
                    .bind(after)
                    .bind(last)
                    .bind(until)
                    .fetch_one(&mut *connection)
                    .await?;
                note(line, rows, wrong);
            }
        }
        connection.execute("commit").await?;
        match last {
            Some(last) => after = last,
            None => return Ok(lines.into_iter().map(|(_, line)| line).collect()),
        }
    }
}

async fn paper_numbers(connection: &mut PgConnection) -> sqlx::Result<BookLine> {
    let (rows, wrong, first): (i64, i64, Vec<String>) = sqlx::query_as(
        "with series as (
            select coalesce(p.series, n.series) as series, coalesce(p.year, n.year) as year,
                coalesce(p.newest, 0) as newest,
                coalesce(p.papers, 0) <> coalesce(p.newest, 0) or coalesce(p.newest, 0) is distinct from n.last as is_wrong
            from (select series, year, count(*) as papers, max(position) as newest from papers group by series, year) p
            full join paper_numbers n on n.series = p.series and n.year = p.year
         ), missing as (
            select s.series, s.year, coalesce(g.place, s.newest + 1)::text as place
            from series s,
                lateral (select min(x.place) as place
                    from (select position, row_number() over (order by position) as place from papers p
                        where p.series = s.series and p.year = s.year) x
                    where x.position <> x.place) g
            where s.is_wrong
         )
         select (select count(*) from series), count(*),
            coalesce((array_agg(m.series || m.year || '-' || lpad(m.place, greatest(6, length(m.place)), '0')
                order by m.series, m.year))[1:5], '{}')
         from missing m",
    )
    .fetch_one(&mut *connection)
    .await?;
    let mut line = BookLine::of(BookRule::PaperNumbers);
    note(&mut line, rows, (wrong, first));
    Ok(line)
}

fn note(line: &mut BookLine, rows: i64, (wrong, first): Wrong) {
    line.rows += rows.unsigned_abs();
    line.wrong += wrong.unsigned_abs();
    let room = MOST_NAMED.saturating_sub(line.first.len());
    line.first.extend(first.into_iter().take(room));
}

/// The orders `o` of a part of which this is so.
macro_rules! orders_where {
    ($broken:literal) => {
        concat!(
            "select count(*), coalesce((array_agg(w.id::text order by w.id))[1:5], '{}') from (
                select o.id from orders o where o.id > $1 and o.id <= $2
                    and ($3::timestamptz is null or o.updated_at <= $3) and (",
            $broken,
            ")) w"
        )
    };
}

/// What came back into stock of an order stands with the refund or the return that it came back for.
const fn wrong_orders(rule: OrderRule) -> &'static str {
    match rule {
        OrderRule::Movements => orders_where!(
            "exists (select 1 from (
                select m.variant_id, -m.units as units from stock_movements m where m.order_id = o.id
                union all
                select m.variant_id, -m.units from refunds r join payments p on p.id = r.payment_id
                    join stock_movements m on m.cause_id = r.id where p.order_id = o.id
                union all
                select m.variant_id, -m.units from returns t join stock_movements m on m.cause_id = t.id
                    where t.order_id = o.id
                union all
                select s.variant_id, -s.quantity from stock_reservations s
                    where s.order_id = o.id and s.state in ('reserved', 'claimed')
                ) b group by b.variant_id having sum(b.units) <> 0)"
        ),
        OrderRule::Units => orders_where!(
            "(select r.state from reservations r where r.order_id = o.id) in ('reserved', 'claimed')
             and exists (select 1 from (
                select s.variant_id, s.quantity as units from stock_reservations s where s.order_id = o.id
                union all
                select m.variant_id, m.units from refunds r join payments p on p.id = r.payment_id
                    join stock_movements m on m.cause_id = r.id where p.order_id = o.id
                union all
                select m.variant_id, m.units from returns t join stock_movements m on m.cause_id = t.id
                    where t.order_id = o.id
                union all
                select i.variant_id, -i.quantity from order_items i where i.order_id = o.id
                ) b group by b.variant_id having sum(b.units) <> 0)"
        ),
        OrderRule::Standing => orders_where!(
            "case when o.status = 'cancelled'
                then (select r.state from reservations r where r.order_id = o.id) in ('reserved', 'claimed')
             when o.status in ('paid', 'shipped', 'completed')
                then (select r.state from reservations r where r.order_id = o.id) is distinct from 'claimed' end"
        ),
        OrderRule::Reservation => {
            orders_where!("o.reservation <> (select r.state from reservations r where r.order_id = o.id)")
        }
        // Orders of release 0.1 have no parts.
        OrderRule::Totals => orders_where!(
            "o.total <> o.subtotal - o.discount_total + o.shipping_price + o.tax_added
             or o.subtotal is not null and (
                o.tax_added <> case when o.tax_included then 0 else o.tax_amount end
                or exists (select from
                    (select sum(i.line_total) as goods, sum(i.discount) as off, sum(i.tax_amount) as tax
                        from order_items i where i.order_id = o.id) l,
                    (select coalesce(sum(d.amount), 0) as off from order_discounts d where d.order_id = o.id) d,
                    (select coalesce(sum(t.amount), 0) as tax from order_taxes t where t.order_id = o.id) t
                    where o.subtotal <> l.goods or o.discount_total <> d.off or d.off <> l.off + o.shipping_discount
                        or o.tax_amount <> t.tax or t.tax <> l.tax + o.shipping_tax))"
        ),
        OrderRule::Payment => orders_where!(
            "case when o.status in ('paid', 'shipped', 'completed') then 1 <> (select count(*) from payments p
                where p.order_id = o.id and p.state = 'approved' and p.flaw is null and p.amount = o.total)
             when o.status = 'pending' then exists (select from payments p
                where p.order_id = o.id and p.state = 'approved' and p.flaw is null) end"
        ),
        OrderRule::Owed => orders_where!(
            "exists (select from payments p where p.order_id = o.id and p.state = 'approved'
                and (p.flaw is not null or o.status = 'cancelled')
                and p.amount > coalesce((select sum(r.amount) from refunds r
                    where r.payment_id = p.id and (r.state <> 'failed' or r.origin = 'shop')), 0))"
        ),
        OrderRule::Refunds => orders_where!(
            "exists (select from payments p,
                lateral (select coalesce(sum(r.amount), 0) as back from refunds r
                    where r.payment_id = p.id and r.state <> 'failed') g
                where p.order_id = o.id and (g.back > p.amount or p.refunded <> g.back))"
        ),
        OrderRule::RefundLines => orders_where!(
            "exists (select from payments p join refunds r on r.payment_id = p.id
                where p.order_id = o.id
                    and r.amount <> (select sum(x.amount) from refund_items x where x.refund_id = r.id))"
        ),
        OrderRule::Parcels => orders_where!(
            "exists (select from order_items i,
                lateral (select coalesce(sum(s.quantity), 0) as sent from shipment_items s where s.order_item_id = i.id) s,
                lateral (select coalesce(sum(x.withdrawn), 0) as withdrawn,
                        coalesce(sum(x.quantity) filter (where r.state <> 'failed'), 0) as back
                    from refund_items x join refunds r on r.id = x.refund_id where x.order_item_id = i.id) g
                where i.order_id = o.id and (s.sent + g.withdrawn > i.quantity or g.back > i.quantity))
             or exists (select from shipments h where h.order_id = o.id)
                and (o.status in ('shipped', 'completed')) <> (0 = (select sum(i.quantity
                    - (select coalesce(sum(s.quantity), 0) from shipment_items s where s.order_item_id = i.id)
                    - (select coalesce(sum(x.withdrawn), 0) from refund_items x where x.order_item_id = i.id))
                    from order_items i where i.order_id = o.id))"
        ),
        OrderRule::Returns => orders_where!(
            "exists (select from returns a where a.order_id = o.id)
             and exists (select from order_items i where i.order_id = o.id and
                (select coalesce(sum(x.quantity), 0) from return_items x join returns r on r.id = x.return_id
                    where x.order_item_id = i.id and r.state <> 'refused') >
                case when o.status in ('shipped', 'completed') then i.quantity else
                    (select coalesce(sum(s.quantity), 0) from shipment_items s where s.order_item_id = i.id) end)"
        ),
        OrderRule::CreditNotes => orders_where!(
            "exists (select from papers c join refunds r on r.id = c.refund_id where c.order_id = o.id
                and (r.state <> 'done' or (c.facts #>> '{totals,total,amount}')::numeric <> r.amount))"
        ),
    }
}
