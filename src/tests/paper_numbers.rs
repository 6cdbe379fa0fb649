//! The numbers of invoices: without gaps, none twice, whoever makes them and whatever goes wrong meanwhile.

use futures::future::join_all;
use shop::domain::{Consumer, Envelope, OrderId, RefundState};
use shop::dto::RefundForm;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{Clock, Error, EventViews, Papers, Store};
use sqlx::Connection;

use crate::bank::{Bank, no_mail, until_waiting};
use crate::fulfilment::{amount, units};
use crate::harness::rules::{STAFF, seller};
use crate::harness::{Everything, TestShop};
use crate::papers::{german_shop, order_of_everything};

/// Those of a series.
async fn numbers_of(shop: &TestShop, series: &str) -> Vec<String> {
    sqlx::query_scalar("select number from papers where series = $1 order by position")
        .bind(series)
        .fetch_all(shop.shop.store().pool())
        .await
        .unwrap()
}

async fn numbers(shop: &TestShop) -> Vec<String> {
    numbers_of(shop, "INV-").await
}

/// So many, from the first.
fn expected_of(shop: &TestShop, series: &str, count: usize) -> Vec<String> {
    let year = shop.shop.local_time(shop.clock.now()).date().year();
    (1..=count).map(|place| format!("{series}{year}-{place:06}")).collect()
}

fn expected(shop: &TestShop, count: usize) -> Vec<String> {
    expected_of(shop, "INV-", count)
}

async fn paid(shop: &TestShop, count: usize) -> Vec<OrderId> {
    shop.stock_shelves(&[("MUG", "24.00", 500)]).await;
    let ada = shop.customer("Ada").await;
    let mut orders = Vec::with_capacity(count);
    for _ in 0..count {
        orders.push(shop.place(ada, &[("MUG", "1")]).await);
    }
    shop.deliver().await;
    for answer in join_all(orders.iter().map(|id| shop.shop.pay_order(ada, *id, Approve))).await {
        answer.unwrap();
    }
    orders
}

async fn events_of(shop: &TestShop, topic: &str) -> Vec<Envelope> {
    let events = shop.shop.store().unpublished_events(500).await.unwrap();
    events.into_iter().map(|(_, event)| event).filter(|event| event.topic == topic).collect()
}

/// As four processes hear of them, each several times: one by one and in batches.
async fn heard_by_four(shop: &TestShop, events: &[Envelope]) {
    let processes = join_all((0..4).map(|_| shop.another_process())).await;
    let batches = processes.iter().flat_map(|process| {
        let single = events.chunks(1).map(move |batch| process.consume(Consumer::Notification, batch));
        single.chain(events.chunks(30).map(move |batch| process.consume(Consumer::Notification, batch)))
    });
    for answer in join_all(batches).await {
        // Whoever waited too long for the numbers is offered it again.
        assert!(matches!(answer, Ok(_) | Err(Error::Contended(_) | Error::Unavailable(_))), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_orders_paid_at_once_have_a_hundred_numbers_without_a_gap() {
    let shop = TestShop::open().await;
    shop.sold_by(&seller()).await;
    paid(&shop, 100).await;
    let events = events_of(&shop, "order.paid").await;
    assert_eq!(events.len(), 100);
    heard_by_four(&shop, &events).await;
    shop.deliver().await;
    assert_eq!(numbers(&shop).await, expected(&shop, 100));
    assert_eq!(shop.count("select count(distinct order_id) from papers").await, 100);
    assert_eq!(shop.count("select count(*) from email_messages where kind = 'payment_received'").await, 100);
    shop.done().await;
}

/// From here on it is counted how many papers were written, also those that were rolled back: a sequence keeps what it gave.
async fn count_written(shop: &TestShop) {
    shop.execute(
        "create sequence papers_written;
         create function count_paper() returns trigger language plpgsql as
            $$ begin perform nextval('papers_written'); return new; end $$;
         create trigger count_paper before insert on papers for each row execute function count_paper()",
    )
    .await;
}

const WRITTEN: &str = "select case when is_called then last_value else 0 end from papers_written";

#[tokio::test]
async fn what_is_rolled_back_leaves_neither_paper_nor_gap() {
    let shop = TestShop::open().await;
    shop.sold_by(&seller()).await;
    let orders = paid(&shop, 3).await;
    let events = events_of(&shop, "order.paid").await;
    // The last statement of the transaction fails.
    shop.execute("alter table email_messages add constraint no_mail check (kind <> 'payment_received')").await;
    count_written(&shop).await;
    let held = shop.shop.consume(Consumer::Notification, &events).await;
    assert!(shop.count(WRITTEN).await >= 3, "they were written, each under its number: {held:?}");
    assert!(numbers(&shop).await.is_empty(), "{held:?}");
    assert_eq!(shop.count("select coalesce(sum(last), 0)::bigint from paper_numbers").await, 0);
    shop.execute("alter table email_messages drop constraint no_mail").await;
    // A process that dies while it has a number.
    let mut tx = shop.shop.store().begin().await.unwrap();
    let year = shop.shop.local_time(shop.clock.now()).date().year();
    assert_eq!(tx.lock_paper_numbers("INV-", year).await.unwrap(), 0);
    assert_eq!(tx.sold_orders(&orders).await.unwrap().len(), 3);
    drop(tx);
    shop.deliver().await;
    assert_eq!(shop.shop.make_missing_invoices(10).await.unwrap().unwrap().not_made, []);
    assert_eq!(numbers(&shop).await, expected(&shop, 3));
    shop.done().await;
}

/// Ten orders, of each of which a quarter is given back four times.
async fn refunded(shop: &TestShop) {
    for order in paid(shop, 10).await {
        for _ in 0..4 {
            shop.shop.refund_order(STAFF.may(), order, &amount("6.00"), None).await.unwrap();
        }
    }
    shop.deliver().await;
    while shop.shop.carry_out_refunds().await.unwrap() > 0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_refunds_at_once_have_forty_numbers_of_a_series_of_their_own_without_a_gap() {
    let shop = TestShop::open().await;
    shop.sold_by(&seller()).await;
    refunded(&shop).await;
    let events = events_of(&shop, "order.refunded").await;
    assert_eq!(events.len(), 40);
    let missing = shop.another_process().await;
    // And somebody asks for missing ones meanwhile.
    let (made, ()) = tokio::join!(missing.make_missing_credit_notes(100), heard_by_four(&shop, &events));
    assert!(matches!(made, Ok(Some(_)) | Err(Error::Contended(_) | Error::Unavailable(_))), "{made:?}");
    shop.deliver().await;
    assert_eq!(numbers_of(&shop, "CN-").await, expected_of(&shop, "CN-", 40));
    assert_eq!(numbers(&shop).await, expected(&shop, 10));
    assert_eq!(shop.count("select count(distinct refund_id) from papers").await, 40);
    assert_eq!(
        shop.count("select count(distinct paper_id) from email_messages where kind = 'refunded'").await,
        40,
        "each mail brings its own"
    );
    shop.done().await;
}

/// Each is cancelled by a paper in the series of the invoices.
#[tokio::test(flavor = "multi_thread")]
async fn forty_refunds_that_fail_at_once_have_forty_cancellations_among_the_invoices_without_a_gap() {
    let shop = TestShop::open().await;
    shop.sold_by(&seller()).await;
    let orders = paid(&shop, 10).await;
    let bank = Bank::of(&shop).await;
    for order in &orders {
        for _ in 0..4 {
            bank.process.refund_order(STAFF.may(), *order, &amount("6.00"), None).await.unwrap();
        }
        bank.tells(*order, None, RefundState::Done).await;
    }
    assert_eq!(bank.process.handle_webhooks(10).await.unwrap(), 10);
    shop.deliver().await;
    assert_eq!(numbers_of(&shop, "CN-").await, expected_of(&shop, "CN-", 40));
    for order in &orders {
        bank.tells(*order, None, RefundState::Failed).await;
    }
    let processes = join_all((0..4).map(|_| shop.another_process_paying(bank.provider.clone()))).await;
    let unheard = "select count(*) from payment_webhooks where handled_at is null";
    while shop.count(unheard).await > 0 {
        for answer in join_all(processes.iter().map(|process| process.handle_webhooks(3))).await {
            // Whoever waited too long for the numbers is offered it again.
            assert!(matches!(answer, Ok(_) | Err(Error::Contended(_) | Error::Unavailable(_))), "{answer:?}");
        }
        shop.clock.advance(time::Duration::minutes(5));
    }
    assert_eq!(numbers(&shop).await, expected(&shop, 50));
    assert_eq!(shop.count("select count(*) from cancelled_credit_notes").await, 40);
    assert_eq!(
        shop.count("select count(distinct paper_id) from email_messages where kind = 'refund_failed'").await,
        40,
        "each mail brings its own"
    );
    shop.done().await;
}

/// Numbers of two series keep nobody apart, as those of two years do not.
#[tokio::test(flavor = "multi_thread")]
async fn refunds_of_one_invoice_are_credited_one_after_the_other_also_in_two_series() {
    let shop = german_shop().await;
    let jurgen = shop.customer("Jurgen").await;
    let id = order_of_everything(&shop, jurgen).await;
    shop.shop.refund_order(STAFF.may(), id, &units(&[(shop.variant("MUG").await, 3)]), None).await.unwrap();
    let order = shop.order(jurgen, id).await;
    let rest = RefundForm { amount: order.total.minus(order.refunds[0].amount).ok(), ..amount("1.00") };
    shop.shop.refund_order(STAFF.may(), id, &rest, None).await.unwrap();
    while shop.shop.carry_out_refunds().await.unwrap() > 0 {}
    let events = events_of(&shop, "order.refunded").await;
    let [first, second] = events.as_slice() else { panic!("{events:?}") };
    let other = shop.another_process().await;
    let gate = no_mail(&shop).await;
    let meanwhile = async {
        until_waiting(&shop, 1).await;
        let series = shop::domain::Seller { credit_note_series: "C2-".into(), ..seller() };
        shop.sold_by(&series).await;
        let opening = async {
            until_waiting(&shop, 2).await;
            gate.close().await.unwrap();
        };
        let (held, ()) = tokio::join!(other.consume(Consumer::Notification, std::slice::from_ref(second)), opening);
        assert!(held.unwrap().is_empty());
    };
    let (held, ()) = tokio::join!(shop.shop.consume(Consumer::Notification, std::slice::from_ref(first)), meanwhile);
    assert!(held.unwrap().is_empty());
    for series in ["CN-", "C2-"] {
        assert_eq!(numbers_of(&shop, series).await, expected_of(&shop, series, 1));
    }
    // All of it was given back: the books compare it with the invoice, rate by rate.
    shop.done().await;
}

#[tokio::test]
async fn credit_notes_that_are_rolled_back_leave_neither_paper_nor_gap() {
    let shop = TestShop::open().await;
    shop.sold_by(&seller()).await;
    refunded(&shop).await;
    let events = events_of(&shop, "order.refunded").await;
    // Mail is queued last, so papers are written before it fails.
    shop.execute("alter table email_messages rename to mail_elsewhere").await;
    count_written(&shop).await;
    let held = shop.shop.consume(Consumer::Notification, &events).await.unwrap();
    assert_eq!(held.len(), events.len(), "{held:?}");
    assert!(shop.count(WRITTEN).await > 0, "they were written, each under its number");
    assert!(numbers_of(&shop, "CN-").await.is_empty(), "{held:?}");
    assert_eq!(shop.count("select count(*) from paper_numbers where series = 'CN-' and last > 0").await, 0);
    shop.execute("alter table mail_elsewhere rename to email_messages").await;
    shop.deliver().await;
    assert_eq!(numbers_of(&shop, "CN-").await, expected_of(&shop, "CN-", 40));
    shop.done().await;
}

/// A paper that is made while the year ends says the year of its number.
#[tokio::test]
async fn the_year_of_a_number_is_that_of_the_day_on_the_paper() {
    let shop = TestShop::open().await;
    refunded(&shop).await;
    shop.deliver().await;
    shop.sold_by(&seller()).await;
    shop.clock.advance_with_each_look(time::Duration::days(200));
    assert_eq!(shop.shop.make_missing_invoices(100).await.unwrap().unwrap().made, 10);
    assert_eq!(shop.shop.make_missing_credit_notes(100).await.unwrap().unwrap().made, 40);
    shop.clock.advance_with_each_look(time::Duration::ZERO);
    let odd = "select count(*) from papers where year <> extract(year from (facts ->> 'issued')::date)
        or number <> series || extract(year from (facts ->> 'issued')::date) || '-' || lpad(position::text, 6, '0')";
    assert_eq!(shop.count(odd).await, 0);
    shop.done().await;
}

#[tokio::test]
async fn another_series_begins_to_count_anew_and_another_year_does_too() {
    let shop = TestShop::open().await;
    shop.sold_by(&seller()).await;
    let ids = paid(&shop, 1).await;
    shop.deliver().await;
    let restored = shop::domain::Seller { invoice_series: "R2-".into(), ..seller() };
    shop.sold_by(&restored).await;
    shop.clock.advance(time::Duration::days(366));
    let ada = shop.shop.store();
    let user: uuid::Uuid = sqlx::query_scalar("select user_id from orders where id = $1")
        .bind(ids[0].0)
        .fetch_one(ada.pool())
        .await
        .unwrap();
    let ada = shop::domain::Customer(shop::domain::UserId(user));
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.deliver().await;
    let year = shop.shop.local_time(shop.clock.now()).date().year();
    let mut all = [numbers(&shop).await, numbers_of(&shop, "R2-").await].concat();
    all.sort();
    assert_eq!(all, [format!("INV-{}-000001", year - 1), format!("R2-{year}-000001")]);
    shop.done().await;
}
