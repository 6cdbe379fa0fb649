//! How much a variant holds, and what a kilogram, a litre or a metre of it costs by that: what people compare by (Directive
//! 98/6/EC, article 3).

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::{Money, Problem, Refusal};

#[derive(Debug, PartialEq, Eq)]
struct Unit {
    sign: &'static str,
    /// What prices are compared by, and how many of this that is.
    base: &'static str,
    of_base: u32,
}

static UNITS: [Unit; 8] = [
    Unit { sign: "g", base: "kg", of_base: 1_000 },
    Unit { sign: "kg", base: "kg", of_base: 1 },
    Unit { sign: "ml", base: "l", of_base: 1_000 },
    Unit { sign: "cl", base: "l", of_base: 100 },
    Unit { sign: "l", base: "l", of_base: 1 },
    Unit { sign: "cm", base: "m", of_base: 100 },
    Unit { sign: "m", base: "m", of_base: 1 },
    Unit { sign: "m²", base: "m²", of_base: 1 },
];

/// So much of something, more than nothing: `250 g`, `0.75 l`, `1.4 m²`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    amount: Decimal,
    unit: &'static Unit,
}

impl Measure {
    /// Reads one to six digits, at most three more behind a point, and a unit: g, kg, ml, cl, l, cm, m, m² (or m2).
    ///
    /// # Errors
    /// `BadCharacters` for anything else.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim().to_lowercase();
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (amount, unit) = text.split_at(end);
        let sign = match unit.trim() {
            "m2" => "m²",
            sign => sign,
        };
        let unit = UNITS.iter().find(|unit| unit.sign == sign).ok_or(Problem::BadCharacters)?;
        let amount = parse_amount(amount).ok_or(Problem::BadCharacters)?;
        Ok(Self { amount, unit })
    }

    /// What its price is told for: `kg`, `l`, `m` or `m²`.
    pub const fn base(&self) -> &'static str {
        self.unit.base
    }

    /// What one of its base costs, where this much costs `price`.
    ///
    /// # Errors
    /// `BadAmount` above what money can be.
    pub fn unit_price(&self, price: Money) -> Result<Money, Refusal> {
        price.of_so_many(self.unit.of_base, self.amount)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.unit.sign)
    }
}

fn parse_amount(text: &str) -> Option<Decimal> {
    let (whole, part) = match text.split_once('.') {
        Some((whole, part)) if (1..=3).contains(&part.len()) => (whole, part),
        Some(_) => return None,
        None => (text, ""),
    };
    if !(1..=6).contains(&whole.len()) || part.contains('.') {
        return None;
    }
    let amount = Decimal::from_str(text).ok()?.normalize();
    (!amount.is_zero()).then_some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    #[test]
    fn a_measure_is_a_number_and_a_unit() {
        for (typed, told, base) in [
            ("250 g", "250 g", "kg"),
            (" 1KG ", "1 kg", "kg"),
            ("0.750l", "0.75 l", "l"),
            ("33 cl", "33 cl", "l"),
            ("500 ml", "500 ml", "l"),
            ("100.000 cm", "100 cm", "m"),
            ("2 m", "2 m", "m"),
            ("1.4 m2", "1.4 m²", "m²"),
            ("1.4 m²", "1.4 m²", "m²"),
            ("123456.789 g", "123456.789 g", "kg"),
        ] {
            let measure = Measure::parse(typed).unwrap();
            assert_eq!((measure.to_string().as_str(), measure.base()), (told, base), "{typed}");
            assert_eq!(Measure::parse(told), Ok(measure), "{typed}");
        }
        for odd in
            ["", "g", "250", "0 g", "0.000 g", "-1 g", "1,5 kg", "1.2345 g", "1234567 g", "1. g", ".5 l", "1.2.3 g"]
        {
            assert_eq!(Measure::parse(odd), Err(Problem::BadCharacters), "{odd}");
        }
        for odd in ["1 stone", "1 g g", "1e3 g", "1_000 g", "٣ kg", "1 g\u{0}", "NaN kg"] {
            assert_eq!(Measure::parse(odd), Err(Problem::BadCharacters), "{odd}");
        }
    }

    #[test]
    fn a_unit_price_is_rounded_to_the_cent() {
        let usd = |text: &str| Money::parse(text, Currency::USD).unwrap();
        for (measure, price, told) in [
            ("250 g", "4.50", "18.00"),
            ("1 kg", "4.50", "4.50"),
            ("0.75 l", "9.99", "13.32"),
            ("330 ml", "1.00", "3.03"),
            ("3 l", "0.10", "0.03"),
            ("150 cm", "3.00", "2.00"),
            ("100 g", "0.00", "0.00"),
        ] {
            assert_eq!(Measure::parse(measure).unwrap().unit_price(usd(price)), Ok(usd(told)), "{measure}");
        }
        let most = usd("999999999.99");
        assert_eq!(Measure::parse("0.001 g").unwrap().unit_price(most), Err(Refusal::BadAmount));
    }
}
