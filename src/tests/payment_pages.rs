//! Paying on the provider's page: there and back, by webhook or by return, whichever comes first and however often.

use shop::domain::{
    CancelReason, Customer, Money, OrderId, OrderStatus, PaymentFlaw, PaymentId, PaymentState, Refusal,
};
use shop::infrastructure::clock::RandomIds;
use shop::infrastructure::payments::{SandboxAnswer, SandboxDelivery, sign};
use shop::usecase::{BadWebhook, Clock as _, Ids as _, Stale, WebhookError};
use time::Duration;

use crate::harness::{TestShop, refused, settings, usd};

/// A webhook of the sandbox: its signature and its body.
pub fn webhook(shop: &TestShop, id: &str, kind: &str, payment: PaymentId, amount: Money) -> (String, String) {
    let body = serde_json::json!({ "id": id, "kind": kind, "payment": payment, "amount": amount }).to_string();
    let secret = settings().secret_key.derived("webhooks of the sandbox").unwrap();
    (sign(&secret, shop.clock.now(), &body), body)
}

/// A webhook that says that something of a payment went back, as the providers of the tests understand it.
pub fn signed(shop: &TestShop, id: &str, reference: &str) -> (String, String) {
    let nothing = PaymentId(RandomIds.next());
    let body = serde_json::json!({
        "id": id, "kind": "pending", "payment": nothing, "amount": usd("1.00"), "money_back": reference
    });
    let secret = settings().secret_key.derived("webhooks of the sandbox").unwrap();
    (sign(&secret, shop.clock.now(), &body.to_string()), body.to_string())
}

async fn hear(shop: &TestShop, id: &str, kind: &str, payment: PaymentId, amount: &str) {
    let (signature, body) = webhook(shop, id, kind, payment, usd(amount));
    shop.shop.receive_webhook("sandbox", Some(&signature), &body).await.unwrap();
    assert_eq!(shop.shop.handle_webhooks(10).await.unwrap(), 1);
}

/// An order of one mug, and its attempt that has begun.
async fn begun() -> (TestShop, Customer, OrderId, PaymentId) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let payment = shop.shop.begin_payment(ada, id).await.unwrap().payment;
    (shop, ada, id, payment)
}

async fn answer(shop: &TestShop, payment: PaymentId, answer: SandboxAnswer) {
    shop.sandbox().answer(payment, answer, SandboxDelivery::default()).await.unwrap();
}

/// Gives back what is to be given back, and answers how many mails the shopper gets of it.
async fn told_of_refunds(shop: &TestShop) -> i64 {
    // What webhooks said that came in, the sandbox has.
    shop.execute(
        "insert into sandbox_charges (payment_id, outcome) select id, 'approved' from payments where state = 'approved'
         on conflict (payment_id) do update set outcome = 'approved'",
    )
    .await;
    while shop.shop.carry_out_refunds().await.unwrap() > 0 {}
    shop.deliver().await;
    shop.count("select count(*) from email_messages where kind = 'refunded'").await
}

/// Each of these mails of a refund says why it was given back.
async fn all_say_why(shop: &TestShop, words: &str) {
    let silent = "select count(*) from email_messages where kind = 'refunded' and position($1::text in body) = 0";
    assert_eq!(shop.scalar::<i64>(silent, words).await, 0, "{words}");
}

async fn kinds(shop: &TestShop, ada: Customer, id: OrderId) -> Vec<String> {
    shop.order(ada, id).await.timeline.into_iter().map(|entry| entry.kind).collect()
}

#[tokio::test]
async fn whoever_comes_first_the_order_is_paid_once() {
    for webhook_first in [true, false] {
        let (shop, ada, id, payment) = begun().await;
        answer(&shop, payment, SandboxAnswer::Approve).await;
        for times in 1..=3 {
            if webhook_first {
                hear(&shop, &format!("evt_{times}"), "approved", payment, "24.00").await;
            }
            shop.shop.return_from_payment(id, payment).await.unwrap();
            if !webhook_first {
                hear(&shop, &format!("evt_{times}"), "approved", payment, "24.00").await;
            }
            assert_eq!(shop.order(ada, id).await.status, OrderStatus::Paid);
        }
        assert_eq!(shop.shop.begin_payment(ada, id).await.unwrap().redirect_url, None, "there is nothing left to pay");
        assert_eq!(shop.count("select count(*) from outbox where topic = 'order.paid'").await, 1);
        assert_eq!(shop.count("select count(*) from refunds").await, 0);
        shop.done().await;
    }
}

#[tokio::test]
async fn who_closes_the_window_comes_back_to_the_same_page_and_who_is_declined_gets_another() {
    let (shop, ada, id, payment) = begun().await;
    let first = shop.shop.begin_payment(ada, id).await.unwrap();
    let page = first.redirect_url.clone().unwrap();
    assert!(page.starts_with("http://127.0.0.1:3000/sandbox/"), "{page}");
    shop.shop.return_from_payment(id, payment).await.unwrap();
    let order = shop.order(ada, id).await;
    assert!(order.is_payable() && order.last_payment == Some(PaymentState::Started), "nothing is known yet");
    assert_eq!(shop.shop.begin_payment(ada, id).await.unwrap(), first);
    answer(&shop, payment, SandboxAnswer::Decline).await;
    shop.shop.return_from_payment(id, payment).await.unwrap();
    assert_eq!(shop.order(ada, id).await.last_payment, Some(PaymentState::Declined));
    let second = shop.shop.begin_payment(ada, id).await.unwrap();
    assert_ne!((second.payment, second.redirect_url), (payment, Some(page)));
    answer(&shop, second.payment, SandboxAnswer::Approve).await;
    shop.shop.return_from_payment(id, second.payment).await.unwrap();
    assert_eq!(kinds(&shop, ada, id).await, ["placed", "reserved", "payment_declined", "paid"]);
    shop.done().await;
}

#[tokio::test]
async fn a_page_is_closed_when_the_orders_time_is_over_and_money_that_comes_later_goes_back() {
    let (shop, ada, id, payment) = begun().await;
    shop.clock.advance(Duration::minutes(16));
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 0, "its shopper may be paying");
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 1);
    shop.deliver().await;
    assert_eq!(shop.order(ada, id).await.cancel_reason, Some(CancelReason::Expired));
    // It was under way, as a transfer is.
    for event in ["evt_1", "evt_2"] {
        hear(&shop, event, "approved", payment, "24.00").await;
    }
    let expected = ["placed", "reserved", "payment_expired", "cancelled", "payment_late", "refund_opened"];
    assert_eq!(kinds(&shop, ada, id).await, expected);
    assert_eq!(shop.count("select count(*) from refunds where amount = 24").await, 1);
    assert_eq!(told_of_refunds(&shop).await, 1, "the shopper hears of it, once");
    all_say_why(&shop, "It had come in after the order had ended.").await;
    assert_eq!(shop.stock("MUG").await, 5);
    shop.done().await;
}

#[tokio::test]
async fn money_of_another_amount_or_currency_pays_nothing_and_goes_back() {
    let (shop, ada, id, payment) = begun().await;
    hear(&shop, "evt_1", "approved", payment, "23.99").await;
    let order = shop.order(ada, id).await;
    assert!(order.is_payable(), "{:?}", order.status);
    let next = shop.shop.begin_payment(ada, id).await.unwrap().payment;
    let euros = Money::parse("24.00", "EUR".parse().unwrap()).unwrap();
    let (signature, body) = webhook(&shop, "evt_2", "approved", next, euros);
    shop.shop.receive_webhook("sandbox", Some(&signature), &body).await.unwrap();
    shop.shop.handle_webhooks(10).await.unwrap();
    assert_eq!(shop.count("select count(*) from payments where flaw = 'amount' and amount = 23.99").await, 1);
    assert_eq!(shop.count("select count(*) from payments where flaw = 'amount' and currency = 'EUR'").await, 1);
    let third = shop.shop.begin_payment(ada, id).await.unwrap().payment;
    hear(&shop, "evt_3", "approved", third, "24.00").await;
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Paid);
    assert_eq!(shop.count("select count(*) from refunds").await, 2);
    assert_eq!(told_of_refunds(&shop).await, 2);
    all_say_why(&shop, "It was another amount than the order comes to").await;
    let euros = "select count(*) from email_messages where kind = 'refunded' and body like '%€24.00%'";
    assert_eq!(shop.count(euros).await, 1, "of what came in");
    shop.done().await;
}

#[tokio::test]
async fn a_second_payment_of_an_order_goes_back() {
    let (shop, ada, id, first) = begun().await;
    shop.sold_by(&crate::harness::rules::seller()).await;
    hear(&shop, "evt_1", "declined", first, "24.00").await;
    let second = shop.shop.begin_payment(ada, id).await.unwrap().payment;
    // The first was approved after all, while the second is still open; then that is paid, too.
    hear(&shop, "evt_2", "approved", first, "24.00").await;
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Paid);
    answer(&shop, second, SandboxAnswer::Approve).await;
    hear(&shop, "evt_3", "approved", second, "24.00").await;
    let expected = ["placed", "reserved", "payment_declined", "paid", "payment_second", "refund_opened"];
    assert_eq!(kinds(&shop, ada, id).await, expected);
    let back =
        shop.count("select count(*) from refunds r join payments p on p.id = r.payment_id where p.flaw = 'second'");
    assert_eq!(back.await, 1);
    // It was no part of the invoice, which stays as it is.
    assert_eq!(told_of_refunds(&shop).await, 1);
    all_say_why(&shop, "Nothing changes for the order.").await;
    assert_eq!(shop.shop.make_missing_credit_notes(10).await.unwrap().unwrap().made, 0);
    assert_eq!(shop.count("select count(*) from papers where kind = 'invoice'").await, 1);
    assert_eq!(shop.count("select count(*) from papers").await, 1);
    shop.done().await;
}

#[tokio::test]
async fn the_provider_is_asked_after_a_minute_and_then_with_growing_pauses() {
    let (shop, ada, id, _) = begun().await;
    shop.execute("update orders set expires_at = expires_at + interval '1 day'").await;
    let mut looked = Vec::new();
    for minute in 0..40 {
        assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 0);
        let looks = shop.count("select looks::bigint from payments").await;
        if looks > i64::try_from(looked.len()).unwrap() {
            looked.push(minute);
        }
        shop.clock.advance(Duration::seconds(61));
    }
    assert_eq!(looked, [1, 3, 7, 15, 31]);
    let access = shop.shop.begin_payment(ada, id).await.unwrap();
    answer(&shop, access.payment, SandboxAnswer::Approve).await;
    shop.clock.advance(Duration::hours(2));
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Paid);
    shop.done().await;
}

#[tokio::test]
async fn what_is_forged_old_or_of_nobody_changes_nothing() {
    let (shop, ada, id, payment) = begun().await;
    let (signature, body) = webhook(&shop, "evt_1", "approved", payment, usd("24.00"));
    let taken = |provider: &'static str, signature: Option<String>, body: String| {
        let shop = shop.shop.clone();
        async move { shop.receive_webhook(provider, signature.as_deref(), &body).await }
    };
    let bad = |answer: Result<(), WebhookError>| match answer {
        Err(WebhookError::Bad(problem)) => problem,
        other => panic!("{other:?}"),
    };
    assert!(matches!(taken("stripe", Some(signature.clone()), body.clone()).await, Err(WebhookError::UnknownProvider)));
    assert_eq!(bad(taken("sandbox", None, body.clone()).await), BadWebhook::Unsigned);
    let others = body.replace("approved", "declined");
    assert_eq!(bad(taken("sandbox", Some(signature.clone()), others).await), BadWebhook::Forged);
    let nonsense = "{}".to_owned();
    let secret = settings().secret_key.derived("webhooks of the sandbox").unwrap();
    let signed = sign(&secret, shop.clock.now(), &nonsense);
    assert_eq!(bad(taken("sandbox", Some(signed), nonsense).await), BadWebhook::Malformed);
    shop.clock.advance(Duration::minutes(6));
    assert_eq!(bad(taken("sandbox", Some(signature), body).await), BadWebhook::Stale);
    assert_eq!(shop.count("select count(*) from payment_webhooks").await, 0);
    // Signed, but of a payment that this shop does not have.
    hear(&shop, "evt_2", "approved", PaymentId(RandomIds.next()), "24.00").await;
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Pending);
    let nobodys = refused(shop.shop.return_from_payment(OrderId(RandomIds.next()), payment).await);
    assert_eq!(nobodys, Refusal::NotFound);
    shop.done().await;
}

#[tokio::test]
async fn webhooks_are_kept_for_ninety_days() {
    let (shop, _, _, payment) = begun().await;
    hear(&shop, "evt_1", "declined", payment, "24.00").await;
    shop.clock.advance(Duration::days(89));
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().webhooks, 0);
    shop.clock.advance(Duration::days(2));
    let done = shop.shop.run_housekeeping().await.unwrap();
    assert_eq!((done.webhooks, done.failed), (1, Vec::<Stale>::new()));
    shop.done().await;
}

#[tokio::test]
async fn an_order_that_costs_nothing_is_paid_without_a_provider() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("GIFT", "0.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("GIFT", "1")]).await;
    assert_eq!(shop.order(ada, id).await.total, usd("0.00"));
    let paid = shop.shop.begin_payment(ada, id).await.unwrap();
    assert_eq!((paid.state, paid.redirect_url), (PaymentState::Approved, None));
    assert_eq!(shop.count("select count(*) from sandbox_checkouts").await, 0);
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Paid);
    shop.done().await;
}

#[tokio::test]
async fn an_order_that_costs_nothing_is_paid_also_where_who_began_has_died() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("GIFT", "0.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("GIFT", "1")]).await;
    shop.execute(
        "insert into payments (id, order_id, provider, amount, created_at)
         select gen_random_uuid(), id, 'sandbox', total, now() from orders",
    )
    .await;
    shop.clock.advance(Duration::seconds(61));
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Paid);
    shop.done().await;
}

#[tokio::test]
async fn whoever_comes_back_again_and_again_asks_the_provider_once_in_two_seconds() {
    use crate::providers::{Question, Through, answered};
    let (shop, ada, id, payment) = begun().await;
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let count = std::sync::Arc::clone(&asked);
    let provider = Through::new(shop.sandbox(), move |sandbox, attempt, question| {
        assert_eq!(question, Question::LookUp);
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Box::pin(async move { answered(&sandbox, attempt, question).await })
    });
    let process = shop.another_process_paying(provider).await;
    let times = || asked.load(std::sync::atomic::Ordering::Relaxed);
    for _ in 0..5 {
        process.return_from_payment(id, payment).await.unwrap();
    }
    assert_eq!(times(), 1);
    // Who goes to the page again is told at once what they did there.
    process.begin_payment(ada, id).await.unwrap();
    process.return_from_payment(id, payment).await.unwrap();
    assert_eq!(times(), 2);
    answer(&shop, payment, SandboxAnswer::Approve).await;
    shop.clock.advance(Duration::seconds(3));
    futures::future::join_all((0..5).map(|_| process.return_from_payment(id, payment))).await;
    assert_eq!((times(), shop.order(ada, id).await.status), (3, OrderStatus::Paid));
    shop.done().await;
}

#[tokio::test]
async fn asking_to_pay_again_and_again_does_not_keep_an_orders_items() {
    let (shop, ada, id, first) = begun().await;
    shop.clock.advance(Duration::minutes(16));
    assert_eq!(shop.shop.begin_payment(ada, id).await.unwrap().payment, first, "it is open, and ended soon");
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!(refused(shop.shop.begin_payment(ada, id).await), Refusal::PayTimeOver);
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 1);
    shop.deliver().await;
    assert_eq!(shop.stock("MUG").await, 5);
    shop.done().await;
}

#[tokio::test]
async fn who_was_slower_is_told_what_the_provider_had_said() {
    let (shop, ada, id, payment) = begun().await;
    hear(&shop, "evt_1", "declined", payment, "24.00").await;
    let second = shop.shop.begin_payment(ada, id).await.unwrap().payment;
    // Its page is open still; the first is paid after all.
    hear(&shop, "evt_2", "approved", payment, "24.00").await;
    hear(&shop, "evt_3", "approved", second, "24.00").await;
    let order = shop.order(ada, id).await;
    assert_eq!((order.status, order.flaws()), (OrderStatus::Paid, vec![PaymentFlaw::Second]));
    assert_eq!(order.payments.iter().filter(|p| p.flaw.is_none() && p.state == PaymentState::Approved).count(), 1);
    shop.done().await;
}
