//! Paying: approved, declined, twice, too early, too late.

use std::sync::Arc;

use futures::future::join_all;
use shop::domain::{OrderStatus, PaymentFlaw, PaymentState, Problem, Refusal, ReservationState};
use shop::usecase::SandboxOutcome;
use shop::usecase::SandboxOutcome::{Approve, Decline};
use tokio::sync::Barrier;

use crate::harness::{TestShop, refused};
use crate::providers::{Through, answered};

#[tokio::test]
async fn an_approved_payment_makes_the_order_paid_and_claims_its_units() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "2")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.shop.pay_order(ada, id, Approve).await.expect("paying what is paid is no mistake");
    shop.deliver().await;
    let order = shop.order(ada, id).await;
    assert_eq!((order.status, order.reservation), (OrderStatus::Paid, ReservationState::Claimed));
    assert_eq!(shop.count("select count(*) from payments where state = 'approved'").await, 1);
    shop.done().await;
}

#[tokio::test]
async fn a_declined_payment_leaves_the_order_payable() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    assert_eq!(refused(shop.shop.pay_order(ada, id, Decline).await), Refusal::PaymentDeclined);
    let order = shop.order(ada, id).await;
    assert!(order.is_payable());
    assert_eq!(order.last_payment, Some(PaymentState::Declined));
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Paid);
    shop.done().await;
}

#[tokio::test]
async fn nothing_is_paid_before_its_items_are_set_aside() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    assert_eq!(refused(shop.shop.pay_order(ada, id, Approve).await), Refusal::NotPayableYet);
    let nonsense = "free".parse::<SandboxOutcome>().unwrap_err();
    assert_eq!(nonsense.problem_of("outcome"), Some(&Problem::NotAChoice));
    assert_eq!(shop.count("select count(*) from payments").await, 0);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_clicks_at_once_pay_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    for answer in join_all((0..10).map(|_| shop.shop.pay_order(ada, id, Approve))).await {
        answer.unwrap();
    }
    assert_eq!(shop.count("select count(*) from payments").await, 1);
    assert_eq!(shop.count("select count(*) from outbox where topic = 'order.paid'").await, 1);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_arrives_after_the_order_was_cancelled_is_kept_on_record_and_refunded() {
    let shop = TestShop::open().await;
    let (asked, answer) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let gates = (Arc::clone(&asked), Arc::clone(&answer));
    let provider = Through::new(shop.sandbox(), move |sandbox, attempt, question| {
        let (asked, answer) = gates.clone();
        Box::pin(async move {
            asked.wait().await;
            answer.wait().await;
            answered(&sandbox, attempt, question).await
        })
    });
    let slow = shop.another_process_paying(provider).await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let (paid, ()) = tokio::join!(slow.pay_order(ada, id, Approve), async {
        asked.wait().await;
        shop.shop.cancel_order(ada, id).await.unwrap();
        answer.wait().await;
    });
    // Whoever paid is told the truth.
    assert_eq!(refused(paid), Refusal::PaymentNotAccepted { flaw: PaymentFlaw::Late });
    shop.deliver().await;
    let order = shop.order(ada, id).await;
    assert_eq!((order.status, order.flaws()), (OrderStatus::Cancelled, vec![PaymentFlaw::Late]));
    assert_eq!(order.timeline.last().map(|t| t.kind.as_str()), Some("refund_opened"));
    assert_eq!(shop.count("select count(*) from refunds where amount = 24").await, 1);
    assert_eq!(shop.count("select count(*) from payments where flaw = 'late'").await, 1);
    assert_eq!(shop.stock("MUG").await, 5);
    shop.done().await;
}

#[tokio::test]
async fn cancelling_what_is_paid_opens_a_refund() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.shop.cancel_order(ada, id).await.unwrap();
    shop.deliver().await;
    assert_eq!(shop.count("select count(*) from refunds").await, 1);
    assert_eq!(shop.order(ada, id).await.reservation, ReservationState::Released);
    assert_eq!(shop.stock("MUG").await, 5);
    shop.done().await;
}
