//! Which rate applies, and when none is due.

use super::*;
use crate::domain::{Percent, Problem, Refusal, VatNumber};

fn rate(country: &str, region: Option<&str>, class: TaxClass, rate: &str) -> TaxRate {
    let name = format!("{country} {}", region.unwrap_or("all"));
    TaxRate { country: country.into(), region: region.map(Into::into), class, name, rate: rate.parse().unwrap() }
}

fn rules(rates: Vec<TaxRate>) -> TaxRules {
    TaxRules { rates, ..TaxRules::none("DE") }
}

fn at(country: &str, region: Option<&str>) -> Destination {
    Destination { country: country.into(), region: region.map(Into::into) }
}

#[test]
fn a_region_comes_before_its_country_and_a_missing_reduced_rate_is_the_standard_one() {
    use TaxClass::{Reduced, Standard, Zero};
    let mut rates = vec![
        rate("DE", None, Standard, "19"),
        rate("DE", None, Reduced, "7"),
        rate("DK", None, Standard, "25"),
        rate("ES", None, Standard, "21"),
        rate("ES", None, Reduced, "10"),
        rate("ES", None, Zero, "0"),
        rate("ES", Some("TF"), Standard, "7"),
        rate("US", Some("CA"), Standard, "7.25"),
        rate("US", Some("NY"), Standard, "8.875"),
    ];
    for _ in 0..2 {
        let rules = rules(rates.clone());
        for (country, region, class, expected) in [
            ("DE", None, Standard, Some("19")),
            ("DE", Some("BY"), Standard, Some("19")),
            ("DE", None, Reduced, Some("7")),
            ("DE", None, Zero, None),
            ("DK", None, Reduced, Some("25")),
            ("ES", Some("M"), Standard, Some("21")),
            ("ES", Some("TF"), Standard, Some("7")),
            ("ES", Some("TF"), Reduced, Some("10")),
            ("ES", None, Zero, Some("0")),
            ("US", Some("ca"), Standard, Some("7.25")),
            ("US", Some("NY"), Standard, Some("8.875")),
            ("US", Some("OR"), Standard, None),
            ("US", None, Standard, None),
            ("CA", Some("CA"), Standard, None),
        ] {
            let found = rules.rate(class, &at(country, region)).map(|applied| applied.rate);
            let expected = expected.map(|text| text.parse::<Percent>().unwrap());
            assert_eq!(found, expected, "{country} {region:?} {class:?}");
        }
        rates.reverse();
    }
    let california = rules(rates).rate(Standard, &at("US", Some("CA"))).unwrap();
    assert_eq!((california.name.as_str(), california.rate.to_string().as_str()), ("US CA", "7.25"));
}

#[test]
fn a_shop_that_was_told_nothing_taxes_nothing() {
    let none = TaxRules::none("DE");
    assert_eq!(none.rate(TaxClass::Standard, &at("DE", None)), None);
    assert!(none.prices_include_tax && !none.reverse_charge && none.check() == Ok(()));
    assert_eq!((none.seller_country.as_str(), none.shipping_class), ("DE", TaxClass::Standard));
}

#[test]
fn a_business_of_another_eu_country_accounts_for_its_tax_itself() {
    for (on, seller, destination, number, due) in [
        (true, "DE", "FR", Some("FRAB123456789"), true),
        // Registered in a third country of the Union.
        (true, "DE", "FR", Some("ATU12345678"), true),
        (true, "DE", "GR", Some("EL123456789"), true),
        (false, "DE", "FR", Some("FRAB123456789"), false),
        (true, "DE", "FR", None, false),
        (true, "DE", "FR", Some("DE123456789"), false),
        (true, "DE", "DE", Some("FRAB123456789"), false),
        (true, "DE", "CH", Some("FRAB123456789"), false),
        (true, "US", "FR", Some("FRAB123456789"), false),
    ] {
        let rules = TaxRules { reverse_charge: on, ..TaxRules::none(seller) };
        let number = number.map(|text| VatNumber::parse(text).unwrap());
        let told = rules.is_reverse_charge(&at(destination, None), number.as_ref());
        assert_eq!(told, due, "{on} {seller} {destination} {number:?}");
    }
}

#[test]
fn every_rate_is_checked_and_told_by_its_place() {
    let good = rules(vec![
        rate("US", None, TaxClass::Standard, "1"),
        rate("US", Some("CA"), TaxClass::Standard, "1"),
        rate("US", Some("CA"), TaxClass::Reduced, "1"),
        rate("US", Some("NY"), TaxClass::Zero, "0"),
    ]);
    assert_eq!(good.check(), Ok(()));

    let long = "x".repeat(61);
    let bad = TaxRules {
        seller_country: "XX".into(),
        rates: vec![
            rate("us", None, TaxClass::Standard, "1"),
            TaxRate { name: " ".into(), ..rate("US", None, TaxClass::Standard, "1") },
            TaxRate { name: long, ..rate("US", Some(" "), TaxClass::Standard, "1") },
            rate("US", Some("CA"), TaxClass::Zero, "0.001"),
            rate("US", Some(" ca "), TaxClass::Zero, "0"),
        ],
        ..good
    };
    let Err(Refusal::Invalid { fields }) = bad.check() else { panic!("{bad:?} will not do") };
    let told: Vec<_> = fields.into_iter().map(|f| (f.field, f.problem)).collect();
    let expected = [
        ("seller_country", Problem::NotACountry),
        ("rates/0/country", Problem::NotACountry),
        ("rates/1/name", Problem::Required),
        ("rates/2/name", Problem::TooLong { max: 60 }),
        ("rates/2/region", Problem::Required),
        ("rates/3/rate", Problem::TooMuch { max: 0 }),
        ("rates/4/class", Problem::Duplicate),
    ];
    assert_eq!(told, expected.map(|(field, problem)| (field.to_owned(), problem)));
}

#[test]
fn a_shop_has_at_most_so_many_rates() {
    let many =
        |count: u32| rules((0..count).map(|n| rate("US", Some(&n.to_string()), TaxClass::Standard, "1")).collect());
    assert_eq!(many(2_000).check(), Ok(()));
    assert_eq!(many(2_001).check(), Err(Refusal::field("rates", Problem::TooMany { max: 2_000 })));
}

#[test]
fn every_class_is_spelt_one_way() {
    for (class, word) in TaxClass::ALL.into_iter().zip(["standard", "reduced", "zero"]) {
        assert_eq!((class.as_str(), TaxClass::parse(word)), (word, Some(class)));
        assert_eq!(serde_json::to_value(class).unwrap(), word);
    }
    assert_eq!((TaxClass::parse("luxury"), TaxClass::default()), (None, TaxClass::Standard));
}

#[test]
fn a_destination_lies_in_its_region_and_in_its_country() {
    let los_angeles = Destination { country: "US".into(), region: Some(" ca".into()) };
    assert!(los_angeles.is_in("US", None) && los_angeles.is_in("US", Some("CA ")));
    assert!(!los_angeles.is_in("US", Some("NY")) && !los_angeles.is_in("CA", None));
    assert!(!Destination::country("US").is_in("US", Some("CA")));
    assert!(Destination::country("US").is_in("US", None));
    // Ontario's code is another country's.
    assert!(!los_angeles.is_in("CA", Some("CA")));
}

#[test]
fn a_place_is_read_by_the_rules_of_addresses_and_told_in_words() {
    for (country, region, name) in [
        ("DE", "", "Germany"),
        (" de ", " ", "Germany"),
        ("us", "california", "California, United States"),
        ("US", "", "United States"),
        ("DE", " Ost  bayern ", "Ost bayern, Germany"),
        ("JP", "13", "東京都 (Tokyo), Japan"),
    ] {
        assert_eq!(Destination::parse(country, region).unwrap().name(), name, "{country} {region:?}");
    }
    for (country, region, fields) in [
        ("", "", vec![("country", Problem::Required)]),
        ("Germany", "", vec![("country", Problem::NotACountry)]),
        ("US", "Atlantis", vec![("region", Problem::NotAChoice)]),
        ("DE", "a\0b", vec![("region", Problem::BadCharacters)]),
        ("XX", "a\0b", vec![("country", Problem::NotACountry), ("region", Problem::BadCharacters)]),
    ] {
        let refusal = Destination::parse(country, region).unwrap_err();
        let told: Vec<_> = fields.iter().map(|(field, _)| refusal.problem_of(field)).collect();
        assert_eq!(told, fields.iter().map(|(_, problem)| Some(problem)).collect::<Vec<_>>(), "{country} {region:?}");
    }
}
