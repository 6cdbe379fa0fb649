//! An order's total is a ledger of parts that are its own: nothing that the shop decides later changes them, and the database
//! takes none that do not add up.

use shop::domain::{Customer, OrderId, PromotionId, TaxRules};

use crate::harness::rules::{STAFF, flat, percent, promotion, taxed, zone};
use crate::harness::{Everything, TestShop, usd};

/// Two mugs, a tenth off, sent, and taxed on top.
async fn placed() -> (TestShop, Customer, OrderId, PromotionId) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.ship_by(vec![zone("Britain", &["GB"], vec![flat("Standard", "5.00")])]).await;
    shop.tax_by(TaxRules { prices_include_tax: false, ..taxed(&[("GB", "20")]) }).await;
    let tenth = shop.promote(promotion("A tenth off", percent("10"))).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "2")]).await;
    (shop, ada, id, tenth)
}

#[tokio::test]
async fn what_the_shop_decides_later_changes_nothing_of_an_order() {
    let (shop, ada, id, tenth) = placed().await;
    let before = shop.order(ada, id).await;
    // 48.00 less 4.80, with 5.00, and a fifth on all of it.
    assert_eq!((before.total, before.parts.tax.amount), (usd("57.84"), usd("9.64")));
    shop.tax_by(taxed(&[("GB", "5")])).await;
    shop.ship_by(vec![zone("Britain", &["GB"], vec![flat("Boat", "99.00")])]).await;
    shop.shop.delete_promotion(STAFF.may(), None, tenth).await.unwrap();
    let after = shop.order(ada, id).await;
    assert_eq!((after.total, after.parts), (before.total, before.parts));
    shop.done().await;
}

#[tokio::test]
async fn the_database_takes_no_order_that_does_not_add_up() {
    let (shop, ..) = placed().await;
    for (change, constraint) in [
        ("update orders set total = total + 0.01", "orders_total_of_parts"),
        ("update orders set subtotal = subtotal - 0.01", "orders_total_of_parts"),
        ("update orders set discount_total = 0", "orders_total_of_parts"),
        ("update orders set shipping_price = 0", "orders_total_of_parts"),
        ("update orders set tax_added = 0", "orders_total_of_parts"),
        // It adds up, and comes to less than nothing.
        ("update orders set total = -1, discount_total = discount_total + total + 1", "orders_total_not_negative"),
        ("update orders set tax_amount = -1", "orders_parts_not_negative"),
        ("update order_items set discount = -1", "order_items_discount_not_negative"),
    ] {
        let refused = sqlx::raw_sql(change).execute(shop.shop.store().pool()).await.unwrap_err();
        let broken = refused.as_database_error().and_then(|error| error.constraint());
        assert_eq!(broken, Some(constraint), "{change}: {refused}");
    }
    shop.done().await;
}
