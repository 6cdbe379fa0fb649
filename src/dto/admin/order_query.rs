//! What a list of orders is narrowed to, as its address says it.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::domain::{OrderStatus, ReservationState};

use super::query::{day, day_text, fields, href, one_of};

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

/// Of paid orders that have not left, or not all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackingFilter {
    ToPack,
    /// It waits to be sent.
    Packed,
    /// A parcel of it has left, and something is still to be sent.
    PartlySent,
}

impl PackingFilter {
    pub const ALL: [Self; 3] = [Self::ToPack, Self::Packed, Self::PartlySent];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToPack => "to_pack",
            Self::Packed => "packed",
            Self::PartlySent => "partly_sent",
        }
    }
}

/// What a list of orders begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderSort {
    #[default]
    Newest,
    Oldest,
    /// The highest first.
    Total,
}

impl OrderSort {
    pub const ALL: [Self; 3] = [Self::Newest, Self::Oldest, Self::Total];

    /// In an address; nothing where it is as it always is.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "",
            Self::Oldest => "oldest",
            Self::Total => "total",
        }
    }
}

/// Values that make no sense are as good as absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OrderQuery {
    /// A number, or a part of an e-mail address or a name.
    pub q: Option<String>,
    pub status: Option<OrderStatus>,
    pub reservation: Option<ReservationState>,
    pub packing: Option<PackingFilter>,
    pub payment: Option<PaymentFilter>,
    /// Only those with a return that was asked for and not answered.
    pub returns: bool,
    /// Placed on this day or later, and on that day or earlier, by the shop's clocks.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub sort: OrderSort,
    /// The number of the order that the page before ended with.
    pub before: Option<i64>,
}

impl OrderQuery {
    pub const PATH: &str = "/admin/orders";

    /// Of the query of an address.
    pub fn of_search(search: &str) -> Self {
        let mut fields = fields(search);
        Self {
            status: fields.remove("status").as_deref().and_then(OrderStatus::parse),
            reservation: fields.remove("reservation").as_deref().and_then(ReservationState::parse),
            packing: one_of(&mut fields, "packing", PackingFilter::ALL, PackingFilter::as_str),
            payment: one_of(&mut fields, "payment", PaymentFilter::ALL, PaymentFilter::as_str),
            returns: fields.remove("returns").is_some(),
            from: fields.remove("from").as_deref().and_then(day),
            to: fields.remove("to").as_deref().and_then(day),
            sort: one_of(&mut fields, "sort", OrderSort::ALL, OrderSort::as_str).unwrap_or_default(),
            before: fields.remove("before").and_then(|text| text.parse().ok()),
            q: fields.remove("q"),
        }
    }

    pub fn href(&self) -> String {
        href(
            Self::PATH,
            &[
                ("q", self.q.clone().unwrap_or_default()),
                ("status", self.status.map_or("", OrderStatus::as_str).to_owned()),
                ("reservation", self.reservation.map_or("", ReservationState::as_str).to_owned()),
                ("packing", self.packing.map_or("", PackingFilter::as_str).to_owned()),
                ("payment", self.payment.map_or("", PaymentFilter::as_str).to_owned()),
                ("returns", if self.returns { "asked".to_owned() } else { String::new() }),
                ("from", day_text(self.from)),
                ("to", day_text(self.to)),
                ("sort", self.sort.as_str().to_owned()),
                ("before", self.before.map(|number| number.to_string()).unwrap_or_default()),
            ],
        )
    }

    /// Whether anything narrows it.
    pub fn is_filtered(&self) -> bool {
        Self { before: None, sort: OrderSort::default(), ..self.clone() } != Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_one_address_and_is_what_it_says() {
        let address = "/admin/orders?q=ada%40example.org&status=paid&reservation=reserved&packing=partly_sent&payment=refund_failed&returns=asked&from=2026-11-01&to=2026-11-30&sort=total&before=1042";
        let query = OrderQuery::of_search(address.split_once('?').unwrap().1);
        assert_eq!(query.href(), address);
        assert_eq!(
            OrderQuery::of_search(
                "?status=lost&reservation=x&packing=x&sort=newest&from=-9999-01-01&to=9999-12-31&before=x&payment="
            ),
            OrderQuery::default()
        );
        let sorted = OrderQuery { sort: OrderSort::Oldest, before: Some(1), ..OrderQuery::default() };
        assert!(query.is_filtered() && !sorted.is_filtered());
    }
}
