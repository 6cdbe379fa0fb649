//! Nobody waits for ever for a database that has gone without a word.

use std::time::Duration;

use shop::domain::Currency;
use shop::infrastructure::postgres::{BoundedPool, PgStore};
use sqlx::postgres::{PgPool, PgPoolOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::harness::TestShop;

/// A network between the shop and its database, which can be cut so that nobody hears of it.
struct Network {
    url: String,
    up: watch::Sender<bool>,
}

impl Network {
    async fn to(database: &str) -> Self {
        let (before, rest) = database.split_once('@').unwrap();
        let (server, name) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{before}@{}/{name}", listener.local_addr().unwrap());
        let (up, state) = watch::channel(true);
        let server = server.to_owned();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let upstream = TcpStream::connect(&server).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = upstream.into_split();
                tokio::spawn(carry(from_client, to_server, state.clone()));
                tokio::spawn(carry(from_server, to_client, state.clone()));
            }
        });
        Self { url, up }
    }

    async fn pool(&self) -> (PgPool, BoundedPool) {
        let options = PgPoolOptions::new().max_connections(2).acquire_timeout(Duration::from_secs(2));
        let pool = options.test_before_acquire(false).connect(&self.url).await.unwrap();
        (pool.clone(), BoundedPool::with_limit(pool, Duration::from_millis(300)))
    }
}

async fn carry(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, mut up: watch::Receiver<bool>) {
    let mut piece = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        if up.wait_for(|up| *up).await.is_err() || to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn a_statement_without_an_answer_is_given_up_and_its_connection_is_replaced() {
    let shop = TestShop::open().await;
    let network = Network::to(&shop.url).await;
    let (pool, bounded) = network.pool().await;
    let mut tx = bounded.begin().await.unwrap();
    network.up.send(false).unwrap();
    for executor in 0..2 {
        let began = Instant::now();
        let answer = if executor == 0 {
            sqlx::query("select 1").execute(&mut *tx).await
        } else {
            sqlx::query("select 1").execute(&bounded).await
        };
        assert!(matches!(answer, Err(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut)), "{answer:?}");
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    }
    drop(tx);
    // The dead connections leave the pool, although no network has said anything.
    let gone = timeout(Duration::from_secs(20), async {
        while pool.size() > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    });
    gone.await.expect("dead connections are closed");
    network.up.send(true).unwrap();
    sqlx::query("select 1").execute(&bounded).await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn a_transaction_whose_begin_or_statement_was_cancelled_does_not_stay_open() {
    let shop = TestShop::open().await;
    let options = PgPoolOptions::new().max_connections(4);
    let bounded = BoundedPool::from(options.connect(&shop.url).await.unwrap());
    for micros in (0..1500).step_by(10) {
        let _ = timeout(Duration::from_micros(micros), async {
            let mut tx = bounded.begin().await.unwrap();
            sqlx::query("select 1").execute(&mut *tx).await.unwrap();
        })
        .await;
    }
    let open = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'";
    let settled = timeout(Duration::from_secs(5), async {
        while shop.count(open).await > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    });
    settled.await.expect("no transaction is left open");
    shop.done().await;
}

#[tokio::test]
async fn one_request_learns_that_the_server_was_restarted_for_all_that_come_at_once() {
    let shop = TestShop::open().await;
    let store = PgStore::connect(&shop.url, 8, Currency::USD).await.unwrap();
    let pool = store.bounded_pool();
    let (mut used, mut processes) = (Vec::new(), Vec::<i32>::new());
    for _ in 0..4 {
        let mut tx = pool.begin().await.unwrap();
        processes.push(sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *tx).await.unwrap());
        used.push(tx);
    }
    for tx in used {
        tx.commit().await.unwrap();
    }
    // As when it ends: each hears of it with its next statement.
    sqlx::query("select pg_terminate_backend(p, 5000) from unnest($1::integer[]) p")
        .bind(processes)
        .execute(shop.shop.store().pool())
        .await
        .unwrap();
    let mut failed = 0;
    for _ in 0..8 {
        failed += u32::from(sqlx::query("select 1").execute(pool).await.is_err());
    }
    assert!(failed <= 1, "{failed}");
    store.close().await;
    shop.done().await;
}
