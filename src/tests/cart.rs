//! The cart: adding, changing, removing, merging, and what it tells.

use futures::future::join_all;
use shop::domain::{CartId, Customer, LineNotice, Money, Problem, Promotion, Refusal, ShippingAddress, VariantId};
use shop::dto::CheckoutForm;
use shop::usecase::{CartChoices as _, CartFilling as _, CartLineRow, CartMerge, CartOwner};

use crate::harness::rules::{code, flat, percent, promotion, zone};
use crate::harness::{TestShop, address, berlin, quantity, refused, usd};

#[tokio::test]
async fn a_guest_gets_a_cart_with_the_first_thing_in_it() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let mug = shop.variant("MUG").await;
    let nobody = CartOwner::Guest(None);
    assert_eq!(shop.shop.cart(nobody).await.unwrap().id, None);
    assert_eq!(shop.count("select count(*) from carts").await, 0, "looking makes no cart");
    let cart = shop.shop.add_to_cart(nobody, mug, quantity("2")).await.unwrap();
    let guest = CartOwner::Guest(cart.id);
    let cart = shop.shop.add_to_cart(guest, mug, quantity("1")).await.unwrap();
    assert_eq!((cart.count, cart.total, cart.lines.len()), (3, usd("72.00"), 1));
    let line = cart.lines[0].id;
    let cart = shop.shop.change_line(guest, line, quantity("5")).await.unwrap();
    assert_eq!((cart.count, cart.total), (5, usd("120.00")));
    let cart = shop.shop.remove_line(guest, line).await.unwrap();
    assert!(cart.is_empty() && !cart.is_orderable());
    shop.shop.remove_line(guest, line).await.expect("removing twice is no mistake");
    assert_eq!(refused(shop.shop.remove_known_line(guest, line).await), Refusal::NotFound, "to a program it is");
    shop.done().await;
}

#[tokio::test]
async fn quantities_that_make_no_sense_are_refused_and_change_nothing() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 500)]).await;
    let ada = shop.customer("Ada").await;
    let owner = CartOwner::Customer(ada);
    shop.add(ada, "MUG", "98").await.unwrap();
    for bad in ["0", "-1", "100", "1.5", "", "abc", "99999999999", "1\0", "2"] {
        let refusal = refused(shop.add(ada, "MUG", bad).await);
        assert_eq!(refusal.problem_of("quantity"), Some(&Problem::OutOfRange { min: 1, max: 99 }), "{bad:?}");
    }
    assert_eq!(shop.shop.cart(owner).await.unwrap().count, 98);
    shop.done().await;
}

#[tokio::test]
async fn what_is_not_there_cannot_be_put_in() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 3), ("GONE", "1.00", 0), ("OLD", "1.00", 5)]).await;
    shop.execute("update products set status = 'archived' where slug = 'old'").await;
    let ada = shop.customer("Ada").await;
    assert_eq!(refused(shop.add(ada, "MUG", "4").await), Refusal::NotEnoughStock { left: 3 });
    assert_eq!(refused(shop.add(ada, "GONE", "1").await), Refusal::NotEnoughStock { left: 0 });
    assert_eq!(refused(shop.add(ada, "OLD", "1").await), Refusal::NotForSale);
    let owner = CartOwner::Customer(ada);
    let nothing = VariantId(uuid::Uuid::nil());
    assert_eq!(refused(shop.shop.add_to_cart(owner, nothing, quantity("1")).await), Refusal::NotFound);
    assert_eq!(shop.count("select count(*) from cart_items").await, 0);
    shop.done().await;
}

#[tokio::test]
async fn somebody_elses_line_is_not_there() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let hers = shop.add(ada, "MUG", "1").await.unwrap();
    let line = hers.lines[0].id;
    assert_eq!(refused(shop.shop.change_line(CartOwner::Customer(bob), line, quantity("2")).await), Refusal::NotFound);
    shop.shop.remove_line(CartOwner::Customer(bob), line).await.unwrap();
    assert_eq!(refused(shop.shop.change_line(CartOwner::Guest(hers.id), line, quantity("2")).await), Refusal::NotFound);
    assert!(shop.shop.cart(CartOwner::Guest(hers.id)).await.unwrap().is_empty(), "a customer's cart is no guest's");
    assert_eq!(shop.shop.cart(CartOwner::Customer(ada)).await.unwrap().count, 1);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_adds_at_once_are_all_in() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 50), ("CUP", "9.50", 50)]).await;
    let ada = shop.customer("Ada").await;
    let adds = (0..20).map(|n| {
        let shop = &shop;
        async move { shop.add(ada, if n % 2 == 0 { "MUG" } else { "CUP" }, "1").await }
    });
    for answer in join_all(adds).await {
        answer.unwrap();
    }
    let cart = shop.shop.cart(CartOwner::Customer(ada)).await.unwrap();
    assert_eq!(cart.lines.iter().map(|l| l.quantity.get()).collect::<Vec<_>>(), [10, 10]);
    shop.done().await;
}

#[tokio::test]
async fn what_was_decided_on_a_cart_that_somebody_has_had_since_is_not_written() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 50), ("CUP", "9.50", 50)]).await;
    let methods = shop.ship_by(vec![zone("Europe", &["GB", "DE"], vec![flat("Standard", "5.00")])]).await;
    let (ada, mug) = (shop.customer("Ada").await, shop.variant("MUG").await);
    shop.add(ada, "MUG", "1").await.unwrap();
    let store = shop.shop.store();
    let read = store.cart_to_fill(ada.into(), mug).await.unwrap();
    let (cart, version) = read.cart.unwrap();
    let line = CartLineRow { quantity: quantity("5"), ..read.lines[0] };
    shop.add(ada, "CUP", "1").await.unwrap();
    let to = address().parse().unwrap();
    assert!(!store.fill_cart(cart, version, line).await.unwrap());
    assert!(!store.keep_method(cart, version, methods[0], None).await.unwrap());
    assert!(!store.keep_addresses(cart, version, &to, None, None).await.unwrap());
    let view = shop.shop.checkout(ada).await.unwrap();
    assert_eq!((view.cart.count, view.address), (2, None));
    let (cart, version) = store.cart_to_fill(ada.into(), mug).await.unwrap().cart.unwrap();
    assert!(store.fill_cart(cart, version, line).await.unwrap());
    assert!(!store.keep_addresses(cart, version, &to, None, None).await.unwrap(), "each change makes another version");
    assert_eq!(shop.shop.cart(ada.into()).await.unwrap().count, 6);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_of_one_checkout_lose_nothing_of_each_other() {
    let (shop, ada, _) = with_a_checkout_begun().await;
    let methods = shop.shop.checkout(ada).await.unwrap().methods;
    let ids: Vec<_> = methods.iter().map(|method| method.offer.id.to_string()).collect();
    for round in 0..10_u32 {
        let (address, method) = if round.is_multiple_of(2) { (berlin(), &ids[0]) } else { (address(), &ids[1]) };
        let (added, saved, chosen) = tokio::join!(
            shop.add(ada, "MUG", "1"),
            shop.shop.save_address(ada, address.clone()),
            shop.shop.choose_shipping_method(ada.into(), method, ""),
        );
        added.unwrap();
        saved.unwrap();
        chosen.unwrap();
        let view = shop.shop.checkout(ada).await.unwrap();
        let by = view.cart.parts.shipping.and_then(|shipping| shipping.method).map(|id| id.to_string());
        assert_eq!((view.cart.count, view.address), (round + 2, Some(address.parse().unwrap())));
        assert_eq!(by.as_ref(), Some(method));
    }
    shop.done().await;
}

#[tokio::test]
async fn a_guests_cart_becomes_theirs_on_sign_in_with_quantities_added_up() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 200), ("CUP", "9.50", 50)]).await;
    let ada = shop.customer("Ada").await;
    let guest = |sku: &'static str, owner: CartOwner, units: &'static str| {
        let shop = &shop;
        async move {
            let variant = shop.variant(sku).await;
            shop.shop.add_to_cart(owner, variant, quantity(units)).await.unwrap().id
        }
    };
    shop.add(ada, "MUG", "60").await.unwrap();
    let id = guest("MUG", CartOwner::Guest(None), "70").await;
    guest("CUP", CartOwner::Guest(id), "3").await;
    shop.shop.merge_guest_cart(ada, id.unwrap(), CartMerge::Both).await.unwrap();
    shop.shop.merge_guest_cart(ada, id.unwrap(), CartMerge::Both).await.expect("adopting twice adds nothing");
    let cart = shop.shop.cart(CartOwner::Customer(ada)).await.unwrap();
    assert_eq!(cart.lines.iter().map(|l| l.quantity.get()).collect::<Vec<_>>(), [99, 3]);
    assert_eq!(shop.count("select count(*) from carts where user_id is null").await, 0);
    let bob = shop.customer("Bob").await;
    shop.shop.merge_guest_cart(bob, cart.id.unwrap(), CartMerge::Both).await.unwrap();
    assert!(shop.shop.cart(CartOwner::Customer(bob)).await.unwrap().is_empty(), "nobody adopts a customer's cart");
    shop.done().await;
}

#[tokio::test]
async fn on_the_way_to_an_order_the_guests_cart_takes_the_place_of_the_customers() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 50), ("CUP", "9.50", 50)]).await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "MUG", "5").await.unwrap();
    shop.add(ada, "CUP", "1").await.unwrap();
    let guest = shop.shop.begin_guest_cart().await.unwrap();
    let merge = || shop.shop.merge_guest_cart(ada, guest, CartMerge::GuestsAlone);
    let lines = async || {
        let cart = shop.shop.cart(CartOwner::Customer(ada)).await.unwrap();
        cart.lines.iter().map(|l| (l.sku.clone(), l.quantity.get())).collect::<Vec<_>>()
    };
    merge().await.unwrap();
    assert_eq!(lines().await, [("MUG".to_owned(), 5), ("CUP".to_owned(), 1)], "an empty cart takes no place");
    let guest = shop.shop.begin_guest_cart().await.unwrap();
    let mug = shop.variant("MUG").await;
    shop.shop.add_to_cart(CartOwner::Guest(Some(guest)), mug, quantity("2")).await.unwrap();
    shop.shop.merge_guest_cart(ada, guest, CartMerge::GuestsAlone).await.unwrap();
    assert_eq!(lines().await, [("MUG".to_owned(), 2)]);
    shop.shop.merge_guest_cart(ada, guest, CartMerge::GuestsAlone).await.expect("twice changes nothing");
    assert_eq!(lines().await, [("MUG".to_owned(), 2)]);
    shop.done().await;
}

/// What a checkout is about: where it goes, who is billed, by which way, which code, and what it comes to.
async fn chosen(shop: &TestShop, owner: CartOwner) -> (Option<String>, Option<String>, String, Option<String>, Money) {
    let view = shop.shop.checkout(owner).await.unwrap();
    let city = |address: Option<ShippingAddress>| address.and_then(|address| address.city);
    let by = view.cart.parts.shipping.map(|shipping| shipping.name).unwrap_or_default();
    let code = view.cart.coupon.map(|coupon| coupon.code);
    (city(view.address), city(view.billing), by, code, view.cart.total)
}

/// Ada has begun a checkout once: to London, billed there, by the express, with a code. And a guest has a mug.
async fn with_a_checkout_begun() -> (TestShop, Customer, CartId) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 50), ("CUP", "9.50", 50)]).await;
    let methods = vec![flat("Standard", "5.00"), flat("Express", "9.00")];
    let methods = shop.ship_by(vec![zone("Europe", &["GB", "DE"], methods)]).await;
    shop.promote(Promotion { code: Some(code("TENTH")), ..promotion("A tenth off", percent("10")) }).await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "CUP", "1").await.unwrap();
    let form = CheckoutForm { billing_is: "other".into(), billing: address(), ..address().into() };
    shop.shop.save_address(ada, form).await.unwrap();
    shop.shop.set_coupon(ada.into(), "TENTH").await.unwrap();
    shop.shop.choose_shipping_method(ada.into(), &methods[1].to_string(), "").await.unwrap();
    let guest = shop.shop.begin_guest_cart().await.unwrap();
    let mug = shop.variant("MUG").await;
    shop.shop.add_to_cart(CartOwner::Guest(Some(guest)), mug, quantity("1")).await.unwrap();
    (shop, ada, guest)
}

#[tokio::test]
async fn on_the_way_to_an_order_what_the_guest_chose_takes_the_place_of_what_the_customer_had() {
    let (shop, ada, guest) = with_a_checkout_begun().await;
    let form = CheckoutForm { email: "ada@example.org".into(), ..berlin().into() };
    shop.shop.save_address(CartOwner::Guest(Some(guest)), form).await.unwrap();
    shop.shop.merge_guest_cart(ada, guest, CartMerge::GuestsAlone).await.unwrap();
    let (to, billed, by, coupon, total) = chosen(&shop, ada.into()).await;
    assert_eq!(
        (to.as_deref(), billed, by.as_str(), coupon, total),
        (Some("Berlin"), None, "Standard", None, usd("29.00"))
    );
    shop.done().await;
}

#[tokio::test]
async fn on_the_way_to_an_order_a_guest_who_gave_no_address_is_asked_anew() {
    let (shop, ada, guest) = with_a_checkout_begun().await;
    let owner = CartOwner::Guest(Some(guest));
    shop.shop.set_estimate(owner, "DE", "").await.unwrap();
    shop.shop.set_coupon(owner, "TENTH").await.unwrap();
    shop.shop.merge_guest_cart(ada, guest, CartMerge::GuestsAlone).await.unwrap();
    let (to, billed, by, coupon, total) = chosen(&shop, ada.into()).await;
    assert_eq!(
        (to, billed, by.as_str(), coupon.as_deref(), total),
        (None, None, "Standard", Some("TENTH"), usd("26.60"))
    );
    shop.done().await;
}

#[tokio::test]
async fn elsewhere_what_the_guest_chose_is_added_and_both_addresses_stay_together() {
    let (shop, ada, guest) = with_a_checkout_begun().await;
    shop.shop.merge_guest_cart(ada, guest, CartMerge::Both).await.unwrap();
    let (to, billed, by, coupon, total) = chosen(&shop, ada.into()).await;
    let london = Some("London".to_owned());
    // 33.50 less a tenth, and the express.
    let expected = (london.clone(), london, "Express".to_owned(), Some("TENTH".to_owned()), usd("39.15"));
    assert_eq!((to, billed, by, coupon, total), expected, "they chose nothing");

    let guest = shop.shop.begin_guest_cart().await.unwrap();
    let mug = shop.variant("MUG").await;
    shop.shop.add_to_cart(CartOwner::Guest(Some(guest)), mug, quantity("1")).await.unwrap();
    let form = CheckoutForm { email: "ada@example.org".into(), ..berlin().into() };
    shop.shop.save_address(CartOwner::Guest(Some(guest)), form).await.unwrap();
    shop.shop.merge_guest_cart(ada, guest, CartMerge::Both).await.unwrap();
    let (to, billed, by, coupon, _) = chosen(&shop, ada.into()).await;
    let expected = (Some("Berlin"), None, "Standard", Some("TENTH"));
    assert_eq!((to.as_deref(), billed.as_deref(), by.as_str(), coupon.as_deref()), expected);
    shop.done().await;
}

#[tokio::test]
async fn a_cart_tells_what_has_changed_since() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5), ("CUP", "9.50", 5), ("JUG", "30.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    for sku in ["MUG", "CUP", "JUG"] {
        shop.add(ada, sku, "3").await.unwrap();
    }
    shop.execute("update product_variants set price = 25 where sku = 'MUG'").await;
    shop.execute(
        "update inventory set stock = 2 where variant_id = (select id from product_variants where sku = 'CUP');
         insert into stock_movements (variant_id, units, cause) select id, -3, 'correction' from product_variants where sku = 'CUP';
         update products set status = 'draft' where slug = 'jug'",
    )
    .await;
    let cart = shop.shop.cart(CartOwner::Customer(ada)).await.unwrap();
    assert_eq!(cart.lines[0].notices, [LineNotice::PriceChanged { from: usd("24.00") }]);
    assert_eq!(cart.lines[1].notices, [LineNotice::OnlyLeft { left: 2 }]);
    assert_eq!(cart.lines[2].notices, [LineNotice::Gone]);
    assert_eq!(cart.lines[0].line_total, usd("75.00"), "totals are at today's price");
    assert!(!cart.is_orderable());
    let fewer = shop.shop.change_line(CartOwner::Customer(ada), cart.lines[1].id, quantity("2")).await.unwrap();
    assert_eq!(fewer.lines[1].notices, []);
    shop.done().await;
}

#[tokio::test]
async fn a_cart_has_at_most_fifty_lines() {
    let shop = TestShop::open().await;
    let skus: Vec<String> = (0..51).map(|n| format!("SKU-{n}")).collect();
    let shelf: Vec<_> = skus.iter().map(|sku| (sku.as_str(), "1.00", 5)).collect();
    shop.stock_shelves(&shelf).await;
    let ada = shop.customer("Ada").await;
    for sku in &skus[..50] {
        shop.add(ada, sku, "1").await.unwrap();
    }
    assert_eq!(refused(shop.add(ada, &skus[50], "1").await), Refusal::CartFull { most: 50 });
    shop.add(ada, &skus[0], "1").await.expect("more of what is in it is still possible");
    shop.done().await;
}

#[tokio::test]
async fn an_id_that_no_cart_has_is_an_empty_cart() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let stale = CartOwner::Guest(Some(CartId(uuid::Uuid::from_u128(7))));
    assert!(shop.shop.cart(stale).await.unwrap().is_empty());
    let mug = shop.variant("MUG").await;
    let cart = shop.shop.add_to_cart(stale, mug, quantity("1")).await.unwrap();
    assert_ne!(cart.id, Some(CartId(uuid::Uuid::from_u128(7))), "a new cart is made, under an id of ours");
    assert_eq!(cart.count, 1);
    shop.done().await;
}

/// By that a guest's is forgotten one day. An index has it, which is written for no customer.
#[tokio::test]
async fn when_somebody_had_a_cart_is_noted_of_guests_alone() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let (ada, mug) = (shop.customer("Ada").await, shop.variant("MUG").await);
    let guests = shop.shop.add_to_cart(CartOwner::Guest(None), mug, quantity("1")).await.unwrap().id;
    shop.add(ada, "MUG", "1").await.unwrap();
    shop.execute("update carts set updated_at = now() - interval '1 day'").await;
    for owner in [CartOwner::Guest(guests), CartOwner::Customer(ada)] {
        shop.shop.add_to_cart(owner, mug, quantity("1")).await.unwrap();
    }
    shop.shop.save_address(ada, address()).await.unwrap();
    let had = "select count(*) from carts where updated_at > now() - interval '1 hour' and user_id is null";
    assert_eq!(shop.count(had).await, 1);
    let theirs = "select count(*) from carts where updated_at > now() - interval '1 hour' and user_id is not null";
    assert_eq!(shop.count(theirs).await, 0);
    shop.done().await;
}
