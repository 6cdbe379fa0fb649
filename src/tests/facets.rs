//! Facets: what a listing is narrowed by besides words, categories and prices, how many products each choice leaves, and what sells
//! best.

use shop::domain::{OptionFilters, Sort};
use shop::dto::{FacetCount, FacetsView, ListingQuery, ListingView};
use shop::usecase::ProductEntry;
use shop::usecase::SandboxOutcome::Approve;
use sqlx::{Connection, PgConnection};
use time::Duration;

use crate::counted::CountedWay;
use crate::harness::{TestShop, product, variant};
use crate::providers::approving;

pub fn with_options(sku: &str, options: &[&str], variants: &[(&[&str], &str, u32)]) -> ProductEntry {
    let variants = variants.iter().zip(1..);
    ProductEntry {
        options: options.iter().map(|name| (*name).to_owned()).collect(),
        variants: variants
            .map(|((values, price, stock), n)| variant(&format!("{sku}-{n}"), values, price, *stock))
            .collect(),
        ..product(sku, "1.00", 0)
    }
}

fn shelf() -> Vec<ProductEntry> {
    let mug: [(&[&str], &str, u32); 4] = [
        (&["Sand", "S"], "20.00", 0),
        (&["Sand", "M"], "24.00", 5),
        (&["Slate", "M"], "26.00", 0),
        (&["Slate", "L"], "30.00", 2),
    ];
    let tumbler = ProductEntry { category: "glass".into(), ..product("TUMBLER", "12.00", 5) };
    vec![
        with_options("MUG", &["Colour", "Size"], &mug),
        with_options("BOWL", &["Colour"], &[(&["Slate"], "18.00", 1), (&["Moss"], "18.00", 0)]),
        with_options("SHIRT", &["Size"], &[(&["M"], "40.00", 3)]),
        tumbler,
    ]
}

pub fn choosing(options: &[(&str, &str)]) -> ListingQuery {
    let mut filters = OptionFilters::default();
    for (name, value) in options {
        filters.add(name, value).unwrap();
    }
    ListingQuery { options: filters, page: 1, ..ListingQuery::default() }
}

pub async fn listing(shop: &TestShop, query: &ListingQuery) -> ListingView {
    shop.shop.listing(query).await.unwrap()
}

fn names(view: &ListingView) -> Vec<&str> {
    view.products.iter().map(|p| p.slug.as_str()).collect()
}

/// `Sand 2`, `S 0`, chosen ones with a star, and a plus behind what is only at least so.
fn told(facets: &FacetsView) -> Vec<String> {
    let mut told = Vec::new();
    for option in &facets.options {
        let value = |v: &shop::dto::FacetValue| {
            let (star, plus) = (if v.is_chosen { "*" } else { "" }, if v.found.is_exact { "" } else { "+" });
            format!("{}{star} {}{plus}", v.value, v.found.count)
        };
        told.push(format!("{}: {}", option.name, option.values.iter().map(value).collect::<Vec<_>>().join(", ")));
    }
    told
}

fn exactly(count: u32) -> FacetCount {
    FacetCount { count, is_exact: true }
}

#[tokio::test]
async fn within_an_option_any_value_will_do_and_one_variant_has_all_that_is_asked_for() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    let (slate, slate_m) = ([("Colour", "Slate")], [("Colour", "Slate"), ("Size", "M")]);
    let in_stock = |query: ListingQuery| ListingQuery { in_stock: true, ..query };
    let priced = |query: ListingQuery, low: &str, high: &str| {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        ListingQuery { min_price: given(low), max_price: given(high), ..query }
    };
    for (query, expected) in [
        (choosing(&[("Colour", "Sand")]), vec!["mug"]),
        (choosing(&[("Colour", "Sand"), ("Colour", "Moss")]), vec!["mug", "bowl"]),
        (choosing(&slate), vec!["mug", "bowl"]),
        (choosing(&slate_m), vec!["mug"]),
        // There is a mug in slate, and one in S, and none in both.
        (choosing(&[("Colour", "Slate"), ("Size", "S")]), vec![]),
        (choosing(&[("Colour", "Slate"), ("Size", "S"), ("Size", "L")]), vec!["mug"]),
        (in_stock(choosing(&slate)), vec!["mug", "bowl"]),
        // It can be had, not in this size.
        (in_stock(choosing(&slate_m)), vec![]),
        (in_stock(choosing(&[("Colour", "Moss")])), vec![]),
        (priced(choosing(&slate), "", "20"), vec!["bowl"]),
        (priced(choosing(&slate), "27", ""), vec!["mug"]),
        (priced(choosing(&slate_m), "27", ""), vec![]),
        // There are cheaper and dearer ones, and none between.
        (priced(choosing(&[]), "21", "23"), vec![]),
        (priced(choosing(&[]), "21", "24"), vec!["mug"]),
        (in_stock(priced(choosing(&[]), "", "20")), vec!["bowl", "tumbler"]),
        (choosing(&[("colour", "Slate")]), vec![]),
        (choosing(&[("Foreign", "'; drop table products; --")]), vec![]),
    ] {
        let view = listing(&shop, &query).await;
        assert_eq!((names(&view), view.total as usize), (expected.clone(), expected.len()), "{query:?}");
        let page = shop.shop.products(&query, 24).await.unwrap();
        let slugs: Vec<_> = page.items.iter().map(|p| p.slug.as_str()).collect();
        assert_eq!((slugs, page.total as usize), (expected.clone(), expected.len()), "for programs: {query:?}");
    }
    let words = ListingQuery { q: Some("mug".into()), ..choosing(&slate) };
    assert_eq!(names(&listing(&shop, &words).await), ["mug"]);
    let glass = choosing(&slate).in_category(Some("glass"));
    assert_eq!(listing(&shop, &glass).await.total, 0);
    shop.done().await;
}

#[tokio::test]
async fn a_facet_is_counted_under_the_others_and_not_under_itself() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    let facets = async |query: ListingQuery| listing(&shop, &query).await.facets.unwrap();
    let all = facets(choosing(&[])).await;
    assert_eq!(told(&all), ["Colour: Moss 1, Sand 1, Slate 2", "Size: S 1, M 2, L 1"]);
    assert_eq!(all.in_stock, exactly(4));
    assert_eq!(
        all.prices.map(|(low, high)| (low.amount().to_string(), high.amount().to_string())),
        Some(("12.00".into(), "40.00".into()))
    );

    let sand = facets(choosing(&[("Colour", "Sand")])).await;
    assert_eq!(
        told(&sand),
        ["Colour: Moss 1, Sand* 1, Slate 2", "Size: S 1, M 1, L 0"],
        "none in L, and it stays in sight"
    );
    assert_eq!(sand.in_stock, exactly(1));
    let both = facets(choosing(&[("Colour", "Slate"), ("Size", "M")])).await;
    assert_eq!(told(&both), ["Colour: Moss 0, Sand 1, Slate* 1", "Size: S 0, M* 1, L 1"]);
    assert_eq!(both.in_stock, exactly(0), "it is sold out in this size");
    let there = facets(ListingQuery { in_stock: true, ..choosing(&[]) }).await;
    assert_eq!(told(&there), ["Colour: Moss 0, Sand 1, Slate 2", "Size: S 0, M 2, L 1"]);
    let cheap = facets(ListingQuery { max_price: Some("20".into()), ..choosing(&[("Colour", "Slate")]) }).await;
    assert_eq!(told(&cheap), ["Colour: Moss 1, Sand 1, Slate* 1", "Size: S 0, M 0, L 0"]);
    assert_eq!(
        cheap.prices.map(|(low, high)| (low.amount().to_string(), high.amount().to_string())),
        Some(("18.00".into(), "30.00".into()))
    );
    let glass = facets(choosing(&[]).in_category(Some("glass"))).await;
    assert!(glass.options.is_empty(), "nothing to choose from there");
    let foreign = facets(choosing(&[("Foreign", "Thing")])).await;
    assert!(told(&foreign).contains(&"Foreign: Thing* 0".to_owned()), "what was asked for can be taken back");
    shop.done().await;
}

/// Whatever is chosen: who ticks one more box finds as many as the box said.
#[tokio::test]
async fn each_count_is_what_is_found_by_it() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    let choices: [&[(&str, &str)]; 5] = [
        &[],
        &[("Colour", "Slate")],
        &[("Size", "M")],
        &[("Colour", "Sand"), ("Size", "L")],
        &[("Colour", "Sand"), ("Colour", "Moss")],
    ];
    let mut looked_at = 0;
    for (choice, filters) in choices.into_iter().flat_map(|choice| (0..16_u8).map(move |filters| (choice, filters))) {
        let given = |place: u8, text: &str| (filters & (1 << place) != 0).then(|| text.to_owned());
        let query = ListingQuery {
            q: given(0, "product"),
            exact: true,
            min_price: given(1, "19"),
            max_price: given(2, "27"),
            in_stock: given(3, "").is_some(),
            ..choosing(choice)
        };
        let facets = listing(&shop, &query).await.facets.unwrap();
        for option in &facets.options {
            for value in &option.values {
                let mut options = query.options.without_option(&option.name);
                options.add(&option.name, &value.value).unwrap();
                let found = listing(&shop, &ListingQuery { options, ..query.clone() }).await.total;
                assert_eq!(value.found, exactly(found), "{} {} of {query:?}", option.name, value.value);
                looked_at += 1;
            }
        }
        let there = listing(&shop, &ListingQuery { in_stock: true, ..query.clone() }).await.total;
        assert_eq!(facets.in_stock, exactly(there), "{query:?}");
    }
    assert!(looked_at > 400, "{looked_at}");
    shop.done().await;
}

/// Products that tell something else than their variants do.
const ASTRAY: &str = "select count(*) from products p cross join lateral facts_of_variants(p.id) v
    where (coalesce(p.facets, '{}'), coalesce(p.facet_pairs, '{}'), p.measure, p.min_price, p.max_price, p.choices,
            p.compare_at_price, p.lowest_before)
        is distinct from (v.facets, v.facet_pairs, v.measure, v.low, v.high, v.choices, v.before, v.lowest_before)";

#[tokio::test]
async fn facets_follow_the_variants_and_the_names_of_their_options() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    let found = async |options: &[(&str, &str)]| {
        assert_eq!(shop.count(ASTRAY).await, 0, "{options:?}");
        listing(&shop, &choosing(options)).await.total
    };
    assert_eq!(found(&[("Size", "S")]).await, 1);
    shop.execute("update product_variants set retired_at = now() where sku = 'MUG-1'").await;
    assert_eq!(found(&[("Size", "S")]).await, 0, "it was taken out of the shop");
    shop.execute("update products set options = '{Glaze,Size}' where slug = 'mug'").await;
    assert_eq!((found(&[("Colour", "Sand")]).await, found(&[("Glaze", "Sand"), ("Size", "M")]).await), (0, 1));
    shop.execute("update product_variants set options = '{Ink,M}' where sku = 'MUG-2'").await;
    assert_eq!((found(&[("Glaze", "Sand")]).await, found(&[("Glaze", "Ink")]).await), (0, 1));
    shop.execute("update products set status = 'draft' where slug = 'mug'").await;
    assert_eq!(found(&[("Glaze", "Ink")]).await, 0);
    // Those that were there before their facets were: migration 0233 has them made like this.
    shop.execute(
        "alter table product_variants disable trigger user;
         update product_variants set facets = '{}';
         update products set facets = '{}', facet_pairs = '{}';
         alter table product_variants enable trigger user",
    )
    .await;
    assert_eq!(found(&[("Colour", "Slate")]).await, 0);
    shop.execute("update product_variants set facets = null").await;
    assert_eq!(found(&[("Colour", "Slate")]).await, 1);
    shop.execute("update products set facets = null, measure = '9 kg'").await;
    // By the name that it has since migration 0280.
    let from_variants =
        include_str!("../../migrations/0256_what_variants_told.sql").replace("variants_tell", "facts_of_variants");
    sqlx::raw_sql(sqlx::AssertSqlSafe(from_variants)).execute(shop.shop.store().pool()).await.unwrap();
    assert_eq!(found(&[("Colour", "Slate")]).await, 1);
    shop.execute("update products set facet_pairs = null").await;
    shop.execute(include_str!("../../migrations/0283_which_facets_stand_together.sql")).await;
    assert_eq!(found(&[("Colour", "Slate")]).await, 1);
    // All at once, each of them another.
    shop.execute(
        "update product_variants set measure = (10 + position) || ' g', price = 10 - position, position = 9 - position",
    )
    .await;
    assert_eq!(found(&[("Colour", "Slate")]).await, 1);
    shop.done().await;
}

#[tokio::test]
async fn of_more_than_a_thousand_products_counts_say_at_least() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    shop.execute(
        "insert into products (id, slug, name, category, options, position)
            select gen_random_uuid(), 'p' || n, 'Plate', 'tableware', '{Colour}', n from generate_series(10, 1210) n;
         insert into product_variants (id, product_id, sku, options, price)
            select gen_random_uuid(), p.id, upper(p.slug), array[case when p.position < 20 then 'Gold' else 'White' end], 5
            from products p where p.name = 'Plate'",
    )
    .await;
    let all = listing(&shop, &choosing(&[])).await.facets.unwrap();
    assert!(
        all.options.iter().flat_map(|option| &option.values).all(|v| !v.found.is_exact && !v.found.is_none()),
        "{all:?}"
    );
    assert!(!all.in_stock.is_exact && all.prices.is_none());
    shop.execute("insert into inventory (variant_id, stock) select id, 5 from product_variants where price = 5").await;
    shop.clock.advance(Duration::SECOND);
    let all = listing(&shop, &choosing(&[])).await.facets.unwrap();
    assert_eq!(all.in_stock, FacetCount { count: 250, is_exact: false }, "of so many stock is looked up");
    shop.execute("delete from inventory i using product_variants v where v.id = i.variant_id and v.price = 5").await;
    // Narrowed to few, those are looked at, all of them; the option itself would leave more than are.
    let gold = listing(&shop, &choosing(&[("Colour", "Gold"), ("Colour", "Moss")])).await;
    let facets = gold.facets.unwrap();
    assert_eq!((gold.total, facets.in_stock), (11, exactly(0)));
    let sizes = facets.options.iter().find(|option| option.name == "Size");
    assert!(sizes.is_none_or(|size| size.values.iter().all(|v| v.found == exactly(0))), "{facets:?}");
    let slate_m = listing(&shop, &choosing(&[("Colour", "Slate"), ("Size", "M")])).await;
    let told = told(&slate_m.facets.unwrap());
    assert!(
        told.contains(&"Size: M* 1, L 1".to_owned()) || told.contains(&"Size: S 0, M* 1, L 1".to_owned()),
        "{told:?}"
    );
    shop.execute(
        "delete from price_history where variant_id in (select id from product_variants where price = 5 and sku like 'P%');
         delete from product_variants where product_id in (select id from products where name = 'Plate');
         delete from products where name = 'Plate'",
    )
    .await;
    shop.done().await;
}

#[tokio::test]
async fn a_page_is_two_round_trips_and_one_where_somebody_has_just_looked() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    let way = CountedWay::to(&shop.url).await;
    let process = shop.another_process_on(&way.url, approving(shop.sandbox())).await;
    let trips = async |query: ListingQuery| {
        way.take();
        process.listing(&query).await.unwrap();
        way.take()
    };
    let slate = choosing(&[("Colour", "Slate")]);
    assert_eq!((trips(choosing(&[])).await, trips(choosing(&[]).on_page(2)).await), (2, 1));
    assert_eq!((trips(slate.clone()).await, trips(slate).await), (3, 3), "and one that reads the variants asked for");
    assert_eq!(trips(choosing(&[]).in_category(Some("glass"))).await, 2, "another category is counted by itself");
    let words = ListingQuery { q: Some("product".into()), ..choosing(&[]) };
    assert_eq!(trips(words).await, 3, "and one more that reads words, once for all of the page");
    shop.clock.advance(Duration::SECOND);
    assert_eq!(trips(choosing(&[])).await, 2, "what was seen a second ago is counted anew");
    shop.done().await;
}

#[tokio::test]
async fn what_sells_best_is_reckoned_from_what_was_paid_lately() {
    let shop = TestShop::open().await;
    shop.load(shelf()).await;
    let ada = shop.customer("Ada").await;
    let best = async || {
        let view = listing(&shop, &choosing(&[]).sorted(Sort::BestSelling)).await;
        names(&view).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(best().await, ["mug", "bowl", "shirt", "tumbler"], "nothing was sold: as on the shelf");
    for (lines, is_paid) in [(("TUMBLER", "2"), true), (("SHIRT-1", "1"), true), (("MUG-2", "5"), false)] {
        let order = shop.place_reserved(ada, &[lines]).await;
        if is_paid {
            shop.shop.pay_order(ada, order, Approve).await.unwrap();
            shop.deliver().await;
        }
    }
    assert_eq!(best().await, ["mug", "bowl", "shirt", "tumbler"], "never on the page");
    assert_eq!(shop.shop.refresh_sold().await.unwrap(), 2, "what nobody has paid is not sold");
    assert_eq!(best().await, ["tumbler", "shirt", "mug", "bowl"]);
    assert_eq!(shop.shop.refresh_sold().await.unwrap(), 0, "nothing is another now");
    let page = shop.shop.products(&choosing(&[]).sorted(Sort::BestSelling), 24).await.unwrap();
    assert_eq!(page.items[0].slug, "tumbler");
    assert_eq!(shop.record("tumbler").await.version, 1, "it is no edit");
    shop.clock.advance(Duration::days(31));
    assert_eq!(shop.shop.refresh_sold().await.unwrap(), 2);
    assert_eq!(best().await, ["mug", "bowl", "shirt", "tumbler"]);
    shop.done().await;
}

#[tokio::test]
async fn however_many_products_stopped_selling_one_refresh_writes_them_down() {
    let shop = TestShop::open().await;
    shop.execute(
        "insert into products (id, slug, name, sold) select gen_random_uuid(), 'old-' || n, 'Old', 1 from generate_series(1, 10001) n",
    )
    .await;
    // The task asks once in a quarter of an hour, so it is all or it is late; thirty days of orders are added up once.
    let way = CountedWay::to(&shop.url).await;
    let process = shop.another_process_on(&way.url, approving(shop.sandbox())).await;
    way.take();
    assert_eq!(process.refresh_sold().await.unwrap(), 10_001);
    assert_eq!(way.take(), 1 + 10_001_u64.div_ceil(500));
    assert_eq!(shop.count("select count(*) from products where sold > 0").await, 0);
    shop.execute("delete from products").await;
    shop.done().await;
}

/// Options that exclude each other are each common, so PostgreSQL hopes to meet some soon, and would look at every product.
#[tokio::test]
async fn options_that_exclude_each_other_are_no_walk_past_all_products() {
    const MADE: &str = "with made as (
            insert into products (id, slug, name, options, position, created_at)
            select gen_random_uuid(), 'thing-' || n, 'Thing', array[case when n % 2 = 0 then 'Colour' else 'Size' end], n % 5,
                timestamptz '2026-01-01' + n * interval '1 minute' from generate_series(1, 5000) n returning id, slug)
         insert into product_variants (id, product_id, sku, price, options)
         select gen_random_uuid(), id, upper(slug), 1, array['A'] from made";
    const LOOKED: &str = "select idx_scan from pg_stat_user_indexes where indexrelname = 'product_variants_by_product'";
    // What a connection has counted is told before it answers this.
    const TELL: &str = "select pg_stat_force_next_flush()";
    let shop = TestShop::open().await;
    let mut maker = PgConnection::connect(&shop.url).await.unwrap();
    for statement in [MADE, "analyze products", "analyze product_variants", TELL] {
        sqlx::raw_sql(statement).execute(&mut maker).await.unwrap();
    }
    // It has one connection.
    let process = shop.another_process_on(&shop.url, approving(shop.sandbox())).await;
    let before = shop.count(LOOKED).await;
    let query = choosing(&[("Colour", "A"), ("Size", "A")]).sorted(Sort::Newest);
    let found = process.products(&query, 24).await.unwrap();
    assert_eq!((found.items.len(), found.total, found.total_is_exact), (0, 0, true));
    sqlx::raw_sql(TELL).execute(process.store().pool()).await.unwrap();
    let looked = shop.count(LOOKED).await - before;
    assert!(looked < 1_000, "{looked} products were looked at");
    shop.execute("delete from product_variants; delete from products").await;
    shop.done().await;
}
