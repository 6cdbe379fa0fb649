//! What somebody wants to find again: each product once, on their own list alone.

use futures::future::join_all;
use shop::domain::{Customer, Problem, Refusal};
use time::Duration;

use crate::harness::{TestShop, refused};

const ROWS: &str = "select count(*) from wishlist_items";

async fn shelves() -> TestShop {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "9.50", 0)]).await;
    shop
}

/// Their list: what each is called, and whether it is shown for sale.
async fn list(shop: &TestShop, whose: Customer) -> Vec<(String, bool)> {
    let items = shop.shop.wishlist(whose).await.unwrap();
    items.into_iter().map(|item| (item.name, item.card.is_some())).collect()
}

#[tokio::test]
async fn a_product_is_on_a_list_once_the_last_comes_first_and_nobody_elses_is_touched() {
    let shop = shelves().await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    // However often it is clicked at once.
    for added in join_all((0..4).map(|_| shop.shop.add_to_wishlist(ada, "mug"))).await {
        added.unwrap();
    }
    shop.clock.advance(Duration::MINUTE);
    shop.shop.add_to_wishlist(ada, "cup").await.unwrap();
    shop.clock.advance(Duration::MINUTE);
    shop.shop.add_to_wishlist(ada, "mug").await.unwrap();
    let both = [("Product CUP".to_owned(), true), ("Product MUG".to_owned(), true)];
    assert_eq!(list(&shop, ada).await, both, "it stays where it is");
    assert!(list(&shop, bob).await.is_empty());
    let mug = shop.record("mug").await.id;
    assert_eq!(refused(shop.shop.remove_from_wishlist(bob, mug).await), Refusal::NotFound, "it is hers");
    assert_eq!(list(&shop, ada).await, both);
    shop.shop.remove_from_wishlist(ada, mug).await.unwrap();
    assert_eq!(refused(shop.shop.remove_from_wishlist(ada, mug).await), Refusal::NotFound);
    assert_eq!(shop.count(ROWS).await, 1);
    shop.done().await;
}

#[tokio::test]
async fn what_is_not_for_sale_is_not_added_and_what_was_added_is_shown_as_that() {
    let shop = shelves().await;
    let ada = shop.customer("Ada").await;
    shop.shop.add_to_wishlist(ada, "mug").await.unwrap();
    shop.execute("update products set status = 'draft' where slug = 'mug'").await;
    assert_eq!(list(&shop, ada).await, [("Product MUG".to_owned(), false)]);
    for slug in ["mug", "nothing", "", "../mug"] {
        assert_eq!(refused(shop.shop.add_to_wishlist(ada, slug).await), Refusal::NotFound, "{slug}");
    }
    shop.execute("update products set status = 'active' where slug = 'mug'").await;
    assert_eq!(list(&shop, ada).await, [("Product MUG".to_owned(), true)]);
    shop.done().await;
}

#[tokio::test]
async fn a_list_holds_two_hundred() {
    let shop = shelves().await;
    let ada = shop.customer("Ada").await;
    shop.shop.add_to_wishlist(ada, "mug").await.unwrap();
    shop.execute(
        "insert into products (id, slug, name, position) select gen_random_uuid(), 'p' || n, 'P', 9
         from generate_series(1, 199) n;
         insert into wishlist_items (user_id, product_id, added_at)
         select u.id, p.id, now() from users u, products p where p.name = 'P'",
    )
    .await;
    let full = refused(shop.shop.add_to_wishlist(ada, "cup").await);
    assert_eq!(full.problem_of("product"), Some(&Problem::TooMany { max: 200 }));
    shop.shop.add_to_wishlist(ada, "mug").await.unwrap();
    // A product that goes leaves no list with a hole.
    shop.execute("delete from products where name = 'P'").await;
    assert_eq!(list(&shop, ada).await.len(), 1);
    shop.shop.add_to_wishlist(ada, "cup").await.unwrap();
    shop.done().await;
}
