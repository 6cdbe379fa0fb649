//! A database that is gone, whose connections nobody gives back, whose replica is none, and in which somebody waits for us while
//! we wait for them.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};

use super::{WEB, WORKER, crowd};
use crate::members::Fleet;
use crate::prometheus::{Prometheus, TIMES};
use crate::shopper::{Shopper, new_key};
use crate::toxiproxy::Network;
use crate::{brokers, open_shop, turn, until};

/// The pauses between restarts are as long as ever: a quarter of an hour has to last long enough for six.
const TIMES_OF_RESTARTS: u64 = 20;

/// More than there are connections.
const LOOKERS: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_a_database_that_is_gone_fire() {
    let _turn = turn().await;
    let network = Network::open().await;
    let database = open_shop().await;
    let more = [("DATABASE_URL", network.carry_database(&database.url).await)];
    let fleet = Fleet::start_with(&database, &brokers(), (1, 1), &more, None).await;
    let shopper = Shopper::register(&database, fleet.seen.port, "carl").await.at(fleet.port(WEB));
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    let slower = Prometheus::watching(&fleet, TIMES_OF_RESTARTS).await;
    prometheus.has_none_of(&["ShopDatabaseUnreadable", "ShopErrors"]).await;
    slower.has_none_of(&["ShopTaskRestarts"]).await;
    network.cut("postgres").await;
    // Past the proxy, which sends nobody to a process that is not ready.
    let looking = crowd(2, move || look(shopper.clone()));
    prometheus.fires("ShopDatabaseUnreadable", &[("instance", fleet.target(WEB))]).await;
    prometheus.fires("ShopDatabaseUnreadable", &[("instance", fleet.target(WORKER))]).await;
    prometheus.fires("ShopErrors", &[]).await;
    slower.fires("ShopTaskRestarts", &[("task", "relay")]).await;
    network.calm().await;
    drop(looking);
    fleet.whole().await;
    prometheus.ends("ShopDatabaseUnreadable").await;
    fleet.stop().await;
    database.done().await;
}

async fn look(shopper: Shopper) {
    shopper.look_at_orders().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_connections_that_nobody_gives_back_fire() {
    let _turn = turn().await;
    let database = open_shop().await;
    let fleet = Fleet::start(&database, &brokers(), 1, 1).await;
    let shopper = Shopper::register(&database, fleet.seen.port, "carl").await.at(fleet.port(WEB));
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.has_none_of(&["ShopConnectionsShort", "ShopConnectionsSlow", "ShopSlow"]).await;
    // Whoever has a connection waits on it for somebody who does not go on.
    let mut holding = PgConnection::connect(&database.url).await.unwrap();
    sqlx::raw_sql("begin; lock table orders in access exclusive mode").execute(&mut holding).await.unwrap();
    let looking = crowd(LOOKERS, move || look(shopper.clone()));
    let web = fleet.target(WEB);
    prometheus.fires("ShopConnectionsShort", &[("instance", web)]).await;
    prometheus.fires("ShopConnectionsSlow", &[("instance", web)]).await;
    prometheus.fires("ShopSlow", &[]).await;
    drop(looking);
    holding.close().await.unwrap();
    fleet.whole().await;
    fleet.stop().await;
    database.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_a_replica_that_follows_nothing_fire() {
    let _turn = turn().await;
    let database = open_shop().await;
    // As one that was promoted: it has the shop's rows, and is no standby of it.
    let more = [("DATABASE_REPLICA_URL", database.url.clone())];
    let fleet = Fleet::start_with(&database, &brokers(), (1, 1), &more, None).await;
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.fires("ShopReplicaUnread", &[("instance", fleet.target(WEB))]).await;
    fleet.whole().await;
    fleet.stop().await;
    database.done().await;
}

/// Of the two variants of an order the shop locks the lower one first.
const LOWER: &str = "select from inventory where variant_id =
    (select id from product_variants where sku in ('MUG', 'BOWL') order by id limit 1) for update";
const HIGHER: &str = "select from inventory where variant_id =
    (select id from product_variants where sku in ('MUG', 'BOWL') order by id desc limit 1) for update";
const WAITING: &str = "select count(*) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%from inventory%'";

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_transactions_that_wait_for_each_other_fire() {
    let _turn = turn().await;
    let database = open_shop().await;
    let fleet = Fleet::start(&database, &brokers(), 1, 1).await;
    let shopper =
        Shopper::register(&database, fleet.seen.port, "carl").await.wanting(&database, &["MUG", "BOWL"]).await;
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.has_none_of(&["ShopDeadlocks"]).await;
    // Somebody else's transaction takes them the other way round. It does not ask whether it waits for itself, so it is the
    // shop's that is ended.
    let mut other = PgConnection::connect(&database.url).await.unwrap();
    sqlx::raw_sql("set deadlock_timeout = '1h'; begin").execute(&mut other).await.unwrap();
    sqlx::raw_sql(HIGHER).execute(&mut other).await.unwrap();
    let placing = tokio::spawn(async move { shopper.place(&new_key()).await });
    until("one waits", Duration::from_secs(20), async || database.count(WAITING).await > 0).await;
    sqlx::raw_sql(LOWER).execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    prometheus.fires("ShopDeadlocks", &[("instance", fleet.target(WORKER)), ("sqlstate", "40P01")]).await;
    assert_eq!(placing.await.unwrap().status, Some(201));
    fleet.seen.settled().await;
    fleet.stop().await;
    // What the server has counted is what was to be seen; the end of a test wants none.
    database.execute("select pg_stat_reset()").await;
    database.done().await;
}
