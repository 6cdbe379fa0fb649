//! Giving money back: once, whatever the provider does, and everybody hears of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use shop::domain::{Customer, Money, OrderId};
use shop::infrastructure::LiveShop;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, Error, Payments as _, PlaceOrder, RefundOutcome};
use time::Duration;

use crate::fulfilment::units;
use crate::harness::rules::{STAFF, percent, promotion, taxed};
use crate::harness::{Everything, TestShop, address, catalogue, product, quantity};
use crate::providers::Through;

/// An order that was paid and cancelled, and its refund opened.
async fn to_give_back() -> (TestShop, Customer, OrderId) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "2")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.shop.cancel_order(ada, id).await.unwrap();
    (shop, ada, id)
}

async fn last_entry(shop: &TestShop, ada: Customer, id: OrderId) -> String {
    shop.order(ada, id).await.timeline.last().unwrap().kind.clone()
}

#[tokio::test]
async fn an_opened_refund_is_given_back_once_and_everybody_hears_of_it() {
    let (shop, ada, id) = to_give_back().await;
    assert_eq!(shop.shop.carry_out_refunds().await.unwrap(), 1);
    assert_eq!(shop.shop.carry_out_refunds().await.unwrap(), 0);
    shop.clock.advance(Duration::days(1));
    assert_eq!(shop.shop.carry_out_refunds().await.unwrap(), 0);
    shop.deliver().await;
    assert_eq!(last_entry(&shop, ada, id).await, "refunded");
    assert_eq!(
        shop.count(
            "select count(*) from refunds where state = 'done' and settled_at is not null and reference is not null"
        )
        .await,
        1
    );
    assert_eq!(shop.count("select count(*) from sandbox_refunds where outcome = 'done' and amount = 48").await, 1);
    assert_eq!(shop.count("select count(*) from outbox where topic = 'order.refunded'").await, 1);
    let mail = shop.shop.take_mail(20).await.unwrap();
    let told: Vec<_> = mail.iter().filter(|job| job.message.kind == "refunded").collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].message.text.contains("given back $48.00"), "{}", told[0].message.text);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_at_once_give_back_once() {
    let (shop, ada, id) = to_give_back().await;
    let other = shop.another_process().await;
    let (one, two) = tokio::join!(shop.shop.carry_out_refunds(), other.carry_out_refunds());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(last_entry(&shop, ada, id).await, "refunded");
    shop.done().await;
}

/// How a provider fails.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It is not reached.
    Away,
    /// It gives back, and its answer is lost.
    AnswerLost,
    /// It says no, now and whenever it is asked.
    Refuses,
}

/// How often it was asked to give back, and a process that asks it.
async fn failing(shop: &TestShop, fault: Fault) -> (Arc<AtomicU32>, LiveShop) {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let provider = Through::refunding(shop.sandbox(), move |sandbox, request| {
        count.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            match fault {
                Fault::Refuses => return Ok(RefundOutcome::Refused),
                Fault::AnswerLost => drop(sandbox.refund(request).await?),
                Fault::Away => {}
            }
            Err(Error::Unavailable(anyhow::anyhow!("no answer within 10 s")))
        })
    });
    let process = shop.another_process_paying(provider).await;
    (asked, process)
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_asked_again_after_pauses_that_grow() {
    let (shop, ada, id) = to_give_back().await;
    let (provider, away) = failing(&shop, Fault::Away).await;
    // A pause is 10 s at first, twice as long each time, and by chance up to as much again.
    for (asked, at_least) in [(1, 10), (2, 20), (3, 40)] {
        assert_eq!(away.carry_out_refunds().await.unwrap(), 0);
        assert_eq!(provider.load(Ordering::Relaxed), asked);
        shop.clock.advance(Duration::seconds(at_least - 1));
        assert_eq!(away.carry_out_refunds().await.unwrap(), 0);
        assert_eq!(provider.load(Ordering::Relaxed), asked, "not before its pause is over");
        shop.clock.advance(Duration::seconds(at_least + 2));
    }
    assert_eq!(last_entry(&shop, ada, id).await, "refund_opened");
    assert_eq!(shop.shop.carry_out_refunds().await.unwrap(), 1, "it is back");
    shop.done().await;
}

#[tokio::test]
async fn what_was_given_back_and_not_heard_of_is_not_given_back_twice() {
    let (shop, ada, id) = to_give_back().await;
    let (provider, deaf) = failing(&shop, Fault::AnswerLost).await;
    for _ in 0..3 {
        assert_eq!(deaf.carry_out_refunds().await.unwrap(), 0);
        shop.clock.advance(Duration::hours(3));
    }
    assert_eq!(provider.load(Ordering::Relaxed), 3);
    assert_eq!(shop.shop.carry_out_refunds().await.unwrap(), 1);
    assert_eq!(shop.count("select count(*) from sandbox_refunds").await, 1);
    assert_eq!(last_entry(&shop, ada, id).await, "refunded");
    shop.done().await;
}

#[tokio::test]
async fn a_refund_that_is_refused_stays_refused_and_nobody_is_told_that_money_came() {
    let (shop, ada, id) = to_give_back().await;
    let (provider, refusing) = failing(&shop, Fault::Refuses).await;
    assert_eq!(refusing.carry_out_refunds().await.unwrap(), 1);
    shop.clock.advance(Duration::days(1));
    assert_eq!(refusing.carry_out_refunds().await.unwrap(), 0);
    assert_eq!(provider.load(Ordering::Relaxed), 1);
    assert_eq!(last_entry(&shop, ada, id).await, "refund_failed");
    assert_eq!(shop.count("select count(*) from payments where refunded = 0").await, 1);
    assert_eq!(shop.count("select count(*) from outbox where topic = 'order.refunded'").await, 0);
    shop.done().await;
}

#[tokio::test]
async fn a_refund_of_another_provider_waits_for_a_shop_that_has_it() {
    let (shop, _, _) = to_give_back().await;
    shop.execute("update payments set provider = 'another'").await;
    assert_eq!(shop.shop.carry_out_refunds().await.unwrap(), 0);
    shop.execute("update payments set provider = 'sandbox'").await;
    assert_eq!(shop.shop.carry_out_refunds().await.unwrap(), 1);
    shop.done().await;
}

#[tokio::test]
async fn the_release_before_opens_no_second_refund_and_finds_the_name_it_knows() {
    let (shop, _, _) = to_give_back().await;
    shop.execute(
        "insert into refunds (id, payment_id, amount, created_at)
         select gen_random_uuid(), id, amount, now() from payments
         on conflict on constraint refunds_one_per_payment do nothing",
    )
    .await;
    assert_eq!(shop.count("select count(*) from refunds").await, 1);
    shop.done().await;
}

/// What the domain shows for all orders (`domain/totals/properties.rs`), in the books.
#[tokio::test]
async fn every_unit_given_back_by_itself_is_exactly_the_total_in_yen_and_dinars() {
    for (code, price) in [("JPY", "1249"), ("KWD", "12.505")] {
        let shop = TestShop::open().await;
        let process = shop.another_process_in(code.parse().unwrap()).await;
        process.load_catalogue(&catalogue(vec![product("MUG", price, 9)])).await.unwrap();
        shop.tax_by(taxed(&[("GB", "7.5")])).await;
        shop.promote(promotion("A third off", percent("33.333"))).await;
        let (ada, mug) = (shop.customer("Ada").await, shop.variant("MUG").await);
        process.add_to_cart(CartOwner::Customer(ada), mug, quantity("3")).await.unwrap();
        process.save_address(ada, address()).await.unwrap();
        let reviewed = process.checkout(ada).await.unwrap().reviewed;
        let id = process.place_order(ada, PlaceOrder { key: process.new_key(), reviewed }).await.unwrap();
        shop.deliver().await;
        process.pay_order(ada, id, Approve).await.unwrap();
        shop.deliver().await;
        for _ in 0..3 {
            process.refund_order(STAFF.may(), id, &units(&[(mug, 1)]), None).await.unwrap();
        }
        while process.carry_out_refunds().await.unwrap() > 0 {}
        let order = process.order(ada, id).await.unwrap();
        let given: Vec<_> = order.refunds.iter().map(|refund| refund.amount).collect();
        assert!(given.iter().any(|amount| *amount != given[0]), "it does not divide by three: {given:?}");
        assert_eq!(Money::sum(order.total.currency(), given.iter().copied()).unwrap(), order.total, "{given:?}");
        assert_eq!(shop.count("select count(*) from payments where refunded = amount").await, 1);
        shop.done().await;
    }
}
