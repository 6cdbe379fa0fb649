//! What shoppers choose before the checkout: a promotion's code, and a place for which their cart is estimated.

use futures::future::join_all;
use shop::domain::{Problem, Promotion, PromotionKind, PromotionRefusal, Refusal, TaxRate, TaxRules};
use shop::dto::CheckoutForm;
use shop::usecase::CartOwner;

use crate::harness::rules::{code, flat, percent, promotion, taxed, zone};
use crate::harness::{TestShop, address, product, quantity, refused, usd};
use crate::pricing::why;

async fn guest(shop: &TestShop, sku: &str) -> CartOwner {
    let variant = shop.variant(sku).await;
    CartOwner::Guest(shop.shop.add_to_cart(CartOwner::Guest(None), variant, quantity("1")).await.unwrap().id)
}

async fn tenth(shop: &TestShop) {
    shop.promote(Promotion { code: Some(code("TENTH")), ..promotion("A tenth off", percent("10")) }).await;
}

fn with_california() -> TaxRules {
    let mut rules = TaxRules { prices_include_tax: false, ..taxed(&[("DE", "19"), ("US", "7.25")]) };
    let (california, name) = (Some("CA".to_owned()), "Sales tax".to_owned());
    rules.rates = rules
        .rates
        .into_iter()
        .map(|r| if r.country == "US" { TaxRate { region: california.clone(), name: name.clone(), ..r } } else { r })
        .collect();
    rules
}

#[tokio::test]
async fn a_place_to_estimate_for_is_read_as_addresses_are() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.tax_by(with_california()).await;
    let ada = guest(&shop, "MUG").await;
    let long = "x".repeat(81);
    for (country, region, field, problem) in [
        ("XX", "", "country", Problem::NotACountry),
        ("D\0", "", "country", Problem::NotACountry),
        ("US", "Atlantis", "region", Problem::NotAChoice),
        ("US", "C\0A", "region", Problem::BadCharacters),
        ("DE", &long, "region", Problem::TooLong { max: 80 }),
    ] {
        let told = refused(shop.shop.set_estimate(ada, country, region).await);
        assert_eq!(told, Refusal::field(field, problem.clone()), "{country} {region:?}");
        let told = refused(shop.shop.shipping_methods(ada, country, region, "").await);
        assert_eq!(told, Refusal::field(field, problem), "{country} {region:?}");
    }
    for (country, region, name, total) in [
        (" us ", "", "United States", "24.00"),
        ("US", " california ", "California, United States", "25.74"),
        ("de", "", "Germany", "28.56"),
    ] {
        let view = shop.shop.set_estimate(ada, country, region).await.unwrap();
        let place = view.destination.unwrap();
        assert_eq!((place.name.as_str(), place.is_address, view.total), (name, false, usd(total)));
        let asked = place.region_choice.map(|choice| (choice.label, choice.choices.len() > 50));
        assert_eq!(asked, (place.country == "US").then(|| ("State".to_owned(), true)), "{name}");
    }
    let view = shop.shop.set_estimate(ada, "", "").await.unwrap();
    assert_eq!((view.destination, view.total), (None, usd("24.00")));
    shop.done().await;
}

#[tokio::test]
async fn an_address_decides_once_it_is_given() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.ship_by(vec![zone("Here", &["GB"], vec![flat("Standard", "5.00")])]).await;
    let owner = guest(&shop, "MUG").await;
    let view = shop.shop.set_estimate(owner, "DE", "").await.unwrap();
    assert!(view.is_not_shipped() && view.parts.shipping.is_none());
    let form = CheckoutForm { email: "guest@example.org".into(), ..address().into() };
    shop.shop.save_address(owner, form).await.unwrap();
    for view in [shop.shop.cart(owner).await.unwrap(), shop.shop.set_estimate(owner, "DE", "").await.unwrap()] {
        assert!(!view.is_not_shipped());
        let place = view.destination.unwrap();
        assert_eq!((place.name.as_str(), place.is_address, view.total), ("United Kingdom", true, usd("29.00")));
    }
    shop.done().await;
}

#[tokio::test]
async fn what_is_not_shipped_misses_nothing_for_free_shipping() {
    let shop = TestShop::open().await;
    let mut ticket = product("TICKET", "24.00", 9);
    ticket.variants[0].needs_shipping = false;
    shop.load(vec![ticket, product("MUG", "24.00", 9)]).await;
    shop.promote(Promotion { minimum: Some(usd("60")), ..promotion("Free shipping", PromotionKind::FreeShipping) })
        .await;
    let owner = guest(&shop, "TICKET").await;
    let view = shop.shop.cart(owner).await.unwrap();
    assert_eq!((view.needs_shipping, view.missing_for_free_shipping), (false, None));
    let mug = shop.variant("MUG").await;
    for (more, missing) in [("1", Some(usd("12.00"))), ("1", None)] {
        let view = shop.shop.add_to_cart(owner, mug, quantity(more)).await.unwrap();
        assert_eq!((view.needs_shipping, view.missing_for_free_shipping), (true, missing));
    }
    shop.done().await;
}

#[tokio::test]
async fn a_guest_who_has_ordered_is_told_that_a_code_is_for_first_orders() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let first = Promotion { first_order_only: true, code: Some(code("FIRST")), ..promotion("Welcome", percent("50")) };
    shop.promote(first).await;
    let form = || CheckoutForm { email: "guest@example.org".into(), ..address().into() };
    let owner = guest(&shop, "MUG").await;
    shop.shop.save_address(owner, form()).await.unwrap();
    let view = shop.shop.set_coupon(owner, "first").await.unwrap();
    assert_eq!((view.coupon.unwrap().refused, view.total), (None, usd("12.00")));
    let reviewed = shop.shop.checkout(owner).await.unwrap().reviewed;
    let placed = shop::usecase::PlaceOrder { key: shop.shop.new_key(), reviewed };
    shop.shop.place_order(owner, placed).await.unwrap();

    let again = guest(&shop, "MUG").await;
    shop.shop.set_coupon(again, "FIRST").await.expect("nobody knows yet who it is");
    shop.shop.save_address(again, form()).await.unwrap();
    assert_eq!(shop.shop.cart(again).await.unwrap().coupon.unwrap().refused, Some(PromotionRefusal::FirstOrderOnly));
    assert_eq!(why(refused(shop.shop.set_coupon(again, "FIRST").await), "code"), PromotionRefusal::FirstOrderOnly);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn carts_are_chosen_for_at_once_and_each_has_its_own() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 99)]).await;
    tenth(&shop).await;
    let owners = join_all((0..12).map(|_| guest(&shop, "MUG"))).await;
    let choose = async |place: usize, owner: CartOwner| {
        let country = if place.is_multiple_of(2) { "DE" } else { "FR" };
        let code = async {
            if place.is_multiple_of(3) { shop.shop.set_coupon(owner, "TENTH").await.map(drop) } else { Ok(()) }
        };
        // Two tabs of one cart.
        let (coded, estimated) = tokio::join!(code, shop.shop.set_estimate(owner, country, ""));
        coded.unwrap();
        estimated.unwrap();
    };
    join_all(owners.iter().enumerate().map(|(place, owner)| choose(place, *owner))).await;
    for (place, owner) in owners.into_iter().enumerate() {
        let view = shop.shop.cart(owner).await.unwrap();
        let country = if place.is_multiple_of(2) { "DE" } else { "FR" };
        assert_eq!((view.coupon.is_some(), view.destination.unwrap().country.as_str()), (place % 3 == 0, country));
    }
    shop.done().await;
}

#[tokio::test]
async fn nobody_chooses_for_a_customers_cart() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    tenth(&shop).await;
    let ada = shop.customer("Ada").await;
    let hers = shop.add(ada, "MUG", "1").await.unwrap().id;
    shop.shop.set_coupon(CartOwner::Customer(ada), "TENTH").await.unwrap();
    let stranger = CartOwner::Guest(hers);
    let theirs = shop.shop.set_estimate(stranger, "DE", "").await.unwrap();
    assert!(theirs.id != hers && theirs.is_empty(), "a cart of their own");
    shop.shop.remove_coupon(stranger).await.unwrap();
    let told = refused(shop.shop.set_coupon(stranger, "TENTH").await);
    assert_eq!(why(told, "code"), PromotionRefusal::NotForTheseItems);
    let view = shop.shop.cart(CartOwner::Customer(ada)).await.unwrap();
    assert_eq!((view.coupon.unwrap().code.as_str(), view.destination), ("TENTH", None));
    shop.done().await;
}
