//! What is only shown may come from a replica, and from nothing that is none. Pages that a standby answers:
//! `server/tests/http/replica.rs`.

use std::collections::BTreeSet;
use std::time::Duration;

use shop::infrastructure::postgres::ReplicaHealth;
use shop::usecase::{COUNTS, Store as _};

use crate::architecture::sources;
use crate::harness::{TestShop, slug};

/// Everything that is read so. What decides about money or stock reads where it is written.
const SHOWN: [&str; 17] = [
    "category_now",
    "facet_sets",
    "filled_categories",
    "first_categories",
    "home_view",
    "listing_view",
    "near_words",
    "product_now",
    "product_page",
    "product_record",
    "product_reviews",
    "product_view",
    "read_search",
    "sitemap_starts",
    "slugs_from",
    "suggestions_view",
    "which_find",
];

#[test]
fn only_views_of_the_catalogue_are_read_of_a_replica() {
    let files = sources("src/usecase");
    // What takes nothing is another's.
    let calls = files.iter().flat_map(|(_, text)| text.split(".shown(").skip(1)).filter(|call| !call.starts_with(')'));
    let read: BTreeSet<&str> = calls.map(|call| view(call).expect("one view of the store")).collect();
    assert_eq!(read, BTreeSet::from(SHOWN));
}

fn view(call: &str) -> Option<&str> {
    Some(call.strip_prefix("|store| store.")?.split_once('(')?.0)
}

#[tokio::test]
async fn what_is_no_replica_is_not_read_and_nobody_notices() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 1)]).await;
    let nobody = "postgres://shop@127.0.0.1:1/shop".to_owned();
    for (url, health) in [(shop.url.clone(), ReplicaHealth::NoStandby), (nobody, ReplicaHealth::Unreachable)] {
        let process = shop.another_process_reading(&url, Duration::from_secs(60)).await;
        let (reader, read) = (process.reading_replica(), COUNTS.replica_reads.get());
        assert_eq!(reader.product(&slug("mug")).await.unwrap().slug, "mug", "nobody has looked");
        let mut watch = process.store().replica_watch().unwrap();
        assert_eq!((watch.look().await.unwrap(), process.store().replica_health()), (health, Some(health)));
        assert!(process.store().replica().is_none());
        assert_eq!(reader.product(&slug("mug")).await.unwrap().slug, "mug", "{health:?}");
        assert_eq!(COUNTS.replica_reads.get(), read, "{health:?}");
    }
    assert!(shop.shop.store().replica_watch().is_none(), "most shops have none");
    shop.done().await;
}
