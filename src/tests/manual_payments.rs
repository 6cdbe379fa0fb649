//! Paying by bank transfer or at pick-up: offered where the shop says so, with a time of its own, and paid when the staff say
//! that the money has come.

use futures::future::join_all;
use shop::domain::{
    CancelReason, Customer, OrderId, OrderStatus, PaymentFlaw, PaymentState, Problem, RefundId, RefundState, Refusal,
    ReservationState,
};
use shop::dto::PaymentForm;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, SavedTerms};
use time::Duration;

use crate::harness::rules::{STAFF, transfers};
use crate::harness::{Everything, TestShop, refused, usd};

fn seen(amount: &str, reference: &str) -> PaymentForm {
    PaymentForm { amount: usd(amount), reference: reference.into() }
}

/// An order of one mug in a shop that takes transfers.
async fn placed() -> (TestShop, Customer, OrderId) {
    let shop = TestShop::open().await;
    shop.taking_transfers().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    (shop, ada, id)
}

async fn kinds(shop: &TestShop, ada: Customer, id: OrderId) -> Vec<String> {
    shop.order(ada, id).await.timeline.into_iter().map(|entry| entry.kind).collect()
}

async fn mails(shop: &TestShop, kind: &'static str) -> i64 {
    shop.scalar("select count(*) from email_messages where kind = $1", kind).await
}

#[tokio::test]
async fn an_order_to_be_paid_by_transfer_waits_a_week_and_is_paid_when_staff_have_seen_the_money() {
    let (shop, ada, id) = placed().await;
    assert_eq!(shop.order(ada, id).await.manual_payment, Some(transfers()));
    shop.shop.choose_manual_payment(ada, id).await.unwrap();
    let order = shop.order(ada, id).await;
    assert_eq!(order.seconds_left.map(|left| left / 3600), Some(167), "{:?}", order.expires_at);
    let body: String = shop.scalar("select body from email_messages where kind = $1", "payment_instructions").await;
    for words in ["$24.00", &order.number.to_string(), "IBAN DE02 1203 0000 0000 2020 51", "Or in cash at the counter"]
    {
        assert!(body.contains(words), "{words}: {body}");
    }
    let about = "select about::text from email_messages where kind = $1";
    assert_eq!(shop.scalar::<String>(about, "payment_instructions").await, id.to_string());
    // Said again, also a day later, nothing changes: stock is not kept for ever.
    shop.clock.advance(Duration::days(1));
    shop.shop.choose_manual_payment(ada, id).await.unwrap();
    assert_eq!(shop.order(ada, id).await.expires_at, order.expires_at);
    assert_eq!(mails(&shop, "payment_instructions").await, 1);
    shop.clock.advance(Duration::days(5));
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 0);
    assert_eq!(shop.stock("MUG").await, 4);

    for _ in 0..2 {
        shop.shop.record_payment(STAFF.may(), id, &seen("24.00", " transfer  4711 ")).await.unwrap();
    }
    shop.deliver().await;
    let order = shop.order(ada, id).await;
    assert_eq!((order.status, order.reservation), (OrderStatus::Paid, ReservationState::Claimed));
    assert_eq!(kinds(&shop, ada, id).await, ["placed", "reserved", "manual_payment_chosen", "paid"]);
    assert_eq!((order.payments.len(), order.payments[0].provider.as_str()), (1, "manual"));
    assert_eq!(shop.count("select count(*) from outbox where topic = 'order.paid'").await, 1);
    assert_eq!(mails(&shop, "payment_received").await, 1);
    shop.done().await;
}

#[tokio::test]
async fn when_the_week_is_over_the_order_ends_and_money_that_comes_then_goes_back_by_the_staff() {
    let (shop, ada, id) = placed().await;
    shop.shop.choose_manual_payment(ada, id).await.unwrap();
    shop.clock.advance(Duration::days(7) + Duration::seconds(1));
    assert_eq!(refused(shop.shop.begin_payment(ada, id).await), Refusal::PayTimeOver);
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 1);
    shop.deliver().await;
    assert_eq!(shop.order(ada, id).await.cancel_reason, Some(CancelReason::Expired));
    assert_eq!(shop.stock("MUG").await, 5);
    shop.shop.record_payment(STAFF.may(), id, &seen("24.00", "transfer 1")).await.unwrap();
    let order = shop.order(ada, id).await;
    assert_eq!((order.status, order.flaws()), (OrderStatus::Cancelled, vec![PaymentFlaw::Late]));
    let refund = order.refunds[0].id;
    assert_eq!(shop.shop.carry_out_refunds().await.unwrap(), 0, "no provider is asked");
    give(&shop, refund).await;
    assert_eq!(shop.order(ada, id).await.refunds[0].state, RefundState::Done);
    shop.done().await;
}

/// The staff give a refund back, once.
async fn give(shop: &TestShop, refund: RefundId) {
    let told = refused(shop.shop.mark_refund_given(STAFF.may(), refund, " ").await);
    assert_eq!(told.problem_of("reference"), Some(&Problem::Required));
    for _ in 0..2 {
        shop.shop.mark_refund_given(STAFF.may(), refund, "transfer 2").await.unwrap();
    }
    assert_eq!(refused(shop.shop.mark_refund_given(STAFF.may(), refund, "transfer 3").await), Refusal::RefundEnded);
    shop.deliver().await;
    assert_eq!(shop.count("select count(*) from outbox where topic = 'order.refunded'").await, 1);
    assert_eq!(mails(shop, "refunded").await, 1);
}

#[tokio::test]
async fn a_cancelled_order_that_was_paid_so_is_given_back_by_the_staff_and_never_more_than_came_in() {
    let (shop, ada, id) = placed().await;
    shop.shop.record_payment(STAFF.may(), id, &seen("24.00", "cash 1")).await.unwrap();
    shop.deliver().await;
    shop.shop.cancel_order(ada, id).await.unwrap();
    shop.deliver().await;
    let refunds = shop.order(ada, id).await.refunds;
    assert_eq!((refunds.len(), refunds[0].amount), (1, usd("24.00")));
    give(&shop, refunds[0].id).await;
    let all = "select count(*) from payments where refunded = amount and amount = 24";
    assert_eq!(shop.count(all).await, 1);
    shop.done().await;
}

#[tokio::test]
async fn money_of_another_amount_or_a_second_time_goes_back_and_a_reference_is_used_once() {
    let (shop, ada, id) = placed().await;
    let other = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.record_payment(STAFF.may(), id, &seen("20.00", "transfer 1")).await.unwrap();
    assert!(shop.order(ada, id).await.is_payable());
    for (order, form) in [(other, seen("20.00", "transfer 1")), (id, seen("24.00", "transfer 1"))] {
        let told = refused(shop.shop.record_payment(STAFF.may(), order, &form).await);
        assert_eq!(told.problem_of("reference"), Some(&Problem::Duplicate));
    }
    shop.shop.record_payment(STAFF.may(), id, &seen("24.00", "transfer 2")).await.unwrap();
    shop.shop.record_payment(STAFF.may(), id, &seen("24.00", "transfer 3")).await.unwrap();
    let order = shop.order(ada, id).await;
    assert_eq!((order.status, order.flaws()), (OrderStatus::Paid, vec![PaymentFlaw::Amount, PaymentFlaw::Second]));
    assert_eq!(order.refunds.iter().map(|r| r.amount).collect::<Vec<_>>(), [usd("20.00"), usd("24.00")]);
    for (form, field) in [(seen("0.00", "x"), "amount"), (seen("1.00", "\n"), "reference")] {
        let told = refused(shop.shop.record_payment(STAFF.may(), id, &form).await);
        assert!(told.problem_of(field).is_some(), "{told:?}");
    }
    shop.done().await;
}

#[tokio::test]
async fn of_one_persons_orders_only_so_many_wait_for_their_money_also_when_all_are_chosen_at_once() {
    let (shop, ada, _) = placed().await;
    shop.stock_shelves(&[("CUP", "9.00", 20)]).await;
    let mut orders = Vec::new();
    for _ in 0..8 {
        orders.push(shop.place_reserved(ada, &[("CUP", "1")]).await);
    }
    let chosen = join_all(orders.iter().map(|id| shop.shop.choose_manual_payment(ada, *id))).await;
    let (waiting, told): (Vec<_>, Vec<_>) = chosen.into_iter().partition(Result::is_ok);
    assert_eq!((waiting.len(), told.len()), (3, 5), "{told:?}");
    for no in told {
        assert_eq!(refused(no), Refusal::TooManyUnpaid { most: 3 });
    }
    let is_waiting = "select count(*) from orders where manual_since is not null";
    assert_eq!(shop.count(is_waiting).await, 3);
    // Others have orders of their own; and one that has its end makes room.
    let eve = shop.customer("Eve").await;
    let hers = shop.place_reserved(eve, &[("CUP", "1")]).await;
    shop.shop.choose_manual_payment(eve, hers).await.unwrap();
    let ended: OrderId = waiting.into_iter().next().unwrap().unwrap();
    shop.shop.cancel_order(ada, ended).await.unwrap();
    let next = shop.place_reserved(ada, &[("CUP", "1")]).await;
    shop.shop.choose_manual_payment(ada, next).await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn a_card_pays_it_all_the_same_and_its_open_page_is_closed_when_staff_have_seen_the_money() {
    let (shop, ada, id) = placed().await;
    shop.shop.begin_payment(ada, id).await.unwrap();
    shop.shop.choose_manual_payment(ada, id).await.unwrap();
    shop.shop.record_payment(STAFF.may(), id, &seen("24.00", "transfer 1")).await.unwrap();
    shop.clock.advance(Duration::minutes(2));
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!(shop.count("select count(*) from sandbox_charges where outcome = 'expired'").await, 1);
    let other = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.choose_manual_payment(ada, other).await.unwrap();
    shop.clock.advance(Duration::days(2));
    assert_eq!(shop.shop.pay_order(ada, other, Approve).await.unwrap().state, PaymentState::Approved);
    let told = refused(shop.shop.choose_manual_payment(ada, other).await);
    assert!(matches!(told, Refusal::IllegalStep { .. }), "{told:?}");
    shop.done().await;
}

#[tokio::test]
async fn it_is_offered_by_whom_the_shop_says_and_to_whose_order_it_is() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let (ada, eve) = (shop.customer("Ada").await, shop.customer("Eve").await);
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let off = |told: Refusal| assert_eq!(told.problem_of("method"), Some(&Problem::NotAChoice));
    assert_eq!(shop.order(ada, id).await.manual_payment, None);
    off(refused(shop.shop.choose_manual_payment(ada, id).await));
    shop.taking_transfers().await;
    assert_eq!(refused(shop.shop.choose_manual_payment(eve, id).await), Refusal::NotFound);
    let nobody = CartOwner::Guest(None);
    assert_eq!(refused(shop.shop.choose_manual_payment(nobody, id).await), Refusal::NotFound);
    let early = shop.place(ada, &[("MUG", "1")]).await;
    assert_eq!(refused(shop.shop.choose_manual_payment(ada, early).await), Refusal::NotPayableYet);
    assert_eq!(
        refused(shop.shop.record_payment(STAFF.may(), early, &seen("24.00", "x")).await),
        Refusal::NotPayableYet
    );
    shop.deliver().await;
    // What is saved wins over the environment, also where it says no; what is not said stays.
    shop.save_terms(SavedTerms { return_days: Some(3), manual_payment: Some(None) }).await;
    off(refused(shop.shop.choose_manual_payment(ada, id).await));
    shop.save_terms(SavedTerms { return_days: None, manual_payment: Some(Some(transfers())) }).await;
    let saved = shop.shop.saved_terms().await.unwrap();
    assert_eq!(saved, SavedTerms { return_days: Some(3), manual_payment: Some(Some(transfers())) });
    shop.shop.choose_manual_payment(ada, id).await.unwrap();
    shop.done().await;
}
