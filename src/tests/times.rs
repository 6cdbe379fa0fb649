//! Times are kept in UTC and told in the shop's zone.

use shop::dto::words;
use time::macros::datetime;

use crate::harness::TestShop;

#[tokio::test]
async fn processes_tell_a_time_each_in_the_zone_it_was_given() {
    let shop = TestShop::open().await;
    let at = datetime!(2026-05-14 22:05 UTC);
    assert_eq!(words::moment(&shop.shop.local_time(at)), "14 May 2026, 22:05 UTC");
    let berlin = shop.another_process_at("Europe/Berlin").await;
    assert_eq!(words::moment(&berlin.local_time(at)), "15 May 2026, 00:05 CEST");
    berlin.store().close().await;
    shop.done().await;
}
