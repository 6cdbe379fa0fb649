//! What a worker does because it is due. Other tests do these things themselves: this one shows that the program does.

use std::time::{Duration, Instant};

use shop::domain::Step;
use shop::infrastructure::payments::{SandboxAnswer, SandboxDelivery};
use shop::usecase::SandboxOutcome::Approve;

use crate::Place;
use crate::harness::rules::{STAFF, seller};
use crate::harness::{Everything as _, TestShop};
use crate::program::Process;

/// What is to be there, once each.
const DONE: [(&str, &str); 6] = [
    ("an order that nobody paid is given up", "select count(*) from orders where cancel_reason = 'expired'"),
    (
        "a payment that nobody told of is asked about",
        "select count(*) from payments where state = 'approved' and looks > 0",
    ),
    ("a refund is given back", "select count(*) from refunds where state = 'done'"),
    ("it has a credit note", "select count(*) from papers where kind = 'credit_note' and pdf is not null"),
    (
        "which comes by mail",
        "select count(*) from email_messages where kind = 'refunded' and state = 'accepted' and paper_id is not null",
    ),
    ("what was shipped two weeks ago is completed", "select count(*) from orders where status = 'completed'"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_of_orders_and_money_is_done_without_being_asked_for() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.sold_by(&seller()).await;
    let ada = shop.customer("Ada").await;
    let place = async || shop.place_reserved(ada, &[("MUG", "1")]).await;
    // Nobody pays the last one.
    let (regretted, sent, unheard, _) = (place().await, place().await, place().await, place().await);
    for id in [regretted, sent] {
        shop.shop.pay_order(ada, id, Approve).await.unwrap();
    }
    shop.deliver().await;
    shop.shop.cancel_order(ada, regretted).await.unwrap();
    shop.shop.advance_order(STAFF.may(), sent, Step::Ship).await.unwrap();
    let payment = shop.shop.begin_payment(ada, unheard).await.unwrap().payment;
    // Its webhooks come tomorrow.
    let tomorrow = SandboxDelivery { delay: Duration::from_secs(86_400), ..SandboxDelivery::default() };
    shop.sandbox().answer(payment, SandboxAnswer::Approve, tomorrow).await.unwrap();
    shop.execute(
        "update payments set created_at = created_at - interval '2 minutes' where state = 'started';
         update order_events set at = at - interval '15 days' where kind = 'shipped';
         update orders set expires_at = now() - interval '1 minute'
            where status = 'pending' and not exists (select from payments p where p.order_id = orders.id)",
    )
    .await;
    for (what, statement) in DONE {
        assert_eq!(shop.count(statement).await, 0, "{what}, before anybody is at work");
    }

    let Place { mut environment, folder } = Place::of(&shop);
    environment.retain(|(name, _)| !name.starts_with("KAFKA_"));
    let worker = Process::start("worker", &environment, &folder.join("log"));
    let began = Instant::now();
    for (what, statement) in DONE {
        while shop.count(statement).await == 0 {
            assert!(began.elapsed() < Duration::from_secs(60), "{what}: {}", folder.join("log").display());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    assert_eq!(worker.stop(), Some(0));
    for (what, statement) in DONE {
        assert_eq!(shop.count(statement).await, 1, "{what}, once");
    }
    shop.done().await;
}
