//! Keeping products: making, changing and withdrawing them, one at a time.

use futures::future::join_all;
use shop::domain::{Problem, Refusal, Staff, UserId};
use shop::dto::{ListingQuery, ProductForm, StockForm};
use shop::usecase::ProductKey;

use crate::harness::{Everything, TestShop, refused, slug, usd};

const STAFF: Staff = Staff(UserId(uuid::Uuid::nil()));

fn mug() -> ProductForm {
    ProductForm {
        name: "Blue Mug".into(),
        description: Some("It is blue.".into()),
        price: "12.5".into(),
        stock: Some(7),
        category: None,
        sku: None,
        vendor: None,
        tags: None,
    }
}

#[tokio::test]
async fn a_new_product_stands_on_the_shelves_of_pages_and_programs() {
    let shop = TestShop::open().await;
    let made = shop.shop.create_product(STAFF.may(), &mug()).await.unwrap();
    assert_eq!((made.slug.as_str(), made.price, made.stock()), ("blue-mug", usd("12.50"), 7));
    assert_eq!(made, shop.record("blue-mug").await);
    let page = shop.shop.product(&slug("blue-mug")).await.unwrap();
    assert_eq!((page.id, page.trail, page.variants.len()), (made.id, Vec::new(), 1));
    let listing =
        shop.shop.listing(&ListingQuery { q: Some("blue".into()), page: 1, ..Default::default() }).await.unwrap();
    assert_eq!((listing.total, listing.products[0].in_stock), (1, true));
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_of_one_name_made_at_once_have_ten_slugs() {
    let shop = TestShop::open().await;
    let form = mug();
    let made = join_all((0..10).map(|_| shop.shop.create_product(STAFF.may(), &form))).await;
    let mut slugs: Vec<_> = made.into_iter().map(|p| p.unwrap().slug).collect();
    slugs.sort_unstable();
    let mut expected: Vec<_> = (2..=10).map(|n| format!("blue-mug-{n}")).chain(["blue-mug".to_owned()]).collect();
    expected.sort_unstable();
    assert_eq!(slugs, expected);
    shop.done().await;
}

#[tokio::test]
async fn a_withdrawn_product_is_gone_and_its_books_stay() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let id = shop.record("mug").await.id;
    shop.shop.withdraw_product(STAFF.may(), id).await.unwrap();
    assert_eq!(refused(shop.shop.withdraw_product(STAFF.may(), id).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.update_product(STAFF.may(), id, &[1], &mug()).await), Refusal::NotFound);
    let count = StockForm { counted: Some(10), reason: "Count".into(), ..StockForm::default() };
    assert_eq!(refused(shop.shop.change_stock(STAFF.may(), id, &count, None).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.product(&slug("mug")).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.product_by_key(&ProductKey::Id(id)).await), Refusal::NotFound);
    assert_eq!(shop.shop.products(&ListingQuery::default(), 10).await.unwrap().total, 0);
    assert_eq!(shop.stock("MUG").await, 10);
    shop.done().await;
}

#[tokio::test]
async fn every_field_that_will_not_do_is_told_at_once() {
    let shop = TestShop::open().await;
    let bad = ProductForm {
        name: " ".into(),
        description: Some("\0".into()),
        price: "1000000.01".into(),
        stock: Some(-1),
        category: Some("no such".into()),
        sku: Some("no such".into()),
        vendor: Some("x".repeat(256)),
        tags: Some(vec!["a\0".into()]),
    };
    let refusal = refused(shop.shop.create_product(STAFF.may(), &bad).await);
    for (field, problem) in [
        ("name", Problem::Required),
        ("description", Problem::BadCharacters),
        ("price", Problem::TooMuch { max: 1_000_000 }),
        ("stock", Problem::OutOfRange { min: 0, max: 1_000_000 }),
        ("category", Problem::NotAChoice),
        ("sku", Problem::BadCharacters),
        ("vendor", Problem::TooLong { max: 255 }),
        ("tags", Problem::BadCharacters),
    ] {
        assert_eq!(refusal.problem_of(field), Some(&problem), "{field}");
    }
    let unknown = ProductForm { category: Some("nowhere".into()), ..mug() };
    let refusal = refused(shop.shop.create_product(STAFF.may(), &unknown).await);
    assert_eq!(refusal.problem_of("category"), Some(&Problem::NotAChoice));
    let without = ProductForm { stock: None, ..mug() };
    let refusal = refused(shop.shop.create_product(STAFF.may(), &without).await);
    assert_eq!(refusal.problem_of("stock"), Some(&Problem::Required));
    let named = ProductForm { sku: Some("mug-1".into()), ..mug() };
    shop.shop.create_product(STAFF.may(), &named).await.unwrap();
    assert_eq!(refused(shop.shop.create_product(STAFF.may(), &named).await), Refusal::SkuTaken);
    assert_eq!(shop.count("select count(*) from products").await, 1, "a refused product leaves nothing behind");
    shop.done().await;
}
