//! Events that nobody publishes, that nobody may read, and one that nobody can.

use sqlx::{Connection as _, PgConnection};

use super::WORKER;
use crate::members::Fleet;
use crate::produce::{Guarded, kafka};
use crate::prometheus::{Prometheus, TIMES};
use crate::shopper::{Shopper, told};
use crate::{brokers, check, open_shop, turn};

/// The relay's lock (`relay` in ASCII), as a process has it that hangs.
const RELAY: &str = "select pg_advisory_lock(x'0072656c6179'::bigint)";

/// More than an alert wants, of an event that waits already.
const MANY: &str = "insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
    select gen_random_uuid(), e.topic, 'one of many', e.kind, e.payload, e.headers, now()
    from (select * from outbox where published_at is null limit 1) e, generate_series(1, 6000)";

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_events_that_nobody_publishes_fire() {
    let _turn = turn().await;
    let database = open_shop().await;
    let mut fleet = Fleet::start(&database, &brokers(), 1, 1).await;
    let shopper = Shopper::register(&database, fleet.seen.port, "carl").await;
    fleet.seen.settled().await;
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.has_none_of(&["ShopRelayStuck", "ShopOutboxBacklog"]).await;
    fleet.kill(WORKER);
    let mut hanging = PgConnection::connect(&database.url).await.unwrap();
    sqlx::raw_sql(RELAY).execute(&mut hanging).await.unwrap();
    fleet.begin(WORKER);
    let placed = shopper.place_together(2).await;
    prometheus.fires("ShopRelayStuck", &[]).await;
    database.execute(MANY).await;
    prometheus.fires("ShopOutboxBacklog", &[]).await;
    database.execute("delete from outbox where key = 'one of many'").await;
    hanging.close().await.unwrap();
    fleet.seen.settled().await;
    prometheus.ends("ShopRelayStuck").await;
    fleet.stop().await;
    check(&database, &told(&placed)).await;
    database.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_events_that_may_not_be_read_fire() {
    let _turn = turn().await;
    let guarded = Guarded::start().await;
    let database = open_shop().await;
    let (fleet, shopper, mut placed) = guarded.fleet_with_orders(&database).await;
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.has_none_of(&["ShopConsumerBehind", "ShopPartitionStuck"]).await;
    let topic = format!("{}order.created", fleet.prefix);
    kafka(&["guarded", "forbid", "read", &topic]).await;
    placed.extend(shopper.place_together(5).await);
    prometheus.fires("ShopConsumerBehind", &[("group", "inventory")]).await;
    // It looks into its partitions four times a minute.
    prometheus.fires("ShopPartitionStuck", &[("group", "inventory"), ("topic", "order.created")]).await;
    kafka(&["guarded", "permit", &topic]).await;
    fleet.seen.settled().await;
    fleet.stop().await;
    check(&database, &told(&placed)).await;
    database.done().await;
}

/// One that exists, with a payload that is none.
const UNREADABLE: &str = "insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
    select gen_random_uuid(), e.topic, e.key, e.kind, 'no payload', e.headers, now()
    from outbox e where e.topic = 'order.created' limit 1";

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_a_message_that_nobody_can_read_fire() {
    let _turn = turn().await;
    let database = open_shop().await;
    let fleet = Fleet::start(&database, &brokers(), 1, 1).await;
    let shopper = Shopper::register(&database, fleet.seen.port, "carl").await;
    let placed = shopper.place_together(1).await;
    fleet.seen.settled().await;
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.has_none_of(&["ShopDeadLetters"]).await;
    database.execute(UNREADABLE).await;
    prometheus.fires("ShopDeadLetters", &[]).await;
    fleet.seen.settled().await;
    fleet.stop().await;
    check(&database, &told(&placed)).await;
    database.done().await;
}
