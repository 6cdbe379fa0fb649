//! The back office's first page: what is to be done, and what was sold.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::domain::{Money, ProductId};

use super::query::{day, day_text, fields, href};

/// Which days the first page looks at, by the shop's clocks: both ends count, and what makes no sense is as good as absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HomeQuery {
    /// None: as many as the page shows by itself.
    pub from: Option<Date>,
    /// None: today.
    pub to: Option<Date>,
}

impl HomeQuery {
    pub const PATH: &str = "/admin";

    /// Of the query of an address.
    pub fn of_search(search: &str) -> Self {
        let fields = fields(search);
        let of = |name: &str| fields.get(name).and_then(|text| day(text));
        Self { from: of("from"), to: of("to") }
    }

    pub fn href(&self) -> String {
        href(Self::PATH, &[("from", day_text(self.from)), ("to", day_text(self.to))])
    }
}

/// How much of each there is to be done; counted up to a thousand and one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HomeTasks {
    /// Paid orders that were not packed yet, nor sent, or not all of them.
    pub to_pack: u32,
    /// Paid orders that lie packed and wait to be sent.
    pub to_send: u32,
    /// Orders that wait for their payment.
    pub unpaid: u32,
    /// Returns that were asked for.
    pub returns_asked: u32,
    /// Reviews that nobody has read.
    #[serde(default)]
    pub reviews_pending: u32,
    /// Money that could not be given back, while something is left and nobody has said that nothing more is owed.
    pub refunds_failed: u32,
    /// Money that a provider has not given back for more than a day.
    pub refunds_waiting: u32,
    /// Money to be given back that no provider gives.
    pub refunds_by_hand: u32,
    /// Payments that a buyer disputes with their bank, which has not decided.
    pub disputes: u32,
    /// What went back at a provider and fits into no payment, that nobody has looked into.
    pub refunds_aside: u32,
    /// Variants for sale of which little is left.
    pub low_stock: u32,
    /// Mail that was given up, or of which nobody knows whether it arrived.
    pub mail_failed: u32,
    pub dead_letters: u32,
    /// Events that are held back.
    pub events_held: u32,
    /// Endpoints of webhooks that were disabled.
    pub webhooks_disabled: u32,
    /// The number of the newest order; 0: there is none.
    pub newest_order: i64,
}

/// What a shop needs before it opens, and what of it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupSteps {
    /// It has a name of its own.
    pub name: bool,
    /// Who sells is said, so that there are invoices.
    pub seller: bool,
    /// Somebody has put their own words into the imprint and the terms.
    pub pages: bool,
    /// Something is for sale.
    pub product: bool,
    /// Somebody has said where it ships to, and for how much.
    pub shipping: bool,
    /// Somebody has said how it taxes.
    pub tax: bool,
}

impl SetupSteps {
    pub const fn is_done(self) -> bool {
        self.name && self.seller && self.pages && self.product && self.shipping && self.tax
    }
}

/// A day by the shop's clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub date: Date,
    pub orders: u32,
    pub sales: Money,
    /// About how many came; none: nobody counted.
    pub visitors: Option<u32>,
}

/// Visitors, and orders that were paid, of the days on which visitors were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VisitSum {
    pub days: u32,
    /// Day by day: whoever comes on two days counts twice.
    pub visitors: u32,
    pub orders: u32,
}

impl VisitSum {
    /// How many of a thousand visitors bought; none where there was none.
    pub fn buyers_of_a_thousand(self) -> Option<u64> {
        let (visitors, orders) = (u64::from(self.visitors), u64::from(self.orders));
        (orders * 1_000 + visitors / 2).checked_div(visitors)
    }
}

/// A product that was sold, and for how much in as many days before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BestProduct {
    pub id: ProductId,
    /// As it is called today.
    pub name: String,
    pub units: u32,
    pub sales: Money,
    pub sales_before: Money,
}

/// What was sold in so many days, day by day, and in as many before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalesView {
    /// By the shop's clocks, whatever is looked at.
    pub today: Date,
    /// The oldest first.
    pub days: Vec<Day>,
    pub before: Vec<Day>,
    pub sales: Money,
    pub sales_before: Money,
    pub orders: u32,
    pub orders_before: u32,
    pub visits: VisitSum,
    pub visits_before: VisitSum,
    /// What sold best in these days, by its sales: ten at most. None: it is too much to add up now.
    pub best: Option<Vec<BestProduct>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffHome {
    pub tasks: HomeTasks,
    /// None: not theirs to see.
    pub sales: Option<SalesView>,
    /// None: not theirs to do, or nothing is left of it.
    pub setup: Option<SetupSteps>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_range_of_days_has_one_address() {
        let query = HomeQuery::of_search("?from=2026-11-01&to=2026-11-28&q=x");
        assert_eq!(query, HomeQuery { from: Some(date!(2026 - 11 - 01)), to: Some(date!(2026 - 11 - 28)) });
        assert_eq!(query.href(), "/admin?from=2026-11-01&to=2026-11-28");
        assert_eq!(HomeQuery::of_search("from=yesterday&to=-1"), HomeQuery::default());
        assert_eq!(HomeQuery::default().href(), "/admin");
    }

    #[test]
    fn of_nobody_there_is_no_share() {
        for (visitors, orders, share) in
            [(0, 0, None), (0, 3, None), (200, 7, Some(35)), (3, 2, Some(667)), (1, 2, Some(2_000))]
        {
            let sum = VisitSum { days: 1, visitors, orders };
            assert_eq!(sum.buyers_of_a_thousand(), share, "{sum:?}");
        }
    }
}
