//! What a search finds. The searches were written down before there was an engine: what a person would expect of the
//! sample catalogue, and of four products of the test's own.

use shop::domain::Synonym;
use shop::dto::{Correction, ListingQuery, ListingView};
use shop::usecase::{
    CatalogViews as _, Catalogue, CategoryCounts, FacetSets, FacetViews as _, Listed, Place, Search, SearchViews,
};
use sqlx::{Connection as _, PgConnection};

use crate::facets::with_options;
use crate::harness::{TestShop, product};
use crate::paging_plans::assert_index_serves;

fn words(q: &str) -> ListingQuery {
    ListingQuery { q: Some(q.into()), page: 1, ..ListingQuery::default() }
}

fn slugs(view: &ListingView) -> Vec<&str> {
    view.products.iter().map(|p| p.slug.as_str()).collect()
}

/// What a person would expect.
enum Found {
    /// This before all others.
    First(&'static str),
    /// These among what is found.
    Among(&'static [&'static str]),
    /// This and nothing else.
    Only(&'static str),
    Nothing,
}
use Found::{Among, First, Nothing, Only};

const SEARCHES: [(&str, Found); 30] = [
    // Words of the name, in whatever order.
    ("stoneware mug", First("speckled-stoneware-mug")),
    ("mug stoneware", First("speckled-stoneware-mug")),
    ("lamp brass", First("brass-desk-lamp")),
    ("a mug for the tea of an evening", Nothing),
    // Typos.
    ("stonware mgu", First("speckled-stoneware-mug")),
    ("roling pin", First("beech-rolling-pin")),
    ("teepot", First("stoneware-teapot")),
    ("stonewear", Among(&["stoneware-teapot", "speckled-stoneware-mug"])),
    ("linnen napkin", First("linen-napkins")),
    ("cylindre vase", First("cylinder-vase")),
    // Plurals.
    ("mugs", First("speckled-stoneware-mug")),
    ("wine glass", First("short-stem-wine-glass")),
    ("candle", Among(&["beeswax-pillar-candle", "dinner-candles", "soy-jar-candle"])),
    // Accents, here and there.
    ("creme brulee", Only("dish")),
    ("CRÈME", Only("dish")),
    ("cafetière", Only("press")),
    // Another word for it, which the owner gave.
    ("couch", Only("settee")),
    ("couches", Only("settee")),
    // A SKU.
    ("TAB-MUG-MOSS", First("speckled-stoneware-mug")),
    ("tab mug moss", First("speckled-stoneware-mug")),
    // The beginning of a word.
    ("stonew", Among(&["stoneware-teapot", "storage-jar"])),
    ("lambs", Only("lambswool-throw")),
    // A word of the description only, of an option, of a category, of a tag, of a word that is small elsewhere.
    ("honey", Only("beeswax-pillar-candle")),
    ("porridge", Only("everyday-bowl")),
    ("walnut board", First("chopping-board")),
    ("garden rust", First("ribbed-planter")),
    ("wedding", Only("dish")),
    ("can", First("watering-can")),
    // Nothing.
    ("xylophone", Nothing),
    ("%&/() \"' | ! <-> :*", Nothing),
];

/// The sample catalogue, and four products of the test's own.
pub async fn shelf() -> TestShop {
    let text = std::fs::read_to_string("server/sample/catalogue.json").unwrap();
    let mut catalogue: Catalogue = serde_json::from_str(&text).unwrap();
    for (sku, name) in [
        ("DISH", "Crème Brûlée Dish"),
        ("PRESS", "Cafetiere, Steel"),
        ("SETTEE", "Two-Seat Settee"),
        ("STOOL", "Foot Stool"),
    ] {
        let mut own = product(sku, "10.00", 5);
        own.name = name.into();
        catalogue.products.push(own);
    }
    let shop = TestShop::open().await;
    shop.shop.load_catalogue(&catalogue).await.unwrap();
    shop.execute("update products set tags = '{wedding}' where slug = 'dish'").await;
    shop.shop.replace_synonyms(&Synonym::read_all("couch = settee").unwrap()).await.unwrap();
    shop
}

#[tokio::test]
async fn a_search_finds_what_a_person_would_expect() {
    let shop = shelf().await;
    let mut faults = Vec::new();
    for (q, expected) in SEARCHES {
        let view = shop.shop.listing(&words(q)).await.unwrap();
        let found = slugs(&view);
        let right = match expected {
            First(slug) => found.first() == Some(&slug),
            Among(all) => all.iter().all(|slug| found.contains(slug)),
            Only(slug) => found == [slug],
            Nothing => found.is_empty(),
        };
        if !right {
            faults.push(format!("{q:?}: {found:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    shop.done().await;
}

#[tokio::test]
async fn a_typo_shows_what_was_meant_and_says_so_and_who_insists_gets_what_they_typed() {
    let shop = shelf().await;
    let listing = async |query: ListingQuery| shop.shop.listing(&query).await.unwrap();
    let shown = listing(words("stonware mgu")).await;
    let correction = Correction { asked: "stonware mgu".into(), meant: "stoneware mug".into(), is_shown: true };
    assert_eq!((shown.query.q.as_deref(), shown.correction), (Some("stoneware mug"), Some(correction)));
    let insisted = listing(words("").searching("stonware mgu", true)).await;
    assert_eq!((insisted.total, insisted.correction), (0, None));
    assert_eq!(listing(words("stoneware mug")).await.correction, None);
    // The typo of whoever wrote a description finds its product, and what others may mean is offered.
    shop.execute("update products set description = 'Goes with any stonware.' where slug = 'dish'").await;
    let offered = listing(words("stonware")).await;
    let correction = offered.correction.as_ref().map(|c| (c.meant.as_str(), c.is_shown));
    assert_eq!((slugs(&offered), correction), (vec!["dish"], Some(("stoneware", false))));
    shop.done().await;
}

#[tokio::test]
async fn a_search_that_finds_nothing_says_what_to_leave_out_and_where_to_look() {
    let shop = shelf().await;
    let nothing = shop.shop.listing(&words("walnut xylophone")).await.unwrap().nothing.unwrap();
    assert_eq!(nothing.shorter, ["walnut"]);
    let first: Vec<_> = nothing.categories.iter().map(|c| c.slug.as_str()).collect();
    assert_eq!(first, ["tableware", "kitchen", "glass", "lighting", "candles", "textiles"]);
    let signs = shop.shop.listing(&words("%%%")).await.unwrap();
    assert_eq!((signs.total, signs.nothing.map(|n| n.shorter)), (0, Some(vec![])));
    assert_eq!(shop.shop.listing(&words("walnut")).await.unwrap().nothing, None);
    shop.done().await;
}

#[tokio::test]
async fn a_sku_says_which_variant_it_is() {
    let shop = shelf().await;
    let found = shop.shop.listing(&words(" tab-mug-ink ")).await.unwrap().variant.unwrap();
    assert_eq!((found.sku.as_str(), found.slug.as_str()), ("TAB-MUG-INK", "speckled-stoneware-mug"));
    assert_eq!(found.options, ["Ink"]);
    shop.execute("update product_variants set retired_at = now() where sku = 'TAB-MUG-INK'").await;
    let gone = shop.shop.listing(&words("tab-mug-ink")).await.unwrap();
    assert_eq!(gone.variant, None);
    assert!(!slugs(&gone).contains(&"speckled-stoneware-mug"));
    shop.done().await;
}

#[tokio::test]
async fn what_is_found_follows_what_is_written() {
    let shop = shelf().await;
    let found = async |q: &str| shop.shop.listing(&words(q)).await.unwrap().total;
    assert_eq!((found("samovar").await, found("unobtainium").await, found("XL-42").await), (0, 0, 0));
    shop.execute("update products set name = 'Samovar' where slug = 'press'").await;
    shop.execute("update product_variants set options = '{Unobtainium}', sku = 'XL-42' where sku = 'SETTEE'").await;
    assert_eq!((found("samovar").await, found("unobtainium").await, found("XL-42").await), (1, 1, 1));
    assert_eq!((found("cafetiere").await, found("samowar").await), (0, 1), "the new word is known, too");
    shop.execute("update products set status = 'draft' where slug = 'press'").await;
    assert_eq!(found("samovar").await, 0);
    shop.done().await;
}

#[tokio::test]
async fn a_statement_writes_a_product_once_and_no_document_for_a_price() {
    let shop = TestShop::open().await;
    shop.execute(
        "create table anew (product uuid not null);
         create table written (product uuid not null);
         create function note_anew() returns trigger language plpgsql as $$
            begin
                insert into anew values (new.id);
                return null;
            end $$;
         create trigger note_anew after update of search_document on products
            for each row execute function note_anew();
         create function note_written() returns trigger language plpgsql as $$
            begin
                insert into written values (new.id);
                return null;
            end $$;
         create trigger note_written after update on products for each row execute function note_written();
         insert into products (id, slug, name) select gen_random_uuid(), 'cap-' || n, 'Cap' from generate_series(1, 2) n;
         insert into product_variants (id, product_id, sku, options, price)
         select gen_random_uuid(), p.id, upper(p.slug) || '-' || n, array['Size ' || n], 1
         from products p, generate_series(1, 50) n",
    )
    .await;
    let noted =
        async || (shop.count("select count(*) from anew").await, shop.count("select count(*) from written").await);
    assert_eq!(noted().await, (2, 2), "options, words and prices of fifty variants");
    shop.execute("update product_variants set price = 2").await;
    assert_eq!(noted().await, (2, 4));
    shop.execute("update product_variants set options = '{Wide}' where sku like 'CAP-1-%'").await;
    assert_eq!(noted().await, (3, 5));
    shop.execute("update product_variants set price = 2").await;
    assert_eq!(noted().await, (3, 5), "nothing is another now");
    assert_eq!(shop.shop.listing(&words("wide cap")).await.unwrap().total, 1);
    shop.execute("delete from price_history; delete from product_variants; delete from products").await;
    shop.done().await;
}

#[tokio::test]
async fn synonyms_are_replaced_as_a_whole() {
    let shop = shelf().await;
    let all = Synonym::read_all("carafe = jug, teapot\ndavenport = two-seat settee").unwrap();
    for _ in 0..2 {
        shop.shop.replace_synonyms(&all).await.unwrap();
        assert_eq!(shop.shop.synonyms().await.unwrap(), all);
    }
    let found = async |q: &str| shop.shop.listing(&words(q)).await.unwrap();
    assert_eq!((slugs(&found("davenport").await), found("couch").await.total), (vec!["settee"], 0));
    let carafes = found("carafe").await;
    for slug in ["table-carafe", "pouring-jug", "stoneware-teapot"] {
        assert!(slugs(&carafes).contains(&slug), "{slug}");
    }
    shop.done().await;
}

/// A search costs the same however long it is, and however many there are.
#[tokio::test]
async fn a_search_is_bounded() {
    let shop = shelf().await;
    shop.execute(
        "with made as (
            insert into products (id, slug, name, position)
            select gen_random_uuid(), 'spoon-' || n, 'Spoon ' || n, n from generate_series(1, 1200) n returning id, slug)
         insert into product_variants (id, product_id, sku, price)
         select gen_random_uuid(), id, upper(slug), 1 from made",
    )
    .await;
    shop.execute("vacuum analyze products").await;
    let rare =
        "explain select s.id from products s where s.status = 'active' and s.search_document @@ 'honey'::tsquery";
    let plan: Vec<String> = sqlx::query_scalar(rare).fetch_all(shop.shop.store().pool()).await.unwrap();
    assert!(plan.iter().any(|line| line.contains("products_by_words")), "{plan:#?}");
    let many = shop.shop.listing(&words("spoon")).await.unwrap();
    assert_eq!((many.total, many.total_is_exact, many.pages, many.products.len()), (1_000, false, 42, 24));
    let page = shop.shop.products(&words("spoon"), 100).await.unwrap();
    assert_eq!((page.total, page.total_is_exact, page.items.len()), (1_000, false, 100));
    let all = shop.shop.products(&ListingQuery::default(), 10).await.unwrap();
    assert_eq!((all.total, all.total_is_exact), (1_000, false));
    let few = shop.shop.products(&words("honey"), 10).await.unwrap();
    assert_eq!((few.total, few.total_is_exact), (1, true));
    for long in ["spoon ".repeat(1_000), "x".repeat(10_000), "'\\\"&|!():*<->".repeat(100), "\u{1}\u{7f}\0".repeat(50)]
    {
        shop.shop.listing(&words(&long)).await.unwrap();
        shop.shop.products(&words(&long), 10).await.unwrap();
    }
    shop.execute("delete from product_variants where sku like 'SPOON-%'").await;
    shop.execute("delete from products where slug like 'spoon-%'").await;
    shop.done().await;
}

/// What more of a sixteenth of all products have than are counted is found among those, and what fewer have among all.
#[tokio::test]
async fn a_sixteenth_of_all_products_is_asked_first() {
    const MADE: &str = "with made as (
            insert into products (id, slug, name, position)
            select overlay(gen_random_uuid()::text placing case when n % 100 = 0 then '1' else '0' end from 36)::uuid,
                'spoon-' || n, case when n % 50 = 0 then 'Ladle Spoon ' else 'Spoon ' end || n, n
            from generate_series(1, 1100) n returning id, slug)
         insert into product_variants (id, product_id, sku, price)
         select gen_random_uuid(), id, upper(slug), 1 from made";
    // As indexes have them (migrations 0310 to 0312), or those are of no use.
    const SIXTEENTH: &str = "right(c.id::text, 1) = '0'";
    const FEW: &str = "right(c.id::text, 2) = '00'";
    let shop = TestShop::open().await;
    shop.execute(MADE).await;
    let many = shop.shop.listing(&words("spoon")).await.unwrap();
    assert_eq!((many.total, many.total_is_exact, many.products.len()), (1_000, false, 24));
    for page in 1..=10 {
        let found = shop.shop.products(&words("spoon").on_page(page), 100).await.unwrap();
        let is_of_the_others = |number: &str| number.ends_with("00");
        assert!(found.items.len() == 100 && !found.items.iter().any(|product| is_of_the_others(product.slug.as_str())));
    }
    // Eleven of each.
    let few = shop.shop.listing(&words("ladle")).await.unwrap();
    assert_eq!((few.total, few.total_is_exact, few.products.len()), (22, true, 22));
    assert_eq!(slugs(&shop.shop.listing(&words("spoon 700")).await.unwrap()), ["spoon-700"]);
    let mut connection = PgConnection::connect(&shop.url).await.unwrap();
    sqlx::raw_sql("set enable_seqscan = off").execute(&mut connection).await.unwrap();
    let filters = include_str!("../infrastructure/postgres/catalog/filters.rs");
    for (asked, part, index) in [
        ("c.search_document @@ 'spoon'::tsquery", SIXTEENTH, "products_by_words_of_some"),
        ("c.search_document @@ 'spoon'::tsquery", FEW, "products_by_words_of_few"),
        ("c.facet_pairs && array['a']", SIXTEENTH, "products_by_facet_pairs_of_some"),
    ] {
        assert!(filters.contains(&format!("= \"{part}\";")), "{part}");
        let statement = format!("select c.id from product_cards() c where {asked} and {part}");
        assert_index_serves(&mut connection, &statement, index).await;
    }
    shop.execute("delete from product_variants; delete from products").await;
    shop.done().await;
}

/// What was written lately stands in a list of each index, which every search reads from end to end.
#[tokio::test]
async fn no_search_reads_a_long_list_of_what_was_written_lately() {
    // `products_search` is for what staff look for.
    const LONG: &str = "select c.relname::text from pg_index i
            join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
        where a.amname = 'gin' and c.relname <> 'products_search'
            and i.indrelid in ('products'::regclass, 'product_variants'::regclass, 'search_words'::regclass)
            and not coalesce(c.reloptions, '{}') @> array['gin_pending_list_limit=256']";
    let shop = TestShop::open().await;
    let long: Vec<String> = sqlx::query_scalar(LONG).fetch_all(shop.shop.store().pool()).await.unwrap();
    assert!(long.is_empty(), "{long:?}");
    shop.done().await;
}

/// Nothing reads all words to find the few that are near.
#[tokio::test]
async fn near_words_are_found_by_an_index() {
    let shop = shelf().await;
    let mut connection = PgConnection::connect(&shop.url).await.unwrap();
    // Among so few words nothing else would be chosen.
    sqlx::raw_sql("set enable_seqscan = off").execute(&mut connection).await.unwrap();
    for (statement, index) in [
        ("explain select cuts from search_words where cuts && search_cuts('mgu')", "search_words_by_cuts"),
        ("explain select cuts from search_words where word % 'stonware'", "search_words_alike"),
    ] {
        let plan: Vec<String> = sqlx::query_scalar(statement).fetch_all(&mut connection).await.unwrap();
        assert!(plan.iter().any(|line| line.contains(index)), "{plan:#?}");
    }
    shop.done().await;
}

#[tokio::test]
async fn words_that_are_typed_are_read_as_the_functions_read_those_of_products() {
    let shop = TestShop::open().await;
    shop.execute("insert into search_synonyms (word, means) values ('sofa', 'long settee')").await;
    for word in ["linen", "sofas", "x", "crème"] {
        let read = shop.shop.store().read_search(Some(word)).await.unwrap();
        let Search::Words { whole, beginning, .. } = read else { panic!("{read:?}") };
        let itself: String = shop.scalar("select format('(%s)', search_word($1, false))", word).await;
        let begun: String = shop.scalar("select format('(%s)', search_word($1, true))", word).await;
        assert_eq!((whole, beginning), (itself, begun), "{word}");
    }
    shop.done().await;
}

/// Where all that a search finds stands on its page, it is counted of that, else looked for once more.
#[tokio::test]
async fn what_a_search_is_narrowed_by_is_the_same_whether_its_products_are_known() {
    let shop = TestShop::open().await;
    let mug: [(&[&str], &str, u32); 2] = [(&["Sand"], "20.00", 0), (&["Slate"], "24.00", 5)];
    shop.load(vec![
        with_options("MUG", &["Colour"], &mug),
        with_options("MUG-TALL", &["Size"], &[(&["M"], "40.00", 0)]),
        with_options("BOWL", &["Colour"], &[(&["Slate"], "18.00", 1)]),
    ])
    .await;
    shop.execute("update products set tags = array['oak', 'new'] where slug <> 'bowl'").await;
    let store = shop.shop.store();
    let in_order = |mut sets: FacetSets| {
        sets.base.values.sort_by_key(|found| (found.name.clone(), found.value.clone()));
        sets.base.tags.sort_by_key(|found| found.tag.clone());
        sets
    };
    for (q, found) in [("mug", 2), ("product", 3), ("gramophone", 0)] {
        let (query, search) = (words(q), store.read_search(Some(q)).await.unwrap());
        let page = store.listing_view(&query, &search, &Place::Page(1), 24, CategoryCounts::Counted).await.unwrap();
        let ids = page.products.iter().map(|product| product.id).collect();
        let looked_for = in_order(store.facet_sets(&query, &search, &Listed::Unknown).await.unwrap());
        assert_eq!(looked_for.base.products, found, "{q}");
        let known = store.facet_sets(&query, &search, &Listed::All(ids)).await.unwrap();
        assert_eq!(in_order(known), looked_for, "{q}");
    }
    shop.done().await;
}
