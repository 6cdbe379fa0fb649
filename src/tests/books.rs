//! What has to hold at the end of every test: the books balance, and the database server has seen no deadlock.

use std::str::FromStr;

use shop::dto::words;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use super::TestShop;

/// What the database server has counted of a test's database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters {
    /// Transactions that were ended because they waited for each other, tried again or not.
    pub deadlocks: i64,
    pub rollbacks: i64,
}

impl TestShop {
    /// Ends every connection to the database, for one tells what it has counted when it ends at the latest.
    pub(super) async fn disconnect(&self) -> Counters {
        let (server, name) = self.url.rsplit_once('/').unwrap();
        // As the shop does it, so that it also goes through a pooler.
        let options = PgConnectOptions::from_str(&format!("{server}/postgres")).unwrap().extra_float_digits(None);
        let mut server = PgConnection::connect_with(&options).await.expect("the test server answers");
        sqlx::query("select pg_terminate_backend(pid, 2000) from pg_stat_activity where datname = $1")
            .bind(name)
            .execute(&mut server)
            .await
            .unwrap();
        let (deadlocks, rollbacks) =
            sqlx::query_as("select deadlocks, xact_rollback from pg_stat_database where datname = $1")
                .bind(name)
                .fetch_one(&mut server)
                .await
                .unwrap();
        Counters { deadlocks, rollbacks }
    }

    /// The books, once every payment has an end: nobody comes back to pay, and all time is over.
    pub async fn check_books_at_the_end(&self) {
        loop {
            self.deliver().await;
            self.clock.advance(time::Duration::days(1));
            let settled = self.shop.reconcile_payments(1000).await.unwrap();
            if settled + self.shop.expire_orders(1000).await.unwrap() == 0 {
                break;
            }
        }
        self.check_books().await;
        let open = "select (select count(*) from payments where state = 'started')
            + (select count(*) from orders where status = 'pending')";
        assert_eq!(self.count(open).await, 0, "payments and orders without an end");
    }

    /// What the history of orders says has words of its own, for the shopper and for the staff.
    async fn check_words(&self) {
        let kinds = "select coalesce(string_agg(distinct kind, ' '), '') from order_events where kind <> $1";
        let kinds: String = self.scalar(kinds, "").await;
        for kind in kinds.split_whitespace() {
            assert_ne!(words::timeline(kind), words::timeline("nothing that happens"), "{kind} has no words");
        }
    }

    pub async fn check_books(&self) {
        self.check_words().await;
        let none = |what: &'static str, statement: &'static str| async move {
            assert_eq!(self.count(statement).await, 0, "{what}");
        };
        none(
            "variants whose stock is not the sum of its movements",
            "select count(*) from inventory i where i.stock <>
                (select coalesce(sum(units), 0) from stock_movements m where m.variant_id = i.variant_id)",
        )
        .await;
        none(
            "orders whose movements are not what they hold",
            "select count(*) from orders o where
                coalesce((select -sum(units) from stock_movements m where m.order_id = o.id), 0)
                    - coalesce((select sum(units) from stock_movements m where m.cause_id in (select r.id from refunds r
                        join payments p on p.id = r.payment_id where p.order_id = o.id
                        union all select t.id from returns t where t.order_id = o.id)), 0) <>
                coalesce((select sum(quantity) from stock_reservations r
                    where r.order_id = o.id and r.state in ('reserved', 'claimed')), 0)",
        )
        .await;
        none(
            "held orders that hold something else than they ordered",
            "select count(*) from reservations r where r.state in ('reserved', 'claimed') and
                coalesce((select sum(quantity) from stock_reservations s where s.order_id = r.order_id), 0)
                    + coalesce((select sum(units) from stock_movements m where m.cause_id in (select f.id from refunds f
                        join payments p on p.id = f.payment_id where p.order_id = r.order_id
                        union all select t.id from returns t where t.order_id = r.order_id)), 0) <>
                (select sum(quantity) from order_items i where i.order_id = r.order_id)",
        )
        .await;
        none(
            "orders that are cancelled and hold units, or paid and do not",
            "select count(*) from orders o join reservations r on r.order_id = o.id where
                (o.status = 'cancelled' and r.state in ('reserved', 'claimed')) or
                (o.status in ('paid', 'shipped', 'completed') and r.state <> 'claimed')",
        )
        .await;
        none(
            "orders that know another reservation than the inventory",
            "select count(*) from orders o join reservations r on r.order_id = o.id where o.reservation <> r.state",
        )
        .await;
        none(
            "orders whose total is not the sum of its parts",
            "select count(*) from orders o where o.subtotal is null
                or o.total <> o.subtotal - o.discount_total + o.shipping_price + o.tax_added
                or o.tax_added <> case when o.tax_included then 0 else o.tax_amount end",
        )
        .await;
        none(
            "orders whose parts are not the sums of their lines, discounts and taxes",
            "select count(*) from orders o,
                lateral (select sum(line_total) as goods, sum(discount) as off, sum(tax_amount) as tax
                    from order_items i where i.order_id = o.id) l,
                lateral (select coalesce(sum(amount), 0) as off from order_discounts d where d.order_id = o.id) d,
                lateral (select coalesce(sum(amount), 0) as tax from order_taxes t where t.order_id = o.id) t
                where o.subtotal <> l.goods or o.discount_total <> d.off or d.off <> l.off + o.shipping_discount
                or o.tax_amount <> t.tax or t.tax <> l.tax + o.shipping_tax",
        )
        .await;
        none(
            "promotions whose uses are not those of the orders that stand",
            "select count(*) from promotions p where
                p.uses <> (select count(*) from order_discounts d
                    where d.promotion_id = p.id and d.customer_key is not null)
                or p.uses <> coalesce((select sum(uses) from promotion_uses u where u.promotion_id = p.id), 0)
                or p.uses > p.use_limit",
        )
        .await;
        none(
            "uses that unpaid orders kept when they ended",
            "select count(*) from order_discounts d join orders o on o.id = d.order_id
                where o.status = 'cancelled' and d.customer_key is not null
                and not exists (select from payments p
                    where p.order_id = o.id and p.state = 'approved' and p.flaw is null)",
        )
        .await;
        none(
            "money that pays no order, and is not given back whole",
            "select count(*) from payments p where p.flaw is not null
                and p.amount <> coalesce((select sum(r.amount) from refunds r
                    where r.payment_id = p.id and r.state <> 'failed'), 0)",
        )
        .await;
        none(
            "orders that are paid by more or less than one payment of their total",
            "select count(*) from orders o where o.status in ('paid', 'shipped', 'completed') and 1 <> (
                select count(*) from payments p
                where p.order_id = o.id and p.state = 'approved' and p.flaw is null and p.amount = o.total)",
        )
        .await;
        none(
            "cancelled orders that were paid, and of which something is neither given back nor told to the staff",
            "select count(*) from orders o join payments p on p.order_id = o.id and p.state = 'approved'
                where o.status = 'cancelled' and p.amount > coalesce((select sum(r.amount) from refunds r
                    where r.payment_id = p.id and (r.state <> 'failed' or r.origin = 'shop')), 0)",
        )
        .await;
        none(
            "payments of which more is given back than came in, or another amount than stands with them",
            "select count(*) from payments p,
                lateral (select coalesce(sum(amount), 0) as back from refunds r
                    where r.payment_id = p.id and r.state <> 'failed') r
                where r.back > p.amount or p.refunded <> r.back",
        )
        .await;
        none(
            "lines of which more was sent, given back or withdrawn than was ordered",
            "select count(*) from order_items i,
                lateral (select coalesce(sum(quantity), 0) as sent from shipment_items s where s.order_item_id = i.id) s,
                lateral (select coalesce(sum(x.withdrawn), 0) as withdrawn,
                        coalesce(sum(x.quantity) filter (where r.state <> 'failed'), 0) as back
                    from refund_items x join refunds r on r.id = x.refund_id where x.order_item_id = i.id) g
                where s.sent + g.withdrawn > i.quantity or g.back > i.quantity",
        )
        .await;
        none(
            "lines of which more comes back than was sent",
            "select count(*) from order_items i join orders o on o.id = i.order_id where
                (select coalesce(sum(x.quantity), 0) from return_items x join returns r on r.id = x.return_id
                    where x.order_item_id = i.id and r.state <> 'refused') >
                case when o.status in ('shipped', 'completed') then i.quantity else
                    (select coalesce(sum(quantity), 0) from shipment_items s where s.order_item_id = i.id) end",
        )
        .await;
        none(
            "refunds whose lines do not add up",
            "select count(*) from refunds r where exists (select from refund_items x where x.refund_id = r.id)
                and r.amount <> (select sum(amount) from refund_items x where x.refund_id = r.id)",
        )
        .await;
        none(
            "orders that are shipped and of which something is still to be sent, or the other way round",
            "select count(*) from orders o,
                lateral (select sum(i.quantity
                    - (select coalesce(sum(quantity), 0) from shipment_items s where s.order_item_id = i.id)
                    - (select coalesce(sum(withdrawn), 0) from refund_items x where x.order_item_id = i.id)) as unsent
                    from order_items i where i.order_id = o.id) u
                where exists (select from shipments s where s.order_id = o.id)
                    and (o.status in ('shipped', 'completed')) <> (u.unsent = 0)",
        )
        .await;
        none(
            "refunds that the provider gave and the shop knows nothing of, or that it never gave",
            "select count(*) from sandbox_refunds s full join
                (select r.* from refunds r join payments p on p.id = r.payment_id
                    where r.state = 'done' and p.provider = 'sandbox' and r.origin = 'shop'
                        and not exists (select from audit_log a
                            where a.action = 'refund.given' and a.after like '%' || r.id || '%')) r on r.id = s.refund_id
                where (s.outcome = 'done' and not exists (select from refunds o
                        where o.id = s.refund_id and o.amount = s.amount and o.state in ('opened', 'done')))
                    or (r.id is not null and s.outcome is distinct from 'done')",
        )
        .await;
        none(
            "charges that the provider approved and the shop knows nothing of",
            "select count(*) from sandbox_charges c where c.outcome = 'approved' and not exists
                (select 1 from payments p where p.id = c.payment_id and p.state in ('started', 'approved'))",
        )
        .await;
        none(
            "payments that were approved for orders that are still to be paid",
            "select count(*) from payments p join orders o on o.id = p.order_id
                where p.state = 'approved' and p.flaw is null and o.status = 'pending'",
        )
        .await;
        none(
            "series of papers whose numbers have a gap, or not the last that was given",
            "select count(*) from (select series, year, count(*) as papers, max(position) as newest from papers
                    group by series, year) p
                full join paper_numbers n on n.series = p.series and n.year = p.year
                where coalesce(p.papers, 0) <> coalesce(p.newest, 0) or coalesce(p.newest, 0) is distinct from n.last",
        )
        .await;
        none(
            "taxes of invoices of which more is credited than was charged, or not all where all was given back",
            "select count(*) from papers i
                join orders o on o.id = i.order_id
                cross join jsonb_array_elements(i.facts -> 'taxes') as t (tax)
                cross join lateral (
                    select coalesce(sum((u.tax #>> '{net,amount}')::numeric), 0) as net,
                        coalesce(sum((u.tax #>> '{tax,amount}')::numeric), 0) as tax
                    from papers c join refunds f on f.id = c.refund_id and f.state <> 'failed'
                    cross join jsonb_array_elements(c.facts -> 'taxes') as u (tax)
                    where c.order_id = i.order_id and c.kind = 'credit_note'
                        and u.tax -> 'rate' = t.tax -> 'rate' and u.tax -> 'category' = t.tax -> 'category') c
                cross join lateral (select coalesce(sum((c.facts #>> '{totals,total,amount}')::numeric), 0) as credited
                    from papers c join refunds f on f.id = c.refund_id and f.state <> 'failed'
                    where c.order_id = i.order_id and c.kind = 'credit_note') w
                where i.kind = 'invoice' and (
                    c.net > (t.tax #>> '{net,amount}')::numeric or c.tax > (t.tax #>> '{tax,amount}')::numeric
                    or w.credited = o.total and (c.net, c.tax)
                        <> ((t.tax #>> '{net,amount}')::numeric, (t.tax #>> '{tax,amount}')::numeric))",
        )
        .await;
        none(
            "credit notes that stand for a refund of another amount, or for one that is not carried out",
            "select count(*) from papers c join refunds r on r.id = c.refund_id
                where r.state <> 'done' or (c.facts #>> '{totals,total,amount}')::numeric <> r.amount",
        )
        .await;
        none(
            "credit notes that neither stand for a refund nor are cancelled by a paper of the same amounts, and such papers of none",
            "select count(*) from papers c
                left join cancelled_credit_notes k on c.id in (k.credit_note_id, k.cancellation_id)
                left join papers n on n.id = k.credit_note_id
                left join papers x on x.id = k.cancellation_id
                where (c.kind = 'cancellation' or c.kind = 'credit_note' and c.refund_id is null) and (
                    n.kind <> 'credit_note' or n.refund_id is not null or x.kind <> 'cancellation'
                    or n.order_id <> x.order_id or n.facts -> 'lines' <> x.facts -> 'lines'
                    or n.facts -> 'taxes' <> x.facts -> 'taxes' or n.facts -> 'totals' <> x.facts -> 'totals'
                    or x.facts ->> 'credit_note' <> n.number or k.credit_note_id is null)",
        )
        .await;
        none("events that were not published", "select count(*) from outbox where published_at is null").await;
    }
}
