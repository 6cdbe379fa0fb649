//! Many products changed at once: looked at first, then all of them or none.

use futures::future::join_all;
use shop::domain::{Fields, May, PriceFlaw, Problem, ProductStatus, Refusal, Staff, StaffRole, permit};
use shop::dto::{BulkEditView, BulkQuery, StaffProduct};

use crate::harness::{Everything, TestShop, product, refused, usd, variant, worker};
use crate::rule_forms::fields;

async fn open() -> (TestShop, Staff) {
    let shop = TestShop::open().await;
    let shirt = shop::usecase::ProductEntry {
        options: vec!["Size".into()],
        variants: vec![variant("SHIRT-S", &["S"], "49.00", 3), variant("SHIRT-M", &["M"], "49.05", 3)],
        ..product("SHIRT", "49.00", 3)
    };
    shop.load(vec![product("CUP", "5.00", 3), product("MUG", "9.99", 3), shirt]).await;
    let staff = Staff(shop.register("Staff").await.id);
    (shop, staff)
}

pub async fn looked_at(shop: &TestShop, by: Staff, search: &str) -> BulkEditView {
    shop.shop.bulk_editor(by.may(), BulkQuery::of_search(search)).await.unwrap()
}

/// What the page's form sends.
pub fn sent(view: &BulkEditView) -> Fields {
    let mut sent = view.query.edit.clone();
    sent.insert("versions".to_owned(), view.versions());
    sent
}

async fn now(shop: &TestShop, by: Staff, slug: &str) -> StaffProduct {
    let id = shop.record(slug).await.id;
    shop.shop.product_editor(by.may(), id, "").await.unwrap().product
}

async fn prices(shop: &TestShop, by: Staff) -> Vec<String> {
    let mut prices = Vec::new();
    for slug in ["cup", "mug", "shirt"] {
        prices.extend(now(shop, by, slug).await.variants.iter().map(|variant| variant.price.amount().to_string()));
    }
    prices
}

#[tokio::test]
async fn what_is_shown_is_what_is_done_and_the_audit_log_has_before_and_after() {
    let (shop, staff) = open().await;
    let view = looked_at(&shop, staff, "all=yes&price=lower_percent&value=10&to_status=active").await;
    let shown: Vec<_> = view.rows.iter().map(|row| row.product.name.as_str()).collect();
    assert_eq!(shown, ["Product CUP", "Product MUG", "Product SHIRT"]);
    assert!(view.rows.iter().all(|row| row.changes() && !row.is_flawed()) && view.problem.is_none());
    let after: Vec<_> =
        view.rows.iter().flat_map(|row| row.after.clone().unwrap().prices).map(|price| price.unwrap()).collect();
    assert_eq!(after, [usd("4.50"), usd("8.99"), usd("44.10"), usd("44.15")], "44.145 is rounded away from zero");
    assert_eq!(prices(&shop, staff).await, ["5.00", "9.99", "49.00", "49.05"], "nothing is done by looking");

    assert_eq!(shop.shop.change_products(staff.may(), &sent(&view)).await.unwrap(), 3);
    assert_eq!(prices(&shop, staff).await, ["4.50", "8.99", "44.10", "44.15"]);
    let shirt = now(&shop, staff, "shirt").await;
    assert_eq!((shirt.version, shirt.status), (2, ProductStatus::Active));
    let cards = shop.count("select count(*) from products where min_price = 44.10 and max_price = 44.15").await;
    assert_eq!(cards, 1, "lists show it, too");
    let entries = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    assert_eq!(entries.len(), 3);
    let told = entries.iter().find(|entry| entry.subject == shirt.id.to_string()).unwrap();
    let (before, after) = told.before.as_deref().zip(told.after.as_deref()).unwrap();
    assert!(before.contains("49.05") && after.contains("44.15"), "{before} {after}");
    assert!(!after.contains("status"), "what stays is not told: {after}");
    assert_eq!(shop.shop.verify_audit_log().await.unwrap().flaw, None);
    shop.done().await;
}

#[tokio::test]
async fn all_or_nothing_is_done_and_those_that_were_changed_meanwhile_are_named() {
    let (shop, staff) = open().await;
    let view = looked_at(&shop, staff, "all=yes&price=raise_amount&value=1.00").await;
    let cup = now(&shop, staff, "cup").await;
    let mut edit = cup.fields();
    edit.extend(fields(&[("version", "1"), ("name", "Cup without a handle")]));
    shop.shop.edit_product(staff.may(), cup.id, &edit).await.unwrap();
    let refusal = refused(shop.shop.change_products(staff.may(), &sent(&view)).await);
    assert_eq!(refusal, Refusal::ChangedMeanwhile { names: vec!["Cup without a handle".into()] });
    assert_eq!(prices(&shop, staff).await, ["5.00", "9.99", "49.00", "49.05"]);
    assert_eq!(shop.shop.verify_audit_log().await.unwrap().rows, 1, "the edit alone");

    // What was refused is shown again, as it is now.
    let mut kept = sent(&view);
    kept.insert("all".into(), "yes".into());
    let kept = shop.shop.keep_form(staff, &kept).await.unwrap();
    let again = looked_at(&shop, staff, &format!("kept={kept}")).await;
    assert_eq!((again.query.typed("value"), again.rows.len()), ("1.00", 3));
    let both = [sent(&again), sent(&again)];
    let answers = join_all(both.iter().map(|sent| shop.shop.change_products(staff.may(), sent))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert_eq!(prices(&shop, staff).await, ["6.00", "10.99", "50.00", "50.05"]);
    shop.done().await;
}

#[tokio::test]
async fn a_price_that_cannot_be_is_shown_and_stops_all() {
    let (shop, staff) = open().await;
    let view = looked_at(&shop, staff, "all=yes&price=lower_amount&value=5.01").await;
    let flawed: Vec<_> = view.rows.iter().filter(|row| row.is_flawed()).collect();
    assert_eq!((flawed.len(), flawed[0].after.clone().unwrap().prices), (1, vec![Err(PriceFlaw::BelowZero)]));
    assert_eq!(refused(shop.shop.change_products(staff.may(), &sent(&view)).await), Refusal::BadAmount);
    assert_eq!(prices(&shop, staff).await, ["5.00", "9.99", "49.00", "49.05"]);
    let nothing = looked_at(&shop, staff, "all=yes&q=cup&price=lower_amount&value=5.00").await;
    assert_eq!((nothing.rows.len(), shop.shop.change_products(staff.may(), &sent(&nothing)).await.unwrap()), (1, 1));
    assert_eq!(prices(&shop, staff).await[0], "0.00");
    shop.done().await;
}

#[tokio::test]
async fn status_and_category_of_the_chosen_ones_become_others() {
    let (shop, staff) = open().await;
    let mug = shop.record("mug").await.id;
    let search = |edit: &str| format!("{}=yes&{edit}", BulkQuery::field(mug));
    // It is for sale, so a time that it still has is of before.
    shop.execute("update products set publish_at = '2020-01-01 10:00+00' where slug = 'mug'").await;
    let view = looked_at(&shop, staff, &search("to_status=draft&to_category=glass")).await;
    assert_eq!(view.rows.len(), 1);
    assert_eq!(shop.shop.change_products(staff.may(), &sent(&view)).await.unwrap(), 1);
    let (id, again) = (mug, looked_at(&shop, staff, &search("to_status=draft&to_category=glass")).await);
    let edited = shop.shop.product_editor(staff.may(), id, "").await.unwrap().product;
    assert_eq!((edited.status, edited.category.as_deref()), (ProductStatus::Draft, Some("glass")));
    assert_eq!(edited.publish_at, None, "nothing brings it back but somebody");
    assert!(!again.rows[0].changes());
    assert_eq!(shop.shop.change_products(staff.may(), &sent(&again)).await.unwrap(), 0, "it is so already");
    assert_eq!(shop.shop.product_editor(staff.may(), id, "").await.unwrap().product.version, 2);
    let none = looked_at(&shop, staff, &search("to_category=-")).await;
    shop.shop.change_products(staff.may(), &sent(&none)).await.unwrap();
    assert_eq!(shop.shop.product_editor(staff.may(), id, "").await.unwrap().product.category, None);

    let versions = looked_at(&shop, staff, &search("")).await.versions();
    for (edit, field) in [
        (vec![], "price"),
        (vec![("price", "raise_percent")], "value"),
        (vec![("price", "raise_percent"), ("value", "101")], "value"),
        (vec![("price", "lower_amount"), ("value", "1,00")], "value"),
        (vec![("price", "halve"), ("value", "1")], "price"),
        (vec![("to_status", "gone")], "to_status"),
        (vec![("to_category", "a b")], "to_category"),
        (vec![("to_category", "nowhere")], "category"),
    ] {
        let mut typed = fields(&edit);
        typed.insert("versions".into(), versions.clone());
        let refusal = refused(shop.shop.change_products(staff.may(), &typed).await);
        assert!(refusal.problem_of(field).is_some(), "{edit:?}: {refusal:?}");
    }
    let without = refused(shop.shop.change_products(staff.may(), &fields(&[("to_status", "draft")])).await);
    assert_eq!(without.problem_of("versions"), Some(&Problem::Required));
    let seen = looked_at(&shop, staff, &search("price=raise_percent&value=x")).await;
    assert!(seen.problem.is_some_and(|problem| problem.problem_of("value").is_some()));
    for role in StaffRole::ALL {
        let may = matches!(role, StaffRole::Owner | StaffRole::Manager | StaffRole::Catalogue);
        assert_eq!(worker::<May<permit::Products>>(staff, role).is_ok(), may, "{role:?}");
    }
    shop.done().await;
}

#[tokio::test]
async fn more_than_a_thousand_are_not_changed_at_once() {
    let (shop, staff) = open().await;
    shop.execute(
        "insert into products (id, slug, name, position) select gen_random_uuid(), 'p' || n, 'P', 9
         from generate_series(1, 998) n",
    )
    .await;
    let view = looked_at(&shop, staff, "all=yes&to_status=draft").await;
    assert!(view.too_many && view.rows.is_empty());
    shop.execute("delete from products where slug = 'p1'").await;
    let view = looked_at(&shop, staff, "all=yes&to_status=draft").await;
    assert_eq!((view.too_many, view.rows.len()), (false, 1_000));
    assert_eq!(shop.shop.change_products(staff.may(), &sent(&view)).await.unwrap(), 1_000);
    assert_eq!(shop.count("select count(*) from products where status = 'draft'").await, 1_000);
    assert_eq!(shop.shop.verify_audit_log().await.unwrap().flaw, None);
    shop.execute("delete from products where slug like 'p%' and name = 'P'").await;
    shop.done().await;
}

#[tokio::test]
async fn what_was_withdrawn_meanwhile_is_not_what_was_looked_at() {
    let (shop, staff) = open().await;
    let view = looked_at(&shop, staff, "all=yes&price=raise_amount&value=1.00").await;
    let cup = now(&shop, staff, "cup").await;
    shop.shop.withdraw_product(staff.may(), cup.id).await.unwrap();
    let refusal = refused(shop.shop.change_products(staff.may(), &sent(&view)).await);
    assert_eq!(refusal, Refusal::ChangedMeanwhile { names: vec!["Product CUP".into()] });
    let mut edit = cup.fields();
    edit.insert("version".into(), cup.version.to_string());
    let refusal = refused(shop.shop.edit_product(staff.may(), cup.id, &edit).await);
    assert_eq!(refusal, Refusal::VersionMismatch { current: cup.version + 1 }, "it would be for sale again");
    shop.done().await;
}

#[tokio::test]
async fn no_more_than_five_thousand_variants_are_changed_at_once() {
    let (shop, staff) = open().await;
    let mug = shop.record("mug").await.id;
    let search = format!("{}=yes&price=raise_amount&value=1.00", BulkQuery::field(mug));
    let view = looked_at(&shop, staff, &search).await;
    assert_eq!(view.rows.len(), 1);
    // More than forms make; without its triggers, which count them after each.
    shop.execute(
        "alter table product_variants disable trigger user;
         insert into product_variants (id, product_id, sku, price) select gen_random_uuid(), p.id, 'SIZE-' || n, 1
         from products p, generate_series(1, 5000) n where p.slug = 'mug';
         update products set choices = 5001 where slug = 'mug'",
    )
    .await;
    let refusal = refused(shop.shop.change_products(staff.may(), &sent(&view)).await);
    assert_eq!(refusal.problem_of("versions"), Some(&Problem::TooMany { max: 5_000 }));
    let again = looked_at(&shop, staff, &search).await;
    assert!(again.too_many && again.rows.is_empty());
    shop.execute(
        "delete from product_variants where sku like 'SIZE-%';
         update products set choices = 1 where slug = 'mug';
         alter table product_variants enable trigger user",
    )
    .await;
    assert_eq!(shop.shop.change_products(staff.may(), &sent(&view)).await.unwrap(), 1);
    shop.done().await;
}
