//! Where options are asked for, a card shows the variant that has them, and leads to it.

use shop::dto::{Image, ListingQuery, ListingView, ProductCard};
use shop::usecase::ProductEntry;

use crate::facets::{choosing, listing, with_options};
use crate::harness::{TestShop, product, slug, usd};

fn picture(name: &str) -> Image {
    Image { name: name.into(), alt: String::new(), size: None, opaque: false }
}

/// A mug in two colours, each with a picture of its own but the last, and a bowl in one.
fn shelf() -> Vec<ProductEntry> {
    let mug: [(&[&str], &str, u32); 4] = [
        (&["Sand", "S"], "20.00", 5),
        (&["Slate", "S"], "24.00", 0),
        (&["Slate", "M"], "26.00", 3),
        (&["Slate", "L"], "30.00", 2),
    ];
    let mut mug = with_options("MUG", &["Colour", "Size"], &mug);
    mug.images = ["mug-sand", "mug-slate"].map(picture).to_vec();
    for (variant, image) in mug.variants.iter_mut().zip(["mug-sand", "mug-slate", "mug-slate"]) {
        variant.image = Some(image.into());
    }
    mug.variants[2].compare_at_price = Some("28.00".into());
    vec![mug, with_options("BOWL", &["Colour"], &[(&["Slate"], "18.00", 1)]), product("JUG", "9.00", 1)]
}

fn card<'a>(view: &'a ListingView, slug: &str) -> &'a ProductCard {
    view.products.iter().find(|card| card.slug == slug).unwrap()
}

/// Where it leads, its price and whether there are dearer ones, what is struck, its picture, and whether it can be had.
fn told(card: &ProductCard) -> (String, String, bool, Option<String>, String, bool) {
    let picture = card.image.as_ref().map(|image| image.name.clone()).unwrap_or_default();
    let before = card.compare_at_price.map(|before| before.to_string());
    (card.href(), card.price.to_string(), card.price_varies, before, picture, card.in_stock)
}

#[tokio::test]
async fn a_card_shows_the_variant_that_has_what_was_asked_for_and_leads_to_it() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    shop.execute("update product_variants set measure = '250 g' where sku = 'MUG-3'").await;
    let (slate, slate_l) = (choosing(&[("Colour", "Slate")]), choosing(&[("Colour", "Slate"), ("Size", "L")]));
    for (query, expected) in [
        (choosing(&[]), ("/products/mug", "$20.00", true, None, "mug-sand", true)),
        // The cheapest of those that can be had.
        (slate.clone(), ("/products/mug?sku=MUG-3", "$26.00", true, Some("$28.00"), "mug-slate", true)),
        (
            choosing(&[("Colour", "Slate"), ("Size", "S")]),
            ("/products/mug?sku=MUG-2", "$24.00", false, None, "mug-slate", false),
        ),
        // It has no picture of its own: the first.
        (slate_l, ("/products/mug?sku=MUG-4", "$30.00", false, None, "mug-sand", true)),
        (
            ListingQuery { min_price: Some("27".into()), ..slate.clone() },
            ("/products/mug?sku=MUG-4", "$30.00", false, None, "mug-sand", true),
        ),
        (
            ListingQuery { in_stock: true, max_price: Some("26".into()), ..slate.clone() },
            ("/products/mug?sku=MUG-3", "$26.00", false, Some("$28.00"), "mug-slate", true),
        ),
        (
            choosing(&[("Colour", "Sand"), ("Colour", "Slate")]),
            ("/products/mug?sku=MUG-1", "$20.00", true, None, "mug-sand", true),
        ),
    ] {
        let view = listing(&shop, &query).await;
        let (href, price, varies, before, picture, in_stock) = expected;
        let expected =
            (href.to_owned(), price.to_owned(), varies, before.map(str::to_owned), picture.to_owned(), in_stock);
        assert_eq!(told(card(&view, "mug")), expected, "{query:?}");
    }
    let view = listing(&shop, &slate).await;
    assert_eq!(card(&view, "bowl").href(), "/products/bowl", "it comes in this one alone");
    let unit = card(&view, "mug").unit_price.clone().map(|unit| unit.words());
    assert_eq!(unit.as_deref(), Some("250 g, $104.00 per kg"));
    assert_eq!(card(&view, "mug").choices, 4, "there are still as many");
    // The way it leads there chooses it.
    let page = shop.shop.product(&slug("mug")).await.unwrap();
    assert_eq!(page.chosen(Some("MUG-3")).unwrap().price, usd("26.00"));
    shop.done().await;
}
