//! What the shop decides, from its tables to the totals of carts and orders.

use futures::future::join_all;
use shop::domain::{
    Customer, Problem, Promotion, PromotionKind, PromotionRefusal, Refusal, ReviewedPart, ShippingPrice,
};
use shop::dto::{CartView, OrderView};
use shop::usecase::{CartOwner, Clock as _, OrderRequest, RequestedItem, SavedTerms, ShopSettings};
use time::Duration;

use crate::harness::rules::{STAFF, code, flat, percent, promotion, seller, taxed, zone};
use crate::harness::{Everything, TestShop, address, quantity, refused, usd};

pub fn why(refusal: Refusal, field: &str) -> PromotionRefusal {
    match refusal.problem_of(field) {
        Some(Problem::Promotion { why }) => why.clone(),
        _ => panic!("not about {field}: {refusal}"),
    }
}

pub async fn cart(shop: &TestShop, customer: Customer) -> CartView {
    shop.shop.cart(CartOwner::Customer(customer)).await.unwrap()
}

/// One order for a program, of one mug that is collected.
pub async fn mug(shop: &TestShop, coupon: &str) -> OrderRequest {
    let product = shop.record("mug").await.id;
    OrderRequest {
        key: shop.shop.new_key(),
        items: Some(vec![RequestedItem { product, variant: None, quantity: quantity("1") }]),
        coupon: (!coupon.is_empty()).then(|| code(coupon)),
        ..OrderRequest::default()
    }
}

/// Subtotal, discounts, shipping, tax and total, in words.
type Parts = (String, Vec<(String, String)>, Option<(String, String)>, String, String);

fn parts(order: &OrderView) -> Parts {
    let discounts = order.parts.discounts.iter().map(|d| (d.label.clone(), d.amount.to_string())).collect();
    let shipping = order.parts.shipping.as_ref().map(|s| (s.name.clone(), s.price.to_string()));
    (order.parts.subtotal.to_string(), discounts, shipping, order.parts.tax.amount.to_string(), order.total.to_string())
}

#[tokio::test]
async fn a_shop_that_decided_nothing_charges_what_it_charged() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "2")]).await;
    let order = shop.order(ada, id).await;
    let free = Some(("Standard".into(), "$0.00".into()));
    assert_eq!(parts(&order), ("$48.00".into(), vec![], free, "$0.00".into(), "$48.00".into()));
    shop.done().await;
}

#[tokio::test]
async fn a_cart_and_its_order_come_to_what_the_shop_decided() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.ship_by(vec![zone("Britain", &["GB"], vec![flat("Express", "15.00"), flat("Standard", "5.00")])]).await;
    shop.tax_by(taxed(&[("GB", "20"), ("DE", "19")])).await;
    shop.promote(promotion("A tenth off", percent("10"))).await;
    let ada = shop.customer("Ada").await;
    let view = shop.add(ada, "MUG", "2").await.unwrap();
    assert_eq!((view.parts.shipping, view.total), (None, usd("43.20")), "nobody knows yet where to");

    let owner = CartOwner::Customer(ada);
    let view = shop.shop.set_estimate(owner, "gb", "").await.unwrap();
    let shipping = view.parts.shipping.unwrap();
    assert_eq!((shipping.name.as_str(), shipping.price, view.total), ("Standard", usd("5.00"), usd("48.20")));
    // 43.20 and 5.00 each hold a sixth of tax.
    assert_eq!((view.parts.tax.included, view.parts.tax.amount), (true, usd("8.03")));
    let nowhere = refused(shop.shop.shipping_methods(owner, "DE", "", "").await);
    assert_eq!(nowhere, Refusal::field("country", Problem::NotShippedTo));

    let form = shop.check_out(ada, &[]).await;
    let checkout = shop.shop.checkout(ada).await.unwrap();
    let offered: Vec<_> = checkout.methods.iter().map(|m| m.offer.name.as_str()).collect();
    assert_eq!(offered, ["Standard", "Express"]);
    let id = shop.shop.place_order(ada, form).await.unwrap();
    let order = shop.order(ada, id).await;
    let discounts = vec![("A tenth off".to_owned(), "$4.80".to_owned())];
    let shipping = Some(("Standard".into(), "$5.00".into()));
    assert_eq!(parts(&order), ("$48.00".into(), discounts, shipping, "$8.03".into(), "$48.20".into()));
    let told: String = shop.scalar("select payload::text from outbox where topic = $1", "order.created").await;
    assert!(told.contains(r#""tax":{"included":true,"amount":{"amount":"8.03""#), "{told}");
    assert_eq!(cart(&shop, ada).await.total, usd("0"));
    shop.done().await;
}

#[tokio::test]
async fn tax_that_prices_do_not_hold_is_added() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.99", 9)]).await;
    let rules = shop::domain::TaxRules { prices_include_tax: false, ..taxed(&[("GB", "8.875")]) };
    shop.tax_by(rules).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    let order = shop.order(ada, id).await;
    assert_eq!((order.parts.tax.amount, order.total), (usd("2.22"), usd("27.21")));
    assert_eq!(order.parts.tax.lines[0].rate.to_string(), "8.875");
    shop.done().await;
}

#[tokio::test]
async fn a_code_that_does_not_count_is_refused_with_the_reason() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9), ("BOWL", "10.00", 9)]).await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "MUG", "1").await.unwrap();
    let owner = CartOwner::Customer(ada);
    let now = shop.clock.now();
    let bowl = shop.record("bowl").await.id;
    let base = |name: &str| Promotion { code: Some(code(name)), ..promotion(name, percent("10")) };
    for promotion in [
        Promotion { active: false, ..base("OFF") },
        Promotion { starts_at: Some(now + Duration::hours(1)), ..base("SOON") },
        Promotion { ends_at: Some(now - Duration::hours(1)), ..base("OVER") },
        Promotion { minimum: Some(usd("30")), ..base("MUCH") },
        Promotion { products: vec![bowl], ..base("BOWLS") },
        Promotion { limit: Some(1), ..base("ONCE") },
        Promotion { kind: PromotionKind::BuyXGetY { buy: 2, get: 1 }, ..base("THREE") },
        base("GOOD"),
    ] {
        shop.promote(promotion).await;
    }
    let bob = shop.customer("Bob").await;
    shop.shop.request_order(bob, mug(&shop, "ONCE").await).await.unwrap();
    for (typed, expected) in [
        ("NOBODY", PromotionRefusal::Unknown),
        ("x", PromotionRefusal::Unknown),
        ("a\nb", PromotionRefusal::Unknown),
        ("OFF", PromotionRefusal::Unknown),
        ("SOON", PromotionRefusal::NotYet),
        ("OVER", PromotionRefusal::Over),
        ("MUCH", PromotionRefusal::MinimumMissing { missing: usd("6").amount(), currency: "USD".into() }),
        ("BOWLS", PromotionRefusal::NotForTheseItems),
        ("ONCE", PromotionRefusal::UsedUp),
        ("THREE", PromotionRefusal::UnitsMissing { missing: 2 }),
    ] {
        assert_eq!(why(refused(shop.shop.set_coupon(owner, typed).await), "code"), expected, "{typed}");
        if typed.len() > 2 && !typed.contains('\n') {
            let request = OrderRequest { coupon: Some(code(typed)), ..mug(&shop, "").await };
            assert_eq!(why(refused(shop.shop.request_order(ada, request).await), "coupon"), expected, "{typed}");
        }
    }
    let required = refused(shop.shop.set_coupon(owner, " ").await);
    assert_eq!(required, Refusal::field("code", Problem::Required));
    let view = shop.shop.set_coupon(owner, " good ").await.unwrap();
    assert_eq!((view.coupon.unwrap().code.as_str(), view.total), ("GOOD", usd("21.60")));
    // What is refused later leaves the one that counts where it is.
    refused(shop.shop.set_coupon(owner, "OVER").await);
    assert_eq!(cart(&shop, ada).await.total, usd("21.60"));
    assert_eq!(shop.shop.remove_coupon(owner).await.unwrap().total, usd("24.00"));
    shop.done().await;
}

#[tokio::test]
async fn a_code_that_ceased_to_count_is_told_of_and_takes_nothing_off() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let ends_at = Some(shop.clock.now() + Duration::hours(1));
    let tenth = Promotion { code: Some(code("TENTH")), ends_at, ..promotion("A tenth off", percent("10")) };
    let id = shop.promote(tenth).await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "MUG", "1").await.unwrap();
    shop.shop.set_coupon(CartOwner::Customer(ada), "TENTH").await.unwrap();
    let form = shop.check_out(ada, &[]).await;
    shop.clock.advance(Duration::hours(2));
    let view = cart(&shop, ada).await;
    assert_eq!((view.coupon.unwrap().refused, view.total), (Some(PromotionRefusal::Over), usd("24.00")));
    let changed = Refusal::CartChanged { parts: vec![ReviewedPart::Discounts] };
    assert_eq!(refused(shop.shop.place_order(ada, form).await), changed);
    // Seen as it is now, it can be ordered.
    let order = shop.shop.place_order(ada, shop.review(ada).await).await.unwrap();
    assert_eq!((shop.order(ada, order).await.total, shop.uses(id).await), (usd("24.00"), 0));
    shop.done().await;
}

#[tokio::test]
async fn what_changed_between_review_and_placing_is_named_and_nothing_is_placed() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let both = || vec![zone("Britain", &["GB"], vec![flat("Standard", "5.00"), flat("Express", "9.00")])];
    let methods = shop.ship_by(both()).await;
    shop.tax_by(taxed(&[("GB", "20")])).await;
    let tenth = shop.promote(promotion("A tenth off", percent("10"))).await;
    let ada = shop.customer("Ada").await;
    let owner = CartOwner::Customer(ada);
    let mut form = shop.check_out(ada, &[("MUG", "1")]).await;
    let mut expect = async |parts: &[ReviewedPart], what: &str| {
        let refusal = refused(shop.shop.place_order(ada, form.clone()).await);
        assert_eq!(refusal, Refusal::CartChanged { parts: parts.to_vec() }, "{what}");
        assert_eq!(shop.count("select count(*) from orders").await, 0, "{what}");
        form = shop.review(ada).await;
    };
    use ReviewedPart::{Discounts, Shipping, Tax};
    shop.tax_by(taxed(&[("GB", "17.5")])).await;
    expect(&[Tax], "the rate").await;
    shop.shop.choose_shipping_method(owner, &methods[1].to_string(), "").await.unwrap();
    expect(&[Shipping, Tax], "another method was chosen in another tab").await;
    let mut cheaper = shop.shop.pricing_rules().await.unwrap().zones.clone();
    cheaper[0].methods[1].price = ShippingPrice::Flat { price: usd("8.50") };
    shop.ship_by(cheaper).await;
    expect(&[Shipping, Tax], "the price of the method").await;
    shop.ship_by(vec![zone("Britain", &["GB"], vec![flat("Standard", "5.00")])]).await;
    expect(&[Shipping, Tax], "the method went away").await;
    shop.shop.delete_promotion(STAFF.may(), None, tenth).await.unwrap();
    expect(&[Discounts, Tax], "the promotion went away").await;
    shop.ship_by(vec![zone("Germany", &["DE"], vec![flat("Standard", "5.00")])]).await;
    let nowhere = refused(shop.shop.place_order(ada, form.clone()).await);
    assert!(matches!(nowhere, Refusal::CartChanged { .. }), "{nowhere}");
    let nowhere = refused(shop.shop.place_order(ada, shop.review(ada).await).await);
    assert_eq!(nowhere, Refusal::field("country", Problem::NotShippedTo));
    shop.ship_by(both()).await;
    shop.shop.place_order(ada, shop.review(ada).await).await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn a_method_of_another_zone_is_no_choice() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let zones = vec![
        zone("Britain", &["GB"], vec![flat("Standard", "5.00")]),
        zone("Germany", &["DE"], vec![flat("Paket", "1.00")]),
    ];
    let methods = shop.ship_by(zones).await;
    let ada = shop.customer("Ada").await;
    shop.check_out(ada, &[("MUG", "1")]).await;
    let no_choice = Refusal::field("shipping_method", Problem::NotAChoice);
    for method in [methods[1].to_string(), "0191d5a0-0000-7000-8000-000000000001".into(), "' or 1".into()] {
        let answer = shop.shop.choose_shipping_method(CartOwner::Customer(ada), &method, "").await;
        assert_eq!(refused(answer), no_choice, "{method}");
    }
    let to_britain =
        OrderRequest { address: Some(address().parse().unwrap()), method: Some(methods[1]), ..mug(&shop, "").await };
    assert_eq!(refused(shop.shop.request_order(ada, to_britain.clone()).await), no_choice);
    let id = shop.shop.request_order(ada, OrderRequest { method: Some(methods[0]), ..to_britain }).await.unwrap();
    assert_eq!(shop.order(ada, id).await.total, usd("29.00"));
    shop.done().await;
}

#[tokio::test]
async fn what_has_no_address_is_collected_and_taxed_at_home() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.tax_by(taxed(&[("GB", "20")])).await;
    let ada = shop.customer("Ada").await;
    let id = shop.shop.request_order(ada, mug(&shop, "").await).await.unwrap();
    let order = shop.order(ada, id).await;
    let shipping = order.parts.shipping.clone().unwrap();
    assert_eq!((shipping.name.as_str(), shipping.pick_up), ("Collected at the shop", true));
    assert_eq!((order.total, order.parts.tax.amount), (usd("24.00"), usd("4.00")));
    let counter = shop::domain::ShippingMethod {
        price: ShippingPrice::PickUp { price: usd("1.50") },
        ..flat("At the counter", "0")
    };
    shop.ship_by(vec![zone("Home", &["GB"], vec![flat("Standard", "5.00"), counter])]).await;
    let id = shop.shop.request_order(ada, mug(&shop, "").await).await.unwrap();
    assert_eq!(shop.order(ada, id).await.total, usd("25.50"));
    // Who gives an address does not mean to come for it.
    shop.check_out(ada, &[("MUG", "1")]).await;
    assert_eq!(cart(&shop, ada).await.total, usd("29.00"));
    shop.done().await;
}

#[tokio::test]
async fn another_process_hears_of_a_decision_at_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let other = shop.another_process().await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "MUG", "1").await.unwrap();
    for (rate, total) in [("10", "21.60"), ("50", "12.00")] {
        assert!(other.cart(CartOwner::Customer(ada)).await.is_ok());
        shop.promote(promotion(&format!("{rate} off"), percent(rate))).await;
        assert_eq!(other.cart(CartOwner::Customer(ada)).await.unwrap().total, usd(total));
    }
    // A decision that was refused was never made, for nobody.
    let twice = Promotion { code: Some(code("TWICE")), ..promotion("Twice", percent("99")) };
    shop.promote(twice.clone()).await;
    let taken = refused(shop.shop.create_promotion(STAFF.may(), twice).await);
    assert_eq!(taken, Refusal::field("code", Problem::Duplicate));
    assert_eq!(other.cart(CartOwner::Customer(ada)).await.unwrap().total, usd("12.00"));
    shop.done().await;
}

#[tokio::test]
async fn a_guests_choices_come_along_at_sign_in() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.promote(Promotion { code: Some(code("TENTH")), ..promotion("A tenth off", percent("10")) }).await;
    let ada = shop.customer("Ada").await;
    let variant = shop.variant("MUG").await;
    let guest = shop.shop.add_to_cart(CartOwner::Guest(None), variant, quantity("1")).await.unwrap().id.unwrap();
    let owner = CartOwner::Guest(Some(guest));
    shop.shop.set_coupon(owner, "TENTH").await.unwrap();
    shop.shop.set_estimate(owner, "DE", "").await.unwrap();
    shop.shop.merge_guest_cart(ada, guest, shop::usecase::CartMerge::Both).await.unwrap();
    let view = cart(&shop, ada).await;
    assert_eq!((view.total, view.destination.unwrap().country.as_str()), (usd("21.60"), "DE"));
    shop.done().await;
}

#[tokio::test]
async fn settings_are_imported_whole_and_the_same_twice_changes_nothing() {
    let shop = TestShop::open().await;
    let settings = ShopSettings {
        zones: vec![zone("Britain", &["GB"], vec![flat("Standard", "5.00"), flat("Express", "9.00")])],
        tax: taxed(&[("GB", "20"), ("DE", "19")]),
        promotions: vec![
            Promotion { code: Some(code("TENTH")), ..promotion("A tenth off", percent("10")) },
            promotion("Free shipping", PromotionKind::FreeShipping),
        ],
        seller: Some(seller()),
        terms: SavedTerms::default(),
    };
    assert!(shop.shop.fill_untouched_settings(&settings).await.unwrap());
    let first = shop.shop.pricing_rules().await.unwrap();
    assert!(!shop.shop.fill_untouched_settings(&settings).await.unwrap(), "somebody has decided by now");
    // A file of a time before there was one says nothing of the seller.
    shop.shop.import_settings(&ShopSettings { seller: None, ..settings.clone() }).await.unwrap();
    assert_eq!(shop.shop.seller().await.unwrap(), Some(seller()));
    shop.shop.import_settings(&settings).await.unwrap();
    let second = shop.shop.pricing_rules().await.unwrap();
    assert_eq!((&first.zones, &first.tax, &first.promotions), (&second.zones, &second.tax, &second.promotions));

    let exchanged = |mut settings: ShopSettings| {
        settings.promotions[1].code = settings.promotions[0].code.take();
        settings.promotions.iter_mut().zip(&second.promotions).for_each(|(new, old)| new.id = old.id);
        settings
    };
    shop.shop.import_settings(&exchanged(settings.clone())).await.unwrap();
    let third = shop.shop.pricing_rules().await.unwrap();
    assert_eq!(third.promotions[1].code, second.promotions[0].code);

    let mut wrong = settings.clone();
    wrong.zones[0].countries.push("XX".into());
    wrong.promotions[1].name = " ".into();
    wrong.tax.seller_country = "Britain".into();
    let Refusal::Invalid { fields } = refused(shop.shop.import_settings(&wrong).await) else {
        panic!("not about fields")
    };
    let fields: Vec<_> = fields.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["shipping_zones/0/countries", "tax/seller_country", "promotions/1/name"]);
    let twice = ShopSettings {
        promotions: [settings.promotions[..1].to_vec(), settings.promotions.clone()].concat(),
        ..settings.clone()
    };
    let duplicate = refused(shop.shop.import_settings(&twice).await);
    assert_eq!(duplicate, Refusal::field("promotions/1/code", Problem::Duplicate));
    assert_eq!(shop.shop.pricing_rules().await.unwrap().versions, third.versions, "nothing of it was written");
    shop.done().await;
}

#[tokio::test]
async fn an_overtaken_edit_is_refused() {
    let shop = TestShop::open().await;
    let version = shop.shop.pricing_rules().await.unwrap().versions.shipping;
    let zones = vec![zone("Britain", &["GB"], vec![flat("Standard", "5.00")])];
    let versions = [version];
    let edits = (0..8).map(|_| shop.shop.replace_shipping_zones(STAFF.may(), &versions, zones.clone()));
    let (done, late): (Vec<_>, Vec<_>) = join_all(edits).await.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), late.len()), (1, 7));
    for late in late {
        assert_eq!(refused(late), Refusal::VersionMismatch { current: version + 1 });
    }
    shop.done().await;
}
