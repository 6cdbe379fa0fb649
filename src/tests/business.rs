//! The business as staff edit it: saved whole or not at all, told field by field, and it holds at once for papers, returns and
//! payments by hand.

use shop::domain::{Problem, Refusal};
use time::Duration;

use crate::harness::rules::taxed;
use crate::harness::{Everything, TestShop, refused};
use crate::rule_forms::{kept, open, problem, typed};

const BRENN: [(&str, &str); 6] = [
    ("name", "Brenn & Web GmbH"),
    ("line1", "Lindenstraße 5"),
    ("postal_code", "10969"),
    ("city", "Berlin"),
    ("country", "DE"),
    ("vat_id", "DE 123 456 788"),
];

/// How many sellers and terms are saved.
async fn saved(shop: &TestShop) -> (i64, i64) {
    (shop.count("select count(*) from seller").await, shop.count("select count(*) from shop_terms").await)
}

#[tokio::test]
async fn who_sells_and_on_which_terms_is_saved_and_holds_at_once() {
    let (shop, staff) = open().await;
    let shown = shop.shop.business_editor(staff.may(), "").await.unwrap();
    for (field, value) in [("return_days", "30"), ("manual", "no"), ("days", "7"), ("invoice_series", "INV-")] {
        assert_eq!(shown.fields[field], value, "{field} as the environment says");
    }
    let mut form = BRENN.to_vec();
    form.extend([
        ("return_days", "14"),
        ("manual", "yes"),
        ("instructions", "IBAN DE02\nAt the counter"),
        ("days", "5"),
    ]);
    shop.shop.save_business(staff.may(), &typed(&shown, &form)).await.unwrap();

    let seller = shop.shop.seller().await.unwrap().unwrap();
    assert_eq!((seller.address.name.as_str(), seller.vat_id.as_deref()), ("Brenn & Web GmbH", Some("DE123456788")));
    assert_eq!((seller.invoice_series.as_str(), seller.credit_note_series.as_str()), ("INV-", "CN-"));
    assert_eq!(shop.shop.content().return_days, Some(14), "pages say it at once");
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let manual = shop.order(ada, id).await.manual_payment.unwrap();
    assert_eq!((manual.days, manual.lines().count()), (5, 2));

    let again = shop.shop.business_editor(staff.may(), "").await.unwrap();
    assert_eq!(again.fields["instructions"], "IBAN DE02\nAt the counter");
    let less = [("manual", "no"), ("instructions", "kept in the form"), ("return_days", "0")];
    shop.shop.save_business(staff.may(), &typed(&again, &less)).await.unwrap();
    assert_eq!(shop.order(ada, id).await.manual_payment, None);
    assert_eq!(shop.shop.content().return_days, None, "nothing is promised");
    let changes = "select count(*) from audit_log where action = 'business.changed'";
    assert_eq!(shop.count(changes).await, 2);
    shop.done().await;
}

#[tokio::test]
async fn what_will_not_do_is_told_field_by_field_and_nothing_is_saved() {
    let (shop, staff) = open().await;
    let shown = shop.shop.business_editor(staff.may(), "").await.unwrap();
    let mut wrong = BRENN.to_vec();
    wrong.extend([("country", "XX"), ("vat_id", "DE12"), ("credit_note_series", "INV-"), ("return_days", "-1")]);
    wrong.extend([("manual", "yes"), ("instructions", " "), ("days", "90")]);
    let refusal = refused(shop.shop.save_business(staff.may(), &typed(&shown, &wrong)).await);
    for field in ["country", "vat_id", "credit_note_series", "return_days", "instructions", "days"] {
        assert!(refusal.problem_of(field).is_some(), "{field}: {refusal:?}");
    }
    assert_eq!(saved(&shop).await, (0, 0));

    // Terms alone are enough, as long as nobody has said who sells.
    shop.shop.save_business(staff.may(), &typed(&shown, &[("return_days", "7")])).await.unwrap();
    assert_eq!(saved(&shop).await, (0, 1));
    let shown = shop.shop.business_editor(staff.may(), "").await.unwrap();
    shop.shop.save_business(staff.may(), &typed(&shown, &BRENN)).await.unwrap();
    let shown = shop.shop.business_editor(staff.may(), "").await.unwrap();
    let nobody: Vec<_> = BRENN.iter().map(|(name, _)| (*name, "")).collect();
    let emptied = refused(shop.shop.save_business(staff.may(), &typed(&shown, &nobody)).await);
    assert_eq!(problem(emptied, "name"), Problem::Required, "a seller can become another, and never nobody");
    shop.done().await;
}

#[tokio::test]
async fn of_two_who_edit_the_second_is_shown_what_the_first_changed() {
    let (shop, staff) = open().await;
    let shown = shop.shop.business_editor(staff.may(), "").await.unwrap();
    let first = typed(&shown, &[("return_days", "14"), ("days", "9"), ("manual", "yes"), ("instructions", "IBAN")]);
    shop.shop.save_business(staff.may(), &first).await.unwrap();
    let second = typed(&shown, &[("return_days", "60")]);
    let refusal = refused(shop.shop.save_business(staff.may(), &second).await);
    assert!(matches!(refusal, Refusal::VersionMismatch { .. }), "{refusal:?}");
    let form = shop.shop.business_editor(staff.may(), &kept(&shop, staff, &second).await).await.unwrap();
    assert_eq!((form.both.len(), form.theirs.len()), (1, 3), "{form:?}");
    assert_eq!((form.fields["return_days"].as_str(), form.fields["instructions"].as_str()), ("60", "IBAN"));
    shop.shop.save_business(staff.may(), &typed(&form, &[])).await.unwrap();
    assert_eq!(shop.shop.content().return_days, Some(60));
    shop.done().await;
}

#[tokio::test]
async fn the_first_page_says_what_is_left_to_do_before_the_shop_opens() {
    let (shop, staff) = open().await;
    let left = async || shop.shop.staff_home(staff.may()).await.unwrap().setup;
    let steps = left().await.unwrap();
    assert!(steps.product && !(steps.name || steps.seller || steps.pages || steps.shipping || steps.tax), "{steps:?}");
    let shown = shop.shop.business_editor(staff.may(), "").await.unwrap();
    shop.shop.save_business(staff.may(), &typed(&shown, &BRENN)).await.unwrap();
    shop.tax_by(taxed(&[("DE", "19")])).await;
    let steps = left().await.unwrap();
    assert!(steps.seller && steps.tax && !steps.shipping, "{steps:?}");
    for done in [
        "update settings_versions set version = version + 1 where name = 'shipping'",
        "update shop_content set saved = '{\"name\": \"Brenn\"}'",
        "insert into page_versions (slug, version, title, description, place, body)
         select slug, p.version + 1, v.title, v.description, v.place, 'Ours' from pages p join page_versions v using (slug, version)",
    ] {
        shop.execute(done).await;
        assert!(left().await.is_some_and(|steps| !steps.pages), "{done}");
    }
    shop.execute("update pages set version = version + 1 where slug = 'imprint'").await;
    assert!(left().await.is_some_and(|steps| !steps.pages), "the terms are left");
    shop.execute("update pages set version = 2").await;
    assert_eq!(left().await, None);
    shop.done().await;
}

#[tokio::test]
async fn where_nothing_is_featured_the_first_page_shows_what_came_last() {
    let (shop, _) = open().await;
    let shown = async || {
        let featured = shop.shop.home().await.unwrap().featured;
        featured.into_iter().map(|card| card.slug.to_string()).collect::<Vec<_>>()
    };
    shop.execute("update products set featured = false, created_at = created_at - interval '1 day' where slug = 'mug'")
        .await;
    assert_eq!(shown().await, ["cup", "mug"]);
    shop.execute("update products set featured = true where slug = 'mug'").await;
    assert_eq!(shown().await, ["mug"]);
    // What nothing can be chosen of is shown in neither case.
    shop.execute("update product_variants set retired_at = now() where sku = 'MUG'").await;
    assert_eq!(shown().await, ["cup"]);
    shop.execute("update products set featured = true where slug = 'cup'").await;
    shop.execute(
        "insert into products (id, slug, name, position, featured, choices)
         select gen_random_uuid(), 'p' || n, 'P', 1000 + n, true, 1 from generate_series(1, 30) n",
    )
    .await;
    let first = shown().await;
    assert_eq!((first.len(), first[0].as_str(), first[23].as_str()), (24, "cup", "p23"), "so many and no more");
    shop.execute("delete from products where name = 'P'").await;
    shop.done().await;
}

#[tokio::test]
async fn what_nobody_decided_goes_on_as_the_environment_says() {
    let (shop, staff) = open().await;
    let shown = shop.shop.business_editor(staff.may(), "").await.unwrap();
    shop.shop.save_business(staff.may(), &typed(&shown, &BRENN)).await.unwrap();
    assert_eq!(saved(&shop).await, (1, 0), "who sells, and no terms");
    let other = shop.another_process_taking_back(Duration::days(60)).await;
    let shown = other.business_editor(staff.may(), "").await.unwrap();
    assert_eq!(shown.fields["return_days"], "60", "another RETURN_DAYS");
    // What was decided once stays, also where the environment comes to say the same.
    for days in ["45", "60"] {
        let shown = other.business_editor(staff.may(), "").await.unwrap();
        other.save_business(staff.may(), &typed(&shown, &[("return_days", days)])).await.unwrap();
        let here = shop.shop.business_editor(staff.may(), "").await.unwrap();
        assert_eq!(here.fields["return_days"], days);
    }
    assert_eq!(shop.count("select count(*) from shop_terms where manual_payment is null").await, 1);
    shop.done().await;
}
