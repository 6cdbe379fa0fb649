//! Who is a member of a consumer group under a name that somebody else has.

use shop::domain::Consumer;
use shop::infrastructure::kafka::KafkaConsumer;
use tokio_util::sync::CancellationToken;

use crate::harness::TestShop;
use crate::kafka::{Backbone, UNDECIDED, UNFINISHED, eventually, no_rows};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_members_with_one_name_the_later_one_works_and_the_earlier_one_says_that_it_was_shut_out() {
    let mut backbone = Backbone::open().await;
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    backbone.relay(&shop.shop);
    for group in [Consumer::Orders, Consumer::Notification] {
        backbone.consume(&shop.shop, group, None);
    }
    let stop = CancellationToken::new();
    let member = || {
        let consumer = KafkaConsumer::new(shop.shop.clone(), Consumer::Inventory, backbone.kafka.clone());
        let (consumer, told) = (consumer.with_instance("shop-1"), stop.clone());
        tokio::spawn(async move { consumer.run(&told).await })
    };
    let ada = shop.customer("Ada").await;
    let earlier = member();
    shop.place(ada, &[("MUG", "1")]).await;
    eventually("the earlier one works", no_rows(&shop.shop, UNDECIDED)).await;
    let later = member();
    let shut_out = tokio::time::timeout(std::time::Duration::from_secs(30), earlier).await.expect("it ends");
    let said = format!("{:#}", shut_out.unwrap().unwrap_err());
    assert!(said.contains("beyond repair") && said.to_lowercase().contains("fenced"), "{said}");
    for _ in 0..2 {
        shop.place(ada, &[("MUG", "1")]).await;
        eventually("the later one works", no_rows(&shop.shop, UNDECIDED)).await;
    }
    assert!(!later.is_finished());
    assert_eq!(shop.stock("MUG").await, 2, "each order has its unit, once");
    eventually("all events have had their effect", no_rows(&shop.shop, UNFINISHED)).await;
    stop.cancel();
    later.await.unwrap().unwrap();
    backbone.close().await;
    shop.done().await;
}
