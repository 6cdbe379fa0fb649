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
    shop.deliver().await;
    for (change, constraint) in [
        ("update orders set total = total + 0.01", "orders_total_of_parts"),
        ("update orders set subtotal = subtotal - 0.01", "orders_total_of_parts"),
        ("update orders set discount_total = 0", "orders_total_of_parts"),
        ("update orders set shipping_price = 0", "orders_total_of_parts"),
        ("update orders set tax_added = 0", "orders_total_of_parts"),
        // It adds up, and comes to less than nothing.
        ("update orders set total = -1, discount_total = discount_total + total + 1", "orders_total_not_negative"),
        ("update orders set tax_amount = -1", "orders_parts_not_negative"),
        ("update orders set subtotal = null, tax_amount = -1", "orders_parts_not_negative"),
        ("update orders set shipping_discount = discount_total + 0.01", "orders_parts_not_negative"),
        ("update order_items set discount = -1", "order_items_discount_not_negative"),
        ("update orders set status = 'lost'", "orders_status_known"),
        ("update orders set reservation = 'lost'", "orders_reservation_known"),
        ("update idempotency_keys set user_id = null", "idempotency_keys_have_an_owner"),
        ("update idempotency_keys set guest_id = order_id", "idempotency_keys_have_an_owner"),
        ("update reservations set state = 'lost'", "reservations_state_known"),
        ("update stock_reservations set state = 'lost'", "stock_reservations_state_known"),
        ("update stock_movements set cause = 'lost'", "stock_movements_cause_known"),
        ("update stock_movements set cause = 'count', reason = null", "stock_movements_changed_for_a_reason"),
        ("update email_messages set state = 'lost'", "email_messages_state_known"),
    ] {
        let refused = sqlx::raw_sql(change).execute(shop.shop.store().pool()).await.unwrap_err();
        let broken = refused.as_database_error().and_then(|error| error.constraint());
        assert_eq!(broken, Some(constraint), "{change}: {refused}");
    }
    // Orders of release 0.1 have no parts.
    shop.execute("begin; update orders set subtotal = null, total = total + 1; rollback").await;
    shop.done().await;
}

/// PostgreSQL reads the text of each CHECK anew with every statement that writes its table, and looks for whatever a row refers to.
#[tokio::test]
async fn an_order_is_written_under_checks_of_few_words_and_a_line_of_it_looks_for_its_variant_alone() {
    let shop = TestShop::open().await;
    for (table, most) in [("orders", 6000), ("stock_movements", 1800), ("reservations", 900), ("email_messages", 900)] {
        let words =
            "select sum(length(conbin::text)) from pg_constraint where contype = 'c' and conrelid::regclass::text = $1";
        let words: i64 = sqlx::query_scalar(words).bind(table).fetch_one(shop.shop.store().pool()).await.unwrap();
        assert!(words < most, "{table}: {words}");
    }
    let of_lines = "select count(*) from pg_constraint where contype = 'f' and conrelid = 'order_items'::regclass
        and confrelid = 'products'::regclass";
    assert_eq!(shop.count(of_lines).await, 0);
    shop.done().await;
}
