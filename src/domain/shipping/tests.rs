//! Zones, prices by step, and what is offered.

use uuid::Uuid;

use super::offers::zone_of;
use super::*;
use crate::domain::{Currency, Destination, ShippingAddress, TypedAddress};

fn usd(text: &str) -> Money {
    Money::parse(text, Currency::USD).unwrap()
}

fn method(name: &str, price: ShippingPrice) -> ShippingMethod {
    let id =
        ShippingMethodId(Uuid::from_u128(name.bytes().fold(0, |sum, b| u128::wrapping_mul(sum, 256) + u128::from(b))));
    ShippingMethod {
        id,
        name: name.into(),
        price,
        free_from: None,
        days: DeliveryDays { min: 3, max: 5 },
        needs_phone: false,
    }
}

fn flat(name: &str, price: &str) -> ShippingMethod {
    method(name, ShippingPrice::Flat { price: usd(price) })
}

fn zone(name: &str, countries: &[&str], regions: &[&str], methods: Vec<ShippingMethod>) -> ShippingZone {
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    let id = ShippingZoneId(Uuid::nil());
    ShippingZone { id, name: name.into(), countries: texts(countries), regions: texts(regions), methods }
}

fn at(country: &str, region: &str) -> Destination {
    Destination { country: country.into(), region: (!region.is_empty()).then(|| region.into()) }
}

fn parcel(weight_grams: u64) -> Parcel {
    Parcel { weight_grams, needs_shipping: true }
}

#[test]
fn the_closest_zone_wins_whatever_their_order() {
    let mut zones = vec![
        zone("world", &[], &[], vec![]),
        zone("america", &["US", "CA"], &[], vec![]),
        zone("pacific", &[], &["US-HI", "US-AK", "ID-Jawa Barat"], vec![]),
        zone("mixed", &["DE"], &["AT-8"], vec![]),
    ];
    for _ in 0..2 {
        for (country, region, expected) in [
            ("US", "HI", "pacific"),
            ("US", "ak", "pacific"),
            ("ID", "Jawa Barat", "pacific"),
            ("US", "CA", "america"),
            ("US", "", "america"),
            ("CA", "ON", "america"),
            ("DE", "BY", "mixed"),
            ("AT", "8", "mixed"),
            ("AT", "7", "world"),
            ("FR", "HI", "world"),
        ] {
            let found = zone_of(&zones, &at(country, region)).map(|zone| zone.name.as_str());
            assert_eq!(found, Some(expected), "{country} {region}");
        }
        zones.reverse();
    }
    let twice = [zone("first", &["US"], &[], vec![]), zone("second", &["US"], &[], vec![])];
    assert_eq!(zone_of(&twice, &at("US", "")).unwrap().name, "first");
    assert_eq!(zone_of(&twice, &at("FR", "")), None);
    assert_eq!(zone_of(&[zone("part", &[], &["US-HI"], vec![])], &at("US", "")), None);
}

#[test]
fn a_step_bears_its_own_limit() {
    let by_weight = ShippingPrice::ByWeight {
        steps: vec![
            WeightStep { up_to_grams: 1_000, price: usd("4") },
            WeightStep { up_to_grams: 5_000, price: usd("7") },
        ],
    };
    for (grams, price) in [(0, Some("4")), (1_000, Some("4")), (1_001, Some("7")), (5_000, Some("7")), (5_001, None)] {
        assert_eq!(by_weight.of(grams, usd("0")), price.map(usd), "{grams} g");
    }
    let by_total = ShippingPrice::ByTotal {
        steps: vec![TotalStep { from: usd("10"), price: usd("6") }, TotalStep { from: usd("50"), price: usd("3") }],
    };
    for (goods, price) in
        [("9.99", None), ("10", Some("6")), ("49.99", Some("6")), ("50", Some("3")), ("500", Some("3"))]
    {
        assert_eq!(by_total.of(0, usd(goods)), price.map(usd), "{goods}");
    }
    let (flat, pick_up) = (ShippingPrice::Flat { price: usd("5") }, ShippingPrice::PickUp { price: usd("0") });
    assert_eq!((flat.of(9, usd("9")), pick_up.of(9, usd("9"))), (Some(usd("5")), Some(usd("0"))));
    assert!(pick_up.is_pick_up() && !flat.is_pick_up() && !by_weight.is_pick_up());
}

#[test]
fn what_is_offered_is_cheapest_first_and_says_what_is_missing() {
    let mut methods = vec![
        ShippingMethod { free_from: Some(usd("75")), ..flat("standard", "4.90") },
        ShippingMethod { days: DeliveryDays { min: 1, max: 2 }, ..flat("express", "12") },
        ShippingMethod { days: DeliveryDays { min: 1, max: 5 }, ..flat("early", "4.90") },
        method("letter", ShippingPrice::ByWeight { steps: vec![WeightStep { up_to_grams: 50, price: usd("1") }] }),
        ShippingMethod { free_from: Some(usd("75")), ..method("pick up", ShippingPrice::PickUp { price: usd("0") }) },
    ];
    for _ in 0..2 {
        let zones = [zone("home", &["US"], &[], methods.clone())];
        let offered = |grams, goods| offers_for(&zones, &at("US", ""), parcel(grams), usd(goods));
        let told = |offers: Vec<ShippingOffer>| {
            let told = |o: ShippingOffer| (o.name, o.price, o.missing_for_free, o.pick_up);
            offers.into_iter().map(told).collect::<Vec<_>>()
        };
        let of = |name: &str, price, missing: Option<&str>| {
            (name.to_owned(), usd(price), missing.map(usd), name == "pick up")
        };
        assert_eq!(
            told(offered(51, "74.99")),
            [
                of("pick up", "0", None),
                of("early", "4.90", None),
                of("standard", "4.90", Some("0.01")),
                of("express", "12", None)
            ]
        );
        let letter = told(offered(50, "10"));
        assert_eq!(letter[1], of("letter", "1", None));
        assert_eq!(letter[3], of("standard", "4.90", Some("65")));
        let free: Vec<_> = told(offered(51, "75")).into_iter().filter(|(name, ..)| name == "standard").collect();
        assert_eq!(free, [of("standard", "0", None)]);
        methods.reverse();
    }
    let zones = [zone("home", &["US"], &[], methods)];
    assert_eq!(offers_for(&zones, &at("FR", ""), parcel(1), usd("1")), []);
    assert_eq!(offers_for(&zones, &at("US", ""), Parcel { needs_shipping: false, weight_grams: 1 }, usd("1")), []);
    let first = offers_for(&zones, &at("US", ""), parcel(1), usd("1")).remove(0);
    assert_eq!((first.id, first.days), (zones[0].methods[4].id, DeliveryDays { min: 3, max: 5 }));
    let typed =
        TypedAddress { name: "Ada", line1: "1 Rue", city: "Oranjestad", country: "AW", ..TypedAddress::default() };
    let address = |phone| ShippingAddress::parse(TypedAddress { phone, ..typed }).unwrap();
    for (needs_phone, phone, lacks) in [(true, "", true), (true, "+297 12345", false), (false, "", false)] {
        let offer = ShippingOffer { needs_phone, ..first.clone() };
        assert_eq!((offer.lacks_phone(Some(&address(phone))), offer.lacks_phone(None)), (lacks, false), "{phone}");
    }
}

#[test]
fn only_what_is_shipped_weighs() {
    assert_eq!(Parcel::of([(500, 2, true), (9_000, 1, false), (1, 3, true)]), parcel(1_003));
    assert_eq!(Parcel::of([(9_000, 1, false)]), Parcel { weight_grams: 0, needs_shipping: false });
    assert_eq!(Parcel::of([(0, 1, true)]), parcel(0));
    assert_eq!(Parcel::of([]), Parcel::default());
}

fn problems(zones: &[ShippingZone]) -> Vec<(String, Problem)> {
    match ShippingZone::check_all(zones) {
        Ok(()) => Vec::new(),
        Err(Refusal::Invalid { fields }) => fields.into_iter().map(|f| (f.field, f.problem)).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn zones_and_methods_are_checked_and_told_by_their_place() {
    let weights = |grams: &[u32]| ShippingPrice::ByWeight {
        steps: grams.iter().map(|g| WeightStep { up_to_grams: *g, price: usd("1") }).collect(),
    };
    let totals = |from: &[&str]| ShippingPrice::ByTotal {
        steps: from.iter().map(|from| TotalStep { from: usd(from), price: usd("1") }).collect(),
    };
    let days = |min, max| ShippingMethod { days: DeliveryDays { min, max }, ..flat("days", "1") };
    let good = zone(
        "home",
        &["DE"],
        &["US-CA"],
        vec![
            method("a", weights(&[1, 2])),
            method("b", totals(&["0", "0.01"])),
            days(0, 0),
            days(90, 90),
            flat("c", "0"),
        ],
    );
    assert_eq!(problems(&[good, zone("world", &[], &[], vec![])]), []);
    assert_eq!(problems(&[]), []);

    let long = "x".repeat(61);
    let bad = [
        zone(" ", &["DE", "XX"], &["US-CA", "US"], vec![]),
        zone("b", &[], &["XX-1"], vec![method("a", weights(&[2, 2])), method(&long, totals(&["2", "1"]))]),
        zone("c", &[], &["US- "], vec![days(3, 2), days(0, 91), method("", weights(&[])), method("ok", totals(&[]))]),
    ];
    let expected = [
        ("0/name", Problem::Required),
        ("0/countries", Problem::NotACountry),
        ("0/regions", Problem::NotAChoice),
        ("1/regions", Problem::NotAChoice),
        ("1/methods/0/price/steps", Problem::NotRising),
        ("1/methods/1/name", Problem::TooLong { max: 60 }),
        ("1/methods/1/price/steps", Problem::NotRising),
        ("2/regions", Problem::NotAChoice),
        ("2/methods/0/days", Problem::OutOfRange { min: 3, max: 90 }),
        ("2/methods/1/days", Problem::OutOfRange { min: 0, max: 90 }),
        ("2/methods/2/name", Problem::Required),
        ("2/methods/2/price/steps", Problem::Required),
        ("2/methods/3/price/steps", Problem::Required),
    ];
    assert_eq!(problems(&bad), expected.map(|(field, problem)| (field.to_owned(), problem)));
}

#[test]
fn there_are_at_most_a_hundred_of_each() {
    let too_many = Problem::TooMany { max: 100 };
    let zones = |count| vec![zone("a", &[], &[], vec![]); count];
    assert_eq!((problems(&zones(100)), problems(&zones(101))), (vec![], vec![("zones".into(), too_many.clone())]));
    let methods = |count| problems(&[zone("a", &[], &[], vec![flat("a", "1"); count])]);
    assert_eq!((methods(100), methods(101)), (vec![], vec![("0/methods".into(), too_many.clone())]));
    let steps = |count| {
        let steps = (0..count).map(|up_to_grams| WeightStep { up_to_grams, price: usd("1") }).collect();
        problems(&[zone("a", &[], &[], vec![method("a", ShippingPrice::ByWeight { steps })])])
    };
    assert_eq!((steps(100), steps(101)), (vec![], vec![("0/methods/0/price/steps".into(), too_many)]));
}

#[test]
fn a_price_says_its_kind_on_the_wire() {
    let price = ShippingPrice::ByWeight { steps: vec![WeightStep { up_to_grams: 5, price: usd("1") }] };
    let json = serde_json::to_value(&price).unwrap();
    assert_eq!((&json["kind"], &json["steps"][0]["up_to_grams"]), (&"by_weight".into(), &5.into()));
    assert_eq!(serde_json::from_value::<ShippingPrice>(json).unwrap(), price);
}
