//! Listings of more products than are counted, narrowed within a category.

use shop::domain::Sort;
use shop::dto::{FacetCount, ListingQuery};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::category_paging::TREE;
use crate::facets::choosing;
use crate::paging::{ORDERS, done, everything, listing, shelf, slugs};
use crate::paging_plans::assert_index_serves;

/// With them the three categories of spoons are few among all.
const OTHERS: &str = "insert into categories (slug, name, description, position)
    select 'other-' || n, 'Other ' || n, '', n from generate_series(1, 9) n";

/// Nine of ten are oiled, one is waxed, and every second oiled one is there.
const FINISHES: &str = "update products set options = '{Finish}', tags = '{spoon}' where slug like 'spoon-%';
    update product_variants v set options = array[case when right(v.sku, 1) = '7' then 'Waxed' else 'Oiled' end];
    insert into inventory (variant_id, stock) select v.id, 5 from product_variants v where right(v.sku, 1) in ('1', '3', '5', '7', '9')";

#[tokio::test]
async fn a_narrowed_category_is_in_order_whether_its_categories_are_few_or_most_of_all() {
    let shop = shelf().await;
    shop.execute(TREE).await;
    let pool = shop.shop.store().pool().clone();
    for others in ["select 1", OTHERS] {
        shop.execute(others).await;
        for (sort, statement) in ORDERS {
            let whole: Vec<String> = sqlx::query_scalar(statement).fetch_all(&pool).await.unwrap();
            let spoons = everything(sort).in_category(Some("spoons"));
            let query = ListingQuery { min_price: Some("1".into()), ..spoons };
            let first = listing(&shop, &query).await;
            assert_eq!((first.total, first.total_is_exact), (1_000, false), "{sort:?}");
            assert_eq!(slugs(&first), whole[..24], "{sort:?}");
            let second = listing(&shop, &query.going_on(first.next.as_deref().unwrap())).await;
            assert_eq!(slugs(&second), whole[24..48], "{sort:?}");
            let back = listing(&shop, &query.going_back(second.earlier.as_deref().unwrap())).await;
            assert_eq!(slugs(&back), slugs(&first), "{sort:?}");
            let last = listing(&shop, &query.on_page(42)).await;
            assert_eq!(slugs(&last), whole[41 * 24..42 * 24], "{sort:?}");
        }
    }
    done(shop).await;
}

#[tokio::test]
async fn options_within_a_category_are_counted_as_far_as_all_are() {
    let shop = shelf().await;
    shop.execute(TREE).await;
    shop.execute(FINISHES).await;
    let spoons = |finish: &str| choosing(&[("Finish", finish)]).in_category(Some("spoons"));
    let oiled = listing(&shop, &spoons("Oiled")).await;
    assert_eq!((oiled.total, oiled.total_is_exact, oiled.products.len()), (1_000, false, 24));
    let facets = oiled.facets.unwrap();
    // Of so many some are looked up, once it is known that they are.
    let some = FacetCount { count: 100, is_exact: false };
    assert_eq!(facets.tags.iter().map(|tag| (tag.value.as_str(), tag.found)).collect::<Vec<_>>(), [("spoon", some)]);
    assert!(facets.options.iter().flat_map(|option| &option.values).all(|value| !value.found.is_exact));
    // Those looked up may all be of one category, of which none is there: then "at least none" is told, and not "none".
    assert!(!facets.in_stock.is_exact && !facets.in_stock.is_none() && facets.prices.is_none());
    // What few have is counted to the last.
    for (query, total) in [
        (spoons("Waxed"), 113),
        (ListingQuery { in_stock: true, ..spoons("Oiled") }, 452),
        (ListingQuery { in_stock: true, min_price: Some("9".into()), ..spoons("Oiled") }, 0),
        (spoons("Waxed").in_category(Some("other")), 0),
    ] {
        let found = listing(&shop, &query).await;
        assert_eq!((found.total, found.total_is_exact), (total, true), "{query:?}");
        assert_eq!(shop.shop.products(&query, 100).await.unwrap().total, total, "{query:?}");
    }
    let waxed = "select count(*) from products where right(slug, 1) = '7' and category = 'tea'";
    let tea = listing(&shop, &spoons("Waxed").in_category(Some("tea"))).await;
    assert_eq!(i64::from(tea.total), shop.count(waxed).await);
    shop.execute("delete from inventory").await;
    done(shop).await;
}

/// Every fifth spoon comes waxed as well, for more.
const DEARER: &str = "update products set options = '{Finish}';
    update product_variants set options = '{Oiled}';
    insert into product_variants (id, product_id, sku, price, options, position)
        select gen_random_uuid(), p.id, upper(p.slug) || '-W', 6 + length(p.slug) % 3, '{Waxed}', 1 from products p
        where p.position = 0 and p.slug like 'spoon-%'";

/// Whatever is told by a product's lowest and highest price, and by what it is compared with.
#[tokio::test]
async fn prices_are_those_of_one_variant_in_whatever_order() {
    let shop = shelf().await;
    shop.execute(TREE).await;
    shop.execute(DEARER).await;
    let pool = shop.shop.store().pool().clone();
    let orders = [
        (Sort::Newest, "created_at desc, position, id desc"),
        (Sort::PriceUp, "min_price, position, id"),
        (Sort::PriceDown, "min_price desc, position desc, id desc"),
    ];
    let prices = [("", "3"), ("3", ""), ("3", "4"), ("5", "5"), ("5", "6"), ("7", "8"), ("2", "9"), ("9", "")];
    for ((sort, order), (low, high)) in orders.into_iter().flat_map(|order| prices.map(|prices| (order, prices))) {
        for (finish, category) in [("", ""), ("Waxed", ""), ("", "spoons"), ("Oiled", "tea")] {
            let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let chosen = if finish.is_empty() { choosing(&[]) } else { choosing(&[("Finish", finish)]) };
            let query = ListingQuery { min_price: given(low), max_price: given(high), sort, ..chosen };
            let query = query.in_category(given(category).as_deref());
            let wanted = format!(
                "select slug from products p where exists (select from product_variants v where v.product_id = p.id
                    and v.price >= coalesce(nullif('{low}', '')::numeric, 0)
                    and v.price <= coalesce(nullif('{high}', '')::numeric, 99)
                    and ('{finish}' = '' or v.options = array['{finish}']))
                 and (p.category in (select c.slug from categories c where c.path @> array['{category}']) or '{category}' = '')
                 order by {order}"
            );
            let wanted: Vec<String> = sqlx::query_scalar(AssertSqlSafe(wanted)).fetch_all(&pool).await.unwrap();
            let found = listing(&shop, &query).await;
            assert_eq!(usize::try_from(found.total).unwrap(), wanted.len().min(1_000), "{query:?}");
            assert_eq!(slugs(&found), wanted[..wanted.len().min(24)], "{query:?}");
        }
    }
    done(shop).await;
}

/// A category has tens of thousands of products, and what all of a shop have that is asked for is ten times as many.
#[tokio::test]
async fn category_and_option_category_and_price_and_how_far_prices_are_apart_have_an_index() {
    let shop = shelf().await;
    let filters = include_str!("../infrastructure/postgres/catalog/filters.rs");
    let priced = include_str!("../infrastructure/postgres/catalog/priced.rs");
    let mut connection = PgConnection::connect(&shop.url).await.unwrap();
    sqlx::raw_sql("set enable_seqscan = off").execute(&mut connection).await.unwrap();
    let card = "select c.id from product_cards() c where ";
    for (file, before, asked, rest, index) in [
        (filters, card, "facets_in_category(c.category, c.facets) && ", "array['a']", "products_by_category_facets"),
        (
            filters,
            card,
            "c.category = any(array(select b.slug from categories b where b.path @> array[",
            "'a'])) and c.max_price >= 5",
            "products_by_category_max_price",
        ),
        (
            priced,
            "select ",
            "max(p.max_price - p.min_price)",
            " from products p where p.status = 'active'",
            "products_by_price_spread",
        ),
    ] {
        assert!(file.contains(asked), "{asked}");
        assert_index_serves(&mut connection, &format!("{before}{asked}{rest}"), index).await;
    }
    done(shop).await;
}
