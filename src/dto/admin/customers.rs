//! Customers as staff see them: with an account, or by the address they ordered with.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{Money, OrderId, OrderStatus, PersonId, ReservationState, Role, ShippingAddress};

use super::query::{fields, href};
use super::{NoteView, OrderMailView};

/// What a list of customers begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomerSort {
    /// Whoever came last: opened an account, or ordered for the first time without one.
    #[default]
    Newest,
    /// Whoever ordered last. Who never did is not among them.
    LastOrder,
}

/// Where the page before ended: when its last customer came, to the microsecond, and who it was; or their last order's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerMark {
    pub at: i64,
    pub id: PersonId,
}

impl CustomerMark {
    fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self { at: at.parse().ok()?, id: id.parse().ok()? })
    }

    /// None beyond what times can be.
    pub fn time(self) -> Option<OffsetDateTime> {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.at) * 1_000).ok()?;
        (1900..=9000).contains(&at.year()).then_some(at)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CustomerQuery {
    /// A part of a name or an e-mail address, or an order's number.
    pub q: Option<String>,
    pub sort: CustomerSort,
    pub before: Option<CustomerMark>,
}

impl CustomerQuery {
    pub const PATH: &str = "/admin/customers";

    pub fn of_search(search: &str) -> Self {
        let mut fields = fields(search);
        let sort = match fields.remove("sort").as_deref() {
            Some("last_order") => CustomerSort::LastOrder,
            _ => CustomerSort::Newest,
        };
        let before = fields.remove("before").as_deref().and_then(CustomerMark::parse);
        Self { q: fields.remove("q"), sort, before: before.filter(|mark| mark.time().is_some()) }
    }

    pub fn href(&self) -> String {
        let sort = if self.sort == CustomerSort::LastOrder { "last_order" } else { "" };
        let before = self.before.map(|mark| format!("{}.{}", mark.at, mark.id)).unwrap_or_default();
        href(Self::PATH, &[("q", self.q.clone().unwrap_or_default()), ("sort", sort.to_owned()), ("before", before)])
    }
}

/// An order that a list names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastOrder {
    pub id: OrderId,
    pub number: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRow {
    pub id: PersonId,
    /// Empty where a guest's order goes nowhere.
    pub name: String,
    pub email: String,
    pub has_account: bool,
    /// When they opened their account, or first ordered.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    pub orders: u32,
    pub last_order: Option<LastOrder>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerList {
    pub query: CustomerQuery,
    pub customers: Vec<CustomerRow>,
    /// Counted up to a thousand and one.
    pub total: u32,
    pub next: Option<CustomerQuery>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAccount {
    pub role: Role,
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerOrder {
    pub id: OrderId,
    pub number: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub status: OrderStatus,
    pub reservation: ReservationState,
    pub total: Money,
    pub refunded: Option<Money>,
    /// Placed without an account.
    pub by_guest: bool,
}

/// What came in from a customer in a currency, and what of it was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSum {
    pub paid: Money,
    pub refunded: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerView {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    /// None: they ordered without one.
    pub account: Option<CustomerAccount>,
    /// The newest first, and not all of many.
    pub orders: Vec<CustomerOrder>,
    pub order_count: u32,
    pub sums: Vec<CustomerSum>,
    /// Those they keep, then others they ordered to.
    pub addresses: Vec<ShippingAddress>,
    /// The newest first, and not all of much.
    pub mail: Vec<OrderMailView>,
    pub notes: Vec<NoteView>,
}

impl CustomerView {
    /// How many orders and mails are listed.
    pub const LISTED: u32 = 50;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_one_address_and_is_what_it_says() {
        let address =
            "/admin/customers?q=ada%40example.org&sort=last_order&before=1042.0191d5a0-0000-7000-8000-000000000001";
        let query = CustomerQuery::of_search(address.split_once('?').unwrap().1);
        assert_eq!((query.href().as_str(), query.sort), (address, CustomerSort::LastOrder));
        let garbled = "?sort=lost&before=x.y&q=";
        assert_eq!(CustomerQuery::of_search(garbled), CustomerQuery::default());
        for odd in ["9223372036854775807", "-9223372036854775808"] {
            let query = CustomerQuery::of_search(&format!("before={odd}.0191d5a0-0000-7000-8000-000000000001"));
            assert_eq!(query.before, None, "{odd}");
        }
    }
}
