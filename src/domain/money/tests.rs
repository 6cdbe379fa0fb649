//! Reading, writing and adding amounts.

use super::*;
use proptest::prelude::*;

fn usd(text: &str) -> Result<Money, Refusal> {
    Money::parse(text, Currency::USD)
}

#[test]
fn amounts_bear_the_sign_of_their_currency() {
    for (code, text) in [("USD", "$3.00"), ("EUR", "€3.00"), ("GBP", "£3.00")] {
        let currency: Currency = code.parse().unwrap();
        assert_eq!(Money::parse("3", currency).unwrap().to_string(), text);
        assert_eq!(format!("{currency:?}"), code);
        assert!(Money::zero(currency).is_zero() && !Money::parse("0.01", currency).unwrap().is_zero());
    }
}

#[test]
fn an_amount_is_a_multiple_of_what_it_divides_into() {
    let dinars: Currency = "KWD".parse().unwrap();
    for (amount, step, expected) in [
        ("2.410", "0.01", true),
        ("2.405", "0.01", false),
        ("0", "0.01", true),
        ("7.000", "1", true),
        ("7.200", "1", false),
        ("0.005", "1", false),
        ("5.000", "0", false),
    ] {
        let money = Money::parse(amount, dinars).unwrap();
        assert_eq!(money.is_multiple_of(step.parse().unwrap()), expected, "{amount} of {step}");
    }
}

#[test]
fn only_plain_amounts_are_read() {
    for good in ["0", "0.5", "12.34", "999999999.99", "007"] {
        assert!(usd(good).is_ok(), "{good}");
    }
    for bad in ["", ".5", "5.", "1.234", "+5", "-1", "1e2", "1_000", "1,000", " 1", "1 ", "9999999999", "٣", "1.2.3"] {
        assert_eq!(usd(bad), Err(Refusal::BadAmount), "{bad:?}");
    }
}

#[test]
fn halves_are_rounded_away_from_zero() {
    let round = |text: &str| Money::new(text.parse().unwrap(), Currency::USD).unwrap().amount().to_string();
    assert_eq!(round("0.005"), "0.01");
    assert_eq!(round("0.015"), "0.02");
    assert_eq!(round("0.025"), "0.03");
    assert_eq!(round("0.0249"), "0.02");
}

#[test]
fn overflow_is_refused_and_never_wraps() {
    let most = Money::new(Decimal::new(9_999_999_999_999, 2), Currency::USD).unwrap();
    assert_eq!(most.plus(usd("0.01").unwrap()), Err(Refusal::BadAmount));
    assert_eq!(most.times(u32::MAX), Err(Refusal::BadAmount));
    assert_eq!(Money::new(Decimal::MAX, Currency::USD), Err(Refusal::BadAmount));
    assert_eq!(Money::new(Decimal::new(-1, 2), Currency::USD), Err(Refusal::BadAmount));
}

#[test]
fn an_amount_has_its_currencys_decimals() {
    for (code, good, bad, written, shown) in [
        ("JPY", "1200", "1200.0", "1200", "JPY\u{a0}1,200"),
        ("USD", "1200.5", "1200.505", "1200.50", "$1,200.50"),
        ("KWD", "1200.505", "1200.5055", "1200.505", "KWD\u{a0}1,200.505"),
    ] {
        let currency: Currency = code.parse().unwrap();
        let money = Money::parse(good, currency).unwrap();
        assert_eq!((money.amount().to_string().as_str(), money.to_string().as_str()), (written, shown));
        assert_eq!(Money::parse(bad, currency), Err(Refusal::BadAmount), "{code} {bad}");
        assert_eq!(Money::zero(currency).amount().scale(), currency.decimals());
        // The columns have three decimals for all of them.
        let stored: Decimal = "1200.505".parse().unwrap();
        assert_eq!(Money::new(stored, currency).unwrap().amount().scale(), currency.decimals());
    }
    assert!(Money::is_amount("1.234") && !Money::is_amount("1.2345") && !Money::is_amount("1e3"));
}

#[test]
fn currencies_do_not_mix() {
    let euro = Money::zero("EUR".parse().unwrap());
    assert_eq!(euro.plus(Money::zero(Currency::USD)), Err(Refusal::BadAmount));
}

#[test]
fn people_read_grouped_amounts_with_a_sign() {
    assert_eq!(usd("1234567.5").unwrap().to_string(), "$1,234,567.50");
    assert_eq!(usd("999.99").unwrap().to_string() + &usd("1000").unwrap().to_string(), "$999.99$1,000.00");
    assert_eq!(usd("999").unwrap().to_string(), "$999.00");
    assert_eq!(usd("100000").unwrap().to_string(), "$100,000.00", "nothing stands before the first digit");
    assert_eq!(Money::parse("3", "SEK".parse().unwrap()).unwrap().to_string(), "SEK\u{a0}3.00");
}

#[test]
fn the_wire_form_is_a_string_and_a_code() {
    let json = serde_json::to_string(&usd("12.3").unwrap()).unwrap();
    assert_eq!(json, r#"{"amount":"12.30","currency":"USD"}"#);
    assert!(serde_json::from_str::<Money>(r#"{"amount":"12.30","currency":"usd"}"#).is_err());
    assert!(serde_json::from_str::<Money>(r#"{"amount":12.3,"currency":"USD"}"#).is_err());
}

/// A currency without decimals, with two, with three.
#[test]
fn what_is_less_is_so_by_whole_per_cent_and_never_by_more_than_it_is() {
    for (now, before, percent) in [
        ("15.00", "20.00", 25),
        ("22.00", "24.00", 8),
        ("0.00", "24.00", 100),
        ("23.99", "24.00", 0),
        ("24.00", "24.00", 0),
        ("25.00", "24.00", 0),
        ("0.00", "0.00", 0),
        ("0.01", "999999999.99", 99),
    ] {
        assert_eq!(usd(now).unwrap().percent_below(usd(before).unwrap()), percent, "{now} of {before}");
    }
    let yen = Money::parse("100", "JPY".parse().unwrap()).unwrap();
    assert_eq!(usd("1.00").unwrap().percent_below(yen), 0, "of another currency");
}

fn currencies() -> impl Strategy<Value = Currency> {
    prop_oneof![Just("JPY"), Just("USD"), Just("KWD")].prop_map(|code| code.parse().unwrap())
}

proptest! {
    #[test]
    fn a_line_is_the_sum_of_its_units(currency in currencies(), minor in 0_i64..1_000_000, count in 0_u32..99) {
        let unit = Money::new(Decimal::new(minor, currency.decimals()), currency).unwrap();
        let sum = Money::sum(currency, (0..count).map(|_| unit)).unwrap();
        prop_assert_eq!(unit.times(count).unwrap(), sum);
    }

    #[test]
    fn what_is_written_is_read_back(currency in currencies(), minor in 0_i64..999_999_999) {
        let money = Money::new(Decimal::new(minor, currency.decimals()), currency).unwrap();
        prop_assert_eq!(Money::parse(&money.amount().to_string(), currency).unwrap(), money);
        let json = serde_json::to_string(&money).unwrap();
        prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    }

    #[test]
    fn what_people_read_is_what_is_written_with_a_sign_and_commas(currency in currencies(), minor in 0_i64..i64::MAX / 1_000_000) {
        let money = Money::new(Decimal::new(minor % 99_999_999_999, currency.decimals()), currency).unwrap();
        let shown = money.to_string();
        let digits: String = shown.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        prop_assert_eq!(digits, money.amount().to_string());
        let whole = shown.split('.').next().unwrap_or_default();
        prop_assert!(whole.rsplit(',').all(|g| g.len() <= 3 || !g.chars().all(|c| c.is_ascii_digit())), "{}", shown);
    }
}
