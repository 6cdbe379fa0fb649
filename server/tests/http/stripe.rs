//! A purchase by Stripe: to its page, back, and what comes of it, in a shop whose Stripe is a relay before stripe-mock.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::header::{CONTENT_SECURITY_POLICY, HOST};
use http::{Request, StatusCode};
use shop::domain::{CancelReason, Currency, Customer, OrderId, OrderStatus, PaymentState, RefundOrigin, RefundState};
use shop::dto::RefundForm;
use shop::infrastructure::LiveShop;
use shop::usecase::Clock as _;
use time::Duration;

use crate::common::ask;
use crate::harness::rules::STAFF;
use crate::harness::{Everything, TestShop, catalogue, product, usd};
use crate::stripe_relay::Relay;
use crate::visitor::router_on;

pub struct StripeShop {
    pub shop: TestShop,
    pub process: LiveShop,
    pub router: Router,
    pub relay: Relay,
    pub ada: Customer,
}

impl StripeShop {
    pub async fn open() -> Self {
        Self::open_in(Currency::USD, "24.00").await
    }

    /// A shop of this currency that has ten mugs at this price.
    pub async fn open_in(currency: Currency, price: &str) -> Self {
        let relay = Relay::start().await;
        let shop = TestShop::open().await;
        let process = shop.another_process_paying_in(currency, Arc::new(relay.payments())).await;
        process.load_catalogue(&catalogue(vec![product("MUG", price, 10)])).await.unwrap();
        let router = router_on(&shop.url, process.clone(), false);
        let ada = shop.customer("Ada").await;
        Self { shop, process, router, relay, ada }
    }

    /// An order of a mug, that waits to be paid.
    pub async fn placed(&self) -> OrderId {
        self.shop.place_reserved_in(&self.process, self.ada, "MUG").await
    }

    /// An order that somebody has gone to pay, and what its session is called.
    pub async fn begun(&self) -> (OrderId, String) {
        let id = self.placed().await;
        let begun = self.process.begin_payment(self.ada, id).await.unwrap();
        let page = begun.redirect_url.unwrap();
        assert_eq!(self.process.begin_payment(self.ada, id).await.unwrap().redirect_url.as_ref(), Some(&page));
        (id, page.rsplit('/').next().unwrap().to_owned())
    }

    pub async fn hears(&self, (signature, body): &(String, String)) {
        let request =
            Request::post("/webhooks/stripe").header(HOST, "shop.example").header("stripe-signature", signature);
        let answer = ask(&self.router, request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        self.process.handle_webhooks(10).await.unwrap();
    }

    pub async fn refunds(&self, id: OrderId) -> Vec<(RefundOrigin, RefundState, String)> {
        let all = self.shop.order(self.ada, id).await.refunds;
        all.into_iter().map(|r| (r.origin, r.state, r.amount.to_string())).collect()
    }

    pub async fn status(&self, id: OrderId) -> OrderStatus {
        self.shop.order(self.ada, id).await.status
    }
}

#[tokio::test]
async fn stripes_webhook_and_the_shoppers_return_meet() {
    let site = StripeShop::open().await;
    let (by_webhook, session) = site.begun().await;
    let news = site.relay.paid(&session, site.shop.clock.now());
    for _ in 0..3 {
        site.hears(&news).await;
    }
    assert_eq!(site.status(by_webhook).await, OrderStatus::Paid);

    let (by_return, session) = site.begun().await;
    let payment: String = site.shop.scalar("select id::text from payments where checkout_id = $1", &session).await;
    let back = format!("/orders/{by_return}/return/{payment}");
    let come_back = || ask(&site.router, Request::get(&back).header(HOST, "shop.example").body(Body::empty()).unwrap());
    assert_eq!(come_back().await.status, StatusCode::SEE_OTHER);
    assert_eq!(site.status(by_return).await, OrderStatus::Pending, "they only looked");
    site.shop.clock.advance(Duration::seconds(3));
    let news = site.relay.paid(&session, site.shop.clock.now());
    assert_eq!(come_back().await.status, StatusCode::SEE_OTHER);
    assert_eq!(site.status(by_return).await, OrderStatus::Paid);
    site.hears(&news).await;
    let reference = format!("pi_{session}");
    let kept: i64 = site
        .shop
        .scalar("select count(*) from payments where reference = $1 and provider = 'stripe'", &reference)
        .await;
    assert_eq!(kept, 1, "what a refund names");
    site.shop.done().await;
}

/// The mock checks how a request is written, and not what it says.
#[tokio::test]
async fn a_session_is_asked_for_what_its_order_costs_until_its_time_is_over() {
    let site = StripeShop::open().await;
    let id = site.placed().await;
    let ends = "update orders set expires_at = date_trunc('second', now()) + interval '2 hours' where id = $1::uuid
        returning extract(epoch from expires_at)::bigint";
    let ends: i64 = site.shop.scalar(ends, &id.to_string()).await;
    let begun = site.process.begin_payment(site.ada, id).await.unwrap();
    let (page, payment) = (begun.redirect_url.unwrap(), begun.payment.to_string());
    let (sessions, keys) = (site.relay.0.sessions.lock().unwrap().clone(), site.relay.0.by_key.lock().unwrap().clone());
    let session = page.rsplit('/').next().unwrap();
    let asked = |name: &str| sessions[session]["asked"][name].as_str().unwrap_or_default().to_owned();
    let (back, ends) = (format!("{}/orders/{id}/return/{payment}", site.process.settings().base_url), ends.to_string());
    for (name, said) in [
        ("line_items[0][price_data][unit_amount]", "2400"),
        ("line_items[0][price_data][currency]", "usd"),
        ("line_items[0][quantity]", "1"),
        ("client_reference_id", payment.as_str()),
        ("expires_at", ends.as_str()),
        // Nothing secret, though a guest's link has a token.
        ("success_url", back.as_str()),
        ("cancel_url", back.as_str()),
        ("payment_method_types[0]", "card"),
        ("adaptive_pricing[enabled]", "false"),
    ] {
        assert_eq!(asked(name), said, "{name}");
    }
    assert_eq!(keys.into_iter().collect::<Vec<_>>(), [(format!("checkout-{payment}"), session.to_owned())]);
    // Stripe keeps none open for less than half an hour; what is paid after the order's time goes back.
    let (_, soon) = site.begun().await;
    let until = site.relay.0.sessions.lock().unwrap()[&soon]["asked"]["expires_at"].clone();
    let from_now = until.as_str().unwrap().parse::<i64>().unwrap() - site.shop.clock.now().unix_timestamp();
    assert!((29 * 60..=31 * 60).contains(&from_now), "{from_now} s");
    site.shop.done().await;
}

#[tokio::test]
async fn a_session_ends_with_its_order_and_money_that_comes_later_goes_back() {
    let site = StripeShop::open().await;
    let (id, session) = site.begun().await;
    site.shop.clock.advance(Duration::minutes(16));
    assert_eq!(site.process.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!(site.relay.status(&session), "expired");
    assert_eq!(site.process.expire_orders(10).await.unwrap(), 1);
    let order = site.shop.order(site.ada, id).await;
    assert_eq!((order.cancel_reason, order.last_payment), (Some(CancelReason::Expired), Some(PaymentState::Declined)));
    let late = site.relay.paid(&session, site.shop.clock.now());
    site.hears(&late).await;
    assert_eq!(
        site.shop
            .count("select count(*) from refunds r join payments p on p.id = r.payment_id where p.flaw = 'late'")
            .await,
        1
    );
    site.shop.done().await;
}

#[tokio::test]
async fn a_session_whose_name_was_lost_is_found_by_its_key() {
    let site = StripeShop::open().await;
    let (id, session) = site.begun().await;
    // As if the process had died before it kept it.
    site.shop.execute("update payments set checkout_id = null, checkout_url = null").await;
    site.relay.paid(&session, site.shop.clock.now());
    site.shop.clock.advance(Duration::seconds(61));
    assert_eq!(site.process.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!((site.status(id).await, site.relay.count()), (OrderStatus::Paid, 1));
    site.shop.done().await;
}

#[tokio::test]
async fn pages_let_a_form_lead_to_stripe() {
    let site = StripeShop::open().await;
    let answer = ask(&site.router, Request::get("/").header(HOST, "shop.example").body(Body::empty()).unwrap()).await;
    let policy = answer.header(CONTENT_SECURITY_POLICY.as_str()).to_owned();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:"), "{policy}");
    let (_, session) = site.begun().await;
    let news = site.relay.paid(&session, site.shop.clock.now());
    let forged = (news.0.replace("v1=", "v1=0"), news.1.clone());
    let request =
        Request::post("/webhooks/stripe").header("stripe-signature", forged.0).body(Body::from(forged.1)).unwrap();
    assert_eq!(ask(&site.router, request).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.shop.count("select count(*) from payment_webhooks").await, 0);
    site.shop.done().await;
}

#[tokio::test]
async fn what_is_given_back_in_the_dashboard_and_what_a_bank_takes_is_on_the_order() {
    let site = StripeShop::open().await;
    let (id, session) = site.begun().await;
    site.hears(&site.relay.paid(&session, site.shop.clock.now())).await;
    let ours = RefundForm { amount: Some(usd("4.00")), reason: "Late".into(), ..RefundForm::default() };
    site.process.refund_order(STAFF.may(), id, &ours, None).await.unwrap();
    assert_eq!(site.process.carry_out_refunds().await.unwrap(), 1);
    // It lists ours, too.
    site.hears(&site.relay.given_back(&session, 500, site.shop.clock.now())).await;
    use {RefundOrigin::*, RefundState::*};
    let given = [(Shop, Done, "$4.00".into()), (Provider, Done, "$5.00".into())];
    assert_eq!(site.refunds(id).await, given);
    for (status, state) in [("warning_needs_response", None), ("needs_response", Some(Opened)), ("lost", Some(Done))] {
        site.hears(&site.relay.disputed(&session, 1500, status, site.shop.clock.now())).await;
        let taken = state.map(|state| (Provider, state, "$15.00".into()));
        assert_eq!(site.refunds(id).await, given.iter().cloned().chain(taken).collect::<Vec<_>>(), "{status}");
    }
    site.shop.deliver().await;
    assert_eq!(site.shop.count("select count(*) from email_messages where kind = 'refunded'").await, 3);
    assert_eq!(site.shop.count("select count(*) from payments where refunded = amount").await, 1);
    site.shop.done().await;
}

#[tokio::test]
async fn an_attempt_that_began_in_other_words_is_found_and_ended() {
    let site = StripeShop::open().await;
    for is_paid in [true, false] {
        let (id, session) = site.begun().await;
        // As an earlier release would have asked, that died before it kept what the session is called.
        site.relay.asked_otherwise(&session);
        site.shop.execute("update payments set checkout_id = null, checkout_url = null where state = 'started'").await;
        let again = site.process.begin_payment(site.ada, id).await.unwrap();
        assert!(again.redirect_url.unwrap().ends_with(&session), "the same page");
        site.shop.execute("update payments set checkout_id = null, checkout_url = null where state = 'started'").await;
        if is_paid {
            site.relay.paid(&session, site.shop.clock.now());
        }
        site.shop.clock.advance(Duration::minutes(16));
        assert_eq!(site.process.reconcile_payments(10).await.unwrap(), 1);
        let (expected, page) = match is_paid {
            true => (OrderStatus::Paid, "complete"),
            false => (OrderStatus::Pending, "expired"),
        };
        assert_eq!((site.status(id).await, site.relay.status(&session).as_str()), (expected, page));
    }
    // And one of which nothing is left there at all.
    let (_, session) = site.begun().await;
    site.relay.asked_otherwise(&session);
    site.relay.forgotten(&session);
    site.shop.execute("update payments set checkout_id = null, checkout_url = null where state = 'started'").await;
    site.shop.clock.advance(Duration::minutes(16));
    assert_eq!(site.process.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!(site.shop.count("select count(*) from payments where state = 'started'").await, 0);
    site.shop.done().await;
}
