//! What a shopper does is planned once for each connection: to plan what writes an order costs PostgreSQL more than to
//! write it.

use shop::domain::ReservationState;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, OrderRequest, PlaceOrder, RequestedItem, Sent};

use crate::harness::{TestShop, address, deliver_by, quantity, slug};
use crate::providers::approving;

/// PostgreSQL plans a statement for its parameters five times before it compares, and each time that it believes to gain by
/// it from then on.
const COMPARED_AFTER: i64 = 6;

#[tokio::test]
async fn what_a_shopper_does_is_planned_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 90), ("CUP", "12.00", 90)]).await;
    // It has one connection.
    let process = shop.another_process_on(&shop.url, approving(shop.sandbox())).await;
    let ada = shop.customer("Ada").await;
    let (mug, cup) = (shop.variant("MUG").await, shop.variant("CUP").await);
    for _ in 0..14 {
        process.home().await.unwrap();
        process.product(&slug("mug")).await.unwrap();
        let guest = process.add_to_cart(CartOwner::Guest(None), mug, quantity("1")).await.unwrap();
        process.cart(CartOwner::Guest(guest.id)).await.unwrap();
        let owner = CartOwner::Customer(ada);
        process.add_to_cart(owner, mug, quantity("1")).await.unwrap();
        process.add_to_cart(owner, cup, quantity("2")).await.unwrap();
        process.cart_count(owner).await.unwrap();
        process.save_address(ada, address()).await.unwrap();
        let reviewed = process.checkout(ada).await.unwrap().reviewed;
        let order = process.place_order(ada, PlaceOrder { key: process.new_key(), reviewed }).await.unwrap();
        deliver_by(&process).await;
        assert_eq!(process.order(ada, order).await.unwrap().reservation, ReservationState::Reserved);
        process.pay_order(ada, order, Approve).await.unwrap();
        deliver_by(&process).await;
        process.orders(ada, 1).await.unwrap();
    }
    let anew = "select statement, custom_plans, generic_plans from pg_prepared_statements where custom_plans > $1";
    let anew: Vec<(String, i64, i64)> =
        sqlx::query_as(anew).bind(COMPARED_AFTER).fetch_all(process.store().pool()).await.unwrap();
    assert!(anew.is_empty(), "planned for each call (plans for its parameters, for any): {anew:#?}");
    shop.done().await;
}

#[tokio::test]
async fn an_order_is_planned_once_also_where_the_tables_were_counted() {
    let shop = TestShop::open().await;
    let skus: Vec<_> = (0..150).map(|number| format!("MUG-{number}")).collect();
    let shelves: Vec<_> = skus.iter().map(|sku| (sku.as_str(), "24.00", 90)).collect();
    shop.stock_shelves(&shelves).await;
    let ada = shop.customer("Ada").await;
    for _ in 0..20 {
        shop.place(ada, &[("MUG-1", "1")]).await;
    }
    shop.execute("analyze").await;
    // It has one connection.
    let process = shop.another_process_on(&shop.url, approving(shop.sandbox())).await;
    let product = shop.record("mug-1").await.id;
    for number in 0..14 {
        let items = (number % 2 == 0).then(|| vec![RequestedItem { product, variant: None, quantity: quantity("1") }]);
        shop.add(ada, "MUG-2", "1").await.unwrap();
        process.checkout(ada).await.unwrap();
        let asked = OrderRequest { key: format!("key-{number}"), items, ..OrderRequest::default() };
        process.request_order(ada, asked).await.unwrap();
    }
    let planned = "select count(*), count(*) filter (where custom_plans > $1) from pg_prepared_statements
        where statement like 'select k.request = %' or statement like 'select u.email::text as account,%'
            or statement like 'with key as (%'";
    let (all, anew): (i64, i64) =
        sqlx::query_as(planned).bind(COMPARED_AFTER).fetch_one(process.store().pool()).await.unwrap();
    // Of a cart and of named items, and what a checkout begins with, before and after the rules are known.
    assert_eq!((all, anew), (6, 0));
    shop.done().await;
}

#[tokio::test]
async fn what_becomes_of_a_letter_is_planned_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 90)]).await;
    let process = shop.another_process_on(&shop.url, approving(shop.sandbox())).await;
    let ada = shop.customer("Ada").await;
    shop.deliver().await;
    for _ in 0..14 {
        shop.place(ada, &[("MUG", "1")]).await;
        deliver_by(&process).await;
        let taken = process.take_mail(8).await.unwrap();
        assert!(!taken.is_empty());
        let ended: Vec<_> = taken.into_iter().map(|job| (job, Sent::Accepted)).collect();
        process.settle_mail(&ended).await.unwrap();
    }
    let anew = "select statement, custom_plans, generic_plans from pg_prepared_statements
        where custom_plans > $1 and statement like '%email_messages%' and statement not like 'select statement%'";
    let anew: Vec<(String, i64, i64)> =
        sqlx::query_as(anew).bind(COMPARED_AFTER).fetch_all(process.store().pool()).await.unwrap();
    assert!(anew.is_empty(), "planned for each call (plans for its parameters, for any): {anew:#?}");
    shop.done().await;
}
