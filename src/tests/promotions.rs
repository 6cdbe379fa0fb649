//! Which promotions apply, from their rows to the price: of a cart, and the same of its order.

use shop::domain::{Customer, Promotion, PromotionKind, Slug, UserId};
use shop::usecase::ProductEntry;

use crate::harness::rules::{flat, percent, promotion, zone};
use crate::harness::{TestShop, product, usd};

fn off(amount: &str) -> PromotionKind {
    PromotionKind::Amount { amount: usd(amount) }
}

/// What each case is called, its promotions, and what a mug of 24.00 and a vase of 10.00, sent for 5.00, come to by them;
/// besides, the discounts by their names.
type Case = (&'static str, Vec<Promotion>, &'static str, &'static [&'static str]);

fn case(
    what: &'static str,
    promotions: Vec<Promotion>,
    total: &'static str,
    discounts: &'static [&'static str],
) -> Case {
    (what, promotions, total, discounts)
}

fn cases(ada: Customer, bob: Customer) -> Vec<Case> {
    let of = |category: &str| vec![Slug::parse(category).unwrap()];
    let half = || promotion("Half", percent("50"));
    let tenth = || promotion("Tenth", percent("10"));
    let stackable = |promotion: Promotion| Promotion { stackable: true, ..promotion };
    vec![
        case("none", vec![], "39.00", &[]),
        case("a category", vec![Promotion { categories: of("glass"), ..half() }], "34.00", &["Half"]),
        case("the other", vec![Promotion { categories: of("tableware"), ..half() }], "27.00", &["Half"]),
        case(
            "both categories, each its own",
            vec![
                stackable(Promotion { categories: of("glass"), ..half() }),
                stackable(Promotion { categories: of("tableware"), ..tenth() }),
            ],
            "31.60",
            &["Half", "Tenth"],
        ),
        case(
            "the least counts in the category alone",
            vec![Promotion { categories: of("glass"), minimum: Some(usd("10.01")), ..half() }],
            "39.00",
            &[],
        ),
        case("this customer", vec![Promotion { customer: Some(ada.0), ..tenth() }], "35.60", &["Tenth"]),
        case("another customer", vec![Promotion { customer: Some(bob.0), ..tenth() }], "39.00", &[]),
        case(
            "a better one for another customer leaves the other",
            vec![Promotion { customer: Some(bob.0), ..half() }, tenth()],
            "35.60",
            &["Tenth"],
        ),
        case("the best one, an amount", vec![tenth(), promotion("Five", off("5"))], "34.00", &["Five"]),
        case("the best one, a share", vec![tenth(), promotion("Three", off("3"))], "35.60", &["Tenth"]),
        case(
            "the best one, of shipping",
            vec![tenth(), promotion("Free shipping", PromotionKind::FreeShipping)],
            "34.00",
            &["Free shipping"],
        ),
        case(
            "the best one of a category",
            vec![Promotion { categories: of("tableware"), ..half() }, tenth(), promotion("Five", off("5"))],
            "27.00",
            &["Half"],
        ),
        case(
            "what goes together is added to the best one",
            vec![stackable(tenth()), promotion("Five", off("5")), promotion("Three", off("3"))],
            "30.60",
            &["Five", "Tenth"],
        ),
    ]
}

#[tokio::test]
async fn a_cart_and_its_order_come_to_the_same_by_whatever_promotion() {
    let nobody = Customer(UserId(uuid::Uuid::nil()));
    for place in 0..cases(nobody, nobody).len() {
        let shop = TestShop::open().await;
        let vase = ProductEntry { category: "glass".into(), ..product("VASE", "10.00", 9) };
        shop.load(vec![product("MUG", "24.00", 9), vase]).await;
        shop.ship_by(vec![zone("Britain", &["GB"], vec![flat("Standard", "5.00")])]).await;
        let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
        let (what, promotions, total, discounts) = cases(ada, bob).remove(place);
        for promotion in promotions {
            shop.promote(promotion).await;
        }
        let form = shop.check_out(ada, &[("MUG", "1"), ("VASE", "1")]).await;
        let view = crate::pricing::cart(&shop, ada).await;
        let order = shop.shop.place_order(ada, form).await.unwrap();
        let order = shop.order(ada, order).await;
        let mut names: Vec<_> = view.parts.discounts.iter().map(|discount| discount.label.as_str()).collect();
        names.sort_unstable();
        assert_eq!((view.total, names.as_slice()), (usd(total), discounts), "{what}");
        assert_eq!((order.total, &order.parts), (view.total, &view.parts), "{what}");
        shop.done().await;
    }
}
