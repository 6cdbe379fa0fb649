//! At how many units a variant is low: said by staff, and followed by everything that counts or lists what is low.

use shop::domain::{Problem, Refusal, Staff, VariantId};
use shop::dto::StockQuery;

use crate::harness::{Everything, TestShop, refused};
use crate::rule_forms::problem;

async fn low(shop: &TestShop, by: Staff) -> Vec<String> {
    let query = StockQuery { low: true, ..StockQuery::default() };
    let rows = shop.shop.stock_list(by.may(), &query).await.unwrap().rows;
    let counted = shop.shop.staff_home(by.may()).await.unwrap().tasks.low_stock;
    assert_eq!(counted as usize, rows.len(), "what is counted is what is listed");
    rows.into_iter().map(|row| row.sku).collect()
}

#[tokio::test]
async fn what_is_low_is_what_staff_say_is_low() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 10), ("CUP", "5.00", 5), ("JUG", "5.00", 0)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let (mug, cup, jug) = (shop.variant("MUG").await, shop.variant("CUP").await, shop.variant("JUG").await);
    assert_eq!(low(&shop, staff).await, ["CUP", "JUG"], "five, where nobody has said");
    shop.shop.set_low_at(staff.may(), mug, "12").await.unwrap();
    shop.shop.set_low_at(staff.may(), cup, " 2 ").await.unwrap();
    shop.shop.set_low_at(staff.may(), jug, "0").await.unwrap();
    assert_eq!(low(&shop, staff).await, ["JUG", "MUG"]);
    let view = shop.shop.variant_stock(staff.may(), mug, None).await.unwrap();
    assert_eq!((view.low_at, view.stock), (12, 10));
    // It has happened once, however often it is sent.
    shop.shop.set_low_at(staff.may(), mug, "12").await.unwrap();
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    let told: Vec<_> = log.iter().filter(|entry| entry.action == "stock.limit_set").collect();
    assert_eq!(told.len(), 3, "{told:?}");
    let of_mug = told.iter().find(|entry| entry.subject == mug.to_string()).unwrap();
    assert_eq!(
        (of_mug.before.as_deref(), of_mug.after.as_deref()),
        (Some(r#"{"low_at":5}"#), Some(r#"{"low_at":12}"#))
    );
    for odd in ["", "-1", "1.5", "1000000000000", "few"] {
        let refusal = refused(shop.shop.set_low_at(staff.may(), mug, odd).await);
        assert!(matches!(problem(refusal, "low_at"), Problem::OutOfRange { min: 0, .. }), "{odd}");
    }
    let nothing = VariantId(uuid::Uuid::nil());
    assert_eq!(refused(shop.shop.set_low_at(staff.may(), nothing, "1").await), Refusal::NotFound);
    shop.done().await;
}

/// A thousand are asked for by themselves, more are not.
#[tokio::test]
async fn what_is_low_is_listed_to_its_end_be_it_few_or_many() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 10)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    shop.execute(
        "with more as (
            insert into product_variants (id, product_id, sku, price)
            select gen_random_uuid(), v.product_id, 'LOW-' || lpad(n::text, 4, '0'), 9
            from product_variants v, generate_series(1, 1001) n returning id)
         insert into inventory (variant_id, stock) select id, 0 from more",
    )
    .await;
    let enough = "update inventory set stock = 6
        where variant_id = (select id from product_variants where sku = 'LOW-0007')";
    for many in [1_001, 1_000] {
        if many == 1_000 {
            shop.execute(enough).await;
        }
        let (mut query, mut seen) = (StockQuery { low: true, ..StockQuery::default() }, Vec::new());
        loop {
            let list = shop.shop.stock_list(staff.may(), &query).await.unwrap();
            seen.extend(list.rows.into_iter().map(|row| row.sku));
            match list.next {
                Some(next) => query = next,
                None => break,
            }
        }
        assert!(seen.is_sorted() && seen.iter().all(|sku| sku.starts_with("LOW-")));
        assert_eq!(seen.len(), many);
    }
    shop.execute(
        "delete from inventory where variant_id in (select id from product_variants where sku like 'LOW-%');
         delete from product_variants where sku like 'LOW-%'",
    )
    .await;
    shop.done().await;
}
