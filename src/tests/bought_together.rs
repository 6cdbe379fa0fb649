//! What a product's page says goes well with it: what is bought together with it, and then what stands beside it.

use shop::usecase::SandboxOutcome::Approve;
use time::Duration;

use crate::harness::{TestShop, slug};

async fn beside(shop: &TestShop, product: &str) -> Vec<String> {
    shop.shop.product(&slug(product)).await.unwrap().related.into_iter().map(|card| card.slug).collect()
}

#[tokio::test]
async fn what_is_bought_together_stands_first_and_is_reckoned_from_what_was_paid_lately() {
    let shop = TestShop::open().await;
    let shelf = ["BOWL", "CUP", "JUG", "MUG", "POT", "VASE"].map(|sku| (sku, "5.00", 9));
    shop.stock_shelves(&shelf).await;
    let ada = shop.customer("Ada").await;
    let on_the_shelf = ["pot", "vase", "bowl", "cup"];
    assert_eq!(beside(&shop, "mug").await, on_the_shelf);
    for (others, is_paid) in [("JUG", true), ("JUG", true), ("BOWL", true), ("CUP", false), ("CUP", false)] {
        let order = shop.place_reserved(ada, &[("MUG", "1"), (others, "1")]).await;
        if is_paid {
            shop.shop.pay_order(ada, order, Approve).await.unwrap();
            shop.deliver().await;
        }
    }
    assert_eq!(beside(&shop, "mug").await, on_the_shelf, "never on the page");
    assert_eq!(
        shop.shop.refresh_bought_together().await.unwrap(),
        2,
        "one order is chance, and what nobody paid is none"
    );
    assert_eq!(shop.shop.refresh_bought_together().await.unwrap(), 0, "nothing is another now");
    assert_eq!(beside(&shop, "mug").await, ["jug", "pot", "vase", "bowl"]);
    assert_eq!(beside(&shop, "jug").await, ["mug", "pot", "vase", "bowl"], "once, though it stands beside it, too");
    assert_eq!(shop.record("mug").await.version, 1, "it is no edit");

    shop.execute("update products set status = 'draft' where slug = 'jug'").await;
    assert_eq!(beside(&shop, "mug").await, on_the_shelf, "what is not for sale");
    shop.execute("update products set status = 'active' where slug = 'jug'").await;
    shop.clock.advance(Duration::days(91));
    assert_eq!(shop.shop.refresh_bought_together().await.unwrap(), 2);
    assert_eq!(beside(&shop, "mug").await, on_the_shelf);
    assert_eq!(shop.shop.refresh_bought_together().await.unwrap(), 0);
    shop.done().await;
}

#[tokio::test]
async fn beside_a_product_stands_nothing_that_has_no_page() {
    let shop = TestShop::open().await;
    let shelf = ["BOWL", "CUP", "JUG", "MUG", "POT", "VASE"].map(|sku| (sku, "5.00", 9));
    shop.stock_shelves(&shelf).await;
    shop.execute("update product_variants set retired_at = now() where sku in ('VASE', 'BOWL')").await;
    assert!(shop.shop.product(&slug("vase")).await.is_err(), "no variant of it is for sale");
    assert_eq!(beside(&shop, "mug").await, ["pot", "cup", "jug"], "neither behind it on the shelf nor before it");
    shop.done().await;
}
