//! Placing, reading, cancelling and expiring orders.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures::future::join_all;
use shop::domain::{
    CancelReason, Email, OrderId, OrderStatus, Problem, Refusal, ReservationState, ReviewedPart, Staff, Step, TaxClass,
    TaxRules,
};
use shop::dto::AddressForm;
use shop::infrastructure::LiveShop;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{Admit, CartOwner, OrderRequest, PlaceOrder};
use time::Duration;

use crate::harness::rules::{STAFF, flat, percent, promotion, taxed, zone};
use crate::harness::{Everything, TestShop, address, refused, usd};

#[tokio::test]
async fn an_order_copies_what_was_true_at_checkout() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "9.50", 10)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "2"), ("CUP", "1")]).await;
    shop.execute("update product_variants set price = 99; update products set name = 'Renamed'").await;
    let order = shop.order(ada, id).await;
    assert_eq!(order.total, usd("57.50"));
    assert_eq!(order.items.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), ["Product MUG", "Product CUP"]);
    assert_eq!(order.items[0].line_total, usd("48.00"));
    assert_eq!(order.email, "ada@example.org");
    assert_eq!(order.shipping_address.as_ref().and_then(|a| a.city.as_deref()), Some("London"));
    assert!(order.is_confirming() && !order.is_payable());
    assert!(shop.shop.cart(CartOwner::Customer(ada)).await.unwrap().is_empty(), "the cart is emptied with the order");
    shop.deliver().await;
    let order = shop.order(ada, id).await;
    assert!(order.is_payable());
    assert_eq!(order.timeline.iter().map(|t| t.kind.as_str()).collect::<Vec<_>>(), ["placed", "reserved"]);
    assert_eq!((shop.stock("MUG").await, shop.stock("CUP").await), (8, 9));
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_sent_twenty_times_at_once_makes_one_order() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let ada = shop.customer("Ada").await;
    let form = shop.check_out(ada, &[("MUG", "1")]).await;
    let ids = join_all((0..20).map(|_| shop.shop.place_order(ada, form.clone()))).await;
    let first = ids[0].as_ref().unwrap();
    assert!(ids.iter().all(|id| id.as_ref().unwrap() == first));
    assert_eq!(shop.count("select count(*) from orders").await, 1);
    assert_eq!(shop.count("select count(*) from outbox where topic = 'order.created'").await, 1);
    let other = PlaceOrder { reviewed: vec!["0".repeat(32); 8].join("."), ..form };
    assert_eq!(refused(shop.shop.place_order(ada, other).await), Refusal::KeyReused);
    shop.done().await;
}

#[tokio::test]
async fn a_key_belongs_to_whoever_used_it() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let hers = shop.check_out(ada, &[("MUG", "1")]).await;
    let his = PlaceOrder { key: hers.key.clone(), ..shop.check_out(bob, &[("MUG", "1")]).await };
    let (a, b) = (shop.shop.place_order(ada, hers).await.unwrap(), shop.shop.place_order(bob, his).await.unwrap());
    assert_ne!(a, b);
    shop.done().await;
}

#[tokio::test]
async fn what_cannot_be_ordered_is_refused_and_leaves_nothing_behind() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 2)]).await;
    let ada = shop.customer("Ada").await;
    let form = async || shop.review(ada).await;
    assert_eq!(refused(shop.shop.place_order(ada, form().await).await), Refusal::CartEmpty);
    shop.add(ada, "MUG", "2").await.unwrap();
    let missing = refused(shop.shop.place_order(ada, form().await).await);
    assert_eq!(missing.problem_of("line1"), Some(&Problem::Required), "no address was given");
    shop.shop.save_address(ada, address()).await.unwrap();
    let seen = form().await;
    let part = "0".repeat(32);
    for tampered in ["48.00", "", "...", "\0", &seen.reviewed[1..], &[part.as_str(); 5].join(".")] {
        let form = PlaceOrder { key: shop.shop.new_key(), reviewed: tampered.to_owned() };
        let unread = Refusal::CartChanged { parts: Vec::new() };
        assert_eq!(refused(shop.shop.place_order(ada, form).await), unread, "{tampered:?}");
    }
    let keyless = PlaceOrder { key: String::new(), ..seen.clone() };
    assert!(matches!(refused(shop.shop.place_order(ada, keyless).await), Refusal::Invalid { .. }));
    shop.execute("update products set status = 'draft'").await;
    let gone = Refusal::CartChanged { parts: vec![ReviewedPart::Availability] };
    assert_eq!(refused(shop.shop.place_order(ada, seen).await), gone, "no longer for sale");
    for table in ["select count(*) from orders", "select count(*) from idempotency_keys"] {
        assert_eq!(shop.count(table).await, 0, "{table}");
    }
    assert_eq!(shop.shop.cart(CartOwner::Customer(ada)).await.unwrap().count, 2, "the cart is as it was");
    shop.done().await;
}

#[tokio::test]
async fn what_changed_since_the_review_is_named_and_nothing_is_ordered() {
    use ReviewedPart::{Address, Email, Items, Prices};
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9), ("JUG", "24.00", 9), ("CUP", "12.00", 9)]).await;
    let ada = shop.customer("Ada").await;
    let seen = shop.check_out(ada, &[("MUG", "1")]).await;
    let changed = async |parts: &[ReviewedPart], why: &str| {
        let refusal = refused(shop.shop.place_order(ada, seen.clone()).await);
        assert_eq!(refusal, Refusal::CartChanged { parts: parts.to_vec() }, "{why}");
    };
    let another = AddressForm { line1: "9 Ormonde Street".into(), ..address() };
    shop.shop.save_address(ada, another).await.unwrap();
    changed(&[Address], "in another tab").await;
    shop.shop.save_address(ada, address()).await.unwrap();
    let owner = CartOwner::Customer(ada);
    let mug = shop.shop.cart(owner).await.unwrap().lines[0].id;
    shop.shop.remove_line(owner, mug).await.unwrap();
    shop.add(ada, "JUG", "1").await.unwrap();
    changed(&[Items], "another thing of the same price").await;
    shop.shop.clear_cart(owner).await.unwrap();
    shop.add(ada, "CUP", "2").await.unwrap();
    changed(&[Items, Prices], "two that cost as much as one did").await;
    shop.shop.clear_cart(owner).await.unwrap();
    shop.add(ada, "MUG", "1").await.unwrap();
    shop.execute("update products set name = 'Mug, chipped' where slug = 'mug'").await;
    changed(&[Items], "what was shown has another name").await;
    shop.execute("update products set name = 'Product MUG' where slug = 'mug'").await;
    shop.execute("update product_variants set price = 23 where sku = 'MUG'").await;
    changed(&[Prices], "cheaper is another price, too").await;
    shop.execute("update product_variants set price = 24 where sku = 'MUG'").await;
    shop.execute("update users set email = 'countess@example.org'").await;
    changed(&[Email], "who is written to").await;
    shop.execute("update users set email = 'ada@example.org'").await;
    assert_eq!(shop.count("select count(*) from orders").await, 0);
    shop.shop.place_order(ada, seen).await.expect("all is as it was when it was reviewed");
    shop.done().await;
}

#[tokio::test]
async fn a_refused_key_may_be_used_again() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 2)]).await;
    let ada = shop.customer("Ada").await;
    let form = shop.check_out(ada, &[("MUG", "1")]).await;
    shop.execute("update product_variants set price = 25").await;
    let dearer = Refusal::CartChanged { parts: vec![ReviewedPart::Prices] };
    assert_eq!(refused(shop.shop.place_order(ada, form.clone()).await), dearer);
    let again = PlaceOrder { key: form.key, ..shop.review(ada).await };
    shop.shop.place_order(ada, again).await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn an_address_tells_every_field_that_will_not_do() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    let form = AddressForm { name: " ".into(), city: "x".repeat(81), country: "XX".into(), ..address() };
    let Refusal::Invalid { fields } = refused(shop.shop.save_address(ada, form).await) else { panic!("not invalid") };
    assert_eq!(fields.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["name", "city", "country"]);
    shop.done().await;
}

#[tokio::test]
async fn somebody_elses_order_is_not_there() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    assert_eq!(refused(shop.shop.order(bob, id).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.cancel_order(bob, id).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.pay_order(bob, id, Approve).await), Refusal::NotFound);
    assert!(shop.shop.orders(bob, 1).await.unwrap().orders.is_empty());
    assert_eq!(shop.shop.orders(ada, 1).await.unwrap().orders.len(), 1);
    let nobodys = OrderId(uuid::Uuid::nil());
    assert_eq!(refused(shop.shop.cancel_order(ada, nobodys).await), Refusal::NotFound);
    shop.done().await;
}

#[tokio::test]
async fn cancelling_gives_the_units_back_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "3")]).await;
    assert_eq!(shop.stock("MUG").await, 2);
    shop.shop.cancel_order(ada, id).await.unwrap();
    let again = refused(shop.shop.cancel_order(ada, id).await);
    assert_eq!(again, Refusal::IllegalStep { from: OrderStatus::Cancelled, step: Step::Cancel });
    shop.deliver().await;
    assert_eq!(shop.stock("MUG").await, 5);
    let order = shop.order(ada, id).await;
    assert_eq!((order.status, order.cancel_reason), (OrderStatus::Cancelled, Some(CancelReason::ByCustomer)));
    shop.done().await;
}

#[tokio::test]
async fn an_unpaid_order_is_given_up_after_its_time_and_not_before() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let unpaid = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let paid = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, paid, Approve).await.unwrap();
    shop.clock.advance(Duration::minutes(14));
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 0);
    shop.clock.advance(Duration::minutes(2));
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 1);
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 0);
    shop.deliver().await;
    assert_eq!(shop.order(ada, unpaid).await.cancel_reason, Some(CancelReason::Expired));
    assert_eq!(shop.order(ada, paid).await.status, OrderStatus::Paid);
    assert_eq!(shop.stock("MUG").await, 4);
    shop.done().await;
}

#[tokio::test]
async fn an_outage_of_the_backbone_is_not_time_in_which_nobody_paid() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    let late = shop.place(ada, &[("MUG", "1")]).await;
    assert_eq!(shop.order(ada, id).await.expires_at, None, "nobody knows yet from when on it can be paid");
    // The relay stands still for longer than an order waits for its payment.
    shop.clock.advance(Duration::minutes(40));
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 0);
    shop.deliver().await;
    assert!(shop.order(ada, id).await.is_payable());
    shop.clock.advance(Duration::minutes(14));
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 0, "its time runs since its items are set aside");
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.clock.advance(Duration::minutes(2));
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 1);
    shop.deliver().await;
    assert_eq!(shop.order(ada, late).await.cancel_reason, Some(CancelReason::Expired));
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Paid);
    shop.done().await;
}

#[tokio::test]
async fn staff_move_an_order_along_its_life_and_no_other_way() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let staff = Staff(ada.0);
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let early = refused(shop.shop.advance_order(staff.may(), id, Step::Ship).await);
    assert_eq!(early, Refusal::IllegalStep { from: OrderStatus::Pending, step: Step::Ship });
    assert!(matches!(refused(shop.shop.advance_order(staff.may(), id, Step::Pay).await), Refusal::IllegalStep { .. }));
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.shop.advance_order(staff.may(), id, Step::Ship).await.unwrap();
    shop.shop.advance_order(staff.may(), id, Step::Complete).await.unwrap();
    let late = refused(shop.shop.cancel_order_by_staff(staff.may(), id).await);
    assert_eq!(late, Refusal::IllegalStep { from: OrderStatus::Completed, step: Step::Cancel });
    shop.deliver().await;
    let order = shop.order(ada, id).await;
    assert_eq!((order.status, order.reservation), (OrderStatus::Completed, ReservationState::Claimed));
    let told: Vec<_> = order.timeline.iter().map(|t| t.kind.as_str()).collect();
    assert_eq!(told, ["placed", "reserved", "paid", "shipped", "completed"]);
    shop.done().await;
}

#[tokio::test]
async fn staff_set_a_status_only_by_the_step_that_leads_there() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let (ada, staff) = (shop.customer("Ada").await, Staff(shop.register("Staff").await.id));
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let set = async |to| shop.shop.set_order_status(staff.may(), id, to).await;
    // Cancelling gives money back: it takes another proof than what moves an order on.
    for to in [OrderStatus::Pending, OrderStatus::Paid, OrderStatus::Cancelled] {
        let from = OrderStatus::Pending;
        assert_eq!(refused(set(to).await), Refusal::IllegalStatus { from, to });
    }
    let step = refused(shop.shop.advance_order(staff.may(), id, Step::Cancel).await);
    assert_eq!(step, Refusal::IllegalStep { from: OrderStatus::Pending, step: Step::Cancel });
    assert!(matches!(refused(set(OrderStatus::Shipped).await), Refusal::IllegalStep { .. }));
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.deliver().await;
    set(OrderStatus::Shipped).await.unwrap();
    let cancelled = shop.shop.cancel_order_by_staff(staff.may(), id).await;
    assert!(matches!(refused(cancelled), Refusal::IllegalStep { .. }));
    set(OrderStatus::Completed).await.unwrap();
    assert_eq!(
        refused(shop.shop.set_order_status(staff.may(), OrderId(uuid::Uuid::nil()), OrderStatus::Shipped).await),
        Refusal::NotFound
    );
    shop.done().await;
}

/// Decided by staff while an order is under way.
async fn decide(shop: &LiveShop, what: &str) {
    let versions = shop.pricing_rules().await.unwrap().versions;
    match what {
        "a price" => {
            sqlx::raw_sql("update product_variants set price = 30").execute(shop.store().pool()).await.unwrap();
        }
        "a promotion" => {
            shop.create_promotion(STAFF.may(), promotion("A tenth off", percent("10"))).await.unwrap();
        }
        "a method" => {
            let zones = vec![zone("Britain", &["GB"], vec![flat("Standard", "9.00")])];
            shop.replace_shipping_zones(STAFF.may(), &[versions.shipping], zones).await.unwrap();
        }
        _ => {
            let (prices_include_tax, shipping_class) = (false, TaxClass::Zero);
            let rules = TaxRules { prices_include_tax, shipping_class, ..taxed(&[("GB", "20")]) };
            shop.replace_tax_rules(STAFF.may(), &[versions.tax], rules).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_shop_decides_while_an_order_is_under_way_is_what_it_is_placed_by() {
    for (what, cents) in [("a price", 3_500), ("a promotion", 2_660), ("a method", 3_300), ("a rate", 3_380)] {
        let shop = TestShop::open().await;
        shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
        shop.ship_by(vec![zone("Britain", &["GB"], vec![flat("Standard", "5.00")])]).await;
        let guest = CartOwner::Guest(Some(shop.shop.begin_guest_cart().await.unwrap()));
        let request = OrderRequest {
            address: Some(address().parse().unwrap()),
            email: Some(Email::parse("guest@example.org").unwrap()),
            ..crate::pricing::mug(&shop, "").await
        };
        // Between what it is priced by and what it is written as, for the first time only.
        let (asked, live) = (Arc::new(AtomicU32::new(0)), shop.shop.clone());
        let counter = Arc::clone(&asked);
        let admit = Admit::new(move |_| {
            if counter.fetch_add(1, Ordering::SeqCst) == 0 {
                tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(decide(&live, what)));
            }
            Ok(())
        });
        shop.shop.request_order_if(guest, request, &admit).await.unwrap();
        assert_eq!(shop.count("select (total * 100)::bigint from orders").await, cents, "{what}");
        assert_eq!(asked.load(Ordering::SeqCst), 2, "{what}");
        shop.done().await;
    }
}

#[tokio::test]
async fn a_guest_who_is_not_admitted_orders_nothing_and_nobody_asks_about_customers_or_the_same_order_again() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let too_many = || Refusal::TooManyTries { seconds: 30 };
    let nobody = Admit::new(move |_| Err(too_many()));
    let guest = CartOwner::Guest(Some(shop.shop.begin_guest_cart().await.unwrap()));
    let email = Some(Email::parse("guest@example.org").unwrap());
    let request = OrderRequest { email, ..crate::pricing::mug(&shop, "").await };
    assert_eq!(refused(shop.shop.request_order_if(guest, request.clone(), &nobody).await), too_many());
    assert_eq!(shop.count("select count(*) from orders").await, 0);
    let first = shop.shop.request_order(guest, request.clone()).await.unwrap();
    assert_eq!(shop.shop.request_order_if(guest, request, &nobody).await.unwrap(), first);
    let ada = shop.customer("Ada").await;
    let form = shop.check_out(ada, &[("MUG", "1")]).await;
    shop.shop.place_order_if(ada.into(), form, &nobody).await.unwrap();
    shop.done().await;
}
