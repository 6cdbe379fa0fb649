//! By which way a checkout goes: what is offered after the address, chosen, gone, forgotten; and where nothing is shipped.

use shop::domain::{
    AddressId, Customer, DeliveryDays, Problem, PromotionKind, Refusal, ReviewedPart, ShippingMethod, ShippingPrice,
    ShippingZone, WeightStep,
};
use shop::dto::{AddressForm, CheckoutForm, CheckoutStep, CheckoutView, GoneMethod};
use shop::usecase::{CartOwner, OrderRequest, RequestedItem};

use crate::harness::rules::{flat, promotion, taxed, zone};
use crate::harness::{TestShop, address, berlin, product, quantity, refused, usd};

fn zones() -> Vec<ShippingZone> {
    vec![
        zone("Britain", &["GB"], vec![flat("Standard", "5.00"), flat("Express", "9.00")]),
        zone("Germany", &["DE"], vec![flat("Paket", "4.00")]),
    ]
}

/// Ada with a mug, in a shop that ships to two countries.
async fn with_a_mug() -> (TestShop, Customer) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.ship_by(zones()).await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "MUG", "1").await.unwrap();
    (shop, ada)
}

async fn checkout(shop: &TestShop, customer: Customer) -> CheckoutView {
    shop.shop.checkout(customer).await.unwrap()
}

async fn choose(shop: &TestShop, customer: Customer, name: &str) {
    let offered = checkout(shop, customer).await.methods;
    let id = offered.iter().find(|method| method.offer.name == name).unwrap().offer.id;
    shop.shop.choose_shipping_method(CartOwner::Customer(customer), &id.to_string(), "").await.unwrap();
}

/// By which way it goes now, and at which price.
fn by(view: &CheckoutView) -> Option<(&str, String)> {
    view.cart.parts.shipping.as_ref().map(|shipping| (shipping.name.as_str(), shipping.price.to_string()))
}

fn gone(name: &str) -> Option<GoneMethod> {
    Some(GoneMethod { name: Some(name.into()) })
}

#[tokio::test]
async fn after_the_address_comes_the_shipping_where_there_is_a_choice() {
    let (shop, ada) = with_a_mug().await;
    assert_eq!(checkout(&shop, ada).await.after_address(), CheckoutStep::Shipping, "nobody knows yet where to");
    for (form, step) in [(address(), CheckoutStep::Shipping), (berlin(), CheckoutStep::Review)] {
        assert_eq!(shop.shop.save_address(ada, form).await.unwrap(), step);
        assert_eq!(checkout(&shop, ada).await.after_address(), step);
    }
    shop.done().await;
}

#[tokio::test]
async fn what_needs_no_shipping_goes_everywhere_and_asks_for_no_method() {
    let (shop, ada) = with_a_mug().await;
    shop.execute("update product_variants set needs_shipping = false").await;
    let anywhere = AddressForm { country: "FR".into(), postal_code: "75002".into(), city: "Paris".into(), ..address() };
    assert_eq!(shop.shop.save_address(ada, anywhere).await.unwrap(), CheckoutStep::Review);
    let view = checkout(&shop, ada).await;
    assert_eq!((view.after_address(), by(&view), view.is_not_shipped()), (CheckoutStep::Review, None, false));
    let order = shop.shop.place_order(ada, shop.review(ada).await).await.unwrap();
    assert_eq!(shop.order(ada, order).await.parts.shipping, None);
    shop.done().await;
}

#[tokio::test]
async fn where_nothing_is_shipped_is_told_with_the_address_and_nothing_of_it_is_kept() {
    let (shop, ada) = with_a_mug().await;
    let paris = || AddressForm { country: "FR".into(), postal_code: "75002".into(), city: "Paris".into(), ..address() };
    let not_there = |field| Refusal::field(field, Problem::NotShippedTo);
    let kept = CheckoutForm { keep: "on".into(), ..paris().into() };
    assert_eq!(refused(shop.shop.save_address(ada, kept).await), not_there("country"));
    let view = checkout(&shop, ada).await;
    assert_eq!((view.address, view.saved), (None, vec![]));

    // One of the book has no field of its own.
    shop.shop.add_address(ada, paris(), false).await.unwrap();
    let id: AddressId = checkout(&shop, ada).await.saved[0].id;
    let saved = CheckoutForm { saved: id.to_string(), ..CheckoutForm::default() };
    assert_eq!(refused(shop.shop.save_address(ada, saved).await), not_there("saved"));
    assert_eq!(checkout(&shop, ada).await.address, None);

    let variant = shop.variant("MUG").await;
    let guest = shop.shop.add_to_cart(CartOwner::Guest(None), variant, quantity("1")).await.unwrap().id;
    let form = CheckoutForm { email: "guest@example.org".into(), ..paris().into() };
    assert_eq!(refused(shop.shop.save_address(CartOwner::Guest(guest), form).await), not_there("country"));
    let view = shop.shop.checkout(CartOwner::Guest(guest)).await.unwrap();
    assert_eq!((view.address, view.email), (None, None));
    shop.done().await;
}

#[tokio::test]
async fn a_state_has_ways_of_its_own_where_the_shop_says_so() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let regions = vec!["US-HI".to_owned(), "US-AK".to_owned()];
    let far = ShippingZone { regions, ..zone("Far away", &[], vec![flat("Boat", "30.00")]) };
    shop.ship_by(vec![zone("United States", &["US"], vec![flat("Ground", "8.00")]), far]).await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "MUG", "1").await.unwrap();
    for (city, region, postal_code, way) in
        [("Honolulu", "Hawaii", "96813", ("Boat", "$30.00")), ("Austin", "TX", "78701", ("Ground", "$8.00"))]
    {
        let offered = shop.shop.shipping_methods(CartOwner::Customer(ada), "US", region, postal_code).await.unwrap();
        assert_eq!(offered.iter().map(|offer| offer.name.as_str()).collect::<Vec<_>>(), [way.0], "{region}");
        let form = AddressForm {
            city: city.into(),
            region: region.into(),
            postal_code: postal_code.into(),
            country: "US".into(),
            ..address()
        };
        assert_eq!(shop.shop.save_address(ada, form).await.unwrap(), CheckoutStep::Review, "{region}");
        assert_eq!(by(&checkout(&shop, ada).await), Some((way.0, way.1.into())), "{region}");
    }
    shop.done().await;
}

#[tokio::test]
async fn a_method_says_what_it_is_charged_at() {
    let (shop, ada) = with_a_mug().await;
    shop.shop.save_address(ada, address()).await.unwrap();
    let told = async || {
        let methods = checkout(&shop, ada).await.methods;
        methods.into_iter().map(|m| (m.offer.name, m.offer.price, m.charged)).collect::<Vec<_>>()
    };
    let of = |name: &str, price, charged| (name.to_owned(), usd(price), usd(charged));
    assert_eq!(told().await, [of("Standard", "5.00", "5.00"), of("Express", "9.00", "9.00")]);
    // The best one wins: what it takes off the goods is more than Standard costs, and less than Express.
    shop.promote(promotion("Off the goods", PromotionKind::Amount { amount: usd("7") })).await;
    shop.promote(promotion("Free shipping", PromotionKind::FreeShipping)).await;
    assert_eq!(told().await, [of("Standard", "5.00", "5.00"), of("Express", "9.00", "0.00")]);
    shop.done().await;
}

#[tokio::test]
async fn who_gives_an_address_may_collect_it_and_pays_the_tax_of_the_shops_country() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.tax_by(taxed(&[("GB", "20"), ("DE", "50")])).await;
    let counter = ShippingMethod {
        price: ShippingPrice::PickUp { price: usd("0") },
        days: DeliveryDays { min: 0, max: 1 },
        ..flat("Counter", "0")
    };
    shop.ship_by(vec![zone("Europe", &["GB", "DE"], vec![flat("Paket", "6.00"), counter])]).await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "MUG", "1").await.unwrap();
    assert_eq!(shop.shop.save_address(ada, berlin()).await.unwrap(), CheckoutStep::Shipping);
    let view = checkout(&shop, ada).await;
    let offered: Vec<_> = view.methods.iter().map(|m| (m.offer.name.as_str(), m.total, m.parts.tax.amount)).collect();
    assert_eq!(offered, [("Counter", usd("24.00"), usd("4.00")), ("Paket", usd("30.00"), usd("10.00"))]);
    assert_eq!(by(&view), Some(("Paket", "$6.00".into())), "who gives an address does not mean to come for it");
    choose(&shop, ada, "Counter").await;
    let order = shop.shop.place_order(ada, shop.review(ada).await).await.unwrap();
    let order = shop.order(ada, order).await;
    assert_eq!((order.total, order.parts.tax.amount), (usd("24.00"), usd("4.00")));
    let way = order.parts.shipping.unwrap();
    assert_eq!((way.name.as_str(), way.pick_up, way.days), ("Counter", true, Some(DeliveryDays { min: 0, max: 1 })));
    shop.done().await;
}

#[tokio::test]
async fn a_chosen_method_is_for_one_order() {
    let (shop, ada) = with_a_mug().await;
    shop.shop.save_address(ada, address()).await.unwrap();
    choose(&shop, ada, "Express").await;
    assert_eq!(by(&checkout(&shop, ada).await), Some(("Express", "$9.00".into())));
    let order = shop.shop.place_order(ada, shop.review(ada).await).await.unwrap();
    let order = shop.order(ada, order).await;
    assert_eq!((order.parts.shipping.unwrap().name.as_str(), order.total), ("Express", usd("33.00")));
    shop.add(ada, "MUG", "1").await.unwrap();
    let view = checkout(&shop, ada).await;
    assert_eq!((by(&view), &view.gone_method), (Some(("Standard", "$5.00".into())), &None));
    shop.done().await;
}

#[tokio::test]
async fn a_method_of_another_country_is_named_and_chosen_anew() {
    let (shop, ada) = with_a_mug().await;
    shop.shop.save_address(ada, address()).await.unwrap();
    choose(&shop, ada, "Express").await;
    let form = shop.review(ada).await;
    assert_eq!(
        shop.shop.save_address(ada, berlin()).await.unwrap(),
        CheckoutStep::Shipping,
        "also where only one is left"
    );
    let view = checkout(&shop, ada).await;
    assert_eq!((view.after_address(), &view.gone_method), (CheckoutStep::Shipping, &gone("Express")));
    let Refusal::CartChanged { parts } = refused(shop.shop.place_order(ada, form).await) else { panic!("placed") };
    assert!(parts.contains(&ReviewedPart::Shipping) && parts.contains(&ReviewedPart::Address), "{parts:?}");
    choose(&shop, ada, "Paket").await;
    let view = checkout(&shop, ada).await;
    assert_eq!((view.after_address(), view.gone_method), (CheckoutStep::Review, None));
    // Back where it was offered, but it is not what was chosen last.
    assert_eq!(shop.shop.save_address(ada, address()).await.unwrap(), CheckoutStep::Shipping);
    assert_eq!(checkout(&shop, ada).await.gone_method, gone("Paket"));
    shop.done().await;
}

#[tokio::test]
async fn a_method_that_the_shop_gave_up_is_gone_and_nothing_is_placed_by_another() {
    let (shop, ada) = with_a_mug().await;
    shop.shop.save_address(ada, address()).await.unwrap();
    choose(&shop, ada, "Express").await;
    let form = shop.review(ada).await;
    shop.ship_by(vec![zone("Britain", &["GB"], vec![flat("Standard", "5.00"), flat("Boat", "1.00")])]).await;
    let changed = Refusal::CartChanged { parts: vec![ReviewedPart::Shipping] };
    assert_eq!(refused(shop.shop.place_order(ada, form).await), changed);
    assert_eq!(shop.count("select count(*) from orders").await, 0);
    assert_eq!(checkout(&shop, ada).await.gone_method, Some(GoneMethod { name: None }), "nobody knows its name now");
    choose(&shop, ada, "Standard").await;
    let order = shop.shop.place_order(ada, shop.review(ada).await).await.unwrap();
    assert_eq!(shop.order(ada, order).await.total, usd("29.00"));
    shop.done().await;
}

/// One way to Britain, by weight.
fn by_weight() -> ShippingMethod {
    let step = |up_to_grams, price| WeightStep { up_to_grams, price: usd(price) };
    let steps = vec![step(1_000, "4.50"), step(5_000, "8.00")];
    ShippingMethod { price: ShippingPrice::ByWeight { steps }, ..flat("Parcel", "0") }
}

#[tokio::test]
async fn what_a_variant_weighs_decides_what_its_parcel_costs() {
    for (units, price) in [("1", Some("4.50")), ("2", Some("8.00")), ("6", None)] {
        let shop = TestShop::open().await;
        let mut jug = product("JUG", "20.00", 9);
        jug.variants[0].weight_grams = 900;
        shop.load(vec![jug]).await;
        shop.ship_by(vec![zone("Britain", &["GB"], vec![by_weight()])]).await;
        let ada = shop.customer("Ada").await;
        let total = usd("20.00").times(units.parse().unwrap()).unwrap().plus(usd(price.unwrap_or("0"))).unwrap();

        shop.add(ada, "JUG", units).await.unwrap();
        let cart = shop.shop.set_estimate(CartOwner::Customer(ada), "GB", "").await.unwrap();
        let shown = cart.parts.shipping.as_ref().map(|shipping| shipping.price);
        assert_eq!((shown, cart.total, cart.is_not_shipped()), (price.map(usd), total, price.is_none()), "{units}");

        let product = shop.record("jug").await.id;
        let named = OrderRequest {
            key: shop.shop.new_key(),
            items: Some(vec![RequestedItem { product, variant: None, quantity: quantity(units) }]),
            address: Some(address().parse().unwrap()),
            ..OrderRequest::default()
        };
        let not_there = |field| Refusal::field(field, Problem::NotShippedTo);
        if price.is_none() {
            assert_eq!(refused(shop.shop.save_address(ada, address()).await), not_there("country"), "{units}");
            assert_eq!(refused(shop.shop.request_order(ada, named).await), not_there("shipping_address.country"));
        } else {
            shop.shop.save_address(ada, address()).await.unwrap();
            let view = checkout(&shop, ada).await;
            let offered: Vec<_> = view.methods.iter().map(|method| Some(method.charged)).collect();
            assert_eq!((offered, view.cart.total), (vec![price.map(usd)], total), "{units}");
            for order in [
                shop.shop.place_order(ada, shop.review(ada).await).await.unwrap(),
                shop.shop.request_order(ada, named).await.unwrap(),
            ] {
                let order = shop.order(ada, order).await;
                let charged = order.parts.shipping.as_ref().map(|shipping| shipping.price);
                assert_eq!((charged, order.total), (price.map(usd), total), "{units}");
            }
        }
        shop.done().await;
    }
}

#[tokio::test]
async fn where_a_carrier_wants_a_phone_number_nothing_goes_without_one() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let courier = ShippingMethod { needs_phone: true, ..flat("Courier", "4.00") };
    shop.ship_by(vec![zone("Britain", &["GB"], vec![courier, flat("Post", "9.00")])]).await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "MUG", "1").await.unwrap();
    shop.shop.save_address(ada, address()).await.unwrap();
    let view = checkout(&shop, ada).await;
    assert!(view.is_phone_missing() && view.asks_for_phone(), "the cheapest way wants one");
    let wanted = |field| Refusal::field(field, Problem::PhoneForCarrier);
    // Whoever leaves out the step before.
    assert_eq!(refused(shop.shop.place_order(ada, shop.review(ada).await).await), wanted("phone"));

    let ids: Vec<_> = view.methods.iter().map(|method| method.offer.id.to_string()).collect();
    let owner = CartOwner::Customer(ada);
    for (phone, told) in [(" ", wanted("phone")), ("call me", Refusal::field("phone", Problem::NotAPhone))] {
        assert_eq!(refused(shop.shop.choose_shipping_method(owner, &ids[0], phone).await), told, "{phone}");
    }
    shop.shop.choose_shipping_method(owner, &ids[1], "").await.unwrap();
    assert!(!checkout(&shop, ada).await.is_phone_missing(), "the post asks nobody");
    shop.shop.choose_shipping_method(owner, &ids[0], "+44 20 7946 0018").await.unwrap();
    let view = checkout(&shop, ada).await;
    assert!(!view.is_phone_missing() && !view.asks_for_phone(), "nothing is asked twice");
    // What the address has is changed with the address.
    shop.shop.choose_shipping_method(owner, &ids[0], "+44 20 7946 0999").await.unwrap();
    let order = shop.shop.place_order(ada, shop.review(ada).await).await.unwrap();
    let order = shop.order(ada, order).await;
    let phone = order.shipping_address.and_then(|address| address.phone);
    assert_eq!((phone.as_deref(), order.total), (Some("+44 20 7946 0018"), usd("28.00")));

    let product = shop.record("mug").await.id;
    let asked = |phone: &str| OrderRequest {
        key: shop.shop.new_key(),
        items: Some(vec![RequestedItem { product, variant: None, quantity: quantity("1") }]),
        address: Some(AddressForm { phone: phone.into(), ..address() }.parse().unwrap()),
        ..OrderRequest::default()
    };
    assert_eq!(refused(shop.shop.request_order(ada, asked("")).await), wanted("shipping_address.phone"));
    shop.shop.request_order(ada, asked("020 7946 0018")).await.unwrap();
    assert_eq!(shop.count("select count(*) from orders").await, 2);
    shop.done().await;
}

#[tokio::test]
async fn the_only_way_that_wants_a_phone_number_is_a_step_until_there_is_one() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let courier = ShippingMethod { needs_phone: true, ..flat("Courier", "4.00") };
    shop.ship_by(vec![zone("Britain", &["GB"], vec![courier])]).await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "MUG", "1").await.unwrap();
    let with_phone = AddressForm { phone: "020 7946 0018".into(), ..address() };
    for (form, step) in [(address(), CheckoutStep::Shipping), (with_phone, CheckoutStep::Review)] {
        assert_eq!(shop.shop.save_address(ada, form).await.unwrap(), step);
        assert_eq!(checkout(&shop, ada).await.after_address(), step);
    }
    shop.done().await;
}
