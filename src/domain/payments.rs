//! What money that came in is to an order: it pays it, or it goes back.

use serde::{Deserialize, Serialize};

use super::{Money, OrderStatus, Step, next};

/// Why money that came in does not pay its order. It is kept on record and given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentFlaw {
    /// Another amount than was asked for, or another currency.
    Amount,
    /// The order had ended.
    Late,
    /// The order was paid already.
    Second,
}

impl PaymentFlaw {
    pub const ALL: [Self; 3] = [Self::Amount, Self::Late, Self::Second];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Late => "late",
            Self::Second => "second",
        }
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
            assert_eq!(receive(status, total, usd("23.99")), Err(PaymentFlaw::Amount));
            let euros = Money::parse("24.00", "EUR".parse().unwrap()).unwrap();
            assert_eq!(receive(status, total, euros), Err(PaymentFlaw::Amount));
        }
        for flaw in PaymentFlaw::ALL {
            assert_eq!(serde_json::to_value(flaw).unwrap(), flaw.as_str());
        }
    }
}
