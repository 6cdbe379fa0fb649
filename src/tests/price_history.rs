//! What variants cost before: written down whoever changes a price, and told beside one that is reduced (Directive 98/6/EC,
//! article 6a).

use shop::domain::{Money, ProductId, Refusal, Staff};
use shop::dto::{BulkQuery, ListingQuery, ProductForm, StaffProduct};

use crate::harness::{Everything, TestShop, product, refused, slug, usd, variant};
use crate::imports::Importer;

/// How many variants have a `lowest_before` (0331) that their history does not say, and products one that their variants do not.
const COUNT_OF_WRONG: &str = "select
    (select count(*) from product_variants v where v.lowest_before is distinct from
        case when v.compare_at_price > v.price then lowest_price_before(v.id, v.price) end)
    + (select count(*) from products p cross join lateral facts_of_variants(p.id) f
        where p.lowest_before is distinct from f.lowest_before)";

/// After so many days it costs this, and that is struck.
type Step = (i32, &'static str, Option<&'static str>);

async fn run(shop: &TestShop, (days, price, before): Step) {
    let pool = shop.shop.store().pool();
    sqlx::query("update price_history set ended_at = ended_at - make_interval(days => $1)")
        .bind(days)
        .execute(pool)
        .await
        .unwrap();
    sqlx::query("update product_variants set price = $1::text::numeric, compare_at_price = $2::text::numeric")
        .bind(price)
        .bind(before)
        .execute(pool)
        .await
        .unwrap();
}

/// What is told beside the price of the mug: by its page, its card and to programs alike; and of nothing is it written wrong.
async fn lowest(shop: &TestShop) -> Option<Money> {
    let told = shop.shop.product(&slug("mug")).await.unwrap().lowest_before.first().map(|lowest| lowest.price);
    let listing = shop.shop.listing(&ListingQuery { page: 1, ..ListingQuery::default() }).await.unwrap();
    assert_eq!(listing.products.iter().find(|card| card.slug == "mug").unwrap().lowest_before, told);
    assert_eq!(shop.record("mug").await.variants[0].lowest_before, told);
    assert_eq!(shop.count(COUNT_OF_WRONG).await, 0);
    told
}

async fn history(shop: &TestShop) -> String {
    let prices =
        "select coalesce(string_agg(h.price::numeric(14, 2)::text, ' ' order by h.id), '') from price_history h
        join product_variants v on v.id = h.variant_id where v.sku = $1";
    shop.scalar(prices, "MUG").await
}

async fn editor(shop: &TestShop, by: Staff, id: ProductId) -> StaffProduct {
    shop.shop.product_editor(by.may(), id, "").await.unwrap().product
}

#[tokio::test]
async fn beside_a_reduced_price_stands_the_lowest_of_the_thirty_days_before() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "100.00", 5)]).await;
    let reduced: Step = (5, "80", Some("100"));
    let cases: &[(&str, &[Step], Option<&str>)] = &[
        ("nothing is reduced", &[], None),
        ("it is only cheaper", &[(5, "80", None)], None),
        ("at once", &[(0, "80", Some("100"))], Some("100.00")),
        ("after it cost the same for long", &[(90, "80", Some("100"))], Some("100.00")),
        ("raised before", &[(40, "150", None), (10, "120", Some("150"))], Some("100.00")),
        ("raised long before", &[(40, "150", None), (31, "120", Some("150"))], Some("150.00")),
        ("a little cheaper before", &[(5, "90", None), (5, "80", Some("100"))], Some("90.00")),
        ("reduced further", &[reduced, (5, "60", Some("100"))], Some("80.00")),
        ("reduced less", &[(5, "60", Some("100")), (5, "80", Some("100"))], Some("60.00")),
        ("reduced for long", &[reduced, (90, "80", Some("110"))], Some("100.00")),
        ("cheaper first, and struck later", &[(5, "80", None), (5, "80", Some("100"))], Some("80.00")),
        ("reduced no more", &[reduced, (5, "80", None)], None),
        ("struck is what is no more than it costs", &[reduced, (5, "100", Some("100"))], None),
        ("reduced again", &[reduced, (40, "100", None), (31, "80", Some("100"))], Some("100.00")),
        ("reduced again soon", &[reduced, (10, "100", None), (10, "80", Some("100"))], Some("80.00")),
    ];
    for (what, steps, told) in cases {
        run(&shop, (0, "100", None)).await;
        shop.execute("delete from price_history").await;
        for step in *steps {
            run(&shop, *step).await;
        }
        assert_eq!(lowest(&shop).await, told.map(usd), "{what}");
    }
    shop.done().await;
}

#[tokio::test]
async fn whoever_changes_a_price_leaves_the_one_before_and_who_is_refused_leaves_nothing() {
    let at = Importer::open().await;
    let (shop, staff) = (&at.shop, at.staff);
    let id = shop.record("mug").await.id;
    let mug = editor(shop, staff, id).await;
    let mut edit = mug.fields();
    edit.insert("version".into(), mug.version.to_string());
    edit.insert(mug.variants[0].field("price"), "8.50".into());
    shop.shop.edit_product(staff.may(), id, &edit).await.unwrap();
    let overtaken = refused(shop.shop.edit_product(staff.may(), id, &edit).await);
    assert_eq!(overtaken, Refusal::VersionMismatch { current: 2 });
    assert_eq!(history(shop).await, "9.00");

    at.imported("Handle,Title,Variant SKU,Variant Price\nmug,Product MUG,MUG,8.00\n").await;
    shop.load(vec![product("MUG", "7.00", 5)]).await;
    let view = shop
        .shop
        .bulk_editor(staff.may(), BulkQuery::of_search("all=yes&price=lower_amount&value=1.00"))
        .await
        .unwrap();
    let mut sent = view.query.edit.clone();
    sent.insert("versions".to_owned(), view.versions());
    assert_eq!(shop.shop.change_products(staff.may(), &sent).await.unwrap(), 1);
    let now = shop.record("mug").await.version;
    let form = ProductForm { name: "Mug".into(), price: "5.00".into(), ..ProductForm::default() };
    shop.shop.update_product(staff.may(), id, &[now], &form).await.unwrap();
    assert_eq!(history(shop).await, "9.00 8.50 8.00 7.00 6.00");
    // What leaves the price as it is leaves nothing.
    shop.load(vec![product("MUG", "5.00", 5)]).await;
    assert_eq!(history(shop).await, "9.00 8.50 8.00 7.00 6.00");
    at.shop.done().await;
}

#[tokio::test]
async fn a_price_at_which_nobody_could_buy_is_none() {
    let shop = TestShop::open().await;
    let cup = shop::usecase::ProductEntry {
        options: vec!["Size".into()],
        variants: vec![variant("CUP-S", &["S"], "9.00", 3), variant("CUP-M", &["M"], "9.00", 3)],
        ..product("CUP", "9.00", 3)
    };
    shop.load(vec![product("MUG", "100.00", 5), cup]).await;
    shop.execute("update products set status = 'draft' where slug = 'mug'").await;
    assert_eq!(history(&shop).await, "100.00", "it was its price until then");
    shop.execute("update product_variants set price = 50 where sku = 'MUG'").await;
    // One transaction: on sale, and reduced.
    shop.execute(
        "update products set status = 'active' where slug = 'mug';
         update product_variants set price = 80, compare_at_price = 100 where sku = 'MUG'",
    )
    .await;
    assert_eq!((history(&shop).await, lowest(&shop).await), ("100.00".to_owned(), Some(usd("100.00"))));
    // Of what was never sold for more, nothing is known.
    shop.execute("delete from price_history").await;
    shop.execute("update product_variants set compare_at_price = 110 where sku = 'MUG'").await;
    assert_eq!((history(&shop).await, lowest(&shop).await), ("80.00".to_owned(), None));

    // The same of a variant that is retired, and comes back.
    shop.execute("update product_variants set retired_at = now() where sku = 'CUP-M'").await;
    shop.execute("update product_variants set price = 5 where sku = 'CUP-M'").await;
    shop.execute("update product_variants set retired_at = null, price = 7, compare_at_price = 9 where sku = 'CUP-M'")
        .await;
    let view = shop.shop.product(&slug("cup")).await.unwrap();
    let told: Vec<_> = view.lowest_before.iter().map(|lowest| lowest.price).collect();
    assert_eq!(told, [usd("9.00")]);
    assert_eq!(view.variants.iter().find(|v| v.sku == "CUP-M").unwrap().id, view.lowest_before[0].variant);
    shop.done().await;
}

#[tokio::test]
async fn what_was_reduced_before_this_was_written_is_filled_in_once() {
    let shop = TestShop::open().await;
    let cup = shop::usecase::ProductEntry {
        options: vec!["Size".into()],
        variants: vec![variant("CUP-S", &["S"], "9.00", 3), variant("CUP-M", &["M"], "9.00", 3)],
        ..product("CUP", "9.00", 3)
    };
    shop.load(vec![product("MUG", "100.00", 5), product("JUG", "30.00", 5), cup]).await;
    // Of the jug nothing is known.
    shop.execute(
        "update product_variants set price = 80, compare_at_price = 100 where sku = 'MUG';
         update product_variants set price = 7, compare_at_price = 9 where sku like 'CUP-%';
         delete from price_history where variant_id = (select id from product_variants where sku = 'JUG');
         alter table product_variants disable trigger user;
         update product_variants set compare_at_price = 40 where sku = 'JUG';
         update product_variants set lowest_before = null;
         update products set compare_at_price = 40 where slug = 'jug';
         update products set lowest_before = null;
         alter table product_variants enable trigger user",
    )
    .await;
    // The mug, and the cup in both sizes.
    assert_eq!(shop.count(COUNT_OF_WRONG).await, 3);
    // Who begins again writes no row again: it is of the same transaction.
    let mut written = Vec::new();
    for _ in 0..2 {
        shop.execute(include_str!("../../migrations/0333_lowest_prices_so_far.sql")).await;
        assert_eq!(lowest(&shop).await, Some(usd("100.00")));
        let rows = "select string_agg(v.sku || ' ' || v.xmin::text, ' ' order by v.sku) from product_variants v where v.sku like $1";
        written.push(shop.scalar::<String>(rows, "%").await);
    }
    assert_eq!(written[0], written[1]);
    shop.done().await;
}
