//! The numbers of invoices: without gaps, none twice, whoever makes them and whatever goes wrong meanwhile.

use futures::future::join_all;
use shop::domain::{Consumer, Envelope, OrderId};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{Clock, Error, EventViews, Papers, Store};

use crate::harness::TestShop;
use crate::harness::rules::seller;

async fn numbers(shop: &TestShop) -> Vec<String> {
    sqlx::query_scalar("select number from papers order by position").fetch_all(shop.shop.store().pool()).await.unwrap()
}

/// So many, from the first.
fn expected(shop: &TestShop, count: usize) -> Vec<String> {
    let year = shop.shop.local_time(shop.clock.now()).date().year();
    (1..=count).map(|place| format!("INV-{year}-{place:06}")).collect()
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

async fn paid_events(shop: &TestShop) -> Vec<Envelope> {
    let events = shop.shop.store().unpublished_events(500).await.unwrap();
    events.into_iter().map(|(_, event)| event).filter(|event| event.topic == "order.paid").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_orders_paid_at_once_have_a_hundred_numbers_without_a_gap() {
    let shop = TestShop::open().await;
    shop.sold_by(&seller()).await;
    paid(&shop, 100).await;
    let events = paid_events(&shop).await;
    assert_eq!(events.len(), 100);
    // As four processes hear of them, each several times: one by one and in batches.
    let processes = join_all((0..4).map(|_| shop.another_process())).await;
    let batches = processes.iter().flat_map(|process| {
        let single = events.chunks(1).map(move |batch| process.consume(Consumer::Notification, batch));
        single.chain(events.chunks(30).map(move |batch| process.consume(Consumer::Notification, batch)))
    });
    for answer in join_all(batches).await {
        // Whoever waited too long for the numbers is offered it again.
        assert!(matches!(answer, Ok(_) | Err(Error::Contended(_) | Error::Unavailable(_))), "{answer:?}");
    }
    shop.deliver().await;
    assert_eq!(numbers(&shop).await, expected(&shop, 100));
    assert_eq!(shop.count("select count(distinct order_id) from papers").await, 100);
    assert_eq!(shop.count("select count(*) from email_messages where kind = 'payment_received'").await, 100);
    shop.done().await;
}

#[tokio::test]
async fn what_is_rolled_back_leaves_neither_paper_nor_gap() {
    let shop = TestShop::open().await;
    shop.sold_by(&seller()).await;
    let orders = paid(&shop, 3).await;
    let events = paid_events(&shop).await;
    // The last statement of the transaction fails.
    shop.execute("alter table email_messages add constraint no_mail check (kind <> 'payment_received')").await;
    let held = shop.shop.consume(Consumer::Notification, &events).await;
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
    let mut all = numbers(&shop).await;
    all.sort();
    assert_eq!(all, [format!("INV-{}-000001", year - 1), format!("R2-{year}-000001")]);
    shop.done().await;
}
