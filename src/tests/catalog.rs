//! The catalogue: loading it, finding things in it, what a product page knows.

use shop::domain::{OptionFilters, Problem, RatingFloor, Refusal, Sort, TagFilters};
use shop::dto::ListingQuery;
use shop::usecase::{Catalogue, Error, ProductEntry, VariantChoice};

use crate::harness::{TestShop, product, refused, slug, usd, variant};

fn everything() -> ListingQuery {
    ListingQuery { page: 1, ..ListingQuery::default() }
}

fn names(view: &shop::dto::ListingView) -> Vec<&str> {
    view.products.iter().map(|p| p.slug.as_str()).collect()
}

fn shelf() -> Vec<ProductEntry> {
    let glass = |entry: ProductEntry| ProductEntry { category: "glass".into(), ..entry };
    let mut mug = product("MUG", "24.00", 5);
    mug.name = "Émail Mug 100%".into();
    mug.options = vec!["Colour".into(), "Size".into()];
    mug.variants = vec![
        variant("MUG-RED-S", &["Red", "Small"], "24.00", 0),
        variant("MUG-RED-L", &["Red", "Large"], "30.00", 2),
        variant("MUG-BLUE-S", &["Blue", "Small"], "24.00", 9),
    ];
    mug.variants[0].compare_at_price = Some("28.00".into());
    vec![mug, glass(product("TUMBLER", "12.00", 5)), glass(product("CARAFE", "38.00", 0)), product("BOWL", "18.50", 1)]
}

#[tokio::test]
async fn a_listing_sorts_filters_and_counts() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    let list = |query: ListingQuery| {
        let shop = &shop;
        async move { shop.shop.listing(&query).await.unwrap() }
    };
    let all = list(everything()).await;
    assert_eq!((names(&all), all.total, all.pages), (vec!["mug", "tumbler", "carafe", "bowl"], 4, 1));
    let up = list(everything().sorted(Sort::PriceUp)).await;
    assert_eq!(names(&up), ["tumbler", "bowl", "mug", "carafe"]);
    let down = list(everything().sorted(Sort::PriceDown)).await;
    assert_eq!(names(&down), ["carafe", "mug", "bowl", "tumbler"]);

    let glass = list(everything().in_category(Some("glass"))).await;
    assert_eq!(
        (names(&glass), glass.category.as_ref().map(|c| c.name.as_str())),
        (vec!["tumbler", "carafe"], Some("Glass"))
    );
    assert_eq!(
        glass.categories.iter().map(|c| c.count).collect::<Vec<_>>(),
        [2, 2],
        "counts ignore the category chosen"
    );
    let there = list(ListingQuery { in_stock: true, ..everything() }).await;
    assert_eq!(names(&there), ["mug", "tumbler", "bowl"]);
    assert_eq!(there.categories.iter().map(|c| c.count).collect::<Vec<_>>(), [2, 1]);
    let between = ListingQuery { min_price: Some("13".into()), max_price: Some("24".into()), ..everything() };
    assert_eq!(names(&list(between).await), ["mug", "bowl"]);
    let nonsense = ListingQuery { min_price: Some("cheap".into()), category: Some("no-such".into()), ..everything() };
    let none = list(nonsense).await;
    assert_eq!((none.total, none.pages, none.category), (0, 1, None));

    let card = &all.products[0];
    assert_eq!((card.price, card.price_varies, card.choices, card.in_stock), (usd("24.00"), true, 3, true));
    assert_eq!(card.compare_at_price, Some(usd("28.00")));
    assert!(!all.products[2].in_stock);
    shop.done().await;
}

#[tokio::test]
async fn a_search_finds_words_anywhere_without_regard_to_case_or_accents_and_takes_them_literally() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    for (q, expected) in [
        ("email", vec!["mug"]),
        ("MUG ÉMAIL", vec!["mug"]),
        ("100%", vec!["mug"]),
        ("product", vec!["tumbler", "carafe", "bowl"]),
        ("product mug", vec![]),
        ("%", vec![]),
        ("_", vec![]),
        ("\\", vec![]),
        ("'; drop table products; --", vec![]),
        ("  ", vec!["mug", "tumbler", "carafe", "bowl"]),
        ("tum\0bler", vec!["tumbler"]),
    ] {
        let query = ListingQuery { q: Some(q.into()), ..everything() };
        assert_eq!(names(&shop.shop.listing(&query).await.unwrap()), expected, "{q:?}");
    }
    shop.done().await;
}

/// A listing's statement holds only the filters that narrow something; here is every statement that can come of it.
#[tokio::test]
async fn every_listing_can_be_asked_for() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    let mut red = OptionFilters::default();
    red.add("Colour", "Red").unwrap();
    shop.execute(
        "update products set tags = '{new,linen}' where slug = 'mug';
         insert into product_ratings (product_id, four) select id, 1 from products where slug = 'mug'",
    )
    .await;
    let all = (0..64_u8).flat_map(|filters| Sort::ALL.map(|sort| (filters, sort)));
    // Rated so or better, tagged so, and both: in one order each.
    let more = (64..=255_u8).map(|filters| (filters, if filters % 2 == 0 { Sort::BestRated } else { Sort::Relevance }));
    for (filters, sort) in all.chain(more) {
        let given = |place: u8, text: &str| (filters & (1 << place) != 0).then(|| text.to_owned());
        let query = ListingQuery {
            q: given(0, "mug"),
            exact: false,
            category: given(1, "tableware"),
            min_price: given(2, "24"),
            max_price: given(3, "30"),
            in_stock: given(4, "").is_some(),
            options: if filters & 32 == 0 { OptionFilters::default() } else { red.clone() },
            rating: if filters & 64 == 0 { None } else { RatingFloor::new(3) },
            tags: if filters & 128 == 0 { TagFilters::default() } else { vec!["linen".to_owned()].into() },
            sort,
            ..everything()
        };
        // Only the mug stands every test; without a category, a word or a price the others stand beside it.
        let view = shop.shop.listing(&query).await.unwrap();
        let listed: Vec<_> = view.products.iter().map(|p| p.id).collect();
        let page = shop.shop.products(&query, 24).await.unwrap();
        assert_eq!(page.items.iter().map(|p| p.id).collect::<Vec<_>>(), listed, "{query:?}");
        assert_eq!((view.total, page.total as usize), (page.total, listed.len()), "{query:?}");
        let (mut walked, mut at) = (Vec::new(), Some(query.clone()));
        while let Some(here) = at {
            let page = shop.shop.products(&here, 1).await.unwrap();
            walked.extend(page.items.iter().map(|p| p.id));
            at = page.next.map(|next| query.going_on(&next));
        }
        assert_eq!(walked, listed, "{query:?}: one by one");
        assert!(view.products.iter().any(|p| p.slug == "mug"), "{query:?}");
        assert_eq!(view.category.is_some(), query.category.is_some(), "{query:?}");
        assert_eq!(
            listed.len() == 1,
            query.q.is_some()
                || !query.options.is_empty()
                || query.rating.is_some()
                || !query.tags.is_empty()
                || query.min_price.is_some()
                    && (query.max_price.is_some() || query.in_stock || query.category.is_some()),
            "{query:?}"
        );
    }
    shop.done().await;
}

#[tokio::test]
async fn pages_hold_24_and_one_beyond_the_last_is_the_last() {
    let shop = TestShop::open().await;
    let skus: Vec<String> = (0..50).map(|n| format!("SKU-{n:02}")).collect();
    shop.stock_shelves(&skus.iter().map(|s| (s.as_str(), "1.00", 1)).collect::<Vec<_>>()).await;
    let mut seen = Vec::new();
    for page in 1..=3 {
        let view = shop.shop.listing(&everything().on_page(page)).await.unwrap();
        assert_eq!((view.pages, view.query.page, view.total), (3, page, 50));
        seen.extend(view.products.into_iter().map(|p| p.slug));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 50, "every product stands on one page");
    let beyond = shop.shop.listing(&everything().on_page(9999)).await.unwrap();
    assert_eq!((beyond.query.page, beyond.products.len()), (3, 2));
    shop.done().await;
}

#[tokio::test]
async fn a_product_page_knows_its_options_in_shelf_order_and_what_stands_near() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    let mug = shop.shop.product(&slug("mug")).await.unwrap();
    let groups: Vec<_> = mug.options.iter().map(|g| (g.name.as_str(), g.values.join(" "))).collect();
    assert_eq!(groups, [("Colour", "Red Blue".to_owned()), ("Size", "Small Large".to_owned())]);
    assert_eq!(mug.variants.iter().map(|v| v.stock).collect::<Vec<_>>(), [0, 2, 9]);
    assert_eq!(mug.variants[0].compare_at_price, Some(usd("28.00")));
    assert_eq!(mug.chosen(None).map(|v| v.sku.as_str()), Some("MUG-RED-L"), "the first that is there");
    assert_eq!(mug.chosen(Some("MUG-RED-S")).map(|v| v.sku.as_str()), Some("MUG-RED-S"));
    assert_eq!(mug.related.iter().map(|p| p.slug.as_str()).collect::<Vec<_>>(), ["bowl"]);
    assert_eq!(refused(shop.shop.product(&slug("nope")).await), Refusal::NotFound);
    shop.execute("update products set status = 'draft' where slug = 'mug'").await;
    assert_eq!(refused(shop.shop.product(&slug("mug")).await), Refusal::NotFound);
    shop.done().await;
}

#[tokio::test]
async fn a_variant_is_found_by_its_options() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    let by = async |product: &str, options: &[&str]| {
        let options = options.iter().map(|o| (*o).to_owned()).collect();
        shop.shop.choose_variant(&VariantChoice::Options(slug(product), options)).await
    };
    let mug = shop.shop.product(&slug("mug")).await.unwrap();
    for variant in &mug.variants {
        let options: Vec<_> = variant.options.iter().map(String::as_str).collect();
        assert_eq!(by("mug", &options).await.unwrap(), variant.id, "{options:?}");
    }
    assert_eq!(
        by("bowl", &[]).await.unwrap(),
        shop.variant("BOWL").await,
        "the only variant of a product without options"
    );
    for none in [&["Red"][..], &["Small", "Red"], &["Green", "Small"], &[]] {
        assert_eq!(refused(by("mug", none).await), Refusal::field("variant_id", Problem::NotAChoice), "{none:?}");
    }
    assert_eq!(refused(by("nope", &["Red", "Small"]).await), Refusal::NotFound);
    shop.execute("update products set status = 'draft' where slug = 'mug'").await;
    assert_eq!(refused(by("mug", &["Red", "Small"]).await), Refusal::NotFound);
    shop.done().await;
}

#[tokio::test]
async fn the_sample_catalogue_loads_twice_without_harm() {
    let text = std::fs::read_to_string("server/sample/catalogue.json").unwrap();
    let catalogue: Catalogue = serde_json::from_str(&text).unwrap();
    let with_choices = catalogue.products.iter().filter(|p| p.variants.len() > 1).count();
    assert!(catalogue.products.len() >= 60 && catalogue.categories.len() >= 8);
    assert!(with_choices * 3 >= catalogue.products.len(), "{with_choices} have two or more variants");
    let shop = TestShop::open().await;
    shop.shop.load_catalogue(&catalogue).await.unwrap();
    let first = shop.count("select sum(stock) from inventory").await;
    shop.execute(
        "with sold as (update inventory set stock = stock - 1 where stock > 5 returning variant_id)
         insert into stock_movements (variant_id, units, cause) select variant_id, -1, 'correction' from sold",
    )
    .await;
    let sold = shop.count("select sum(stock) from inventory").await;
    shop.shop.load_catalogue(&catalogue).await.unwrap();
    assert!(sold < first);
    assert_eq!(shop.count("select sum(stock) from inventory").await, sold, "what was sold stays sold");
    let products = catalogue.products.len();
    let variants: usize = catalogue.products.iter().map(|p| p.variants.len()).sum();
    assert_eq!(shop.count("select count(*) from products").await, i64::try_from(products).unwrap());
    assert_eq!(shop.count("select count(*) from product_variants").await, i64::try_from(variants).unwrap());
    let home = shop.shop.home().await.unwrap();
    assert_eq!((home.categories.len(), home.featured.len()), (catalogue.categories.len(), 8));
    shop.done().await;
}

#[tokio::test]
async fn only_an_empty_catalogue_is_filled_and_an_owners_edits_stay() {
    let shop = TestShop::open().await;
    let text = std::fs::read_to_string("server/sample/catalogue.json").unwrap();
    let catalogue: Catalogue = serde_json::from_str(&text).unwrap();
    assert!(shop.shop.fill_empty_catalogue(&catalogue).await.unwrap());
    let sample = "select count(*) from product_variants where sku = 'TAB-MUG-MOSS' and price <> 31.41";
    assert_eq!(shop.count(sample).await, 1);
    shop.execute("update product_variants set price = 31.41 where sku = 'TAB-MUG-MOSS'").await;
    assert!(!shop.shop.fill_empty_catalogue(&catalogue).await.unwrap());
    assert_eq!(shop.count(sample).await, 0, "the owner's price stands");
    shop.shop.load_catalogue(&catalogue).await.unwrap();
    assert_eq!(shop.count(sample).await, 1, "seed --again brings the sample's price back");
    shop.done().await;
}

#[tokio::test]
async fn a_catalogue_with_a_mistake_is_not_loaded_at_all_and_the_mistake_is_named() {
    let shop = TestShop::open().await;
    let load = |products: Vec<ProductEntry>| {
        let shop = &shop;
        let mut all = shelf();
        all.extend(products);
        async move {
            let catalogue = Catalogue { categories: Vec::new(), products: all };
            match shop.shop.load_catalogue(&catalogue).await {
                Err(Error::Broken(cause)) => cause.to_string(),
                other => panic!("{other:?}"),
            }
        }
    };
    assert!(load(vec![]).await.contains("unknown category"));
    let mut shop_with_twins = shelf();
    shop_with_twins.push(product("BOWL", "1.00", 1));
    let categories = vec![];
    let twins = Catalogue { categories, products: shop_with_twins };
    assert!(shop.shop.load_catalogue(&twins).await.is_err());
    assert_eq!(shop.count("select count(*) from products").await, 0);
    shop.done().await;
}
