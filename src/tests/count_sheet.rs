//! Sheets of counts: the whole sheet or nothing of it, once, and right whatever is sold meanwhile.

use shop::domain::{Fields, Problem, Refusal, Staff};
use shop::dto::{CountQuery, CountSheet, ShipmentForm};
use shop::usecase::SandboxOutcome::Approve;

use crate::harness::{Everything, TestShop, refused};
use crate::rule_forms::problem;

async fn sheet(shop: &TestShop, by: Staff) -> CountSheet {
    shop.shop.count_sheet(by.may(), &CountQuery::default(), "").await.unwrap()
}

/// The sheet as it is sent, with these counted.
fn sent(sheet: &CountSheet, counted: &[(&str, &str)]) -> Fields {
    let mut form =
        Fields::from([("key".to_owned(), sheet.form_key.clone()), ("reason".to_owned(), "Stocktaking".to_owned())]);
    for row in &sheet.rows {
        form.insert(row.shown(), row.shelf.to_string());
        let typed = counted.iter().find(|(sku, _)| *sku == row.sku).map_or("", |(_, typed)| *typed);
        form.insert(row.counted(), typed.to_owned());
    }
    form
}

fn field(sheet: &CountSheet, sku: &str) -> String {
    sheet.rows.iter().find(|row| row.sku == sku).unwrap().counted()
}

async fn counts(shop: &TestShop) -> i64 {
    shop.count("select count(*) from stock_movements where cause = 'count'").await
}

#[tokio::test]
async fn a_sheet_counts_once_and_what_was_sold_meanwhile_is_counted_too() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 10), ("CUP", "5.00", 5), ("JUG", "5.00", 3)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let ada = shop.customer("Ada").await;
    shop.place_reserved(ada, &[("MUG", "2")]).await;
    let shown = sheet(&shop, staff).await;
    let shelves: Vec<_> = shown.rows.iter().map(|row| (row.sku.as_str(), row.shelf)).collect();
    assert_eq!(shelves, [("CUP", 5), ("JUG", 3), ("MUG", 10)], "what is held lies there");
    // Sold while somebody counts: it lies there all the same.
    shop.place_reserved(ada, &[("MUG", "3")]).await;
    let form = sent(&shown, &[("MUG", "9"), ("CUP", " 5 ")]);
    for _ in 0..2 {
        assert_eq!(shop.shop.save_counts(staff.may(), &form).await.unwrap(), 2);
    }
    assert_eq!((shop.stock("MUG").await, shop.stock("CUP").await, shop.stock("JUG").await), (4, 5, 3));
    assert_eq!(counts(&shop).await, 2, "one movement each, also where all was in order, and once");
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    assert_eq!(log.iter().filter(|entry| entry.action == "stock.changed").count(), 2);
    let other = sent(&shown, &[("MUG", "8")]);
    assert_eq!(refused(shop.shop.save_counts(staff.may(), &other).await), Refusal::KeyReused);
    shop.done().await;
}

#[tokio::test]
async fn what_is_wrong_is_told_beside_its_row_and_nothing_is_counted() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 10), ("CUP", "5.00", 5)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let ada = shop.customer("Ada").await;
    let order = shop.place_reserved(ada, &[("MUG", "2")]).await;
    shop.shop.pay_order(ada, order, Approve).await.unwrap();
    shop.deliver().await;
    let shown = sheet(&shop, staff).await;
    for (typed, told) in [
        ("few", Problem::OutOfRange { min: 0, max: 1_000_000 }),
        ("-1", Problem::OutOfRange { min: 0, max: 1_000_000 }),
        ("1000001", Problem::OutOfRange { min: 0, max: 1_000_000 }),
        ("1", Problem::OutOfRange { min: 2, max: 1_000_000 }),
    ] {
        let form = sent(&shown, &[("MUG", typed), ("CUP", "4")]);
        let refusal = refused(shop.shop.save_counts(staff.may(), &form).await);
        assert_eq!(problem(refusal, &field(&shown, "MUG")), told, "{typed}");
    }
    let nothing = refused(shop.shop.save_counts(staff.may(), &sent(&shown, &[])).await);
    assert_eq!(problem(nothing, "counted"), Problem::Required);
    let mut silent = sent(&shown, &[("CUP", "4")]);
    silent.insert("reason".into(), " ".into());
    assert_eq!(problem(refused(shop.shop.save_counts(staff.may(), &silent).await), "reason"), Problem::Required);

    // What was sent meanwhile does not lie there any more: who counted before or after it, nobody knows.
    shop.shop.ship_order(staff.may(), order, &ShipmentForm::default(), None).await.unwrap();
    let form = sent(&shown, &[("MUG", "10"), ("CUP", "4")]);
    let refusal = refused(shop.shop.save_counts(staff.may(), &form).await);
    assert_eq!(problem(refusal, &field(&shown, "MUG")), Problem::ShelfChanged { now: 8 });
    assert_eq!((counts(&shop).await, shop.stock("CUP").await), (0, 5), "nothing of the sheet");
    // The same sheet again, counted anew.
    let form = sent(&sheet(&shop, staff).await, &[("MUG", "8"), ("CUP", "4")]);
    shop.shop.save_counts(staff.may(), &form).await.unwrap();
    assert_eq!((shop.stock("MUG").await, shop.stock("CUP").await), (8, 4));
    shop.done().await;
}

#[tokio::test]
async fn counting_and_selling_at_once_lose_nothing() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 30), ("CUP", "5.00", 30)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let ada = shop.customer("Ada").await;
    let shown = sheet(&shop, staff).await;
    let form = sent(&shown, &[("MUG", "28"), ("CUP", "31")]);
    let sell = async {
        for _ in 0..5 {
            shop.place_reserved(ada, &[("CUP", "1"), ("MUG", "1")]).await;
        }
    };
    let (saved, ()) = tokio::join!(shop.shop.save_counts(staff.may(), &form), sell);
    assert_eq!(saved.unwrap(), 2);
    assert_eq!((shop.stock("MUG").await, shop.stock("CUP").await), (23, 26));
    shop.done().await;
}

#[tokio::test]
async fn a_sheet_has_so_many_rows_and_goes_on_with_the_next() {
    let shop = TestShop::open().await;
    let skus: Vec<String> = (0..52).map(|n| format!("SKU-{n:02}")).collect();
    shop.stock_shelves(&skus.iter().map(|sku| (sku.as_str(), "1.00", 1)).collect::<Vec<_>>()).await;
    let staff = Staff(shop.register("Staff").await.id);
    let first = sheet(&shop, staff).await;
    assert_eq!(first.rows.len(), 50);
    let next = shop.shop.count_sheet(staff.may(), &first.next.unwrap(), "").await.unwrap();
    assert_eq!((next.rows.len(), next.rows[0].sku.as_str(), next.next), (2, "SKU-50", None));
    let glass = CountQuery { category: Some("glass".into()), ..CountQuery::default() };
    assert!(shop.shop.count_sheet(staff.may(), &glass, "").await.unwrap().rows.is_empty());
    shop.done().await;
}
