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

    /// What the shop itself looks at (`usecase/books.rs`), and what only a test can know: that no order is of an old release, that
    /// no refund failed in silence, and what the sandbox has.
    pub async fn check_books(&self) {
        self.check_words().await;
        let none = |what: &'static str, statement: &'static str| async move {
            assert_eq!(self.count(statement).await, 0, "{what}");
        };
        let lines = self.shop.check_books(None).await.unwrap();
        let wrong: Vec<_> = lines.iter().filter(|line| !line.balances()).collect();
        assert!(wrong.is_empty(), "what does not balance: {wrong:#?}");
        none(
            "orders whose total is not the sum of its parts",
            "select count(*) from orders o where o.subtotal is null
                or o.total <> o.subtotal - o.discount_total + o.shipping_price + o.tax_added
                or o.tax_added <> case when o.tax_included then 0 else o.tax_amount end",
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
