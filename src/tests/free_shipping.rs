//! How much more makes shipping free: what is told holds, whatever else is taken off meanwhile.

use shop::domain::{Money, ProductId, Promotion, PromotionKind, ShippingMethod, Slug};
use shop::usecase::CartOwner;

use crate::harness::rules::{flat, percent, promotion, zone};
use crate::harness::{TestShop, usd};

/// One shop: from which total on its method is free, its promotions, and what is told to a cart of 50.00.
struct Case {
    what: &'static str,
    free_from: Option<&'static str>,
    promotions: Vec<Promotion>,
    told: Option<&'static str>,
}

fn free_shipping() -> Promotion {
    Promotion { minimum: Some(usd("60")), ..promotion("Free shipping", PromotionKind::FreeShipping) }
}

fn off(amount: &str) -> PromotionKind {
    PromotionKind::Amount { amount: usd(amount) }
}

fn cases(mug: ProductId) -> Vec<Case> {
    let tableware = || vec![Slug::parse("tableware").unwrap()];
    let stackable = |promotion: Promotion| Promotion { stackable: true, ..promotion };
    let case = |what, free_from, promotions, told| Case { what, free_from, promotions, told };
    vec![
        case("a method that is free from a total", Some("75"), vec![], Some("25.00")),
        case("more is discounted like the rest", Some("75"), vec![promotion("Tenth", percent("10"))], Some("33.34")),
        case("half of all that is put in", Some("75"), vec![promotion("Half", percent("50"))], Some("100.00")),
        case("an amount is taken off once", Some("75"), vec![promotion("Ten off", off("10"))], Some("35.00")),
        case(
            "an amount that is not used up takes of what is put in",
            Some("75"),
            vec![promotion("Sixty off", off("60"))],
            Some("85.00"),
        ),
        case(
            "a discount that begins on the way",
            Some("75"),
            vec![Promotion { minimum: Some(usd("60")), ..promotion("Ten off", off("10")) }],
            Some("35.00"),
        ),
        case("all is given away", Some("75"), vec![promotion("All", percent("100"))], None),
        case("a promotion", None, vec![free_shipping()], Some("10.00")),
        case("the least of both", Some("55"), vec![free_shipping()], Some("5.00")),
        case("the least of both, the other way round", Some("75"), vec![free_shipping()], Some("10.00")),
        case(
            "a promotion that another would beat",
            None,
            vec![free_shipping(), promotion("A fifth off", percent("20"))],
            None,
        ),
        case(
            "one that is better than the other",
            None,
            vec![free_shipping(), promotion("A bit off", percent("5"))],
            Some("10.00"),
        ),
        case(
            "one that goes together with the other",
            None,
            vec![stackable(free_shipping()), promotion("A fifth off", percent("20"))],
            Some("10.00"),
        ),
        case("one for some products", None, vec![Promotion { products: vec![mug], ..free_shipping() }], None),
        case("one for a category", None, vec![Promotion { categories: tableware(), ..free_shipping() }], None),
        case("one that is over", None, vec![Promotion { active: false, ..free_shipping() }], None),
        case("nothing", None, vec![], None),
    ]
}

#[tokio::test]
async fn what_is_told_to_be_missing_for_free_shipping_is_what_is_missing() {
    for place in 0..cases(ProductId(uuid::Uuid::nil())).len() {
        let shop = TestShop::open().await;
        shop.stock_shelves(&[("MUG", "25.00", 9)]).await;
        let case = cases(shop.record("mug").await.id).remove(place);
        let told = case.told.map(usd);
        let more = told.map_or("1.00".to_owned(), |told| told.amount().to_string());
        shop.stock_shelves(&[("MORE", &more, 9)]).await;
        let method = ShippingMethod { free_from: case.free_from.map(usd), ..flat("Standard", "5.00") };
        shop.ship_by(vec![zone("Britain", &["GB"], vec![method])]).await;
        for promotion in case.promotions {
            shop.promote(promotion).await;
        }
        let ada = shop.customer("Ada").await;
        let owner = CartOwner::Customer(ada);
        shop.add(ada, "MUG", "2").await.unwrap();
        let view = shop.shop.set_estimate(owner, "GB", "").await.unwrap();
        assert_eq!(view.missing_for_free_shipping, told, "{}", case.what);
        let by_method = shop.shop.shipping_methods(owner, "GB", "", "").await.unwrap()[0].missing_for_free;
        let units = |money: Option<Money>| money.map(|money| money.minor_units());
        assert_eq!(by_method.is_some(), case.free_from.is_some() && case.what != "all is given away", "{}", case.what);
        assert!(by_method.is_none() || units(by_method) >= units(told), "{}: {by_method:?}", case.what);
        if told.is_some() {
            let view = shop.add(ada, "MORE", "1").await.unwrap();
            let shipping = view.parts.shipping.unwrap();
            let is_discounted = view.parts.discounts.iter().any(|d| d.label == "Free shipping");
            assert!(shipping.price.is_zero() || is_discounted, "{}: {shipping:?}", case.what);
            assert_eq!(view.missing_for_free_shipping, None, "{}", case.what);
        }
        shop.done().await;
    }
}
