//! Pages of the catalogue that a streaming standby answers: a real one, made by `scripts/postgres`.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use axum::body::Body;
use http::header::{CONTENT_TYPE, IF_MATCH};
use http::{Request, StatusCode};
use shop::domain::Currency;
use shop::infrastructure::postgres::{PgStore, ReplicaHealth, ReplicaWatch};
use sqlx::postgres::{PgPool, PgPoolOptions};
use tokio::time::{sleep, timeout};

use crate::harness::TestShop;
use crate::suite_log;
use crate::visitor::{Site, Visitor, router_on};

/// How far behind the standby may be here: longer than a few pages take.
const MOST_LAG: Duration = Duration::from_secs(5);
/// What everything else takes at most.
const LONG: Duration = Duration::from_secs(30);
const PAGE: &str = "/products/mug";

/// What is shown of the catalogue, and how the statement for it begins: PostgreSQL tells the first kilobyte.
const SHOWN: [(&str, &str); 5] = [
    ("/", "%from categories t where t.parent is null order by t.position) as categories%"),
    ("/products", "%asked as (select t.total::integer from (%"),
    (PAGE, OF_PAGE),
    ("/search/suggestions?q=mug", "with typed as (%"),
    ("/api/v1/products/mug", "select row(p.id, p.version, p.slug, %"),
];
const OF_PAGE: &str = "%as description, p.seo_title,%";

/// The folder of a server that keeps what it has committed, gone with the test.
struct Server(String);

impl Server {
    fn named(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("shop-replica-{}-{name}", std::process::id()));
        Self(folder.display().to_string())
    }

    fn run(&self, verb: &str, more: &[&str]) -> Output {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../scripts/postgres");
        Command::new(script).args([verb, "run", "--data", &self.0]).args(more).output().unwrap()
    }

    fn control(&self, verb: &str, more: &[&str]) -> String {
        let output = self.run(verb, more);
        assert!(output.status.success(), "{verb}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run("forget", &[]);
    }
}

/// Until the standby has all that is committed now.
async fn caught_up(watch: &mut ReplicaWatch) {
    let began = Instant::now();
    let followed = async {
        while !matches!(watch.look().await.unwrap(), ReplicaHealth::Following(at) if at >= began) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LONG, followed).await.expect("the standby follows");
}

async fn told(standby: &PgPool, question: &'static str, like: &str) -> bool {
    sqlx::query_scalar(question).bind(like).fetch_one(standby).await.unwrap()
}

/// Whether a connection of the shop to the standby has last asked for this.
async fn was_asked(standby: &PgPool, like: &str) -> bool {
    let question = "select exists (select from pg_stat_activity
        where pid <> pg_backend_pid() and backend_type = 'client backend' and query like $1)";
    told(standby, question, like).await
}

/// Nothing reaches the standby's tables from now on.
async fn pause_replay(standby: &PgPool) {
    sqlx::query("select pg_wal_replay_pause()").execute(standby).await.unwrap();
    let paused = async {
        while !told(standby, "select pg_get_wal_replay_pause_state() = $1", "paused").await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LONG, paused).await.expect("replay stands still");
}

async fn resume_replay(standby: &PgPool) {
    sqlx::query("select pg_wal_replay_resume()").execute(standby).await.unwrap();
}

/// A page that everybody gets, whatever becomes of the standby.
async fn shown(who: &Visitor<'_>, page: &str) -> String {
    let answer = who.get(page).await;
    assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.text);
    answer.text
}

async fn is_named(who: &Visitor<'_>, name: &str) -> bool {
    shown(who, PAGE).await.contains(name)
}

/// Renames the mug, as a program of the owner's browser does.
async fn rename(olga: &Visitor<'_>, name: &str) {
    let version = olga.get("/api/v1/products/mug").await;
    let id = olga.site.shop.record("mug").await.id;
    let edit = Request::put(format!("/api/v1/products/{id}"))
        .header("sec-fetch-site", "same-origin")
        .header(IF_MATCH, version.header("etag"))
        .header(CONTENT_TYPE, "application/json");
    let saved = olga.send(edit, Body::from(format!(r#"{{"name":"{name}","price":"24.00"}}"#))).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    let kept = saved.headers.get_all("set-cookie").iter().any(|c| c.to_str().unwrap().starts_with("recent-write=1;"));
    assert!(kept, "{:?}", saved.headers);
}

/// What whoever writes there finds when they look at this one.
async fn looked_at(primary: &str, replica: &str) -> ReplicaHealth {
    let store = PgStore::connect(primary, 2, Currency::USD).await.unwrap().with_replica(replica, 2, MOST_LAG).unwrap();
    let health = store.replica_watch().unwrap().look().await.unwrap();
    store.close().await;
    health
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_answers_the_catalogue_and_whoever_changed_something_reads_it_again() {
    suite_log::begin();
    let (first, second) = (Server::named("first"), Server::named("second"));
    let shop = TestShop::open_on(first.control("start", &[])).await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let url = second.control("replica", &["--of", &first.0]);
    let process = shop.another_process_reading(&url, MOST_LAG).await;
    let mut watch = process.store().replica_watch().unwrap();
    let standby = PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let router = router_on(&shop.url, process, false);
    let site = Site { shop, router };
    let (olga, ada, anybody) = (site.owner().await, site.visitor(), site.visitor());

    // Nobody has looked at it: the primary answers.
    shown(&anybody, PAGE).await;
    assert!(!was_asked(&standby, OF_PAGE).await);
    caught_up(&mut watch).await;
    for (page, like) in SHOWN {
        let text = shown(&anybody, page).await;
        assert!(text.contains("MUG"), "{page}: {text}");
        assert!(was_asked(&standby, like).await, "{page} was not read of the standby");
    }

    // It is changed in another process: who has just changed something and who works here see what is so, others what was so a
    // moment ago.
    caught_up(&mut watch).await;
    pause_replay(&standby).await;
    site.shop.execute("update products set name = 'Deep mug' where slug = 'mug'").await;
    assert!(is_named(&olga, "Deep mug").await, "the owner reads where it is written");
    assert!(!is_named(&ada, "Deep mug").await, "others read the standby, which is within its bound");
    let mug = site.shop.variant("MUG").await.to_string();
    let added = ada.post(PAGE, "add-to-cart", &[("product", "mug"), ("variant_id", &mug), ("quantity", "1")]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    assert!(is_named(&ada, "Deep mug").await, "who has just changed something reads where it is written");

    // Too far behind, it is left by itself, looked at or not.
    let left = async {
        while !is_named(&anybody, "Deep mug").await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(MOST_LAG + LONG, left).await.expect("the primary answers everybody once the bound has passed");
    let health = watch.look().await.unwrap();
    assert!(health.lag().is_some_and(|lag| lag > MOST_LAG), "{health:?}");
    assert!(is_named(&anybody, "Deep mug").await);
    resume_replay(&standby).await;

    // The owner changes it in this process, which shows nobody what was before any more.
    caught_up(&mut watch).await;
    pause_replay(&standby).await;
    assert!(is_named(&anybody, "Deep mug").await);
    rename(&olga, "Flat mug").await;
    assert!(is_named(&olga, "Flat mug").await && is_named(&anybody, "Flat mug").await);
    resume_replay(&standby).await;
    caught_up(&mut watch).await;

    // It dies, and no page fails; it is back, and is read again.
    standby.close().await;
    second.control("kill", &[]);
    for _ in 0..3 {
        for (page, _) in SHOWN {
            shown(&anybody, page).await;
        }
    }
    assert_eq!(watch.look().await.unwrap(), ReplicaHealth::Unreachable);
    assert!(is_named(&anybody, "Flat mug").await);
    let standby = PgPoolOptions::new().max_connections(1).connect(&second.control("start", &[])).await.unwrap();
    caught_up(&mut watch).await;
    assert!(!was_asked(&standby, OF_PAGE).await);
    assert!(is_named(&anybody, "Flat mug").await && was_asked(&standby, OF_PAGE).await);
    standby.close().await;

    // Another database of its cluster is another shop's, however well it follows.
    let (server, _) = url.rsplit_once('/').unwrap();
    assert_eq!(looked_at(&site.shop.url, &format!("{server}/postgres")).await, ReplicaHealth::NoStandby);
    // It takes the primary's place, and one that follows what the primary was is none of it.
    let third = Server::named("third");
    let left_behind = third.control("replica", &["--of", &first.0]);
    second.control("promote", &[]);
    assert_eq!(looked_at(&url, &left_behind).await, ReplicaHealth::NoStandby);
    site.shop.done().await;
}
