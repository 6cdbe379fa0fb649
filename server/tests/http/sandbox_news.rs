//! The sandbox tells the shop over real HTTP, and may be told to repeat, to delay and to reorder: what a demonstration shows is
//! what a provider does.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use serde_json::Value;
use shop::domain::{OrderStatus, PaymentId};
use shop::infrastructure::payments::{SandboxAnswer, SandboxDelivery, SandboxPayments};
use shop::usecase::Settings;

use crate::forms::stocked;
use crate::harness::settings;
use crate::visitor::Site;

/// The kinds of webhooks that came, with their ids, in the order they came in.
type Heard = Arc<Mutex<Vec<(String, String)>>>;

/// The shop at an address, and a sandbox that tells it.
struct SandboxShop {
    site: Site,
    sandbox: SandboxPayments,
    heard: Heard,
    payment: PaymentId,
}

async fn note(heard: Heard, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 100_000).await.unwrap();
    let news: Value = serde_json::from_slice(&body).unwrap();
    let word = |name: &str| news[name].as_str().unwrap().to_owned();
    heard.lock().unwrap().push((word("kind"), word("id")));
    next.run(Request::from_parts(head, Body::from(body))).await
}

/// An order whose payment was begun at the sandbox.
async fn begun() -> SandboxShop {
    let site = stocked().await;
    let heard = Heard::default();
    let (router, into) = (site.router.clone(), Arc::clone(&heard));
    let router = router.layer(from_fn(move |request, next| note(Arc::clone(&into), request, next)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let sandbox = SandboxPayments::new(site.shop.shop.store().clone(), &Settings { base_url, ..settings() }).unwrap();
    let ada = site.shop.customer("Ada").await;
    let id = site.shop.place_reserved(ada, &[("MUG", "1")]).await;
    let payment = site.shop.shop.begin_payment(ada, id).await.unwrap().payment;
    SandboxShop { site, sandbox, heard, payment }
}

impl SandboxShop {
    /// Everything that is due, until nothing is owed; each kind, in the order of its first webhook, and how often it came.
    async fn hears_all(&self) -> Vec<(String, usize)> {
        while self.site.shop.count("select count(*) from sandbox_news where times > 0").await > 0 {
            self.site.shop.execute("update sandbox_news set due_at = due_at - interval '2 days'").await;
            self.sandbox.send_news(10).await.unwrap();
        }
        let mut kinds: Vec<(String, usize)> = Vec::new();
        let mut ids: Vec<&str> = Vec::new();
        let heard = self.heard.lock().unwrap();
        for (kind, id) in heard.iter() {
            match kinds.iter_mut().find(|(known, _)| known == kind) {
                Some((_, times)) => *times += 1,
                None => {
                    kinds.push((kind.clone(), 1));
                    ids.push(id);
                }
            }
        }
        assert!(heard.iter().all(|(_, id)| ids.contains(&id.as_str())), "repeated is the same once more: {heard:?}");
        kinds
    }
}

#[tokio::test]
async fn webhooks_are_repeated_delayed_and_reordered_as_somebody_said_on_the_page() {
    let (now, later) = (SandboxAnswer::Approve, SandboxAnswer::ApproveLater(Duration::from_secs(10)));
    for answer in [now, later] {
        for (times, delay, reordered) in [(1, 3600, false), (3, 3600, true), (5, 0, true)] {
            let told = begun().await;
            let how = SandboxDelivery { times, delay: Duration::from_secs(delay), reordered };
            told.sandbox.answer(told.payment, answer, how).await.unwrap();
            if delay > 0 {
                assert_eq!(told.sandbox.send_news(10).await.unwrap(), 0, "{answer:?} {how:?}: it was told to wait");
            }
            let times = usize::from(times);
            let (first, last) = if reordered { ("approved", "pending") } else { ("pending", "approved") };
            assert_eq!(told.hears_all().await, [(first.into(), times), (last.into(), times)], "{answer:?} {how:?}");
            let shop = &told.site.shop;
            while shop.shop.handle_webhooks(10).await.unwrap() > 0 {}
            shop.deliver().await;
            let status: String = shop.scalar("select status from orders where id::text <> $1", "").await;
            assert_eq!(status, OrderStatus::Paid.as_str(), "{answer:?} {how:?}");
            assert_eq!(shop.count("select count(*) from outbox where topic = 'order.paid'").await, 1);
            assert_eq!(shop.count("select count(*) from payment_webhooks").await, 2, "each is kept once");
            told.site.shop.done().await;
        }
    }
}
