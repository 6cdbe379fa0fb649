//! Drafts that come into the shop by themselves, by the clock.

use shop::domain::{Fields, ProductId, ProductStatus, Refusal, Staff};
use shop::dto::{ProductQuery, StaffProduct};
use shop::usecase::Clock as _;
use time::Duration;

use crate::harness::{Everything, TestShop, refused, slug};
use crate::rule_forms::problem;

async fn editor(shop: &TestShop, by: Staff, id: ProductId) -> StaffProduct {
    shop.shop.product_editor(by.may(), id, "").await.unwrap().product
}

/// Its editor's fields, with these typed over them.
fn edited(product: &StaffProduct, changes: &[(&str, &str)]) -> Fields {
    let mut form = product.fields();
    form.insert("version".into(), product.version.to_string());
    form.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    form
}

async fn draft(shop: &TestShop, by: Staff, name: &str, publish_at: &str) -> ProductId {
    let form = [
        ("name", name),
        ("price", "5.00"),
        ("stock", "1"),
        ("status", "draft"),
        ("tax_class", "standard"),
        ("publish_at", publish_at),
    ];
    let form: Fields = form.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    shop.shop.create_product_with_variants(by.may(), &form).await.unwrap()
}

#[tokio::test]
async fn a_draft_comes_into_the_shop_when_its_time_has_come_and_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 1)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let tomorrow = shop.shop.local_time(shop.clock.now() + Duration::DAY).typed();
    let jug = draft(&shop, staff, "Jug", &tomorrow).await;
    let bowl = draft(&shop, staff, "Bowl", "").await;
    let shown = editor(&shop, staff, jug).await;
    assert_eq!((shown.publish_typed.as_str(), shown.status), (tomorrow.as_str(), ProductStatus::Draft));
    let list = shop.shop.staff_products(staff.may(), &ProductQuery::default()).await.unwrap();
    let of = |id| list.products.iter().find(|row| row.id == id).unwrap().publish_at;
    assert_eq!((of(jug), of(bowl)), (shown.publish_at, None));
    assert_eq!(shop.shop.publish_products(10).await.unwrap(), 0, "not yet");

    // What was not touched stays, to the second; and what is no time is told beside its field.
    shop.shop.edit_product(staff.may(), jug, &edited(&shown, &[("name", "Tall jug")])).await.unwrap();
    let shown = editor(&shop, staff, jug).await;
    assert_eq!(shown.publish_typed, tomorrow);
    let odd = shop.shop.edit_product(staff.may(), jug, &edited(&shown, &[("publish_at", "soon")])).await;
    problem(refused(odd), "publish_at");
    // Who was refused has let go of it once somebody else has had it: what is held is published a second later.
    shop.shop.edit_product(staff.may(), jug, &edited(&shown, &[])).await.unwrap();

    shop.clock.advance(Duration::DAY + Duration::MINUTE);
    assert_eq!(shop.shop.publish_products(10).await.unwrap(), 1);
    assert_eq!(shop.shop.publish_products(10).await.unwrap(), 0);
    assert_eq!(shop.shop.product(&slug("jug")).await.unwrap().name, "Tall jug");
    assert_eq!(refused(shop.shop.product(&slug("bowl")).await), Refusal::NotFound, "it has no time");
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    let told = log.iter().find(|entry| entry.action == "product.published").unwrap();
    assert_eq!((told.actor.as_str(), told.subject.as_str()), ("The shop itself", jug.to_string().as_str()));
    assert_eq!(shop.shop.verify_audit_log().await.unwrap().flaw, None);
    // Whoever had it open meanwhile is told, and loses nothing.
    let late = shop.shop.edit_product(staff.may(), jug, &edited(&shown, &[])).await;
    assert!(matches!(refused(late), Refusal::VersionMismatch { .. }));
    shop.done().await;
}

#[tokio::test]
async fn what_is_no_draft_any_more_has_no_time_and_batches_are_bounded() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 1)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let past = "2020-01-01T10:00";
    let sold = draft(&shop, staff, "Sold", past).await;
    let sold_now = edited(&editor(&shop, staff, sold).await, &[("status", "active")]);
    shop.shop.edit_product(staff.may(), sold, &sold_now).await.unwrap();
    let back = edited(&editor(&shop, staff, sold).await, &[("status", "draft")]);
    shop.shop.edit_product(staff.may(), sold, &back).await.unwrap();
    assert_eq!(shop.shop.publish_products(10).await.unwrap(), 0, "it waits for somebody");
    for name in ["One", "Two", "Three"] {
        draft(&shop, staff, name, past).await;
    }
    let (a, b) = tokio::join!(shop.shop.publish_products(2), shop.shop.publish_products(2));
    let more = shop.shop.publish_products(10).await.unwrap();
    assert_eq!(a.unwrap() + b.unwrap() + more, 3);
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    assert_eq!(log.iter().filter(|entry| entry.action == "product.published").count(), 3);
    shop.done().await;
}
