//! How products are rated, on cards and in listings, and their tags: an order, filters, and what each choice would leave.

use shop::domain::{OptionFilters, ProductId, Rating, RatingFloor, Sort, TagFilters};
use shop::dto::{CardRating, FacetCount, ListingQuery, ListingView, ProductCard};
use shop::usecase::{ProductEntry, SoldCounts as _};
use uuid::Uuid;

use crate::fulfilment::Paid;
use crate::harness::{TestShop, product, slug, variant};
use crate::reviews::{adds_up, rating, sent};

/// How many stars each got, of one star first, and its tags, with commas between.
const SHELF: [(&str, [i32; 5], &str); 7] = [
    ("NEW", [0, 0, 0, 0, 0], ""),
    ("CAP", [0, 0, 0, 1, 1], "wool,gift"),
    ("SCARF", [0, 0, 0, 2, 2], "wool"),
    // 3.96, which is told as 4.0, and 3.9.
    ("MITTS", [0, 0, 2, 48, 0], "wool,gift,winter"),
    ("SOCKS", [0, 0, 1, 9, 0], "linen"),
    ("BELT", [4, 0, 0, 0, 0], "gift"),
    ("COAT", [0, 0, 0, 0, 1], ""),
];

fn everything() -> ListingQuery {
    ListingQuery { page: 1, ..ListingQuery::default() }
}

fn rated(stars: u8) -> ListingQuery {
    ListingQuery { rating: RatingFloor::new(stars), ..everything() }
}

fn tagged(tags: &[&str]) -> ListingQuery {
    let tags = tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
    ListingQuery { tags: TagFilters::from(tags), ..everything() }
}

/// Says that its reviews which are shown gave so many stars.
async fn rate(shop: &TestShop, slug: &str, [one, two, three, four, five]: [i32; 5]) {
    sqlx::query(
        "insert into product_ratings (product_id, one, two, three, four, five)
         select id, $2, $3, $4, $5, $6 from products where slug = $1
         on conflict (product_id) do update set one = excluded.one, two = excluded.two, three = excluded.three,
            four = excluded.four, five = excluded.five",
    )
    .bind(slug)
    .bind(one)
    .bind(two)
    .bind(three)
    .bind(four)
    .bind(five)
    .execute(shop.shop.store().pool())
    .await
    .unwrap();
}

async fn tag(shop: &TestShop, slug: &str, tags: &str) {
    let tags: Vec<&str> = tags.split(',').filter(|tag| !tag.is_empty()).collect();
    sqlx::query("update products set tags = $2 where slug = $1")
        .bind(slug)
        .bind(tags)
        .execute(shop.shop.store().pool())
        .await
        .unwrap();
}

async fn shelf() -> TestShop {
    let shop = TestShop::open().await;
    let entry = |(place, (sku, _, _)): (usize, (&str, [i32; 5], &str))| ProductEntry {
        options: vec!["Size".into()],
        variants: vec![
            variant(&format!("{sku}-S"), &["S"], "10.00", u32::from(place % 2 == 0)),
            variant(&format!("{sku}-L"), &["L"], if place > 3 { "30.00" } else { "10.00" }, 1),
        ],
        ..product(sku, "10.00", 0)
    };
    shop.load(SHELF.into_iter().enumerate().map(entry).collect()).await;
    for (sku, stars, tags) in SHELF {
        rate(&shop, &sku.to_lowercase(), stars).await;
        tag(&shop, &sku.to_lowercase(), tags).await;
    }
    shop
}

async fn listing(shop: &TestShop, query: &ListingQuery) -> ListingView {
    shop.shop.listing(query).await.unwrap()
}

fn names(view: &ListingView) -> Vec<&str> {
    view.products.iter().map(|p| p.slug.as_str()).collect()
}

fn exactly(count: u32) -> FacetCount {
    FacetCount { count, is_exact: true }
}

/// Of the mug, wherever there is a card of it.
async fn told_of_the_mug(paid: &Paid) -> Vec<Option<CardRating>> {
    let live = &paid.shop.shop;
    let search = ListingQuery { q: Some("mug".into()), ..everything() };
    let mut cards: Vec<ProductCard> = live.home().await.unwrap().featured;
    for query in [everything(), search] {
        cards.extend(listing(&paid.shop, &query).await.products);
    }
    cards.extend(live.product(&slug("cup")).await.unwrap().related);
    cards.extend(live.wishlist(paid.ada).await.unwrap().into_iter().filter_map(|item| item.card));
    cards.into_iter().filter(|card| card.slug == "mug").map(|card| card.rating).collect()
}

#[tokio::test]
async fn every_card_tells_how_its_product_is_rated_by_what_is_shown() {
    let paid = sent().await;
    let shop = &paid.shop;
    shop.shop.add_to_wishlist(paid.ada, "mug").await.unwrap();
    let version = shop.record("mug").await.version;
    let nothing: [Option<CardRating>; 5] = [None; 5];
    assert_eq!(told_of_the_mug(&paid).await, nothing);
    paid.write(paid.mug, "4").await.unwrap();
    assert_eq!(told_of_the_mug(&paid).await, nothing, "nobody of the shop has read it");
    paid.publish().await;
    assert_eq!(told_of_the_mug(&paid).await, [Some(CardRating { tenths: 40, reviews: 1 }); 5]);
    adds_up(shop).await;
    paid.write(paid.mug, "1").await.unwrap();
    assert_eq!(told_of_the_mug(&paid).await, nothing, "it is read anew");
    adds_up(shop).await;
    assert_eq!(shop.record("mug").await.version, version, "it is no edit");
    paid.shop.done().await;
}

#[tokio::test]
async fn a_card_says_what_the_products_page_says() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 1)]).await;
    for counts in [
        [1, 0, 0, 1, 2],
        [0, 0, 0, 1, 2],
        [1, 1, 1, 1, 1],
        [0, 0, 0, 0, 7],
        [3, 0, 0, 0, 0],
        [0, 0, 1, 2, 1],
        // 4.05 is 4.1.
        [0, 0, 0, 19, 1],
        [1, 0, 0, 0, 19],
        [0, 0, 0, 1_000_000, 2_000_000],
        [0; 5],
    ] {
        rate(&shop, "mug", counts).await;
        let page = rating(&shop, "mug").await;
        assert_eq!(page, Rating { counts: counts.map(|count| u32::try_from(count).unwrap()) });
        let card = listing(&shop, &everything()).await.products[0].rating;
        assert_eq!(card.map(CardRating::average), page.average(), "{counts:?}");
        assert_eq!(
            card.map(|card| (card.tenths, card.reviews)),
            page.tenths().map(|tenths| (tenths, page.total().min(999_999))),
            "{counts:?}"
        );
    }
    shop.done().await;
}

#[tokio::test]
async fn the_best_rated_come_first_and_among_them_those_that_more_people_rate() {
    let shop = shelf().await;
    let best = ["coat", "scarf", "cap", "mitts", "socks", "belt", "new"];
    let query = everything().sorted(Sort::BestRated);
    assert_eq!(names(&listing(&shop, &query).await), best);
    let (mut walked, mut at) = (Vec::new(), Some(query.clone()));
    while let Some(here) = at {
        let page = shop.shop.products(&here, 2).await.unwrap();
        walked.extend(page.items.into_iter().map(|product| product.slug));
        at = page.next.map(|next| query.going_on(&next));
    }
    assert_eq!(walked, best, "by cursors");
    let search = ListingQuery { q: Some("product".into()), ..query };
    assert_eq!(names(&listing(&shop, &search).await), best, "of a search");
    shop.done().await;
}

#[tokio::test]
async fn a_listing_is_narrowed_by_stars_as_they_are_shown_and_by_any_of_the_tags() {
    let shop = shelf().await;
    for (query, expected) in [
        (rated(4), vec!["cap", "scarf", "mitts", "coat"]),
        (rated(3), vec!["cap", "scarf", "mitts", "socks", "coat"]),
        (rated(1), vec!["cap", "scarf", "mitts", "socks", "belt", "coat"]),
        (tagged(&["winter"]), vec!["mitts"]),
        (tagged(&["gift", "linen"]), vec!["cap", "mitts", "socks", "belt"]),
        // As they are written.
        (tagged(&["Wool"]), vec![]),
        (tagged(&["'; drop table products; --"]), vec![]),
        (ListingQuery { rating: RatingFloor::new(4), ..tagged(&["gift"]) }, vec!["cap", "mitts"]),
        (ListingQuery { max_price: Some("9".into()), ..rated(1) }, vec![]),
        (ListingQuery { q: Some("scarf".into()), ..rated(4) }, vec!["scarf"]),
        (ListingQuery { q: Some("belt".into()), ..rated(4) }, vec![]),
        (rated(1).in_category(Some("glass")), vec![]),
    ] {
        let view = listing(&shop, &ListingQuery { exact: true, ..query.clone() }).await;
        assert_eq!((names(&view), view.total as usize), (expected.clone(), expected.len()), "{query:?}");
        let page = shop.shop.products(&query, 24).await.unwrap();
        let slugs: Vec<_> = page.items.iter().map(|p| p.slug.as_str()).collect();
        assert_eq!((slugs, page.total as usize), (expected.clone(), expected.len()), "for programs: {query:?}");
    }
    shop.done().await;
}

/// Whatever is chosen: who chooses one more finds as many as was said of it.
#[tokio::test]
async fn each_count_is_what_is_found_by_it() {
    let shop = shelf().await;
    let tags: [&[&str]; 3] = [&[], &["wool"], &["linen", "gift"]];
    let ratings = [None, RatingFloor::new(4), RatingFloor::new(2)];
    let mut small = OptionFilters::default();
    small.add("Size", "S").unwrap();
    let mut looked_at = 0;
    for (tags, rating) in tags.into_iter().flat_map(|tags| ratings.map(|rating| (tags, rating))) {
        for filters in 0..8_u8 {
            let is_given = |place: u8| filters & (1 << place) != 0;
            let query = ListingQuery {
                rating,
                in_stock: is_given(0),
                min_price: is_given(1).then(|| "11".to_owned()),
                options: if is_given(2) { small.clone() } else { OptionFilters::default() },
                ..tagged(tags)
            };
            let facets = listing(&shop, &query).await.facets.unwrap();
            let total = async |query: ListingQuery| exactly(listing(&shop, &query).await.total);
            for choice in &facets.ratings {
                let found = total(ListingQuery { rating: Some(choice.floor), ..query.clone() }).await;
                assert_eq!((choice.found, choice.is_chosen), (found, rating == Some(choice.floor)), "{query:?}");
            }
            for tag in &facets.tags {
                // Of what the others leave, whatever tags are asked for.
                let found = total(ListingQuery { tags: vec![tag.value.clone()].into(), ..query.clone() }).await;
                assert_eq!((tag.found, tag.is_chosen), (found, tags.contains(&tag.value.as_str())), "{query:?}");
            }
            for value in facets.options.iter().flat_map(|option| &option.values) {
                let mut options = OptionFilters::default();
                options.add("Size", &value.value).unwrap();
                let found = total(ListingQuery { options, ..query.clone() }).await;
                assert_eq!(value.found, found, "{} of {query:?}", value.value);
            }
            assert_eq!(facets.in_stock, total(ListingQuery { in_stock: true, ..query.clone() }).await, "{query:?}");
            assert_eq!((facets.ratings.len(), facets.tags.len()), (4, 4), "what leaves nothing stays in sight");
            looked_at += facets.ratings.len() + facets.tags.len();
        }
    }
    assert!(looked_at > 500, "{looked_at}");
    let glass = listing(&shop, &everything().in_category(Some("glass"))).await.facets.unwrap();
    assert!(glass.ratings.is_empty() && glass.tags.is_empty(), "nothing to choose from there");
    let glass = listing(&shop, &rated(2).in_category(Some("glass"))).await.facets.unwrap();
    assert!(glass.ratings.iter().any(|choice| choice.is_chosen), "what was asked for can be taken back");
    shop.done().await;
}

#[tokio::test]
async fn of_more_than_a_thousand_products_counts_of_stars_and_tags_say_at_least() {
    let shop = shelf().await;
    shop.execute(
        "insert into products (id, slug, name, category, position, tags, rated)
            select gen_random_uuid(), 'p' || n, 'Plate', 'tableware', n, '{plain}', 45000001 from generate_series(10, 1210) n;
         insert into product_variants (id, product_id, sku, price)
            select gen_random_uuid(), p.id, upper(p.slug), 5 from products p where p.name = 'Plate'",
    )
    .await;
    let all = listing(&shop, &everything()).await.facets.unwrap();
    let found = all.ratings.iter().map(|choice| choice.found).chain(all.tags.iter().map(|tag| tag.found));
    assert!(found.clone().count() > 4 && found.clone().all(|found| !found.is_exact && !found.is_none()), "{all:?}");
    // Narrowed to more than are looked at, and nothing else: what there is without that is as much, and a hundred are looked up.
    let both = ListingQuery { rating: RatingFloor::new(4), ..tagged(&["plain"]) };
    for query in [rated(4), tagged(&["plain"]), both] {
        let view = listing(&shop, &query).await;
        let facets = view.facets.unwrap();
        let mut found = facets.ratings.iter().map(|choice| choice.found).chain([facets.in_stock]);
        assert!(!view.total_is_exact && found.all(|found| !found.is_exact), "{facets:?}");
        let chosen = facets.tags.iter().find(|tag| tag.value == "plain").unwrap();
        assert!(!chosen.found.is_exact && chosen.found.count > 90, "{chosen:?}");
        assert!(facets.ratings.iter().all(|choice| choice.found.count > 90), "{facets:?}");
        assert!(view.categories.iter().all(|category| !category.found().is_none()), "{:?}", view.categories);
    }
    // Narrowed to few, those are looked at, all of them.
    let wool = listing(&shop, &tagged(&["wool"])).await;
    let stars: Vec<_> = wool.facets.unwrap().ratings.iter().map(|choice| choice.found).collect();
    assert_eq!((wool.total, stars), (3, vec![exactly(3); 4]));
    shop.execute(
        "delete from price_history where variant_id in (select id from product_variants where sku like 'P%' and price = 5);
         delete from product_variants where product_id in (select id from products where name = 'Plate');
         delete from products where name = 'Plate'",
    )
    .await;
    shop.done().await;
}

/// Twenty are offered, and a seldom one in their midst that is asked for: alone, and with what else narrows.
#[tokio::test]
async fn a_tag_that_is_asked_for_is_counted_however_seldom_it_is() {
    let shop = shelf().await;
    shop.execute(
        "update products set tags = tags || array(select 'often ' || n from generate_series(1, 20) n) where slug in ('cap', 'mitts')",
    )
    .await;
    let tags = async |query: &ListingQuery| {
        let facets = listing(&shop, query).await.facets.unwrap();
        let seldom = facets.tags.iter().find(|tag| tag.value == "linen").map(|tag| (tag.found, tag.is_chosen));
        (facets.tags.len(), seldom)
    };
    assert_eq!(tags(&everything()).await, (20, None));
    assert_eq!(tags(&tagged(&["linen"])).await, (20, Some((exactly(1), true))));
    let well = ListingQuery { rating: RatingFloor::new(3), ..tagged(&["linen"]) };
    assert_eq!(tags(&well).await, (20, Some((exactly(1), true))));
    shop.done().await;
}

#[tokio::test]
async fn a_tag_counts_for_less_than_an_option_and_for_more_than_a_description() {
    let shop = TestShop::open().await;
    let festive = ProductEntry {
        options: vec!["Kind".into()],
        variants: vec![variant("JUG-1", &["Festive"], "5.00", 1)],
        ..product("JUG", "5.00", 1)
    };
    shop.load(vec![product("BOWL", "5.00", 1), product("DISH", "5.00", 1), festive]).await;
    shop.execute("update products set description = 'Festive.' where slug = 'bowl'").await;
    tag(&shop, "dish", "festive").await;
    let search = ListingQuery { q: Some("festive".into()), exact: true, ..everything() };
    assert_eq!(names(&listing(&shop, &search).await), ["jug", "dish", "bowl"]);
    assert_eq!(shop.shop.product(&slug("dish")).await.unwrap().tags, ["festive"]);
    tag(&shop, "dish", "").await;
    assert_eq!(names(&listing(&shop, &search).await), ["jug", "bowl"]);
    shop.done().await;
}

/// What was there before the columns were is brought up by a migration, and by it again.
#[tokio::test]
async fn what_was_rated_and_tagged_before_is_brought_up_by_the_migration() {
    let shop = shelf().await;
    let best = listing(&shop, &everything().sorted(Sort::BestRated)).await.products;
    shop.execute("update products set rated = 0, search_document = 'nothing'").await;
    let winter = ListingQuery { q: Some("winter".into()), exact: true, ..everything() };
    assert_eq!((listing(&shop, &winter).await.total, listing(&shop, &rated(1)).await.total), (0, 0));
    for _ in 0..2 {
        shop.execute(include_str!("../../migrations/0251_products_rated_so_far.sql")).await;
        adds_up_alone(&shop).await;
    }
    assert_eq!(listing(&shop, &everything().sorted(Sort::BestRated)).await.products, best);
    assert_eq!(names(&listing(&shop, &winter).await), ["mitts"]);
    shop.done().await;
}

async fn adds_up_alone(shop: &TestShop) {
    let otherwise = "select count(*) from products p join product_ratings r on r.product_id = p.id
        where p.rated <> rating_rank(r.one, r.two, r.three, r.four, r.five)";
    assert_eq!(shop.count(otherwise).await, 0);
}

/// Whoever writes many products takes them by their ids, and so does what follows their ratings: `done` looks up that no two
/// waited for each other.
#[tokio::test]
async fn ratings_of_many_products_and_an_edit_of_them_wait_for_each_other_and_not_around() {
    let shop = TestShop::open().await;
    shop.execute(
        "insert into products (id, slug, name) select gen_random_uuid(), 'thing-' || n, 'Thing' from generate_series(1, 100) n;
         insert into product_ratings (product_id, five) select id, 1 from products",
    )
    .await;
    let store = shop.shop.store();
    let ids: Vec<Uuid> = sqlx::query_scalar("select id from products").fetch_all(store.pool()).await.unwrap();
    let edited = async {
        for units in 1..=20 {
            let counts: Vec<_> = ids.iter().map(|id| (ProductId(*id), units)).collect();
            store.write_sold(&counts).await.unwrap();
        }
    };
    let published = async {
        for _ in 0..20 {
            shop.execute("update product_ratings set four = four + 1").await;
        }
    };
    tokio::join!(edited, published);
    adds_up_alone(&shop).await;
    assert_eq!(shop.count("select count(*) from products where sold = 20 and rated = 40000021").await, 100);
    shop.execute("delete from product_ratings; delete from products").await;
    shop.done().await;
}
