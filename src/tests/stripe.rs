//! Stripe: every request is one that Stripe's own mock accepts, which checks it against their description of the API; and a
//! webhook of each kind, built of the mock's fixtures, is understood.

use std::sync::Arc;

use serde_json::{Value, json};
use shop::domain::{Currency, Money, OrderId, PaymentId, RefundId, Refusal};
use shop::infrastructure::clock::{RandomIds, SystemClock};
use shop::infrastructure::payments::{StripeAccount, StripePayments, sign};
use shop::usecase::{
    Attempt, BadWebhook, ChargeOutcome, Clock as _, Error, Ids as _, PaymentNews, Payments, ProviderNews,
    RefundOutcome, RefundRequest,
};

use crate::harness::{TestShop, catalogue, product, refused};
use crate::stripe_mock::StripeMock;

fn payments(mock: &StripeMock, secret_key: &str) -> StripePayments {
    stripe(Some(mock.base.clone()), secret_key)
}

/// An object as the mock shows one.
async fn object(mock: &StripeMock, path: &str) -> Value {
    let request = reqwest::Client::new().get(format!("{}/v1/{path}", mock.base));
    let answer = request.bearer_auth("sk_test_123").send().await.unwrap().text().await.unwrap();
    serde_json::from_str(&answer).unwrap()
}

fn stripe(api_base: Option<String>, secret_key: &str) -> StripePayments {
    StripePayments::new(StripeAccount {
        secret_key: secret_key.to_owned(),
        webhook_secret: "whsec_test".to_owned(),
        api_base,
    })
    .unwrap()
}

fn attempt(amount: Money) -> Attempt {
    let now = SystemClock.now();
    Attempt {
        payment: PaymentId(RandomIds.next()),
        order: OrderId(RandomIds.next()),
        number: 1001,
        amount,
        began_at: now,
        expires_at: now + time::Duration::minutes(15),
        return_url: "https://shop.example/orders/1/return/2".into(),
        checkout: None,
        asked_at: now,
    }
}

fn money(text: &str, code: &str) -> Money {
    Money::parse(text, code.parse().unwrap()).unwrap()
}

#[tokio::test]
async fn every_request_is_one_that_stripe_accepts() {
    let mock = StripeMock::start().await;
    let stripe_payments = payments(&mock, "sk_test_123");
    for amount in [money("24.00", "USD"), money("2400", "JPY"), money("2.400", "KWD"), money("24", "ISK")] {
        let attempt = attempt(amount);
        let page = stripe_payments.begin(attempt.clone()).await.unwrap();
        assert!(page.id.starts_with("cs_") && page.url.starts_with("https://checkout.stripe.com/"), "{page:?}");
        // Also where nobody wrote down what the session is called.
        for checkout in [None, Some(page.id)] {
            let attempt = Attempt { checkout, ..attempt.clone() };
            assert_eq!(stripe_payments.look_up(attempt.clone()).await.unwrap(), ChargeOutcome::Open);
            stripe_payments.expire(attempt).await.unwrap();
        }
    }
    stripe_payments.try_account().await.unwrap();
    let refund = RefundRequest {
        refund: RefundId(RandomIds.next()),
        payment: PaymentId(RandomIds.next()),
        reference: "pi_1".into(),
        amount: money("2.00", "USD"),
    };
    let given = stripe_payments.refund(refund.clone()).await.unwrap();
    assert!(matches!(&given, RefundOutcome::Done { reference } if reference.starts_with("re_")), "{given:?}");
    // Of the mock's dispute the bank only asks.
    let gone = stripe_payments.refunds_of("pi_1".into()).await.unwrap();
    assert!(!gone.is_empty() && gone.iter().all(|r| r.reference.starts_with("re_") && !r.is_dispute), "{gone:?}");
    let odd = RefundRequest { amount: money("2.005", "KWD"), ..refund };
    assert_eq!(stripe_payments.refund(odd).await.unwrap(), RefundOutcome::Refused);
    let odd = stripe_payments.begin(attempt(money("2.405", "KWD"))).await.unwrap_err();
    assert!(matches!(odd, Error::Refused(Refusal::NotTakenOnline { .. })), "{odd:?}");
    let refused = payments(&mock, "").begin(attempt(money("24.00", "USD"))).await.unwrap_err();
    assert!(matches!(&refused, Error::Broken(cause) if cause.to_string().contains("401")), "{refused:?}");
    let nowhere = stripe(Some("http://127.0.0.1:1".into()), "sk_test_123");
    let away = nowhere.begin(attempt(money("24.00", "USD"))).await.unwrap_err();
    assert!(matches!(away, Error::Unavailable(_)), "{away:?}");
}

#[tokio::test]
async fn what_stripe_does_not_count_is_refused_before_anybody_is_asked() {
    let shop = TestShop::open().await;
    let nowhere = Arc::new(stripe(Some("http://127.0.0.1:1".into()), "sk_test_123"));
    let process = shop.another_process_paying_in("KWD".parse().unwrap(), nowhere).await;
    process.load_catalogue(&catalogue(vec![product("MUG", "2.405", 5)])).await.unwrap();
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved_in(&process, ada, "MUG").await;
    assert_eq!(refused(process.begin_payment(ada, id).await), Refusal::NotTakenOnline { by_hand: false });
    assert_eq!(shop.count("select count(*) from payments").await, 0);
    shop.done().await;
}

#[tokio::test]
async fn a_webhook_of_each_kind_of_money_back_is_understood() {
    let mock = StripeMock::start().await;
    let stripe_payments = payments(&mock, "sk_test_123");
    let back = ProviderNews::MoneyBack { reference: "pi_1".into() };
    for (path, object_kind, kinds) in [
        ("charges/ch_1", "charge", &["charge.refunded"][..]),
        ("refunds/re_1", "refund", &["charge.refund.updated", "refund.created", "refund.updated", "refund.failed"]),
        (
            "disputes/dp_1",
            "dispute",
            &[
                "charge.dispute.created",
                "charge.dispute.updated",
                "charge.dispute.closed",
                "charge.dispute.funds_withdrawn",
                "charge.dispute.funds_reinstated",
            ],
        ),
    ] {
        let mut object = object(&mock, path).await;
        assert_eq!(object["object"], object_kind);
        assert!(object.get("payment_intent").is_some(), "that is where it names its payment: {object}");
        for kind in kinds {
            let mut told = |payment_intent: Value| {
                object["payment_intent"] = payment_intent;
                let event = json!({ "id": "evt_1", "object": "event", "type": kind, "data": { "object": object } });
                stripe_payments.read_webhook(&event.to_string()).unwrap()
            };
            assert_eq!(told(json!("pi_1")), Some(back.clone()), "{kind}");
            assert_eq!(told(Value::Null), None, "{kind}");
        }
    }
}

#[tokio::test]
async fn a_webhook_of_each_kind_is_understood() {
    let mock = StripeMock::start().await;
    let stripe_payments = payments(&mock, "sk_test_123");
    let payment = PaymentId(RandomIds.next());
    let fixture = object(&mock, "checkout/sessions/cs_test_1").await;
    let event = |kind: &str, changes: Value| {
        let mut session = fixture.clone();
        session["client_reference_id"] = json!(payment);
        for (name, value) in changes.as_object().unwrap() {
            session[name] = value.clone();
        }
        json!({ "id": format!("evt_{kind}"), "object": "event", "type": kind, "data": { "object": session } })
            .to_string()
    };
    let paid = json!({ "payment_status": "paid", "status": "complete", "amount_total": 2400, "currency": "usd",
        "payment_intent": "pi_1" });
    let approved =
        ChargeOutcome::Approved { reference: "pi_1".into(), received: Money::parse("24.00", Currency::USD).unwrap() };
    for (kind, changes, expected) in [
        ("checkout.session.completed", paid.clone(), Some(approved.clone())),
        ("checkout.session.completed", json!({ "payment_status": "unpaid", "status": "complete" }), None),
        ("checkout.session.async_payment_succeeded", paid.clone(), Some(approved)),
        ("checkout.session.async_payment_failed", json!({}), Some(ChargeOutcome::Declined)),
        ("checkout.session.expired", json!({ "status": "expired" }), Some(ChargeOutcome::Expired)),
        ("checkout.session.completed", json!({ "client_reference_id": null }), None),
        ("checkout.session.completed", json!({ "client_reference_id": "somebody else's" }), None),
        ("payment_intent.created", json!({}), None),
        ("a.kind.of.next.year", json!({}), None),
    ] {
        let body = event(kind, changes);
        let now = SystemClock.now();
        let signature = sign(b"whsec_test", now, &body);
        assert_eq!(stripe_payments.check_webhook(Some(&signature), &body, now).unwrap(), format!("evt_{kind}"));
        let expected = expected.map(|outcome| ProviderNews::Payment(PaymentNews { payment, outcome }));
        assert_eq!(stripe_payments.read_webhook(&body).unwrap(), expected, "{kind}");
    }
    for odd in ["", "{}", "[]", r#"{"id":"evt_1","type":"checkout.session.completed","data":{"object":{}}}"#] {
        assert_eq!(stripe_payments.read_webhook(odd), Err(BadWebhook::Malformed), "{odd}");
    }
    let mut negative = paid;
    negative["amount_total"] = json!(-1);
    assert_eq!(
        stripe_payments.read_webhook(&event("checkout.session.completed", negative)),
        Err(BadWebhook::Malformed)
    );
    let told = format!("{:?}", stripe_payments.check_webhook(Some("t=1,v1=00"), "{}", SystemClock.now()));
    assert!(!told.contains("whsec"), "{told}");
}
