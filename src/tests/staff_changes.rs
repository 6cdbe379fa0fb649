//! What staff change in one process is dropped by all others as soon as it is committed. The clock of these shops stands still: by
//! its age nothing would ever be counted anew.

use std::time::{Duration, Instant};

use shop::domain::{Money, Staff, UserId};
use shop::dto::{ListingQuery, StockForm};
use shop::infrastructure::LiveShop;
use shop::infrastructure::postgres::StaffChangeListener;
use shop::usecase::Store as _;
use tokio::time::{sleep, timeout};

use crate::harness::{Everything, TestShop, refused, slug, usd};

const STAFF: Staff = Staff(UserId(uuid::Uuid::nil()));
const LONG: Duration = Duration::from_secs(30);

/// The highest price of the catalogue, as a listing of all says.
async fn highest(process: &LiveShop) -> Money {
    process.listing(&ListingQuery::default()).await.unwrap().facets.unwrap().prices.unwrap().1
}

async fn count_stock(shop: &TestShop, slug: &str, counted: u32) {
    let form = StockForm { counted: Some(counted.into()), reason: "Stocktaking".into(), ..StockForm::default() };
    shop.shop.change_stock(STAFF.may(), shop.record(slug).await.id, &form, None).await.unwrap();
}

async fn notified(changes: &mut StaffChangeListener) {
    let heard = async { while !changes.next().await.unwrap() {} };
    timeout(LONG, heard).await.expect("the database tells it");
}

#[tokio::test]
async fn what_staff_change_is_counted_anew_at_once_where_it_was_done_and_where_it_was_heard() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 1), ("BOWL", "12.00", 1)]).await;
    let there = shop.another_process().await;
    let mut changes = there.store().staff_change_listener().await.unwrap();
    assert_eq!((highest(&shop.shop).await, highest(&there).await), (usd("24.00"), usd("24.00")));
    // By a statement of which nobody hears.
    shop.execute("update product_variants set price = 30 where sku = 'MUG'").await;
    assert_eq!((highest(&shop.shop).await, highest(&there).await), (usd("24.00"), usd("24.00")), "as it was counted");
    count_stock(&shop, "bowl", 3).await;
    assert_eq!(highest(&shop.shop).await, usd("30.00"), "whoever changes something sees all that is so");
    notified(&mut changes).await;
    assert_eq!(highest(&there).await, usd("30.00"));

    // While nobody listens there, that process goes by age; who listens anew has missed nothing.
    drop(changes);
    shop.execute("update product_variants set price = 31 where sku = 'MUG'").await;
    count_stock(&shop, "bowl", 4).await;
    assert_eq!((highest(&shop.shop).await, highest(&there).await), (usd("31.00"), usd("30.00")));
    let _changes = there.store().staff_change_listener().await.unwrap();
    assert_eq!(highest(&there).await, usd("31.00"));
    shop.done().await;
}

#[tokio::test]
async fn what_is_refused_is_no_change_and_a_lost_connection_is_noticed() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 1)]).await;
    let there = shop.another_process_named("listening").await;
    let mut changes = there.store().staff_change_listener().await.unwrap();
    // Three that nobody has looked at yet are one.
    for counted in 2..5 {
        count_stock(&shop, "mug", counted).await;
    }
    sleep(Duration::from_secs(2)).await;
    assert!(timeout(LONG, changes.next()).await.unwrap().unwrap(), "it is told");
    let before = there.store().staff_changes();
    let too_much = StockForm { change: Some(-5), reason: "Broken".into(), ..StockForm::default() };
    let mug = shop.record("mug").await.id;
    refused(shop.shop.change_stock(STAFF.may(), mug, &too_much, None).await);
    assert!(!timeout(LONG, changes.next()).await.unwrap().unwrap(), "there is nothing to hear");
    assert_eq!(there.store().staff_changes(), before);
    shop.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listening'").await;
    assert!(timeout(LONG, changes.next()).await.unwrap().is_err(), "who listens is told to do so anew");
    shop.done().await;
}

/// What the mug costs by its own page, the first page and a listing.
async fn mug_costs(process: &LiveShop) -> [Money; 3] {
    let (product, home) = (process.product(&slug("mug")).await.unwrap(), process.home().await.unwrap());
    let listing = process.listing(&ListingQuery::default()).await.unwrap();
    [product.variants[0].price, home.featured[0].price, listing.products[0].price]
}

#[tokio::test]
async fn what_everybody_sees_is_read_once_for_a_moment_and_anew_after_a_change_of_staff() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 1)]).await;
    let (now, recent) = (&shop.shop, shop.shop.showing_recent());
    let costs = |price: u32| [usd(&format!("{price}.00")); 3];
    // On a machine that is too busy for a quarter of a second it takes another try.
    let mut price = 24;
    loop {
        shop.clock.advance(time::Duration::SECOND);
        let began = Instant::now();
        assert_eq!(mug_costs(&recent).await, costs(price), "what was kept is too old");
        price += 1;
        shop.execute("update product_variants set price = price + 1").await;
        assert_eq!(mug_costs(now).await, costs(price), "whoever decides by it is shown what is");
        let shown = mug_costs(&recent).await;
        if began.elapsed() < Duration::from_millis(200) {
            assert_eq!(shown, costs(price - 1));
            break;
        }
        assert!(price < 60, "it takes longer each time");
    }
    shop.clock.advance(time::Duration::milliseconds(250));
    assert_eq!(mug_costs(&recent).await, costs(price), "it is too old");
    shop.execute("update product_variants set price = 90").await;
    count_stock(&shop, "mug", 7).await;
    assert_eq!(mug_costs(&recent).await, costs(90), "nothing is shown over a change of staff");
    shop.done().await;
}
