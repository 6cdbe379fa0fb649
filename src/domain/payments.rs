//! What money that came in is to an order: it pays it, or it goes back. And how it comes without a provider.

use serde::{Deserialize, Serialize};

use super::{FieldReader, Money, OrderStatus, PaymentFlaw, Problem, Refusal, Step, next};

/// Paying by bank transfer or at pick-up: nobody but the staff can say that it was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualPayment {
    /// How to, in the shop's words, line by line: an account's number, opening hours.
    pub instructions: String,
    /// How long an order waits for it.
    pub days: u32,
}

impl ManualPayment {
    pub const DAYS: u32 = 7;
    pub const MOST_DAYS: u32 = 60;
    /// The most characters of `instructions`.
    pub const MOST_WORDS: u32 = 1000;
    /// So many orders of one person wait for it at a time: each keeps stock from others for days.
    pub const MOST_WAITING: u32 = 3;

    /// # Errors
    /// `Invalid` with `instructions` and `days`, where they will not do.
    pub fn parse(instructions: &str, days: u32) -> Result<Self, Refusal> {
        let mut fields = FieldReader::default();
        let lines: Vec<_> = instructions.lines().map(str::trim_end).collect();
        let text = lines.join("\n").trim().to_owned();
        let checked = match () {
            () if text.is_empty() => Err(Problem::Required),
            () if text.chars().any(|c| c.is_control() && c != '\n') => Err(Problem::BadCharacters),
            () if text.chars().count() > Self::MOST_WORDS as usize => Err(Problem::TooLong { max: Self::MOST_WORDS }),
            () => Ok(text),
        };
        let instructions = fields.read("instructions", checked);
        let in_range = (1..=Self::MOST_DAYS).contains(&days);
        let problem = Problem::OutOfRange { min: 1, max: Self::MOST_DAYS };
        let days = fields.read("days", if in_range { Ok(days) } else { Err(problem) });
        fields.finish(instructions.zip(days).map(|(instructions, days)| Self { instructions, days }))
    }

    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.instructions.lines().filter(|line| !line.trim().is_empty())
    }
}

/// What an order of this status and total becomes by this money.
///
/// # Errors
/// Why the money does not pay it.
pub fn receive(status: OrderStatus, total: Money, received: Money) -> Result<OrderStatus, PaymentFlaw> {
    if received != total {
        return Err(PaymentFlaw::Amount);
    }
    next(status, Step::Pay).map_err(|_| match status {
        OrderStatus::Cancelled => PaymentFlaw::Late,
        OrderStatus::Pending | OrderStatus::Paid | OrderStatus::Shipped | OrderStatus::Completed => PaymentFlaw::Second,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    #[test]
    fn money_pays_a_pending_order_of_its_amount_and_nothing_else() {
        use OrderStatus::{Cancelled, Completed, Paid, Pending, Shipped};
        let usd = |text| Money::parse(text, Currency::USD).unwrap();
        let total = usd("24.00");
        for (status, expected) in [
            (Pending, Ok(Paid)),
            (Paid, Err(PaymentFlaw::Second)),
            (Shipped, Err(PaymentFlaw::Second)),
            (Completed, Err(PaymentFlaw::Second)),
            (Cancelled, Err(PaymentFlaw::Late)),
        ] {
            assert_eq!(receive(status, total, total), expected, "{status:?}");
            for other in ["23.99", "24.01", "0"] {
                assert_eq!(receive(status, total, usd(other)), Err(PaymentFlaw::Amount));
            }
            let euros = Money::parse("24.00", "EUR".parse().unwrap()).unwrap();
            assert_eq!(receive(status, total, euros), Err(PaymentFlaw::Amount));
        }
        for flaw in PaymentFlaw::ALL {
            assert_eq!(serde_json::to_value(flaw).unwrap(), flaw.as_str());
            assert_eq!(PaymentFlaw::parse(flaw.as_str()), Some(flaw));
        }
    }

    #[test]
    fn how_to_pay_is_some_lines_and_some_days() {
        let manual = ManualPayment::parse("  IBAN DE02 1203  \r\n\r\nPick-up: 9 to 17 \n", 7).unwrap();
        assert_eq!(manual.lines().collect::<Vec<_>>(), ["IBAN DE02 1203", "Pick-up: 9 to 17"]);
        let long = "x".repeat(1001);
        for (text, days, field) in [
            ("", 7, "instructions"),
            (" \n ", 7, "instructions"),
            ("a\0", 7, "instructions"),
            (&long, 7, "instructions"),
            ("IBAN", 0, "days"),
            ("IBAN", 61, "days"),
        ] {
            let refused = ManualPayment::parse(text, days).unwrap_err();
            assert!(refused.problem_of(field).is_some(), "{text:?} {days}: {refused:?}");
        }
        for days in [1, 60] {
            let longest = "ä".repeat(1000);
            assert_eq!(
                ManualPayment::parse(&longest, days).map(|manual| (manual.instructions, manual.days)),
                Ok((longest, days))
            );
        }
    }
}
