//! SIGKILL between a charge and writing it down, `CHAOS_KILLS` times: no money is without an owner a minute later, and one
//! mail says so. Half of the shoppers pay on the provider's page and never come back: its webhook is what dies.

use crate::harness::TestShop;
use crate::points::{Buyer, PAYS, hold};
use crate::shop::RunningShop;
use crate::{number, turn};

/// A minute passes.
const LATER: &str = "update payments set created_at = created_at - interval '1 minute' where state = 'started'";

/// A statement that waits for a lock is carried out even if nobody hears its answer any more: its connection dies, too.
const CUT: &str = "select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'";
const IS_CUT: &str = "select (count(*) = 0)::int::bigint from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'";
const FORGOTTEN: &str = "select count(*) from payments p join sandbox_charges c on c.payment_id = p.id
    where p.state = 'started' and c.outcome = 'approved'";

/// Whoever paid has the mail that says so.
const MAILED: &str = "select (count(*) = (select count(*) from orders))::int::bigint from email_messages
    where subject like 'Payment received%' and state = 'accepted'";

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_the_charge_and_the_books_every_payment_has_its_order_and_its_mail() {
    let _turn = turn().await;
    let kills = number("CHAOS_KILLS", 3);
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 100)]).await;
    let mut running = RunningShop::start(&shop, None, 0).await;
    let buyer = Buyer::of(&shop, &running).await;
    for round in 0..kills {
        assert_eq!(buyer.place(&format!("order-{round}")).await, Some(201));
        running.settled().await;
        let order = shop.scalar("select id from orders where status = $1", "pending").await;
        let gate = hold(&shop, "lock table order_events in share mode").await;
        if round % 2 == 0 {
            let paying = async {
                running.until("writing it down", PAYS).await;
                running.kill(None);
            };
            let (answer, ()) = tokio::join!(buyer.pay(order), paying);
            assert_eq!(answer, None, "nothing was said");
        } else {
            buyer.approve_elsewhere(order).await;
            running.until("writing it down", PAYS).await;
            running.kill(None);
        }
        shop.execute(CUT).await;
        running.until("cut off", IS_CUT).await;
        drop(gate);
        assert_eq!(shop.count(FORGOTTEN).await, 1, "charged, and not in the books");
        shop.execute(LATER).await;
        running.start_again(None);
        running.ready(tokio::time::Instant::now()).await;
        running.until("paid", "select (count(*) filter (where status <> 'paid') = 0)::int::bigint from orders").await;
        // A mail that is being handed over when its process dies is another test's.
        running.until("told by mail", MAILED).await;
    }
    running.settled().await;
    running.stop();
    for (expected, statement) in [
        (kills, "select count(*) from payments where state = 'approved' and flaw is null"),
        (kills, "select count(*) from sandbox_charges where outcome = 'approved'"),
        (kills, "select count(*) from email_messages where subject like 'Payment received%' and state = 'accepted'"),
        (0, "select count(*) from refunds"),
    ] {
        assert_eq!(shop.count(statement).await, i64::try_from(expected).unwrap(), "{statement}");
    }
    shop.done().await;
}
