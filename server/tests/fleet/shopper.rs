//! Somebody with an account who orders mugs: one at a time, at a pace, slowly, or without waiting for the answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, interval, sleep};
use uuid::Uuid;

use crate::harness::TestShop;
use crate::load::Acknowledged;
use crate::program::ask;

const ORDERS: &str = "/api/v1/orders";

#[derive(Clone)]
pub struct Shopper {
    port: u16,
    cookie: String,
    body: String,
}

/// What became of a call for an order.
#[derive(Debug)]
pub struct Placed {
    pub began: Instant,
    pub took: Duration,
    /// Nothing: there was no answer, or half of one.
    pub status: Option<u16>,
    pub id: Option<Uuid>,
}

/// One for each order.
pub fn new_key() -> String {
    Uuid::from_u128(rand::random()).to_string()
}

/// What was acknowledged of them.
pub fn told(placed: &[Placed]) -> Acknowledged {
    Acknowledged { placed: placed.iter().filter_map(|order| order.id).collect(), ..Acknowledged::default() }
}

/// How long they took, of a hundred the longest but one.
pub fn p99<'a>(placed: impl Iterator<Item = &'a Placed>) -> Duration {
    let mut times: Vec<_> = placed.map(|order| order.took).collect();
    times.sort();
    assert!(!times.is_empty(), "there are no orders to tell from");
    times[(times.len() * 99 / 100).min(times.len() - 1)]
}

/// An order, as it is sent.
async fn one_of_each(shop: &TestShop, skus: &[&str]) -> String {
    let mut items = Vec::new();
    for sku in skus {
        let product: Uuid = shop.scalar("select product_id from product_variants where sku = $1", sku).await;
        items.push(json!({"product_id": product, "quantity": 1}));
    }
    json!({"items": items}).to_string()
}

impl Shopper {
    pub async fn register(shop: &TestShop, port: u16, name: &str) -> Self {
        let account = json!({"name": name, "email": format!("{name}@example.org"), "password": "correct horse"});
        let reply = ask(port, "POST", "/api/v1/auth/register", &[], &account.to_string()).await.unwrap();
        assert_eq!(reply.status, 201, "{reply:?}");
        Self { port, cookie: reply.cookie.unwrap(), body: one_of_each(shop, &["MUG"]).await }
    }

    /// The same person at another process of the shop.
    pub fn at(&self, port: u16) -> Self {
        Self { port, ..self.clone() }
    }

    /// The same person, who orders something else.
    pub async fn wanting(&self, shop: &TestShop, skus: &[&str]) -> Self {
        Self { body: one_of_each(shop, skus).await, ..self.clone() }
    }

    /// Their orders, and the status of the answer.
    pub async fn look_at_orders(&self) -> Option<u16> {
        let reply = ask(self.port, "GET", ORDERS, &[("cookie", self.cookie.as_str())], "").await;
        reply.map(|reply| reply.status)
    }

    pub async fn place(&self, key: &str) -> Placed {
        let began = Instant::now();
        let headers = [("cookie", self.cookie.as_str()), ("idempotency-key", key)];
        let reply = ask(self.port, "POST", ORDERS, &headers, &self.body).await;
        let status = reply.as_ref().map(|reply| reply.status);
        let made = reply.filter(|reply| reply.status == 201);
        let id: Option<Uuid> = made.and_then(|reply| reply.body["id"].as_str()?.parse().ok());
        Placed { began, took: began.elapsed(), status, id }
    }

    /// So many at once.
    pub async fn place_together(&self, many: usize) -> Vec<Placed> {
        let mut orders = JoinSet::new();
        for _ in 0..many {
            let shopper = self.clone();
            orders.spawn(async move { shopper.place(&new_key()).await });
        }
        orders.join_all().await
    }

    /// Whether it was paid.
    pub async fn pay(&self, order: Uuid) -> bool {
        let headers = [("cookie", self.cookie.as_str())];
        let path = format!("{ORDERS}/{order}/pay");
        let reply = ask(self.port, "POST", &path, &headers, r#"{"outcome":"approve"}"#).await;
        reply.is_some_and(|reply| reply.status == 200 && reply.body["status"] == "paid")
    }

    /// Half of the call, after a pause the rest, and the status of the answer, if there is a whole one.
    pub async fn place_slowly(&self, key: &str, pause: Duration) -> Option<u16> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        let (half, rest) = self.body.split_at(self.body.len() / 2);
        stream.write_all(format!("{}{half}", self.head(key)).as_bytes()).await.ok()?;
        sleep(pause).await;
        stream.write_all(rest.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        answer.ends_with('}').then_some(status)
    }

    /// The whole call; then it is gone, after a while: with a word, or without one (a reset).
    pub async fn abandon(&self, key: &str, after: Duration, is_reset: bool) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        if is_reset {
            stream.set_zero_linger()?;
        }
        stream.write_all(format!("{}{}", self.head(key), self.body).as_bytes()).await?;
        sleep(after).await;
        Ok(())
    }

    fn head(&self, key: &str) -> String {
        let Self { port, cookie, body } = self;
        format!(
            "POST {ORDERS} HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\norigin: http://127.0.0.1:{port}\r\ncookie: {cookie}\r\n\
             idempotency-key: {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
    }
}

/// So many orders in a second, whatever becomes of those before.
pub struct Paced {
    enough: Arc<AtomicBool>,
    placing: JoinHandle<Vec<Placed>>,
}

impl Paced {
    pub fn start(shopper: &Shopper, a_second: u32) -> Self {
        let enough = Arc::new(AtomicBool::new(false));
        let placing = tokio::spawn(place_at_pace(shopper.clone(), a_second, Arc::clone(&enough)));
        Self { enough, placing }
    }

    pub async fn end(self) -> Vec<Placed> {
        self.enough.store(true, Ordering::Relaxed);
        self.placing.await.unwrap()
    }
}

async fn place_at_pace(shopper: Shopper, a_second: u32, enough: Arc<AtomicBool>) -> Vec<Placed> {
    let mut pace = interval(Duration::from_secs(1) / a_second);
    let mut orders = JoinSet::new();
    while !enough.load(Ordering::Relaxed) {
        pace.tick().await;
        let shopper = shopper.clone();
        orders.spawn(async move { shopper.place(&new_key()).await });
    }
    orders.join_all().await
}
