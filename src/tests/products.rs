//! Keeping products: making, changing and withdrawing them, and the ledger behind their stock.

use futures::future::join_all;
use shop::domain::{Problem, Refusal, Slug, Staff, UserId};
use shop::dto::{ListingQuery, ProductForm, ProductRecord};
use shop::usecase::ProductKey;

use crate::harness::{TestShop, refused, slug, usd};

const STAFF: Staff = Staff(UserId(uuid::Uuid::nil()));

fn mug() -> ProductForm {
    ProductForm {
        name: "Blue Mug".into(),
        description: Some("It is blue.".into()),
        price: "12.5".into(),
        stock: 7,
        category: None,
        sku: None,
    }
}

async fn by_slug(shop: &TestShop, slug: &str) -> ProductRecord {
    shop.shop.product_by_key(&ProductKey::Slug(Slug::parse(slug).unwrap())).await.unwrap()
}

#[tokio::test]
async fn a_new_product_stands_on_the_shelves_of_pages_and_programs() {
    let shop = TestShop::open().await;
    let made = shop.shop.create_product(STAFF, &mug()).await.unwrap();
    assert_eq!((made.slug.as_str(), made.price, made.stock()), ("blue-mug", usd("12.50"), 7));
    assert_eq!(made, by_slug(&shop, "blue-mug").await);
    let page = shop.shop.product(&slug("blue-mug")).await.unwrap();
    assert_eq!((page.id, page.category, page.variants.len()), (made.id, None, 1));
    let listing =
        shop.shop.listing(&ListingQuery { q: Some("blue".into()), page: 1, ..Default::default() }).await.unwrap();
    assert_eq!((listing.total, listing.products[0].in_stock), (1, true));
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_of_one_name_made_at_once_have_ten_slugs() {
    let shop = TestShop::open().await;
    let form = mug();
    let made = join_all((0..10).map(|_| shop.shop.create_product(STAFF, &form))).await;
    let mut slugs: Vec<_> = made.into_iter().filter_map(Result::ok).map(|p| p.slug).collect();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(i64::try_from(slugs.len()).unwrap(), shop.count("select count(*) from products").await);
    assert!(slugs.len() >= 5 && slugs.contains(&"blue-mug".to_owned()), "{slugs:?}");
    shop.done().await;
}

#[tokio::test]
async fn a_correction_counts_what_is_promised_as_gone() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let ada = shop.customer("Ada").await;
    shop.place_reserved(ada, &[("MUG", "3")]).await;
    let id = by_slug(&shop, "mug").await.id;
    let changed = shop.shop.update_product(STAFF, id, &ProductForm { stock: 2, ..mug() }).await.unwrap();
    assert_eq!((changed.stock(), changed.slug.as_str(), changed.name.as_str()), (2, "mug", "Blue Mug"));
    assert_eq!(changed.category.as_deref(), Some("tableware"), "left out: as it was");
    assert_eq!(shop.stock("MUG").await, 2);
    let corrections = "select count(*) from stock_movements where cause = 'correction' and units = -5";
    assert_eq!(shop.count(corrections).await, 1);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn corrections_and_orders_at_once_leave_the_books_balanced() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 500)]).await;
    let id = by_slug(&shop, "mug").await.id;
    let mut forms = Vec::new();
    for n in 0..8 {
        let buyer = shop.customer(&format!("Buyer {n}")).await;
        forms.push((buyer, shop.check_out(buyer, &[("MUG", "5")]).await));
    }
    let orders = join_all(forms.into_iter().map(|(buyer, form)| shop.shop.place_order(buyer, form)));
    // Under the name that was reviewed: another would be told to the buyers first.
    let named = |stock| ProductForm { name: "Product MUG".into(), price: "24.00".into(), stock, ..mug() };
    let changes: Vec<_> = (400..420).map(named).collect();
    let corrections = join_all(changes.iter().map(|form| shop.shop.update_product(STAFF, id, form)));
    let (orders, corrections, ()) = tokio::join!(orders, corrections, shop.deliver());
    assert!(orders.iter().all(Result::is_ok) && corrections.iter().all(Result::is_ok), "{orders:?} {corrections:?}");
    shop.done().await;
}

#[tokio::test]
async fn a_withdrawn_product_is_gone_and_its_books_stay() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let id = by_slug(&shop, "mug").await.id;
    shop.shop.withdraw_product(STAFF, id).await.unwrap();
    assert_eq!(refused(shop.shop.withdraw_product(STAFF, id).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.update_product(STAFF, id, &mug()).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.product(&slug("mug")).await), Refusal::NotFound);
    let gone = ProductKey::Id(id);
    assert_eq!(refused(shop.shop.product_by_key(&gone).await), Refusal::NotFound);
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
        stock: -1,
        category: Some("no such".into()),
        sku: Some("no such".into()),
    };
    let refusal = refused(shop.shop.create_product(STAFF, &bad).await);
    for (field, problem) in [
        ("name", Problem::Required),
        ("description", Problem::BadCharacters),
        ("price", Problem::TooMuch { max: 1_000_000 }),
        ("stock", Problem::OutOfRange { min: 0, max: 1_000_000 }),
        ("category", Problem::NotAChoice),
        ("sku", Problem::BadCharacters),
    ] {
        assert_eq!(refusal.problem_of(field), Some(&problem), "{field}");
    }
    let unknown = ProductForm { category: Some("nowhere".into()), ..mug() };
    let refusal = refused(shop.shop.create_product(STAFF, &unknown).await);
    assert_eq!(refusal.problem_of("category"), Some(&Problem::NotAChoice));
    let named = ProductForm { sku: Some("mug-1".into()), ..mug() };
    shop.shop.create_product(STAFF, &named).await.unwrap();
    assert_eq!(refused(shop.shop.create_product(STAFF, &named).await), Refusal::SkuTaken);
    assert_eq!(shop.count("select count(*) from products").await, 1, "a refused product leaves nothing behind");
    shop.done().await;
}
