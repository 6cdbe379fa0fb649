//! What is suggested while somebody types: of the sample catalogue, and of four products of the test's own.

use shop::dto::SuggestionsView;
use sqlx::{Connection, PgConnection};

use crate::counted::CountedWay;
use crate::providers::approving;
use crate::search::shelf;

fn products(found: &SuggestionsView) -> Vec<&str> {
    found.products.iter().map(|product| product.slug.as_str()).collect()
}

fn categories(found: &SuggestionsView) -> Vec<&str> {
    found.categories.iter().map(|category| category.slug.as_str()).collect()
}

/// What was typed, the product that comes first, and the categories.
const TYPED: [(&str, Option<&str>, &[&str]); 22] = [
    // The beginning of a word, whole words, and both.
    ("stonew", Some("speckled-stoneware-mug"), &[]),
    ("mug", Some("speckled-stoneware-mug"), &[]),
    ("speckled sto", Some("speckled-stoneware-mug"), &[]),
    ("lamp bras", Some("brass-desk-lamp"), &[]),
    // On the way to a word nothing is lost.
    ("speckled m", Some("speckled-stoneware-mug"), &[]),
    ("mug for", Some("speckled-stoneware-mug"), &[]),
    // Categories by their names, also in the plural.
    ("ga", Some("willow-trug"), &["garden"]),
    ("kitch", Some("chopping-board"), &["kitchen"]),
    ("candle", Some("brass-candlestick"), &["candles"]),
    ("textile", None, &["textiles"]),
    // Accents, here and there, and capitals.
    ("creme br", Some("dish"), &[]),
    ("CRÈME", Some("dish"), &[]),
    // Another word for it, a SKU, a word of the description only.
    ("couch", Some("settee"), &[]),
    ("TAB-MUG-INK", Some("speckled-stoneware-mug"), &[]),
    ("honey", Some("beeswax-pillar-candle"), &[]),
    // Words that are small elsewhere.
    ("a mug", Some("speckled-stoneware-mug"), &[]),
    ("the", Some("dinner-candles"), &[]),
    // Nothing, and too little.
    ("xylophone", None, &[]),
    ("m", None, &[]),
    ("", None, &[]),
    ("%&/() \"' | ! <-> :*", None, &[]),
    ("mug xylophone", None, &[]),
];

#[tokio::test]
async fn what_is_typed_suggests_what_a_person_would_expect() {
    let shop = shelf().await;
    let mut faults = Vec::new();
    for (typed, first, of) in TYPED {
        let found = shop.shop.suggest(typed).await.unwrap();
        // A category's products have its name among their words.
        let is_right =
            if of == ["textiles"] { !found.products.is_empty() } else { products(&found).first().copied() == first };
        if !is_right || categories(&found) != of || found.meant.is_some() || found.products.len() > 5 {
            faults.push(format!("{typed:?}: {:?} {:?} {:?}", products(&found), categories(&found), found.meant));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    shop.done().await;
}

/// Whoever presses Enter finds what was suggested.
#[tokio::test]
async fn what_is_suggested_is_what_a_search_finds() {
    let shop = shelf().await;
    for (typed, ..) in TYPED {
        let query = shop::dto::ListingQuery { q: Some(typed.into()), exact: true, page: 1, ..Default::default() };
        let suggested = shop.shop.suggest(typed).await.unwrap();
        let listing = shop.shop.products(&query, 100).await.unwrap();
        for slug in products(&suggested).into_iter().filter(|_| !typed.ends_with(" m")) {
            assert!(listing.items.iter().any(|product| product.slug == slug), "{typed}: {slug}");
        }
    }
    shop.done().await;
}

#[tokio::test]
async fn a_product_is_suggested_with_its_picture_and_its_lowest_price() {
    let shop = shelf().await;
    shop.execute("update product_variants set price = 19 where sku = 'TAB-MUG-OAT'").await;
    let found = shop.shop.suggest("speckled").await.unwrap();
    let mug = &found.products[0];
    assert_eq!(
        (mug.name.as_str(), mug.price.to_string(), mug.price_varies),
        ("Speckled Stoneware Mug", "$19.00".into(), true)
    );
    assert_eq!(mug.image.as_ref().map(|image| image.name.as_str()), Some("speckled-stoneware-mug-moss"));
    let found = shop.shop.suggest("foot stool").await.unwrap();
    assert_eq!(
        (products(&found), found.products[0].image.clone(), found.products[0].price_varies),
        (vec!["stool"], None, false)
    );
    shop.done().await;
}

#[tokio::test]
async fn a_typo_suggests_what_was_meant_only_where_nothing_fits() {
    let shop = shelf().await;
    for (typed, meant, first) in
        [("stonware mgu", "stoneware mug", "speckled-stoneware-mug"), ("teepot", "teapot", "stoneware-teapot")]
    {
        let found = shop.shop.suggest(typed).await.unwrap();
        assert_eq!((found.meant.as_deref(), products(&found)[0]), (Some(meant), first), "{typed}");
    }
    // Somebody who wrote a description mistyped it: that is what fits.
    shop.execute("update products set description = 'Goes with any stonware.' where slug = 'dish'").await;
    let found = shop.shop.suggest("stonware").await.unwrap();
    assert_eq!((found.meant.as_deref(), products(&found)), (None, vec!["dish"]));
    // Words that are known each, and not together, mean nothing better.
    let found = shop.shop.suggest("walnut soap").await.unwrap();
    assert_eq!(found, SuggestionsView::default());
    shop.done().await;
}

#[tokio::test]
async fn what_is_not_for_sale_is_not_suggested_and_neither_is_a_category_of_it() {
    let shop = shelf().await;
    let suggested = async |typed: &str| shop.shop.suggest(typed).await.unwrap();
    assert_eq!(
        (products(&suggested("settee").await), categories(&suggested("stationery").await)),
        (vec!["settee"], vec!["stationery"])
    );
    shop.execute("update products set status = 'draft' where slug = 'settee' or category = 'stationery'").await;
    assert!(!products(&suggested("settee").await).contains(&"settee"));
    assert_eq!(suggested("stationery").await, SuggestionsView::default());
    // What stands below a category is in it.
    shop.execute(
        "insert into categories (slug, name, description, position, parent) values ('paper', 'Paper', '', 50, 'stationery');
         update products set status = 'active', category = 'paper' where slug = 'letter-set'",
    )
    .await;
    assert_eq!(categories(&suggested("stationery").await), ["stationery"]);
    shop.execute("update product_variants v set retired_at = now() from products p where p.id = v.product_id and p.slug = 'press'").await;
    assert!(!products(&suggested("cafetiere").await).contains(&"press"));
    shop.done().await;
}

#[tokio::test]
async fn suggestions_are_bounded() {
    let shop = shelf().await;
    shop.execute(
        "with made as (
            insert into products (id, slug, name, category, position)
            select gen_random_uuid(), 'spoon-' || n, 'Spoon ' || n, 'kitchen', n from generate_series(1, 1200) n returning id, slug)
         insert into product_variants (id, product_id, sku, price)
         select gen_random_uuid(), id, upper(slug), 1 from made;
         insert into categories (slug, name, description, position)
         select 'spoons-' || n, 'Spoons ' || n, '', 100 + n from generate_series(1, 5) n;
         update products set category = 'spoons-' || position where slug like 'spoon-%' and position <= 5",
    )
    .await;
    let found = shop.shop.suggest("spoon").await.unwrap();
    assert_eq!((found.products.len(), categories(&found)), (5, vec!["spoons-1", "spoons-2", "spoons-3"]));
    // One of many is found by what it has alone.
    assert_eq!(products(&shop.shop.suggest("spoon 1107").await.unwrap()), ["spoon-1107"]);
    for long in [
        "spoon ".repeat(1_000),
        "x".repeat(10_000),
        "'\\\"&|!():*<->".repeat(100),
        "\u{1}\u{7f}\0".repeat(50),
        "'); drop table products; --".into(),
        "{\"a\",null}".into(),
        "spoon:* & !mug".into(),
    ] {
        shop.shop.suggest(&long).await.unwrap();
    }
    assert_eq!(shop.count("select count(*) from products where slug like 'spoon-%'").await, 1_200);
    shop.execute(
        "delete from price_history where variant_id in (select id from product_variants where sku like 'SPOON-%')",
    )
    .await;
    shop.execute("delete from product_variants where sku like 'SPOON-%'").await;
    shop.execute("delete from products where slug like 'spoon-%'").await;
    shop.done().await;
}

#[tokio::test]
async fn what_fits_is_suggested_in_one_round_trip() {
    let shop = shelf().await;
    let way = CountedWay::to(&shop.url).await;
    let process = shop.another_process_on(&way.url, approving(shop.sandbox())).await;
    process.suggest("mug").await.unwrap();
    way.take();
    for (typed, trips) in [("stonew", 1), ("m", 0), ("", 0), ("xylophone", 2), ("teepot", 3)] {
        process.suggest(typed).await.unwrap();
        assert_eq!(way.take(), trips, "{typed}");
    }
    shop.done().await;
}

/// However many there are, none is read but what has the words.
#[tokio::test]
async fn categories_are_found_by_an_index() {
    let shop = shelf().await;
    let mut connection = PgConnection::connect(&shop.url).await.unwrap();
    // Among so few nothing else would be chosen.
    sqlx::raw_sql("set enable_seqscan = off").execute(&mut connection).await.unwrap();
    let statement = "explain select c.slug from categories c
         where to_tsvector('public.shop_search', search_text(c.name)) @@ (select search_word('glas', true))";
    let plan: Vec<String> = sqlx::query_scalar(statement).fetch_all(&mut connection).await.unwrap();
    assert!(plan.iter().any(|line| line.contains("categories_by_words")), "{plan:#?}");
    shop.done().await;
}
