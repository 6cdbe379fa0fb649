//! What a list of orders is narrowed to, as its address says it.

use serde::{Deserialize, Serialize};
use time::Date;
use time::macros::format_description;

use crate::domain::OrderStatus;

use super::query::{fields, href};

/// Where the money of an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentFilter {
    /// Nothing came in.
    Unpaid,
    /// It came in, and nothing was given back.
    Paid,
    /// Something was given back.
    Refunded,
    /// Something could not be given back.
    RefundFailed,
    /// Its provider has not given something back for more than a day.
    RefundWaiting,
    /// Something is to be given back that no provider gives.
    RefundByHand,
    /// Its buyer disputes it with their bank, which has not decided.
    Disputed,
    /// Something went back that fits into no payment, and nobody has looked into it.
    RefundAside,
}

impl PaymentFilter {
    pub const ALL: [Self; 8] = [
        Self::Unpaid,
        Self::Paid,
        Self::Refunded,
        Self::RefundFailed,
        Self::RefundWaiting,
        Self::RefundByHand,
        Self::Disputed,
        Self::RefundAside,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Paid => "paid",
            Self::Refunded => "refunded",
            Self::RefundFailed => "refund_failed",
            Self::RefundWaiting => "refund_waiting",
            Self::RefundByHand => "refund_by_hand",
            Self::Disputed => "disputed",
            Self::RefundAside => "refund_aside",
        }
    }
}

/// Values that make no sense are as good as absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OrderQuery {
    /// A number, or a part of an e-mail address or a name.
    pub q: Option<String>,
    pub status: Option<OrderStatus>,
    pub payment: Option<PaymentFilter>,
    /// Only those with a return that was asked for and not answered.
    pub returns: bool,
    /// Placed on this day or later, and on that day or earlier, by the shop's clocks.
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Only those with a lower number: where the page before ended.
    pub before: Option<i64>,
}

impl OrderQuery {
    pub const PATH: &str = "/admin/orders";

    /// Of the query of an address.
    pub fn of_search(search: &str) -> Self {
        let mut fields = fields(search);
        let day = |text: String| {
            let day = Date::parse(&text, format_description!("[year]-[month]-[day]")).ok();
            day.filter(|day| (1900..=9000).contains(&day.year()))
        };
        Self {
            status: fields.remove("status").as_deref().and_then(OrderStatus::parse),
            payment: fields
                .remove("payment")
                .and_then(|text| PaymentFilter::ALL.into_iter().find(|filter| filter.as_str() == text)),
            returns: fields.remove("returns").is_some(),
            from: fields.remove("from").and_then(day),
            to: fields.remove("to").and_then(day),
            before: fields.remove("before").and_then(|text| text.parse().ok()),
            q: fields.remove("q"),
        }
    }

    pub fn href(&self) -> String {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        href(
            Self::PATH,
            &[
                ("q", self.q.clone().unwrap_or_default()),
                ("status", self.status.map_or("", OrderStatus::as_str).to_owned()),
                ("payment", self.payment.map_or("", PaymentFilter::as_str).to_owned()),
                ("returns", if self.returns { "asked".to_owned() } else { String::new() }),
                ("from", day(self.from)),
                ("to", day(self.to)),
                ("before", self.before.map(|number| number.to_string()).unwrap_or_default()),
            ],
        )
    }

    /// Whether anything narrows it.
    pub fn is_filtered(&self) -> bool {
        Self { before: None, ..self.clone() } != Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_one_address_and_is_what_it_says() {
        let address = "/admin/orders?q=ada%40example.org&status=paid&payment=refund_failed&returns=asked&from=2026-11-01&to=2026-11-30&before=1042";
        let query = OrderQuery::of_search(address.split_once('?').unwrap().1);
        assert_eq!(query.href(), address);
        assert_eq!(
            OrderQuery::of_search("?status=lost&from=-9999-01-01&to=9999-12-31&before=x&payment="),
            OrderQuery::default()
        );
        assert!(query.is_filtered() && !OrderQuery { before: Some(1), ..OrderQuery::default() }.is_filtered());
    }
}
