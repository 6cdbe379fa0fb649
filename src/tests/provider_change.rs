//! Another payment provider than before: what began with the old one is asked of the old one, and nobody starts a shop that
//! could not.

use std::sync::Arc;

use shop::domain::{OrderStatus, PaymentState, Refusal};
use shop::infrastructure::LiveShop;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{OpenElsewhere, Payments as _};
use time::Duration;

use crate::harness::rules::STAFF;
use crate::harness::{Everything, TestShop, refused};
use crate::providers::Through;

/// A process of the shop whose provider is called otherwise, alone or with the sandbox as the one before.
async fn changed(shop: &TestShop, keeps_the_sandbox: bool) -> LiveShop {
    let today = Through::named("another", shop.sandbox());
    let former = keeps_the_sandbox.then(|| Arc::new(shop.sandbox()) as _);
    shop.another_process_paying_since(today, former.into_iter().collect()).await
}

#[tokio::test]
async fn what_began_with_the_provider_before_is_ended_and_given_back_there() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let paid = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, paid, Approve).await.unwrap();
    shop.shop.cancel_order(ada, paid).await.unwrap();
    let (left, tried_again) =
        (shop.place_reserved(ada, &[("MUG", "1")]).await, shop.place_reserved(ada, &[("MUG", "1")]).await);
    let first = shop.shop.begin_payment(ada, left).await.unwrap();
    let before = shop.shop.begin_payment(ada, tried_again).await.unwrap();

    let alone = changed(&shop, false).await;
    let open = OpenElsewhere { provider: "sandbox".into(), attempts: 2, refunds: 1 };
    assert_eq!(alone.open_elsewhere().await.unwrap(), [open], "it refuses to start");
    shop.clock.advance(Duration::minutes(2));
    assert_eq!(alone.carry_out_refunds().await.unwrap(), 0, "no other provider is asked");
    assert_eq!(alone.reconcile_payments(10).await.unwrap(), 0);
    assert_eq!(shop.count("select count(*) from payments where looks > 0").await, 0);

    let process = changed(&shop, true).await;
    assert_eq!(process.open_elsewhere().await.unwrap(), []);
    assert_eq!(process.carry_out_refunds().await.unwrap(), 1);
    // Who pays now pays at the new one; the page at the old one takes nothing any more.
    let now = process.begin_payment(ada, tried_again).await.unwrap();
    assert_ne!(now.payment, before.payment);
    let outcome = "select outcome from sandbox_charges where payment_id = $1::uuid";
    assert_eq!(shop.scalar::<String>(outcome, &before.payment.to_string()).await, "expired");
    shop.sandbox()
        .charge(crate::abandoned_payments::attempt(first.payment, left, first.amount), Approve)
        .await
        .unwrap();
    assert_eq!(process.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!(shop.order(ada, left).await.status, OrderStatus::Paid);
    assert_eq!(process.pay_order(ada, tried_again, Approve).await.unwrap().state, PaymentState::Approved);
    shop.done().await;
}

#[tokio::test]
async fn a_refund_of_a_provider_that_is_gone_for_good_is_marked_by_staff() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.shop.cancel_order(ada, id).await.unwrap();
    let refund = shop.order(ada, id).await.refunds[0].id;
    let connected = shop.shop.mark_refund_given(STAFF.may(), refund, "transfer 1").await;
    assert_eq!(refused(connected), Refusal::RefundOfProvider);
    shop.execute("update payments set provider = 'gone'").await;
    shop.shop.mark_refund_given(STAFF.may(), refund, "transfer 1").await.unwrap();
    assert_eq!(shop.shop.open_elsewhere().await.unwrap(), []);
    shop.deliver().await;
    assert_eq!(shop.count("select count(*) from email_messages where kind = 'refunded'").await, 1);
    shop.done().await;
}
