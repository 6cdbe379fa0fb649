//! When promotions apply, which are chosen, and what they take off which line.

use time::Duration;
use uuid::Uuid;

use super::*;
use crate::domain::fixtures::{amount, candidate, line, percent, shopper, usd};
use crate::domain::{Currency, Percent, PromotionRefusal, TotalsLine};

use PromotionKind::{BuyXGetY, FreeShipping};

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

fn apply(lines: &[TotalsLine], shipping: Option<&str>, candidates: &[Candidate]) -> Discounted {
    let prices = lines.iter().map(|line| line.price().unwrap()).collect();
    let full = Rest { currency: Currency::USD, lines: prices, shipping: shipping.map(usd) };
    discounted(lines, full, candidates, &shopper()).unwrap()
}

/// Number, amount off each line, amount off shipping.
fn taken(done: &Discounted) -> Vec<(u128, Vec<String>, String)> {
    let plain = |money: &Money| money.amount().normalize().to_string();
    let told = |d: &Discount| {
        let number = d.promotion.unwrap().0.as_u128();
        (number, d.lines.iter().map(plain).collect(), plain(&d.shipping))
    };
    done.discounts.iter().map(told).collect()
}

fn off(number: u128, lines: &[&str], shipping: &str) -> (u128, Vec<String>, String) {
    (number, lines.iter().map(|text| (*text).to_owned()).collect(), shipping.to_owned())
}

fn why(done: &Discounted) -> Vec<(u128, PromotionRefusal)> {
    done.left_out.iter().map(|omitted| (omitted.promotion.0.as_u128(), omitted.why.clone())).collect()
}

fn changed(mut candidate: Candidate, change: impl FnOnce(&mut Candidate)) -> Candidate {
    change(&mut candidate);
    candidate
}

fn stackable(number: u128, kind: PromotionKind) -> Candidate {
    changed(candidate(number, kind), |c| c.promotion.stackable = true)
}

/// What it is about, who buys, the change to a promotion without conditions, and whether it then applies.
type Case = (&'static str, Shopper, Box<dyn FnOnce(&mut Candidate)>, Result<(), PromotionRefusal>);

#[test]
fn each_condition_has_its_boundary() {
    let now = shopper().now;
    let ada = UserId(Uuid::from_u128(7));
    let known = Shopper { user: Some(ada), ..shopper() };
    let again = Shopper { first_order: false, ..shopper() };
    let tick = Duration::nanoseconds(1);
    let cases: Vec<Case> = vec![
        ("nothing", shopper(), Box::new(|_| ()), Ok(())),
        ("switched off", shopper(), Box::new(|c| c.promotion.active = false), Err(PromotionRefusal::Unknown)),
        ("begins now", shopper(), Box::new(move |c| c.promotion.starts_at = Some(now)), Ok(())),
        (
            "begins later",
            shopper(),
            Box::new(move |c| c.promotion.starts_at = Some(now + tick)),
            Err(PromotionRefusal::NotYet),
        ),
        ("ends now", shopper(), Box::new(move |c| c.promotion.ends_at = Some(now)), Err(PromotionRefusal::Over)),
        ("ends later", shopper(), Box::new(move |c| c.promotion.ends_at = Some(now + tick)), Ok(())),
        ("first order", shopper(), Box::new(|c| c.promotion.first_order_only = true), Ok(())),
        (
            "second order",
            again,
            Box::new(|c| c.promotion.first_order_only = true),
            Err(PromotionRefusal::FirstOrderOnly),
        ),
        ("any order", again, Box::new(|_| ()), Ok(())),
        ("hers", known, Box::new(move |c| c.promotion.customer = Some(ada)), Ok(())),
        ("a guest's", shopper(), Box::new(move |c| c.promotion.customer = Some(ada)), Err(PromotionRefusal::Unknown)),
        ("his", known, Box::new(|c| c.promotion.customer = Some(UserId(Uuid::nil()))), Err(PromotionRefusal::Unknown)),
        ("last use", shopper(), Box::new(|c| (c.promotion.limit, c.uses) = (Some(10), 9)), Ok(())),
        (
            "used up",
            shopper(),
            Box::new(|c| (c.promotion.limit, c.uses) = (Some(10), 10)),
            Err(PromotionRefusal::UsedUp),
        ),
        ("no limit", shopper(), Box::new(|c| (c.uses, c.uses_by_customer) = (99, 99)), Ok(())),
        ("once", shopper(), Box::new(|c| c.promotion.limit_per_customer = Some(1)), Ok(())),
        (
            "twice",
            shopper(),
            Box::new(|c| (c.promotion.limit_per_customer, c.uses_by_customer) = (Some(1), 1)),
            Err(PromotionRefusal::UsedByYou),
        ),
    ];
    for (name, shopper, change, expected) in cases {
        assert_eq!(changed(candidate(1, FreeShipping), change).allowed(&shopper), expected, "{name}");
    }
}

#[test]
fn a_promotion_is_for_its_products_and_categories_and_what_is_below_them() {
    let mug = TotalsLine { categories: vec![slug("mugs"), slug("table")], ..line(1, "10", 1) };
    let bowl = TotalsLine { categories: vec![slug("bowls"), slug("table")], ..line(2, "20", 1) };
    let lines = [mug, bowl, line(3, "40", 1)];
    let only = |products: &[u128], categories: &[&str]| {
        changed(candidate(1, percent("10")), |c| {
            c.promotion.products = products.iter().map(|n| ProductId(Uuid::from_u128(*n))).collect();
            c.promotion.categories = categories.iter().map(|text| slug(text)).collect();
        })
    };
    for (products, categories, expected) in [
        (vec![], vec![], vec!["1", "2", "4"]),
        (vec![3], vec![], vec!["0", "0", "4"]),
        (vec![], vec!["mugs"], vec!["1", "0", "0"]),
        (vec![], vec!["table"], vec!["1", "2", "0"]),
        (vec![3], vec!["bowls"], vec!["0", "2", "4"]),
    ] {
        let done = apply(&lines, None, &[only(&products, &categories)]);
        assert_eq!(taken(&done), [off(1, &expected, "0")], "{products:?} {categories:?}");
    }
    assert_eq!(why(&apply(&lines, None, &[only(&[9], &["tents"])])), [(1, PromotionRefusal::NotForTheseItems)]);
    assert_eq!(why(&apply(&[], None, &[only(&[], &[])])), [(1, PromotionRefusal::NotForTheseItems)]);
}

#[test]
fn the_minimum_is_what_the_items_it_is_for_come_to() {
    let lines = [line(1, "10", 2), line(2, "100", 1)];
    let from = |minimum: &str| {
        changed(candidate(1, percent("50")), |c| {
            c.promotion.products = vec![ProductId(Uuid::from_u128(1))];
            c.promotion.minimum = Some(usd(minimum));
        })
    };
    assert_eq!(taken(&apply(&lines, None, &[from("20")])), [off(1, &["10", "0"], "0")]);
    let missing = conditions::minimum_missing(usd("0.01"));
    assert_eq!(why(&apply(&lines, None, &[from("20.01")])), [(1, missing)]);
    // What other promotions take off does not count.
    let both =
        apply(&lines, None, &[stackable(2, percent("90")), changed(from("20"), |c| c.promotion.stackable = true)]);
    assert_eq!(taken(&both), [off(1, &["10", "0"], "0"), off(2, &["9", "90"], "0")]);
}

#[test]
fn an_amount_is_split_over_its_lines_and_takes_no_more_than_there_is() {
    let lines = [line(1, "1", 1), line(2, "1", 1), line(3, "1", 1)];
    assert_eq!(taken(&apply(&lines, None, &[candidate(1, amount("1"))])), [off(1, &["0.34", "0.33", "0.33"], "0")]);
    assert_eq!(taken(&apply(&lines, None, &[candidate(1, amount("3"))])), [off(1, &["1", "1", "1"], "0")]);
    let all = apply(&lines, Some("5"), &[candidate(1, amount("3.01"))]);
    assert_eq!(taken(&all), [off(1, &["1", "1", "1"], "0")]);
    assert!(all.rest.lines.iter().all(Money::is_zero) && all.rest.shipping == Some(usd("5")));
}

#[test]
fn of_every_full_set_the_cheapest_units_are_free() {
    let set = |buy, get| [candidate(1, BuyXGetY { buy, get })];
    let lines = [line(1, "5", 2), line(2, "3", 1), line(3, "4", 3)];
    for (buy, get, expected) in [
        // Six units: two sets of three, the cheapest two units of all.
        (2, 1, vec!["0", "3", "4"]),
        (1, 1, vec!["0", "3", "8"]),
        (5, 1, vec!["0", "3", "0"]),
        (1, 4, vec!["0", "3", "12"]),
        (1, 5, vec!["5", "3", "12"]),
    ] {
        assert_eq!(taken(&apply(&lines, None, &set(buy, get))), [off(1, &expected, "0")], "{buy}+{get}");
    }
    assert_eq!(why(&apply(&lines, None, &set(6, 1))), [(1, PromotionRefusal::UnitsMissing { missing: 1 })]);
    assert_eq!(why(&apply(&lines, None, &set(5, 9))), [(1, PromotionRefusal::UnitsMissing { missing: 8 })]);
    // Only the units it is for make a set, and only they are free.
    let only = changed(candidate(1, BuyXGetY { buy: 1, get: 1 }), |c| {
        c.promotion.products = vec![ProductId(Uuid::from_u128(1))];
    });
    assert_eq!(taken(&apply(&lines, None, &[only])), [off(1, &["5", "0", "0"], "0")]);
    // Of two that cost the same, the one with the lower id, wherever it stands.
    let equal = apply(&[line(2, "5", 1), line(1, "5", 1)], None, &set(1, 1));
    assert_eq!(taken(&equal), [off(1, &["0", "5"], "0")]);
    // A unit that two promotions give is free once.
    let sets = [stackable(1, BuyXGetY { buy: 1, get: 1 }), stackable(2, BuyXGetY { buy: 1, get: 1 })];
    let twice = apply(&[line(1, "5", 1), line(2, "7", 1)], None, &sets);
    assert_eq!((taken(&twice), why(&twice)), (vec![off(1, &["5", "0"], "0")], vec![(2, PromotionRefusal::NoEffect)]));
}

#[test]
fn free_shipping_takes_off_its_price_and_waits_for_a_method() {
    let free = [candidate(1, FreeShipping)];
    let shipped = [line(1, "10", 1)];
    let file = [TotalsLine { needs_shipping: false, ..line(1, "10", 1) }];
    let done = apply(&shipped, Some("4.90"), &free);
    assert_eq!((taken(&done), done.rest.shipping), (vec![off(1, &["0"], "4.9")], Some(usd("0"))));
    assert_eq!(done.discounts[0].amount, usd("4.90"));
    assert_eq!(taken(&apply(&shipped, None, &free)), [off(1, &["0"], "0")]);
    for (lines, shipping) in [(&shipped, Some("0")), (&file, None), (&file, Some("0"))] {
        let done = apply(lines, shipping, &free);
        assert_eq!((taken(&done), why(&done)), (vec![], vec![(1, PromotionRefusal::NoEffect)]));
    }
}

#[test]
fn the_best_one_wins_and_those_that_stack_are_added_in_a_fixed_order() {
    let lines = [line(1, "100", 1)];
    let coded = |number, kind| {
        changed(candidate(number, kind), |c| c.promotion.code = Some(PromotionCode::parse("SAVE").unwrap()))
    };
    let beaten = |number| (number, PromotionRefusal::Beaten);
    for (candidates, expected, left_out) in [
        (
            vec![candidate(1, percent("10")), candidate(2, amount("10.01"))],
            vec![off(2, &["10.01"], "0")],
            vec![beaten(1)],
        ),
        (vec![candidate(1, percent("10")), candidate(2, amount("9.99"))], vec![off(1, &["10"], "0")], vec![beaten(2)]),
        // Of two equal ones the older, or the one whose code was typed.
        (vec![candidate(2, percent("10")), candidate(1, amount("10"))], vec![off(1, &["10"], "0")], vec![beaten(2)]),
        (vec![candidate(1, percent("10")), coded(2, amount("10"))], vec![off(2, &["10"], "0")], vec![beaten(1)]),
        // Percent before amount, then by id; each from what is left.
        (
            vec![stackable(1, amount("20")), stackable(3, percent("10")), stackable(2, percent("50"))],
            vec![off(2, &["50"], "0"), off(3, &["5"], "0"), off(1, &["20"], "0")],
            vec![],
        ),
        // The one that does not stack takes its place among those that do.
        (
            vec![
                candidate(1, amount("20")),
                stackable(2, percent("10")),
                candidate(3, amount("1")),
                stackable(4, FreeShipping),
            ],
            vec![off(2, &["10"], "0"), off(1, &["20"], "0"), off(4, &["0"], "7")],
            vec![beaten(3)],
        ),
        (
            vec![stackable(1, percent("100")), candidate(2, amount("1"))],
            vec![off(1, &["100"], "0")],
            vec![(2, PromotionRefusal::NoEffect)],
        ),
        (vec![candidate(1, FreeShipping), candidate(2, amount("6.99"))], vec![off(1, &["0"], "7")], vec![beaten(2)]),
    ] {
        let done = apply(&lines, Some("7"), &candidates);
        assert_eq!((taken(&done), why(&done)), (expected, left_out));
        let mut backwards = candidates;
        backwards.reverse();
        let other = apply(&lines, Some("7"), &backwards);
        assert_eq!((taken(&done), why(&done)), (taken(&other), why(&other)));
    }
}

#[test]
fn one_that_takes_nothing_off_by_itself_beats_nobody() {
    let free = [TotalsLine { needs_shipping: false, ..line(1, "0", 1) }];
    let done = apply(&free, None, &[candidate(1, percent("10")), candidate(2, amount("1"))]);
    assert_eq!(why(&done), [(1, PromotionRefusal::NoEffect), (2, PromotionRefusal::NoEffect)]);
}

#[test]
fn a_discount_bears_the_name_and_the_code_of_its_promotion() {
    let code = PromotionCode::parse("SAVE").unwrap();
    let typed = changed(candidate(1, percent("10")), |c| c.promotion.code = Some(code.clone()));
    let done = apply(&[line(1, "10", 1)], None, std::slice::from_ref(&typed));
    let [discount] = done.discounts.as_slice() else { panic!("{done:?}") };
    assert_eq!((discount.label.as_str(), &discount.code, discount.amount), ("No. 1", &Some(code.clone()), usd("1")));
    let refused = apply(&[], None, &[typed]);
    assert_eq!((refused.left_out[0].code.as_ref(), refused.left_out.len()), (Some(&code), 1));
}

#[test]
fn a_promotion_of_another_currency_is_refused() {
    let euros = PromotionKind::Amount { amount: Money::parse("1", "EUR".parse().unwrap()).unwrap() };
    let lines = [line(1, "10", 1)];
    let full = Rest { currency: Currency::USD, lines: vec![usd("10")], shipping: None };
    assert_eq!(discounted(&lines, full, &[candidate(1, euros)], &shopper()).unwrap_err(), Refusal::BadAmount);
}

#[test]
fn what_staff_write_is_checked() {
    let now = shopper().now;
    let problem = |change: &dyn Fn(&mut Promotion), field: &str| {
        let mut promotion = candidate(1, percent("10")).promotion;
        change(&mut promotion);
        promotion.check().err().and_then(|refusal| refusal.problem_of(field).cloned())
    };
    assert_eq!(candidate(1, percent("10")).promotion.check(), Ok(()));
    assert_eq!(problem(&|p| p.name = " ".into(), "name"), Some(Problem::Required));
    assert_eq!(problem(&|p| p.name = "x".repeat(100), "name"), None);
    assert_eq!(problem(&|p| p.name = "x".repeat(101), "name"), Some(Problem::TooLong { max: 100 }));
    assert_eq!(problem(&|p| p.kind = PromotionKind::Percent { percent: Percent::ZERO }, "value"), Some(Problem::Zero));
    let dates = |start, end| problem(&move |p| (p.starts_at, p.ends_at) = (Some(start), Some(end)), "ends_at");
    assert_eq!((dates(now, now), dates(now, now + Duration::SECOND)), (Some(Problem::NotRising), None));
    assert_eq!(problem(&|p| p.ends_at = Some(now), "ends_at"), None);
    let none = Some(Problem::OutOfRange { min: 1, max: u32::MAX });
    assert_eq!(
        (problem(&|p| p.limit = Some(0), "limit"), problem(&|p| p.limit = Some(1), "limit")),
        (none.clone(), None)
    );
    assert_eq!(problem(&|p| p.limit_per_customer = Some(0), "limit_per_customer"), none);
    let too_many = Some(Problem::TooMany { max: 500 });
    let products = |count| problem(&move |p| p.products = vec![ProductId(Uuid::nil()); count], "products");
    assert_eq!((products(500), products(501)), (None, too_many.clone()));
    assert_eq!(problem(&|p| p.categories = vec![slug("a"); 501], "categories"), too_many);
}
