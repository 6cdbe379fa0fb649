//! Visitors: counted once a day whichever process they come to, and forgotten.

use std::net::IpAddr;

use shop::domain::visitors_of;
use shop::infrastructure::LiveShop;
use time::Duration;

use crate::fulfilment::Paid;
use crate::harness::{Everything, TestShop};

const CHROME: &[u8] =
    b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

fn see(process: &LiveShop, addresses: std::ops::Range<u8>) {
    for address in addresses {
        process.note_visit(IpAddr::from([192, 0, 2, address]), CHROME);
    }
}

async fn count(processes: &[&LiveShop]) {
    for process in processes {
        process.count_visits().await.unwrap();
    }
}

const TAKEN: &str = "select taken::bigint from visits order by day limit 1";
const SALTS: &str = "select count(*) from visits where salt is not null";
const BOARDS: &str = "select count(*) from visits where seen is not null";

#[tokio::test]
async fn somebody_counts_once_a_day_whichever_process_answers_and_robots_never() {
    let shop = TestShop::open().await;
    let other = shop.another_process().await;
    see(&shop.shop, 0..10);
    count(&[&shop.shop, &other]).await;
    assert_eq!(shop.count(TAKEN).await, 0, "nobody counts before the day has begun");
    for _ in 0..3 {
        see(&shop.shop, 0..60);
        see(&other, 40..100);
        for robot in ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.5.0", ""] {
            shop.shop.note_visit(IpAddr::from([198, 51, 100, 1]), robot.as_bytes());
        }
        count(&[&shop.shop, &other]).await;
    }
    let taken = shop.count(TAKEN).await;
    let visitors = visitors_of(u32::try_from(taken).unwrap());
    assert!((95..=100).contains(&visitors), "a hundred, of whom few share a place: {visitors}");
    // A process that was started again has forgotten them, and counts nobody anew.
    let again = shop.another_process().await;
    count(&[&again]).await;
    see(&again, 0..100);
    count(&[&again]).await;
    assert_eq!(shop.count(TAKEN).await, taken);
    shop.done().await;
}

#[tokio::test]
async fn when_the_day_is_over_nobody_can_tell_who_came() {
    let shop = TestShop::open().await;
    let other = shop.another_process().await;
    count(&[&shop.shop, &other]).await;
    see(&shop.shop, 0..20);
    see(&other, 20..40);
    shop.clock.advance(Duration::DAY);
    count(&[&shop.shop]).await;
    assert_eq!((shop.count(SALTS).await, shop.count(BOARDS).await), (1, 2), "its salt is gone");
    let before = shop.count(TAKEN).await;
    count(&[&other]).await;
    assert!(shop.count(TAKEN).await > before, "who is late adds what they have seen all the same");
    see(&shop.shop, 0..20);
    see(&other, 0..20);
    count(&[&shop.shop, &other]).await;
    let today: i64 = shop.count("select taken::bigint from visits order by day desc limit 1").await;
    assert!((15..=20).contains(&today), "they count again, and once: {today}");
    shop.clock.advance(Duration::DAY);
    count(&[&shop.shop, &other]).await;
    assert_eq!((shop.count(SALTS).await, shop.count(BOARDS).await), (1, 2));
    assert_eq!(shop.count("select count(*) from visits").await, 3, "the numbers stay");
    shop.done().await;
}

#[tokio::test]
async fn the_first_page_sets_buyers_beside_visitors_of_the_days_that_were_counted() {
    let Paid { shop, staff, .. } = Paid::order().await;
    let sales = shop.shop.staff_home(staff.may()).await.unwrap().sales.unwrap();
    assert_eq!((sales.visits.days, sales.visits.orders, sales.orders), (0, 0, 1));
    count(&[&shop.shop]).await;
    see(&shop.shop, 0..50);
    count(&[&shop.shop]).await;
    let sales = shop.shop.staff_home(staff.may()).await.unwrap().sales.unwrap();
    assert_eq!((sales.visits.days, sales.visits.orders), (1, 1));
    assert!((46..=50).contains(&sales.visits.visitors), "{:?}", sales.visits);
    assert_eq!(sales.days.last().unwrap().visitors, Some(sales.visits.visitors));
    shop.clock.advance(Duration::days(31));
    count(&[&shop.shop]).await;
    let later = shop.shop.staff_home(staff.may()).await.unwrap().sales.unwrap();
    assert_eq!((later.visits.visitors, later.visits_before), (0, sales.visits));
    shop.done().await;
}
