//! Whoever has ordered waits for what another process decides, and not while nothing is decided.

use std::time::Duration;

use tokio::time::timeout;

use crate::harness::{TestShop, deliver_by};

#[tokio::test]
async fn while_nothing_is_decided_only_the_first_waits_and_once_another_process_decides_all_do_again() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let inventory = shop.another_process().await;
    let for_a_second = async |order| timeout(Duration::from_secs(1), shop.shop.await_decision(order)).await.ok();

    let first = shop.place(ada, &[("MUG", "1")]).await;
    assert_eq!(for_a_second(first).await, None, "they wait, and then they go away");
    for _ in 0..2 {
        let next = shop.place(ada, &[("MUG", "1")]).await;
        assert_eq!(for_a_second(next).await, Some(false), "they do not wait, and the order's page tells");
    }
    deliver_by(&inventory).await;
    let last = shop.place(ada, &[("MUG", "1")]).await;
    let (is_decided, ()) = tokio::join!(shop.shop.await_decision(last), deliver_by(&inventory));
    assert!(is_decided, "another process decides, and this one sees it");
    drop(inventory);
    shop.done().await;
}
