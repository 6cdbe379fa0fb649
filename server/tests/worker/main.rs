//! The worker as a process: what a SIGKILL costs with a real Kafka.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by failing")]

#[path = "../../../src/tests/harness.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod harness;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use harness::TestShop;
use shop::infrastructure::clock::RandomIds;
use shop::usecase::Ids;

struct Worker(Child);

impl Worker {
    fn start(database: &str, brokers: &str, prefix: &str) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_small-ecommerce"))
            .arg("worker")
            .env_clear()
            .env("DATABASE_URL", database)
            .env("KAFKA_BROKERS", brokers)
            .env("KAFKA_TOPIC_PREFIX", prefix)
            .env("MAIL_DIR", std::env::temp_dir().join(prefix))
            .env("SECRET_KEY", "0123456789abcdef0123456789abcdef")
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .spawn()
            .expect("the program starts");
        Self(child)
    }

    /// SIGKILL: nothing is said to anybody.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How long until a new order's event has gone through the outbox, Kafka and the inventory.
async fn until_consumed(shop: &TestShop, limit: Duration) -> Option<Duration> {
    let began = Instant::now();
    let id = RandomIds.next();
    let append = "insert into outbox (event_id, topic, key, kind, payload, occurred_at)
        values ($1, 'order.paid', $1::text, 'shop.order.paid.v1', '{}', now())";
    let pool = shop.shop.store().pool();
    sqlx::query(append).bind(id).execute(pool).await.unwrap();
    let seen = "select exists (select 1 from consumer_inbox where event_id = $1 and consumer = 'inventory')";
    while began.elapsed() < limit {
        if sqlx::query_scalar(seen).bind(id).fetch_one(pool).await.unwrap() {
            return Some(began.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_is_at_work_again_within_two_seconds() {
    let brokers = std::env::var("TEST_KAFKA_BROKERS").expect("TEST_KAFKA_BROKERS: run the tests with `make test`");
    let shop = TestShop::open().await;
    let prefix = format!("t{}.", RandomIds.next().simple());
    let mut worker = Worker::start(&shop.url, &brokers, &prefix);
    until_consumed(&shop, Duration::from_secs(30)).await.expect("it works at all");
    let mut times = Vec::new();
    for _ in 0..3 {
        worker.kill();
        worker = Worker::start(&shop.url, &brokers, &prefix);
        times.push(until_consumed(&shop, Duration::from_secs(15)).await.expect("it works again"));
    }
    println!("from start to the first effect after SIGKILL: {times:?}");
    times.sort();
    assert!(times[1] <= Duration::from_secs(2), "{times:?}");
    worker.kill();
    // Told to nobody real: payloads that nobody can read.
    shop.execute("delete from outbox").await;
    shop.done().await;
}
