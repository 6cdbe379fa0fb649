//! Behind PgBouncer in session mode: the shop, its limits, its locks and its migrations.

use std::time::Duration;

use shop::domain::Currency;
use shop::infrastructure::postgres::PgStore;
use tokio::time::{sleep, timeout};

use crate::harness::TestShop;
use crate::pgbouncer::Pooler;

/// Who holds an advisory lock of this database.
const LOCKS: &str = "select count(*) from pg_locks where locktype = 'advisory' and granted
    and database = (select oid from pg_database where datname = current_database())";

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_pooler_the_shop_has_its_limits_and_its_locks() {
    let shop = TestShop::open().await;
    let pooler = Pooler::before(&shop.url, "session").await;
    let through = PgStore::connect(&pooler.url, 4, Currency::USD).await.unwrap();
    // On both ways: limits that nobody sets are limits that nobody has.
    for store in [&through, shop.shop.store()] {
        let limits: Vec<String> = sqlx::query_scalar(
            "select current_setting(name) from unnest(array['lock_timeout', 'statement_timeout',
                'idle_in_transaction_session_timeout', 'tcp_user_timeout']) name",
        )
        .fetch_all(store.pool())
        .await
        .unwrap();
        assert_eq!(limits, ["2s", "5s", "10s", "15000"]);
    }
    assert!(through.keeps_sessions().await.unwrap());
    assert_eq!(through.migrate().await.unwrap(), 0);
    assert!(through.schema_fit().await.unwrap().fits());
    let mut relay = through.session_lock().await.unwrap();
    assert!(relay.try_relay().await.unwrap());
    let past = shop.shop.store();
    assert!(!past.session_lock().await.unwrap().try_relay().await.unwrap());
    let (first, second) = (through.process_slot().await.unwrap(), past.process_slot().await.unwrap());
    assert_eq!((first.number(), second.number()), (0, 1));
    assert_eq!(shop.count(LOCKS).await, 3);
    // A pooler keeps the server's connection of a client that is gone, and has to let go what it held.
    drop((relay, first, second));
    let free = async {
        while shop.count(LOCKS).await > 0 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(10), free).await.expect("locks do not outlive who held them");
    through.close().await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_pooler_an_order_goes_from_the_cart_to_the_shelf() {
    let empty = TestShop::open().await;
    let url = empty.url.clone();
    empty.done().await;
    let pooler = Pooler::before(&url, "session").await;
    let shop = TestShop::open_on(pooler.url.clone()).await;
    shop.stock_shelves(&[("MUG", "24.00", 50)]).await;
    let ada = shop.customer("Ada").await;
    for _ in 0..5 {
        shop.place_reserved(ada, &[("MUG", "2")]).await;
    }
    assert_eq!(shop.stock("MUG").await, 40);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_keeps_no_sessions_is_found_out() {
    let shop = TestShop::open().await;
    assert!(shop.shop.store().keeps_sessions().await.unwrap());
    let pooler = Pooler::before(&shop.url, "transaction").await;
    let through = PgStore::connect(&pooler.url, 4, Currency::USD).await.unwrap();
    assert!(!through.keeps_sessions().await.unwrap());
    through.close().await;
    shop.done().await;
}
