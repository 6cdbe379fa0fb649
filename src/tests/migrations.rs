//! Migrations beside a shop that runs, and which schema a release accepts.

use std::borrow::Cow;
use std::fs;
use std::time::Duration;

use futures::future::join_all;
use shop::infrastructure::postgres::{PgStore, SchemaFit};
use shop::usecase::UserViews;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqlSafeStr};
use tokio::time::{sleep, timeout};

use crate::architecture::root;
use crate::harness::TestShop;

/// Migrations behind those of the shop; one that begins with `concurrently` has no transaction around it.
fn migrations(statements: &[&str]) -> Migrator {
    let migration = |(place, text): (usize, &&str)| {
        let sql = AssertSqlSafe((*text).to_owned()).into_sql_str();
        let version = 9001 + i64::try_from(place).unwrap();
        Migration::new(version, Cow::Borrowed("test"), MigrationType::Simple, sql, text.contains("-- alone"))
    };
    Migrator::with_migrations(statements.iter().enumerate().map(migration).collect())
}

async fn connection(shop: &TestShop) -> PgConnection {
    PgConnection::connect(&shop.url).await.unwrap()
}

/// Waits until the statement, which counts something, answers a number that will do.
async fn until(shop: &TestShop, statement: &'static str, will_do: impl Fn(i64) -> bool) {
    let seen = timeout(Duration::from_secs(20), async {
        while !will_do(shop.count(statement).await) {
            sleep(Duration::from_millis(10)).await;
        }
    });
    seen.await.unwrap_or_else(|_| panic!("never seen: {statement}"));
}

async fn fit(shop: &TestShop) -> SchemaFit {
    shop.shop.store().schema_fit().await.unwrap()
}

#[tokio::test]
async fn a_release_accepts_its_own_schema_and_one_that_is_ahead() {
    let shop = TestShop::open().await;
    assert_eq!(fit(&shop).await, SchemaFit::Fits);
    shop.shop.store().migrate_with(&migrations(&["create table of_the_next_release (id int)"])).await.unwrap();
    assert_eq!(fit(&shop).await, SchemaFit::Fits);
    assert_eq!(shop.shop.store().migrate().await.unwrap(), 0);
    shop.done().await;
}

#[tokio::test]
async fn a_schema_behind_beyond_or_of_somebody_else_is_refused_and_says_why() {
    let shop = TestShop::open().await;
    shop.execute("update schema_release set oldest_release = '999.0.0'").await;
    assert_eq!(fit(&shop).await, SchemaFit::Newer("999.0.0".into()));
    assert!(fit(&shop).await.to_string().contains("from 999.0.0 on"));
    shop.execute("update schema_release set oldest_release = '0.1.0'").await;

    shop.execute("update _sqlx_migrations set checksum = 'other' where version = 3").await;
    assert_eq!(fit(&shop).await, SchemaFit::Foreign(3));
    assert!(shop.shop.store().migrate().await.is_err());

    shop.execute("delete from _sqlx_migrations where version = 3").await;
    assert_eq!(fit(&shop).await, SchemaFit::Older);
    assert!(fit(&shop).await.to_string().contains("small-ecommerce migrate"));
    shop.execute("delete from _sqlx_migrations").await;
    assert_eq!(fit(&shop).await, SchemaFit::Older);
    shop.execute("drop table schema_release").await;
    assert_eq!(fit(&shop).await, SchemaFit::Older);
    shop.done().await;
}

#[tokio::test]
async fn two_migrators_at_once_apply_each_migration_once_and_the_second_waits() {
    let shop = TestShop::open().await;
    let all = [
        // As long as somebody else has the lock, and that may be long.
        "-- alone\nselect pg_advisory_lock(7)",
        "create table made_once (id int)",
        "-- alone\ncreate index concurrently made_once_by_id on made_once (id)",
    ];
    let mut gate = connection(&shop).await;
    sqlx::query("select pg_advisory_lock(7)").execute(&mut gate).await.unwrap();
    let migrator = |store: PgStore| tokio::spawn(async move { store.migrate_with(&migrations(&all)).await });
    let first = migrator(shop.shop.store().clone());
    until(
        &shop,
        "select count(*) from pg_locks where locktype = 'advisory' and not granted and database =
        (select oid from pg_database where datname = current_database())",
        |waiting| waiting == 1,
    )
    .await;
    let second = migrator(shop.another_process().await.store().clone());
    until(
        &shop,
        "select count(*) from pg_stat_activity where datname = current_database() and
        query like 'select pg_try_advisory_lock%' and state = 'idle'",
        |asked| asked >= 1,
    )
    .await;
    assert!(!first.is_finished() && !second.is_finished());
    gate.close().await.unwrap();
    assert_eq!((first.await.unwrap().unwrap(), second.await.unwrap().unwrap()), (3, 0));
    assert_eq!(
        shop.count("select count(*) from pg_index where indisvalid and indexrelid = 'made_once_by_id'::regclass").await,
        1
    );
    shop.done().await;
}

#[tokio::test]
async fn a_migration_may_take_long_but_never_waits_long_for_a_table() {
    let shop = TestShop::open().await;
    // What an operator may have set for everybody.
    shop.execute(
        "do $$ declare setting text; begin
            foreach setting in array '{statement_timeout, lock_timeout, idle_in_transaction_session_timeout}'::text[] loop
                execute format('alter database %I set %s to 7000', current_database(), setting);
            end loop;
        end $$",
    )
    .await;
    let settings = "create table seen as select current_setting('statement_timeout') as statement,
        current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle";
    shop.shop.store().migrate_with(&migrations(&[settings])).await.unwrap();
    assert_eq!(shop.count("select count(*) from seen where (statement, lock, idle) = ('0', '400ms', '0')").await, 1);
    shop.done().await;
}

#[tokio::test]
async fn a_table_in_use_is_tried_again_and_nobody_queues_behind_the_migration() {
    let shop = TestShop::open().await;
    shop.execute("create table busy (id int)").await;
    let mut reader = connection(&shop).await;
    let mut reading = reader.begin().await.unwrap();
    sqlx::query("select count(*) from busy").execute(&mut *reading).await.unwrap();
    let store = shop.shop.store().clone();
    let migrating =
        tokio::spawn(async move { store.migrate_with(&migrations(&["alter table busy add column more int"])).await });
    const WAITING: &str = "select count(*) from pg_locks where relation = 'busy'::regclass and not granted";
    until(&shop, WAITING, |waiting| waiting == 1).await;
    until(&shop, WAITING, |waiting| waiting == 0).await;
    assert_eq!(shop.count("select count(*) from busy").await, 0);
    assert!(!migrating.is_finished());
    reading.commit().await.unwrap();
    assert_eq!(migrating.await.unwrap().unwrap(), 1);
    shop.done().await;
}

#[tokio::test]
async fn an_index_that_was_left_unfinished_is_built_anew() {
    let shop = TestShop::open().await;
    shop.execute("create table twice (id int)").await;
    shop.execute("insert into twice values (1), (1)").await;
    let index = ["-- alone\ncreate unique index concurrently if not exists twice_by_id on twice (id)"];
    assert!(shop.shop.store().migrate_with(&migrations(&index)).await.is_err());
    const VALID: &str = "select count(*) from pg_index where indisvalid and indexrelid = to_regclass('twice_by_id')";
    assert_eq!(shop.count(VALID).await, 0);
    shop.execute("delete from twice where ctid = (select min(ctid) from twice)").await;
    assert_eq!(shop.shop.store().migrate_with(&migrations(&index)).await.unwrap(), 1);
    assert_eq!(shop.count(VALID).await, 1);
    shop.done().await;
}

/// Migrations that say why they hold a table up, or that are older than the rule.
const HOLD_UP: [&str; 9] = ["0009", "0010", "0012", "0015", "0019", "0029", "0031", "0116", "0159"];

#[test]
fn an_index_of_a_table_that_is_there_is_built_beside_its_use() {
    let mut breaches = Vec::new();
    for entry in fs::read_dir(root().join("migrations")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
        let code = code.join(" ");
        for statement in code.split(';') {
            let words: Vec<&str> = statement.split_whitespace().collect();
            if !matches!(words[..], ["create", "index", ..] | ["create", "unique", "index", ..]) {
                continue;
            }
            let on = words.iter().position(|word| *word == "on").unwrap();
            let table = words[on + 1].split('(').next().unwrap();
            let is_new = code.contains(&format!("create table {table} ("));
            if !is_new && !words.contains(&"concurrently") && !HOLD_UP.iter().any(|own| name.starts_with(own)) {
                breaches.push(format!("{name}: {table}"));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

/// PostgreSQL refuses what was prepared before a column's type changed (0A000, "cached plan must not change result type").
#[tokio::test]
async fn statements_that_a_migration_has_overtaken_are_prepared_anew() {
    let shop = TestShop::open().await;
    let ada = shop.register("Ada").await;
    let store = shop.shop.store();
    // On several connections of the pool, by themselves and in transactions.
    for read in join_all((0..6).map(|_| store.account(ada.id))).await {
        assert!(read.unwrap().is_some());
    }
    for confirmed in join_all((0..6).map(|_| shop.shop.confirm_currency())).await {
        confirmed.unwrap();
    }
    let next = [
        "alter table users alter column name type varchar(300)",
        "alter table catalogue_currency alter column currency type varchar(3)",
    ];
    let mut elsewhere = connection(&shop).await;
    sqlx::raw_sql(next[0]).execute(&mut elsewhere).await.unwrap();
    let stale = loop {
        // One of the pool's connections may not have prepared it.
        let reads = join_all((0..6).map(|_| store.account(ada.id))).await;
        if let Some(stale) = reads.into_iter().find_map(Result::err) {
            break stale;
        }
    };
    assert!(stale.is_transient(), "{stale:?}");
    for read in join_all((0..6).map(|_| store.account(ada.id))).await {
        assert_eq!(read.unwrap().unwrap().user.name, "Ada");
    }
    for confirmed in join_all((0..6).map(|_| shop.shop.confirm_currency())).await {
        confirmed.unwrap();
    }
    sqlx::raw_sql(next[1]).execute(&mut elsewhere).await.unwrap();
    let stale = loop {
        // One of the pool's connections may not have prepared it.
        if let Err(stale) = shop.shop.confirm_currency().await {
            break stale;
        }
    };
    assert!(stale.is_transient(), "{stale:?}");
    for _ in 0..16 {
        shop.shop.confirm_currency().await.unwrap();
    }
    shop.done().await;
}
