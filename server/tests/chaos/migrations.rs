//! Migrations beside a database that tidies itself up.

use std::borrow::Cow;
use std::time::Duration;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use tokio::time::{sleep, timeout};

use crate::harness::TestShop;
use crate::outages::Server;
use crate::turn;

const LONGEST: Duration = Duration::from_secs(30);
const TIDIED: &str = "select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where a.backend_type = 'autovacuum worker' and a.datname = current_database() and l.granted
        and l.relation = 'busy'::regclass";
const WIDER: &str = "select count(*) from pg_attribute where attrelid = 'busy'::regclass and attname = 'more'";

/// It would take minutes.
#[tokio::test(flavor = "multi_thread")]
async fn a_migration_does_not_wait_until_autovacuum_has_done_its_work() {
    let _turn = turn().await;
    let server = Server::start("autovacuum");
    let shop = TestShop::open_on(server.url.clone()).await;
    for statement in [
        "alter system set autovacuum_naptime = 1",
        "select pg_reload_conf()",
        "create table busy (id int) with (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1,
            autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0)",
        "insert into busy select generate_series(1, 200000)",
        "update busy set id = id",
    ] {
        shop.execute(statement).await;
    }
    let tidied = timeout(LONGEST, async {
        while shop.count(TIDIED).await == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    });
    tidied.await.expect("autovacuum is at work");
    let sql = "alter table busy add column more int".into_sql_str();
    let migration = Migration::new(9001, Cow::Borrowed("test"), MigrationType::Simple, sql, false);
    let migrations = Migrator::with_migrations(vec![migration]);
    let migrated = timeout(LONGEST, shop.shop.store().migrate_with(&migrations)).await;
    assert_eq!(migrated.expect("it does not wait for that").unwrap(), 1);
    assert_eq!(shop.count(WIDER).await, 1);
    shop.done().await;
}
