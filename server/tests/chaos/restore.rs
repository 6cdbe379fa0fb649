//! The database is lost and comes back from a backup as it was at a moment: `docs/operations.md`, "Restore", step by step. What was on
//! its way at that moment has its effect once, no letter goes out twice, and no number is given twice.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::harness::TestShop;
use crate::harness::rules::seller;
use crate::outages::Server;
use crate::points::{Buyer, PAYS, STOCK, hold};
use crate::program::run;
use crate::s3_server::S3Server;
use crate::shop::RunningShop;
use crate::turn;

const LONGEST: Duration = Duration::from_secs(60);
/// As `--to` and `backup restore` take it.
const MOMENT: &str = "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
const ALL_PUBLISHED: &str = "select (count(*) = 0)::int::bigint from outbox where published_at is null";
/// What asks for money waits for three minutes.
const ALL_MAILED: &str = "select (count(*) = 0)::int::bigint from email_messages
    where state in ('queued', 'sending') and pay_until is null";
const PAID_AND_TOLD: &str =
    "select count(*) from email_messages where kind = 'payment_received' and state = 'accepted'";

/// `scripts/backup`, as it is installed beside a database: run as who owns that.
struct Backups {
    folder: PathBuf,
    /// As the script is told it: that folder, or a bucket.
    place: String,
    owner: (u32, u32),
}

impl Backups {
    fn of(server: &Server) -> Self {
        let data = std::fs::metadata(server.folder.join("data")).unwrap();
        let owner = (data.uid(), data.gid());
        let folder = owned("backups", owner);
        let backups = Self { place: place(&folder), folder, owner };
        std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/backup"), backups.program()).unwrap();
        std::fs::write(backups.settings(), "").unwrap();
        backups
    }

    /// What the bucket wants to know lies beside the script.
    fn in_bucket(server: &Server, bucket: &S3Server) -> Self {
        let mut backups = Self::of(server);
        backups.place = "s3://backups/shop".into();
        let settings = format!(
            "AWS_ACCESS_KEY_ID=shop\nAWS_SECRET_ACCESS_KEY=a-secret\nAWS_ENDPOINT={}\nAWS_ALLOW_HTTP=true\n",
            bucket.endpoint()
        );
        std::fs::write(backups.settings(), settings).unwrap();
        backups
    }

    fn settings(&self) -> PathBuf {
        self.folder.join("settings")
    }

    fn program(&self) -> PathBuf {
        self.folder.join("backup")
    }

    fn run(&self, arguments: &[&str]) {
        let mut command = Command::new(self.program());
        command.args(arguments).current_dir(&self.folder).uid(self.owner.0).gid(self.owner.1);
        command.env("BACKUP_SETTINGS", self.settings());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Has the server keep its WAL here, and lets backups be taken of it.
    async fn archive(&self, server: &Server) {
        let mut rights = std::fs::File::options().append(true).open(server.folder.join("data/pg_hba.conf")).unwrap();
        writeln!(rights, "host replication all 127.0.0.1/32 trust").unwrap();
        let (settings, program) = (place(&self.settings()), place(&self.program()));
        let keep = format!("BACKUP_SETTINGS={settings} {program} keep {} %p %f", self.place);
        let mut connection = PgConnection::connect(&server.url).await.unwrap();
        for setting in ["archive_mode = on".to_owned(), format!("archive_command = '{keep}'")] {
            let set = AssertSqlSafe(format!("alter system set {setting}"));
            sqlx::raw_sql(set).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
        server.control("stop").await;
        server.control("start").await;
    }
}

impl Drop for Backups {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An empty folder that this account may write to.
fn owned(name: &str, (user, group): (u32, u32)) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("shop-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    chown(&folder, Some(user), Some(group)).unwrap();
    folder
}

async fn until_so(connection: &mut PgConnection, statement: &'static str) {
    let seen = timeout(LONGEST, async {
        while !sqlx::query_scalar::<_, bool>(statement).fetch_one(&mut *connection).await.unwrap() {
            sleep(Duration::from_millis(10)).await;
        }
    });
    seen.await.unwrap_or_else(|_| panic!("not so after {LONGEST:?}: {statement}"));
}

/// Everything that was committed is where the backups are.
async fn archived(server: &Server) {
    let mut connection = PgConnection::connect(&server.url).await.unwrap();
    // What is written after it, if only by PostgreSQL itself, is in the next piece.
    sqlx::raw_sql("create table the_last (wal text)").execute(&mut connection).await.unwrap();
    sqlx::raw_sql("insert into the_last values (pg_walfile_name(pg_current_wal_lsn()))")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::raw_sql("select pg_switch_wal()").execute(&mut connection).await.unwrap();
    until_so(
        &mut connection,
        "select coalesce(last_archived_wal, '') >= (select wal from the_last) from pg_stat_archiver",
    )
    .await;
    connection.close().await.unwrap();
}

/// The letters that have left.
fn letters(kept: &[(&'static str, String)]) -> BTreeSet<String> {
    let folder = kept.iter().find(|(name, _)| *name == "MAIL_DIR").unwrap();
    let files = std::fs::read_dir(&folder.1).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    files.filter(|name| name.ends_with(".eml")).collect()
}

async fn one<T>(shop: &TestShop, statement: &'static str) -> T
where
    T: Send + Unpin + sqlx::Type<sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Postgres>,
{
    sqlx::query_scalar(statement).fetch_one(shop.shop.store().pool()).await.unwrap()
}

/// What the program says of a restore, and its exit code.
fn restored(arguments: &[&str], environment: &[(&'static str, String)]) -> (i32, String) {
    let output = run(&[&["restored"], arguments].concat(), environment);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_lost_its_database_goes_on_from_a_moment_and_does_nothing_twice() {
    let _turn = turn().await;
    let brokers = std::env::var("TEST_KAFKA_BROKERS").expect("TEST_KAFKA_BROKERS: run the tests with `make test`");
    let server = Server::start("lost");
    let backups = Backups::of(&server);
    backups.archive(&server).await;
    let database = TestShop::open_on(server.url.clone()).await;
    database.sold_by(&seller()).await;
    database.stock_shelves(&[("MUG", "24.00", 100)]).await;
    let running = RunningShop::start(&database, Some(&brokers), 0).await;
    let buyer = Buyer::of(&database, &running).await;
    let pictures = owned("pictures", backups.owner);
    std::fs::create_dir(pictures.join("ab")).unwrap();
    std::fs::write(pictures.join("ab/mug.webp"), "a mug").unwrap();

    // Some orders, a backup, and a moment at which one order is charged and not paid, and another published and not reserved.
    assert_eq!(buyer.place("before").await, Some(201));
    running.settled().await;
    let paid: Uuid = one(&database, "select id from orders").await;
    backups.run(&["base", &backups.place, &server.url, &place(&pictures)]);
    let inventory = hold(&database, "select from inventory for update").await;
    assert_eq!(buyer.place("published").await, Some(201));
    running.until("reserving", STOCK).await;
    running.until("published", ALL_PUBLISHED).await;
    let books = hold(&database, "lock table order_events in share mode").await;
    buyer.approve_elsewhere(paid).await;
    running.until("writing it down", PAYS).await;
    let moment: String = one(&database, MOMENT).await;

    // All of that, and more, happens in a time that is lost.
    drop((inventory, books));
    running.until("paid", "select count(*) from orders where status = 'paid'").await;
    assert_eq!(buyer.place("lost").await, Some(201));
    running.settled().await;
    running.until("told", PAID_AND_TOLD).await;
    running.until("all mailed", ALL_MAILED).await;
    assert_eq!(database.stock("MUG").await, 94);
    let last_number: i64 = one(&database, "select max(number) from orders").await;
    let number: String = one(&database, "select number from papers").await;
    assert!(number.starts_with("INV-2"), "{number}");
    let kept = running.kept_elsewhere();
    let sent = letters(&kept);
    running.stop();
    database.done().await;
    archived(&server).await;
    drop(server);

    // Restored.
    let home = owned("restored", backups.owner);
    backups.run(&["restore", &backups.place, &moment, &place(&home.join("data"))]);
    let server = Server::open(home);
    let mut connection = PgConnection::connect(&server.url).await.unwrap();
    until_so(&mut connection, "select not pg_is_in_recovery()").await;
    // A standby that is made of it would end at that moment, too.
    until_so(
        &mut connection,
        "select count(*) = 0 from pg_file_settings where name like 'recovery%' or name = 'restore_command'",
    )
    .await;
    until_so(&mut connection, "select count(*) = 2 and count(*) filter (where status = 'paid') = 0 from orders").await;
    // Nobody restores within a minute; until then whoever began to pay is left alone.
    let later = "update payments set created_at = created_at - interval '2 minutes' where state = 'started'";
    assert_eq!(sqlx::query(later).execute(&mut connection).await.unwrap().rows_affected(), 1);
    let mut environment = kept.clone();
    environment.push(("DATABASE_URL", server.url.clone()));
    let (code, said) = restored(&["--to", &moment], &environment);
    assert!(code == 1 && said.contains("somebody is connected"), "{said}");
    connection.close().await.unwrap();
    let (code, said) = restored(&["--to", &moment, "--dry-run"], &environment);
    assert!(code == 0 && said.contains("1 attempts to pay have no end") && said.contains("Nothing was done"), "{said}");
    let (code, said) = restored(&["--to", &moment], &environment);
    assert!(
        code == 0 && said.contains("Invoices go on in series INV-R") && said.contains("1 attempts to pay have an end"),
        "{said}"
    );
    let (code, said) = restored(&["--to", &moment], &environment);
    assert!(code == 0 && said.contains("nothing is left to do"), "{said}");
    let back = owned("pictures-back", backups.owner);
    backups.run(&["pictures", &backups.place, &place(&back)]);
    assert_eq!(std::fs::read_to_string(back.join("ab/mug.webp")).unwrap(), "a mug");

    // It goes on, with the same broker.
    let database = TestShop::open_on(server.url.clone()).await;
    let running = RunningShop::start_with(&database, Some(&brokers), 0, &kept).await;
    running.settled().await;
    running.until("published once more", ALL_PUBLISHED).await;
    assert_eq!(database.stock("MUG").await, 96, "each of the two has its units, once");
    let told = "select count(*) from orders where status = 'paid' and reservation = 'claimed'";
    assert_eq!(database.count(told).await, 1);
    let buyer = buyer.at(running.port);
    assert_eq!(buyer.place("after").await, Some(201));
    running.settled().await;
    let after: Uuid = one(&database, "select id from orders order by number desc limit 1").await;
    assert_eq!(buyer.pay(after).await, Some(200));
    running.until("told", PAID_AND_TOLD).await;
    running.settled().await;
    running.until("all mailed", ALL_MAILED).await;
    assert_eq!(database.stock("MUG").await, 94);
    assert!(one::<i64>(&database, "select max(number) from orders").await > last_number);

    // Of the letters that have left since, each is about what happened since; the others wait.
    let of_after = "select array(select id::text || '.eml' from email_messages where state = 'accepted'
        and about = (select id from orders order by number desc limit 1))";
    let of_after: BTreeSet<String> = one::<Vec<String>>(&database, of_after).await.into_iter().collect();
    assert_eq!(letters(&kept).difference(&sent).cloned().collect::<BTreeSet<_>>(), of_after);
    let held = "select count(*) from email_messages where state = 'uncertain' and kind = 'payment_received'";
    assert_eq!(database.count(held).await, 1);
    assert!(running.says(&["mail", "list"]).contains("restored to"));
    let numbers: Vec<String> =
        one(&database, "select array(select number from papers order by created_at, number)").await;
    let ends: Vec<_> = numbers.iter().map(|number| number.rsplit('-').next().unwrap()).collect();
    assert!(ends == ["000001", "000002"] && numbers.iter().all(|number| number.starts_with("INV-R")), "{numbers:?}");
    running.says(&["check", "--only", "database,broker,payments,books"]);
    running.stop();
    database.done().await;
    for folder in [pictures, back] {
        std::fs::remove_dir_all(folder).unwrap();
    }
}

/// How many there are in the bucket whose names end so.
fn kept_in(bucket: &S3Server, end: &str) -> usize {
    let address = format!("{}/backups", bucket.endpoint());
    let listed = Command::new("curl").args(["-sSf", &address]).output().unwrap();
    assert!(listed.status.success(), "{address}");
    String::from_utf8(listed.stdout).unwrap().matches(&format!("{end}</Key>")).count()
}

/// The same from a bucket, without a shop: it is the database that is lost, and nothing of it is on this machine.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_lost_comes_back_from_a_bucket_as_it_was_at_a_moment() {
    let _turn = turn().await;
    let (server, bucket) = (Server::start("bucket"), S3Server::start("backups"));
    let backups = Backups::in_bucket(&server, &bucket);
    backups.archive(&server).await;
    let mut connection = PgConnection::connect(&server.url).await.unwrap();
    sqlx::raw_sql("create table kept (n bigint); insert into kept values (1)").execute(&mut connection).await.unwrap();
    let pictures = owned("pictures-of-bucket", backups.owner);
    std::fs::create_dir(pictures.join("ab")).unwrap();
    std::fs::write(pictures.join("ab/mug.webp"), "a mug").unwrap();
    for n in 1..=3_usize {
        backups.run(&["base", &backups.place, &server.url, &place(&pictures)]);
        assert_eq!(kept_in(&bucket, "/ended"), n.min(2), "the two newest");
        // By its second a backup is named.
        sleep(Duration::from_millis(1100)).await;
    }
    assert_eq!(kept_in(&bucket, "shop/media/ab/mug.webp"), 1);
    sqlx::raw_sql("insert into kept values (2)").execute(&mut connection).await.unwrap();
    let moment: String = sqlx::query_scalar(MOMENT).fetch_one(&mut connection).await.unwrap();
    sqlx::raw_sql("insert into kept values (3)").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    archived(&server).await;
    drop(server);

    let home = owned("restored-from-bucket", backups.owner);
    backups.run(&["restore", &backups.place, &moment, &place(&home.join("data"))]);
    let server = Server::open(home);
    let mut connection = PgConnection::connect(&server.url).await.unwrap();
    until_so(&mut connection, "select not pg_is_in_recovery()").await;
    let kept: Vec<i64> = sqlx::query_scalar("select n from kept order by n").fetch_all(&mut connection).await.unwrap();
    assert_eq!(kept, [1, 2], "at {moment}");
    // Without it PostgreSQL keeps none for five minutes.
    sqlx::raw_sql("select pg_reload_conf()").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    // It goes on keeping its WAL there, of a timeline of its own. What was before the oldest backup is gone.
    archived(&server).await;
    assert_eq!(kept_in(&bucket, "shop/wal/00000002.history.gz"), 1);
    assert_eq!(kept_in(&bucket, "shop/wal/000000010000000000000001.gz"), 0);
    std::fs::remove_dir_all(pictures).unwrap();
}

fn place(folder: &Path) -> String {
    folder.display().to_string()
}
