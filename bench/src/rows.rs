//! The rows of the table: what is measured, how often, and in what company.

use crate::work::{LISTING, PRODUCT, RECORDS, SEARCH, Work};

#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// As `bench/limits.toml` and `--only` spell it.
    pub name: &'static str,
    pub work: Work,
    /// Operations in a round, by all shoppers together.
    pub operations: usize,
    /// The least before anything counts: six on each connection to the database, of which there are twelve, and they are
    /// not taken in turn.
    pub warm_up: usize,
    /// The floor's, where they are so cheap that more are needed.
    pub on_floor: usize,
    /// The page whose own SQL is run by pgbench.
    pub sql_of: Option<&'static str>,
    /// Whether it leaves events and mail behind that are part of its cost.
    pub has_events: bool,
    /// Whether it is measured in a shop that keeps for a moment what everybody sees, as one does whose owner has set nothing. What
    /// alone shows what a page's SQL costs is measured where nothing is kept.
    pub keeps_views: bool,
}

impl Row {
    const fn page(name: &'static str, work: Work, sql_of: Option<&'static str>) -> Self {
        Self {
            name,
            work,
            operations: 1600,
            warm_up: 160,
            on_floor: 4000,
            sql_of,
            has_events: false,
            keeps_views: false,
        }
    }
}

pub const ROWS: [Row; 9] = [
    // Processor time counts in ticks of 10 ms: the cheaper an operation, the more of them in a round.
    Row { operations: 3200, on_floor: 16_000, ..Row::page("page-without-sql", Work::NoSql, None) },
    Row::page("product", Work::Product, Some(PRODUCT)),
    Row::page("listing", Work::Listing, Some(LISTING)),
    Row::page("listing-without-facets", Work::ListingWithoutFacets, Some(RECORDS)),
    Row::page("search", Work::Search, Some(SEARCH)),
    Row { operations: 320, on_floor: 800, ..Row::page("add-to-cart", Work::AddToCart, None) },
    Row { operations: 320, on_floor: 480, has_events: true, ..Row::page("order", Work::Order, None) },
    Row {
        operations: 80,
        on_floor: 120,
        has_events: true,
        keeps_views: true,
        ..Row::page("journey", Work::Journey, None)
    },
    Row { operations: 16, warm_up: 16, on_floor: 16, ..Row::page("login", Work::Login, None) },
];

/// A sale: so many buyers at once, so many units.
pub const SALE: &str = "sale";
pub const BUYERS: usize = 200;
pub const UNITS: u32 = 50;
