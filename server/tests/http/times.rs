//! Times on pages: in the shop's time zone for people, in UTC for machines; and how long an order still waits.

use serde_json::Value;
use shop::dto::words;
use time::Duration;

use crate::visitor::{Site, router_on};

#[tokio::test]
async fn people_are_told_times_in_the_shops_zone_and_machines_in_utc() {
    let mut site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let ada = site.shop.customer("Ada").await;
    let id = site.shop.place_reserved(ada, &[("MUG", "1")]).await;
    let order = site.shop.order(ada, id).await;
    // Far from Greenwich, so that also the day is another for a part of each day.
    let there = site.shop.another_process_at("Asia/Tokyo").await;
    site.router = router_on(&site.shop.url, there.clone(), false);
    let placed = there.local_time(order.created_at);
    let browser = site.visitor();
    browser.sign_in("ada@example.org").await;
    let page = browser.get(&format!("/orders/{id}")).await.text;
    let machine = placed.machine().unwrap();
    assert!(machine.ends_with('Z'), "{machine}");
    let told = format!("<time datetime=\"{machine}\">{}</time>", words::moment(&placed));
    assert!(told.contains(" JST<") && page.contains(&told), "{told} in {page}");
    let end = there.local_time(order.expires_at.unwrap());
    let until = format!("until <time datetime=\"{}\">{}</time>", end.machine().unwrap(), words::until(&end, &placed));
    assert!(page.replace("<!>", "").contains(&until), "{until} in {page}");
    assert!(!page.contains(" UTC<"), "{page}");
    let list = browser.get("/orders").await.text;
    assert!(list.contains(&format!("<time datetime=\"{machine}\">{}</time>", words::date(&placed))), "{list}");
    let api: Value = serde_json::from_str(&browser.get(&format!("/api/v1/orders/{id}")).await.text).unwrap();
    for time in ["created_at", "expires_at"] {
        assert!(api[time].as_str().unwrap().ends_with('Z'), "{time}: {api}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn the_page_of_an_order_tells_how_long_it_waits_and_when_that_is_over() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let ada = site.shop.customer("Ada").await;
    let id = site.shop.place_reserved(ada, &[("MUG", "1")]).await;
    let path = format!("/orders/{id}");
    let browser = site.visitor();
    browser.sign_in("ada@example.org").await;
    let page = browser.get(&path).await.text;
    assert!(page.contains("about 15 minutes left") && page.contains("role=\"timer\""), "{page}");
    site.shop.clock.advance(Duration::seconds(14 * 60 + 20));
    let page = browser.get(&path).await.text;
    assert!(page.contains("less than a minute left") && page.contains("Pay now"), "{page}");
    site.shop.clock.advance(Duration::minutes(1));
    let page = browser.get(&path).await.text;
    assert!(page.contains("The time to pay is over") && !page.contains("Pay now"), "{page}");
    assert!(page.contains("<noscript><meta http-equiv=\"refresh\""), "it looks again by itself: {page}");
    assert_eq!(site.shop.shop.expire_orders(10).await.unwrap(), 1);
    let page = browser.get(&path).await.text;
    assert!(page.contains("This order was not paid in time.") && page.contains("Order again"), "{page}");
    site.shop.done().await;
}
