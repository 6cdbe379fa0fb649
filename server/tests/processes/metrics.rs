//! What the program tells whoever watches it: on an address of its own, and nothing of it where shoppers are.

use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::harness::TestShop;
use crate::program::{Process, free_port};
use crate::{at, get, until_both_say};

/// What only a process has which consumes from Kafka, and one whose replica follows.
const OF_OTHERS: [&str; 3] =
    ["shop_consumer_partition_lag", "shop_consumer_partition_offset", "shop_replica_lag_seconds"];

/// So many look at one page, one after the other.
const LOOKS: u64 = 40;

/// The families that the documentation has, and a test there compares with those there are.
fn families() -> Vec<&'static str> {
    let rows = include_str!("../../../docs/operations.md").lines();
    let names = rows.filter_map(|line| line.strip_prefix("| `shop_")?.split_once('`'));
    names.map(|(name, _)| name).collect()
}

/// What a series is at.
fn value(told: &str, series: &str) -> Option<u64> {
    told.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

/// What is told as soon as it is so.
async fn told(port: u16, what: &str, is_so: impl Fn(&str) -> bool) -> String {
    let began = Instant::now();
    loop {
        let (_, told) = get(port, "/metrics").await;
        if is_so(&told) {
            return told;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{what} is not told: {told}");
        sleep(Duration::from_millis(100)).await;
    }
}

/// What Prometheus' own checker has to say of it, where that is installed (`scripts/setup metrics`).
fn remarks(told: &str) -> Option<String> {
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut promtool = match promtool.spawn() {
        Ok(child) => child,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return None,
        Err(cause) => panic!("promtool: {cause}"),
    };
    promtool.stdin.take().unwrap().write_all(told.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    if output.status.success() { Some(said) } else { Some(format!("{}: {said}", output.status)) }
}

/// Where a process answers shoppers, and where it tells.
struct Ports {
    shop: u16,
    metrics: u16,
}

fn start(part: &str, shop: &TestShop, folder: &Path) -> (Process, Ports) {
    let ports = Ports { shop: free_port(), metrics: free_port() };
    let own = vec![
        ("SITE_ADDR", format!("127.0.0.1:{}", ports.shop)),
        ("METRICS_ADDR", format!("127.0.0.1:{}", ports.metrics)),
        ("MAIL_DIR", folder.join("mail").display().to_string()),
        // It follows nothing, which is told.
        ("DATABASE_REPLICA_URL", shop.url.clone()),
    ];
    (Process::start(part, &[at(&shop.url), own].concat(), &folder.join(part)), ports)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_family_is_told_on_an_address_of_its_own_and_none_where_shoppers_are() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    // An account and an order: their events, and a letter, are the program's to deliver.
    let ada = shop.customer("Ada").await;
    shop.place(ada, &[("MUG", "1")]).await;
    let folder = std::env::temp_dir().join(format!("shop-metrics-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();

    let (process, ports) = start("serve", &shop, &folder);
    until_both_say(&[ports.shop], "Kiln &amp; Loom").await;
    get(ports.shop, "/products/zzyzx?coupon=zzyzx").await;
    for _ in 0..LOOKS {
        get(ports.shop, "/products/mug").await;
    }
    let requests = |told: &str, route: &str, status: &str| {
        value(told, &format!(r#"shop_http_requests_total{{method="GET",route="{route}",status="{status}"}}"#))
    };
    let all = told(ports.metrics, "a request, an order and a letter", |told| {
        requests(told, "/products/{slug}", "404").is_some()
            && value(told, r#"shop_mail_attempts_total{outcome="accepted"}"#) >= Some(1)
            && value(told, "shop_outbox_events") == Some(0)
            && value(told, "shop_replica_read") == Some(0)
    })
    .await;
    assert_eq!(requests(&all, "/products/{slug}", "200"), Some(LOOKS), "kept or not, it is that route: {all}");
    assert!(value(&all, r#"shop_page_cache_requests_total{outcome="hit"}"#) >= Some(1), "{all}");
    for family in
        families().into_iter().map(|name| format!("shop_{name}")).filter(|name| !OF_OTHERS.contains(&name.as_str()))
    {
        assert!(all.contains(&format!("# HELP {family} ")), "no words on {family}: {all}");
        assert!(all.contains(&format!("# TYPE {family} ")), "no type of {family}: {all}");
        let is_its = |line: &str| {
            let rest = line.strip_prefix(family.as_str());
            rest.is_some_and(|rest| rest.starts_with([' ', '{']) || rest.starts_with("_bucket{"))
        };
        assert!(all.lines().any(is_its), "{family} is not told: {all}");
    }
    assert!(requests(&all, "/track", "200") >= Some(1), "{all}");
    assert!(!all.contains("zzyzx"), "what a visitor asked for became a label: {all}");
    assert_eq!(value(&all, "shop_database_up"), Some(1));
    assert!(value(&all, "shop_memory_resident_bytes") > Some(1_000_000), "{all}");
    if let Some(remarks) = remarks(&all) {
        assert_eq!(remarks, "", "what promtool says");
    }
    let (head, _) = get(ports.metrics, "/metrics").await;
    assert!(head.split(' ').nth(1) == Some("200") && head.contains("text/plain; version=0.0.4"), "{head}");

    for (port, path) in [(ports.shop, "/metrics"), (ports.metrics, "/"), (ports.metrics, "/track")] {
        let (head, body) = get(port, path).await;
        assert!(head.split(' ').nth(1) == Some("404") && !body.contains("shop_http"), "{path}: {head}");
    }
    assert_eq!(process.stop(), Some(0));
    std::fs::remove_dir_all(&folder).unwrap();
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_part_tells_what_it_does_itself_and_what_waits_in_the_whole_shop() {
    let shop = TestShop::open().await;
    let folder = std::env::temp_dir().join(format!("shop-metrics-of-parts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let parts = ["web", "worker"].map(|part| (part, start(part, &shop, &folder)));
    for (part, (process, ports)) in parts {
        let of_it = if part == "web" { "shop_replica_read 0" } else { "task=\"relay\"" };
        let all = told(ports.metrics, of_it, |told| told.contains(of_it)).await;
        assert_eq!(all.contains("task=\"relay\""), part == "worker", "{part}: {all}");
        assert_eq!(all.contains("shop_replica_"), part == "web", "{part}: {all}");
        assert_eq!(value(&all, "shop_outbox_events"), Some(0), "{part}: {all}");
        assert_eq!(process.stop(), Some(0), "{part}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
    shop.done().await;
}
