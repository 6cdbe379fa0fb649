//! Paging by key: every order is walked whole, whatever comes and goes meanwhile, by cursors alone and no further than its end.

use std::collections::{BTreeMap, BTreeSet};

use shop::domain::{Problem, Refusal, Sort};
use shop::dto::{ListingQuery, ListingView, PlaceNote};
use time::Duration;

use crate::harness::{TestShop, refused};

/// 1,130 of them at three times, four prices and five places on the shelf, so that most are told apart by their ids alone.
const SPOONS: &str = "with made as (
        insert into products (id, slug, name, position, created_at)
        select gen_random_uuid(), 'spoon-' || n, 'Spoon ' || n, n % 5, timestamptz '2026-01-01' + (n % 3) * interval '1 day'
        from generate_series(1, 1130) n returning id, slug, position)
    insert into product_variants (id, product_id, sku, price)
    select gen_random_uuid(), id, upper(slug), 1 + length(slug) % 4 from made";

/// As few as fill five pages.
const FEW: &str = "update products set status = 'archived' where length(slug) = 10 or slug > 'spoon-2'";

/// Each order, as it would be asked for without pages.
pub const ORDERS: [(Sort, &str); 6] = [
    (Sort::Relevance, "select slug from products where status = 'active' order by created_at desc, position, id desc"),
    (Sort::Newest, "select slug from products where status = 'active' order by created_at desc, position, id desc"),
    (Sort::BestSelling, "select slug from products where status = 'active' order by sold desc, position, id desc"),
    (Sort::BestRated, "select slug from products where status = 'active' order by rated desc, position, id desc"),
    (Sort::PriceUp, "select slug from products where status = 'active' order by min_price, position, id"),
    (
        Sort::PriceDown,
        "select slug from products where status = 'active' order by min_price desc, position desc, id desc",
    ),
];

pub async fn shelf() -> TestShop {
    let shop = TestShop::open().await;
    shop.execute(SPOONS).await;
    shop
}

pub async fn done(shop: TestShop) {
    shop.execute("delete from price_history; delete from product_variants; delete from products").await;
    shop.done().await;
}

pub fn everything(sort: Sort) -> ListingQuery {
    ListingQuery { sort, page: 1, ..ListingQuery::default() }
}

pub fn slugs(view: &ListingView) -> Vec<String> {
    view.products.iter().map(|p| p.slug.clone()).collect()
}

pub async fn listing(shop: &TestShop, query: &ListingQuery) -> ListingView {
    shop.shop.listing(query).await.unwrap()
}

#[tokio::test]
async fn every_order_is_walked_whole_and_back_again_and_numbers_show_the_same() {
    assert_eq!(ORDERS.len(), Sort::ALL.len(), "an order without a row in this test");
    let shop = shelf().await;
    shop.execute(FEW).await;
    shop.execute("update products set sold = length(slug) * 3 % 4, rated = position % 3 * 45000001").await;
    for (sort, statement) in ORDERS {
        let whole: Vec<String> = sqlx::query_scalar(statement).fetch_all(shop.shop.store().pool()).await.unwrap();
        let query = everything(sort);
        let mut pages = vec![listing(&shop, &query).await];
        while let Some(next) = pages.last().unwrap().next.clone() {
            pages.push(listing(&shop, &query.going_on(&next)).await);
        }
        let numbers: Vec<_> = pages.iter().map(|page| page.query.page).collect();
        assert_eq!(numbers, (1..=pages[0].pages).collect::<Vec<_>>(), "{sort:?}");
        assert!(pages.len() > 3 && pages.iter().all(|page| page.note.is_none()), "{sort:?}");
        assert_eq!(pages.iter().flat_map(slugs).collect::<Vec<_>>(), whole, "{sort:?}");
        assert_eq!(usize::try_from(pages[0].total).unwrap(), whole.len(), "{sort:?}");
        for page in &pages {
            let numbered = listing(&shop, &query.on_page(page.query.page)).await;
            assert_eq!((slugs(&numbered), numbered.earlier), (slugs(page), None), "{sort:?}");
        }
        let mut here = pages.pop().unwrap();
        for before in pages.iter().rev() {
            here = listing(&shop, &query.going_back(here.earlier.as_deref().unwrap())).await;
            assert_eq!((slugs(&here), here.query.page), (slugs(before), before.query.page), "{sort:?}, and back");
        }
        assert_eq!(here.earlier, None, "{sort:?}: nothing stands before the first");
    }
    done(shop).await;
}

/// The same numbers each time: what fails once fails again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[tokio::test]
async fn whoever_walks_by_cursors_sees_each_product_once_while_others_come_and_go() {
    let shop = shelf().await;
    shop.execute(FEW).await;
    let pool = shop.shop.store().pool().clone();
    for (seed, sort) in (1..).zip(Sort::ALL) {
        let mut dice = Dice(seed);
        let there = "select slug from products where status = 'active' order by slug";
        let mut left: Vec<String> = sqlx::query_scalar(there).fetch_all(&pool).await.unwrap();
        let (mut seen, mut query, mut came) = (Vec::new(), everything(sort), 0);
        loop {
            let page = shop.shop.products(&query, 7).await.unwrap();
            assert!(page.items.len() <= 7, "{sort:?}");
            seen.extend(page.items.into_iter().map(|product| product.slug));
            let Some(next) = page.next else { break };
            query = query.going_on(&next);
            came += 1;
            sqlx::query(
                "with made as (
                    insert into products (id, slug, name, position, created_at) select gen_random_uuid(), $1::text, $1::text,
                        $2::integer, timestamptz '2026-01-01' + $3::integer * interval '1 hour' returning id)
                 insert into product_variants (id, product_id, sku, price)
                 select gen_random_uuid(), id, upper($1::text), $4::integer from made",
            )
            .bind(format!("{}-{came}", sort.as_str().replace('_', "-")))
            .bind(i32::try_from(dice.roll(6)).unwrap())
            .bind(i32::try_from(dice.roll(60)).unwrap())
            .bind(i32::try_from(1 + dice.roll(5)).unwrap())
            .execute(&pool)
            .await
            .unwrap();
            // Often the one that the cursor names.
            let gone = match (dice.roll(2), seen.last()) {
                (0, Some(last)) => last.clone(),
                _ => left[usize::try_from(dice.roll(u64::try_from(left.len()).unwrap())).unwrap()].clone(),
            };
            sqlx::query("update products set status = 'archived' where slug = $1")
                .bind(&gone)
                .execute(&pool)
                .await
                .unwrap();
            left.retain(|slug| *slug != gone);
        }
        let once: BTreeSet<_> = seen.iter().cloned().collect();
        assert_eq!(once.len(), seen.len(), "{sort:?}: none is told twice");
        let missed: Vec<_> = left.iter().filter(|slug| !once.contains(*slug)).collect();
        assert!(came > 10 && missed.is_empty(), "{sort:?}: {missed:?}");
        shop.execute("update products set status = case when slug like 'spoon-1%' then 'active' else 'archived' end")
            .await;
    }
    done(shop).await;
}

#[tokio::test]
async fn what_is_no_place_in_a_list_shows_its_beginning_and_says_so() {
    let shop = shelf().await;
    let first = listing(&shop, &everything(Sort::Newest)).await;
    let next = first.next.clone().unwrap();
    let no_place = [
        everything(Sort::PriceUp).going_on(&next),
        everything(Sort::Newest).going_on(""),
        everything(Sort::Newest).going_on(&next[1..]),
        everything(Sort::Newest).going_on(&next.to_uppercase()),
        everything(Sort::Newest).going_on("'; drop table products; --"),
        everything(Sort::Newest).going_on("\u{0}\u{1}\r\n"),
        everything(Sort::Newest).going_on(&"x".repeat(10_000)),
        everything(Sort::Newest).going_back("nothing"),
        ListingQuery { q: Some("spoon".into()), ..everything(Sort::Newest).going_on(&next) },
    ];
    for query in no_place {
        let shown = listing(&shop, &query).await;
        assert_eq!((shown.note, shown.query.page), (Some(PlaceNote::Unreadable), 1), "{query:?}");
        assert_eq!(shown.query, query.on_page(1), "{query:?}");
        assert_eq!(slugs(&shown), slugs(&listing(&shop, &query.on_page(1)).await), "{query:?}");
        if let Some(after) = &query.after {
            let refusal = refused(shop.shop.products(&query, 10).await);
            assert_eq!(refusal, Refusal::field("after", Problem::NotACursor), "{after:?}");
        }
    }
    let good = listing(&shop, &everything(Sort::Relevance).going_on(&next)).await;
    assert_eq!((good.note, good.query.page), (None, 2), "without words what fits best is the newest");
    let left = slugs(&first).remove(0);
    sqlx::query("update products set status = 'archived' where slug <> $1")
        .bind(&left)
        .execute(shop.shop.store().pool())
        .await
        .unwrap();
    let query = everything(Sort::Newest).going_on(&next);
    let over = listing(&shop, &query).await;
    assert_eq!((over.note, slugs(&over), over.next.clone()), (Some(PlaceNote::Over), vec![left], None));
    let behind = shop.shop.products(&query, 10).await.unwrap();
    assert_eq!((behind.items.len(), behind.next, behind.total), (0, None, 1), "a program reads an empty page");
    done(shop).await;
}

#[tokio::test]
async fn numbers_reach_a_thousand_and_cursors_reach_all() {
    let shop = shelf().await;
    shop.execute(
        "insert into categories (slug, name, description, position, path)
            values ('spoons', 'Spoons', '', 0, array['spoons']), ('forks', 'Forks', '', 1, array['forks']);
         update products set category = case when slug = 'spoon-7' then 'forks' else 'spoons' end",
    )
    .await;
    let query = everything(Sort::PriceDown);
    let last = listing(&shop, &query.on_page(500)).await;
    assert_eq!((last.total, last.total_is_exact, last.pages, last.query.page), (1_000, false, 42, 42));
    let told = |view: &ListingView| {
        let words = view.categories.iter().map(|category| (category.slug.clone(), category.found().words()));
        words.collect::<BTreeMap<_, _>>()
    };
    assert_eq!(
        told(&last),
        BTreeMap::from([("spoons".to_owned(), Some("1,000+".to_owned())), ("forks".to_owned(), Some("1".to_owned()))])
    );
    shop.execute("update products set category = 'spoons' where slug = 'spoon-7'").await;
    assert_eq!(told(&listing(&shop, &query).await)["forks"].as_deref(), Some("1"), "so many are counted once a second");
    assert_ne!(told(&shop.shop.reading_replica().listing(&query).await.unwrap())["forks"].as_deref(), Some("1"));
    shop.clock.advance(Duration::SECOND);
    assert_ne!(told(&listing(&shop, &query).await)["forks"].as_deref(), Some("1"));
    shop.execute("update products set category = 'forks' where slug = 'spoon-7'").await;
    shop.execute("insert into inventory (variant_id, stock) select id, 5 from product_variants").await;
    let in_stock = listing(&shop, &ListingQuery { in_stock: true, ..query.clone() }).await;
    assert_eq!((in_stock.total, in_stock.total_is_exact, in_stock.pages), (1_000, false, 42));
    let dear = ListingQuery { min_price: Some("1".into()), max_price: Some("4".into()), ..query.clone() };
    let spoons = ListingQuery { q: Some("spoon".into()), ..query.clone() };
    for narrowed in [in_stock, listing(&shop, &dear).await, listing(&shop, &spoons).await] {
        // All are, and nobody looks at all of them: so one is a fork, or it was not met.
        let counted: u32 = narrowed.categories.iter().map(|category| category.count).sum();
        assert_eq!((counted, narrowed.total, narrowed.total_is_exact), (1_001, 1_000, false), "{:?}", narrowed.query);
        let told = told(&narrowed);
        assert_eq!(told["spoons"].as_deref(), Some("1,000+"));
        assert!([None, Some("1+")].contains(&told["forks"].as_deref()), "{told:?}");
        assert!(narrowed.categories.iter().all(|category| !category.found().is_none()), "each may be looked into");
    }
    let few = listing(&shop, &ListingQuery { max_price: Some("1".into()), ..query.clone() }).await;
    assert!(few.total_is_exact && few.categories.iter().all(|category| category.is_exact));
    assert_eq!(few.categories.iter().map(|category| category.count).sum::<u32>(), few.total);
    shop.execute("update products set category = null where slug in ('spoon-7', 'spoon-8')").await;
    let forks = ListingQuery { in_stock: true, ..query.in_category(Some("forks")) };
    assert_eq!(listing(&shop, &forks).await.total, 0);
    shop.execute("update inventory set stock = 0 where variant_id <> all(select v.id from product_variants v where v.sku like 'SPOON-_')").await;
    // Also what stands in no category.
    let in_stock = listing(&shop, &ListingQuery { in_stock: true, ..query.clone() }).await;
    assert_eq!((in_stock.total, in_stock.total_is_exact, in_stock.products.len()), (9, true, 9));
    shop.execute(
        "delete from inventory;
         update products set category = case when slug = 'spoon-7' then 'forks' else 'spoons' end where category is null",
    )
    .await;
    let behind = listing(&shop, &query.going_on(last.next.as_deref().unwrap())).await;
    assert_eq!((behind.query.page, behind.pages, behind.products.len()), (43, 42, 24));
    assert!(slugs(&behind).iter().all(|slug| !slugs(&last).contains(slug)));
    let back = listing(&shop, &query.going_back(behind.earlier.as_deref().unwrap())).await;
    assert_eq!((slugs(&back), back.query.page), (slugs(&last), 42));

    let page = |page, per_page| {
        let (shop, query) = (&shop, query.on_page(page));
        async move { shop.shop.products(&query, per_page).await }
    };
    assert_eq!(page(10, 100).await.unwrap().items.len(), 100);
    for (number, per_page, most) in [(11, 100, 10), (43, 24, 42), (u32::MAX, 1, 1_000)] {
        let refusal = refused(page(number, per_page).await);
        assert_eq!(
            refusal,
            Refusal::field("page", Problem::OutOfRange { min: 1, max: most }),
            "{number} of {per_page}"
        );
    }
    for (query, reached) in [
        (query.clone(), 1_130_usize),
        (query.in_category(Some("spoons")), 1_129),
        (query.in_category(Some("forks")), 1),
        (ListingQuery { q: Some("spoon".into()), ..everything(Sort::Relevance) }, 1_000),
        (ListingQuery { q: Some("spoon".into()), ..everything(Sort::PriceUp) }, 1_000),
        (ListingQuery { q: Some("%%%".into()), ..everything(Sort::Relevance) }, 0),
    ] {
        let (mut seen, mut pages, mut at) = (BTreeSet::new(), Vec::new(), query.clone());
        loop {
            let page = shop.shop.products(&at, 100).await.unwrap();
            pages.push(page.page);
            seen.extend(page.items.into_iter().map(|product| product.slug));
            let Some(next) = page.next else { break };
            at = query.going_on(&next);
        }
        assert_eq!((seen.len(), pages.len()), (reached, reached.div_ceil(100).max(1)), "{query:?}");
        assert!(pages.iter().copied().eq(1..=u32::try_from(pages.len()).unwrap()), "{query:?}: {pages:?}");
    }
    done(shop).await;
}

/// Half of the spoons have a colour, the other half a size; a few have the colour that few have.
const CHOICES: &str = "update products set options = array[case when position % 2 = 0 then 'Colour' else 'Size' end];
    update product_variants set options = array[case when right(sku, 2) = '07' then 'Few' else 'Most' end];
    analyze products; analyze product_variants; analyze inventory";

/// What is narrowed is found in two ways, as it is few or many: by either it is all of it, once, in each order.
#[tokio::test]
async fn what_is_narrowed_is_walked_whole_be_it_few_or_many() {
    let shop = shelf().await;
    shop.execute(CHOICES).await;
    let pool = shop.shop.store().pool().clone();
    let few = "array['Colour' || chr(31) || 'Few', 'Size' || chr(31) || 'Few']";
    let most = "array['Colour' || chr(31) || 'Most', 'Size' || chr(31) || 'Most']";
    for (value, facets) in [("Few", few), ("Most", most)] {
        for (sort, statement) in ORDERS {
            let of_these = format!(
                "status = 'active' and exists (select from product_variants v where v.product_id = products.id and v.facets && {facets})"
            );
            let statement = statement.replace("status = 'active'", &of_these);
            let whole: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_all(&pool).await.unwrap();
            assert_eq!(whole.len() > 1_000, value == "Most", "{}", whole.len());
            let mut query = everything(sort);
            query.min_price = Some("1".into());
            query.max_price = Some("9".into());
            // Each by itself is of one half.
            let (mut seen, mut totals) = (BTreeSet::new(), 0);
            for option in ["Colour", "Size"] {
                let mut query = query.clone();
                query.options.add(option, value).unwrap();
                let mut page = listing(&shop, &query).await;
                totals += page.total;
                let mut slugs_of = slugs(&page);
                while let Some(next) = page.next.clone() {
                    page = listing(&shop, &query.going_on(&next)).await;
                    slugs_of.extend(slugs(&page));
                }
                let expected: Vec<_> = whole.iter().filter(|slug| slugs_of.contains(slug)).cloned().collect();
                assert_eq!(slugs_of, expected, "{sort:?} {option} {value}");
                seen.extend(slugs_of);
            }
            assert_eq!(seen.len(), whole.len(), "{sort:?} {value}");
            assert_eq!(usize::try_from(totals).unwrap(), whole.len(), "{sort:?} {value}");
        }
    }
    // Prices alone let all through.
    for (sort, statement) in ORDERS {
        let whole: Vec<String> = sqlx::query_scalar(statement).fetch_all(&pool).await.unwrap();
        let prices = ListingQuery { min_price: Some("1".into()), max_price: Some("9".into()), ..everything(sort) };
        let (mut query, mut walked) = (prices.clone(), Vec::new());
        loop {
            let page = shop.shop.products(&query, 100).await.unwrap();
            assert_eq!((page.total, page.total_is_exact), (1_000, false), "{sort:?}");
            walked.extend(page.items.into_iter().map(|product| product.slug));
            let Some(next) = page.next else { break };
            query = query.going_on(&next);
        }
        assert_eq!(walked, whole, "{sort:?}");
        let last = listing(&shop, &prices.on_page(1_000)).await;
        assert_eq!((last.query.page, last.total_is_exact), (42, false), "{sort:?}");
        assert_eq!(slugs(&last), whole[41 * 24..42 * 24], "{sort:?}");
    }
    done(shop).await;
}
