//! Customers who order, pay and cancel, ask again when they got no answer, and remember what they were told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::harness::TestShop;
use crate::program::{Reply, ask};

const CUSTOMERS: u64 = 6;

/// What customers were told for certain.
#[derive(Debug, Default)]
pub struct Acknowledged {
    pub placed: Vec<Uuid>,
    pub paid: Vec<Uuid>,
    pub cancelled: Vec<Uuid>,
    /// When they had no answer, or one that is a fault of the shop's, and its status.
    pub failed: Vec<(Instant, Option<u16>)>,
    /// Of all calls.
    pub longest: Duration,
}

pub struct Load {
    enough: Arc<AtomicBool>,
    customers: Vec<JoinHandle<Acknowledged>>,
}

impl Load {
    pub async fn start(shop: &TestShop, port: u16, seed: u64) -> Self {
        let enough = Arc::new(AtomicBool::new(false));
        let mut customers = Vec::new();
        let mut products = Vec::new();
        for sku in ["MUG", "BOWL", "VASE"] {
            let id: Uuid = shop.scalar("select product_id from product_variants where sku = $1", sku).await;
            products.push(id);
        }
        for place in 0..CUSTOMERS {
            let account =
                json!({"name": "Ada", "email": format!("ada{place}@example.org"), "password": "correct horse"});
            let reply = ask(port, "POST", "/api/v1/auth/register", &[], &account.to_string()).await.unwrap();
            assert_eq!(reply.status, 201, "{reply:?}");
            let customer = Customer {
                port,
                cookie: reply.cookie.unwrap(),
                products: products.clone(),
                random: StdRng::seed_from_u64(seed ^ (place + 1) << 32),
                told: Acknowledged::default(),
            };
            customers.push(tokio::spawn(customer.shop_until(Arc::clone(&enough))));
        }
        Self { enough, customers }
    }

    pub async fn end(self) -> Acknowledged {
        self.enough.store(true, Ordering::Relaxed);
        let mut all = Acknowledged::default();
        for customer in self.customers {
            let told = customer.await.unwrap();
            all.placed.extend(told.placed);
            all.paid.extend(told.paid);
            all.cancelled.extend(told.cancelled);
            all.failed.extend(told.failed);
            all.longest = all.longest.max(told.longest);
        }
        all
    }
}

struct Customer {
    port: u16,
    cookie: String,
    products: Vec<Uuid>,
    random: StdRng,
    told: Acknowledged,
}

impl Customer {
    async fn shop_until(mut self, enough: Arc<AtomicBool>) -> Acknowledged {
        while !enough.load(Ordering::Relaxed) {
            let order = self.place().await;
            match self.random.random_range(0..4) {
                0 => self.cancel(order).await,
                1 | 2 => self.pay(order).await,
                _ => {}
            }
        }
        self.told
    }

    /// The same key until there is an answer: then the order is there, once.
    async fn place(&mut self) -> Uuid {
        let key = Uuid::from_u128(self.random.random()).to_string();
        let product = self.products[self.random.random_range(0..self.products.len())];
        let body = json!({"items": [{"product_id": product, "quantity": self.random.random_range(1..=3)}]});
        loop {
            match self.post("/api/v1/orders", &[("idempotency-key", &key)], &body.to_string()).await {
                Some(Reply { status: 201, body, .. }) => {
                    let id = body["id"].as_str().unwrap().parse().unwrap();
                    self.told.placed.push(id);
                    return id;
                }
                // The vase is sold out before the end.
                Some(Reply { status: 409, .. }) => return Uuid::nil(),
                Some(Reply { status, body, .. }) => assert!(status == 503 || status == 429, "{status}: {body}"),
                None => {}
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Tries as long as the order is not decided yet, and not for ever: nobody has to pay.
    async fn pay(&mut self, order: Uuid) {
        for _ in 0..20 {
            let path = format!("/api/v1/orders/{order}/pay");
            match self.post(&path, &[], r#"{"outcome":"approve"}"#).await {
                Some(Reply { status: 200, body, .. }) if body["status"] == "paid" => {
                    self.told.paid.push(order);
                    return;
                }
                Some(Reply { status: 500.., body, .. }) if body["status"] != 503 => panic!("paying: {body}"),
                _ => sleep(Duration::from_millis(50)).await,
            }
        }
    }

    async fn cancel(&mut self, order: Uuid) {
        let path = format!("/api/v1/orders/{order}/cancel");
        if let Some(Reply { status: 200, body, .. }) = self.post(&path, &[], "{}").await
            && body["status"] == "cancelled"
        {
            self.told.cancelled.push(order);
        }
    }

    async fn post(&mut self, path: &str, more: &[(&str, &str)], body: &str) -> Option<Reply> {
        let headers = [&[("cookie", self.cookie.as_str())], more].concat();
        let began = Instant::now();
        let reply = ask(self.port, "POST", path, &headers, body).await;
        self.told.longest = self.told.longest.max(began.elapsed());
        let status = reply.as_ref().map(|reply| reply.status);
        if status.is_none_or(|status| status >= 500) {
            self.told.failed.push((Instant::now(), status));
        }
        reply
    }
}

impl Acknowledged {
    /// Every order that was told is there, and is what it was told to be.
    pub async fn check(&self, shop: &TestShop) {
        assert!(!self.placed.is_empty());
        let all = [
            ("placed", &self.placed, "select count(*) from orders where id = any($1)"),
            ("paid", &self.paid, "select count(*) from orders where id = any($1) and status = 'paid'"),
            ("cancelled", &self.cancelled, "select count(*) from orders where id = any($1) and status = 'cancelled'"),
        ];
        for (what, told, statement) in all {
            let found: i64 =
                sqlx::query_scalar(statement).bind(told).fetch_one(shop.shop.store().pool()).await.unwrap();
            assert_eq!(found, i64::try_from(told.len()).unwrap(), "{what}: told, but not so");
        }
        let twice =
            "select count(*) from (select order_id from idempotency_keys group by order_id having count(*) > 1) t";
        assert_eq!(shop.count(twice).await, 0, "orders of two keys");
        let double = "select count(*) from (select order_id from payments where state = 'approved'
            group by order_id having count(*) > 1) t";
        assert_eq!(shop.count(double).await, 0, "orders that were paid twice");
    }
}
