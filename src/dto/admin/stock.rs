//! Stock as staff see it: what lies where, what moved, and what is held for whom.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{OrderId, ProductId, VariantId};

use super::query::{fields, href, one_of};

/// What a list of stock begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockSort {
    #[default]
    Sku,
    /// Of which there are the fewest.
    Fewest,
}

impl StockSort {
    pub const ALL: [Self; 2] = [Self::Sku, Self::Fewest];

    /// In an address; nothing where it is as it always is.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sku => "",
            Self::Fewest => "fewest",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StockQuery {
    pub q: Option<String>,
    /// Only what is low.
    pub low: bool,
    pub sort: StockSort,
    /// The sku that the page before ended with.
    pub after: Option<String>,
}

impl StockQuery {
    pub const PATH: &str = "/admin/stock";

    pub fn of_search(search: &str) -> Self {
        let mut fields = fields(search);
        Self {
            low: fields.remove("low").is_some(),
            sort: one_of(&mut fields, "sort", StockSort::ALL, StockSort::as_str).unwrap_or_default(),
            after: fields.remove("after"),
            q: fields.remove("q"),
        }
    }

    pub fn href(&self) -> String {
        let low = if self.low { "yes" } else { "" };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let sort = self.sort.as_str().to_owned();
        href(Self::PATH, &[("q", text(&self.q)), ("low", low.to_owned()), ("sort", sort), ("after", text(&self.after))])
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockRow {
    pub id: VariantId,
    pub product: String,
    pub options: Vec<String>,
    pub sku: String,
    /// What can still be promised.
    pub stock: u32,
    /// So many units, or fewer, are low.
    pub low_at: u32,
    /// It was taken out of the shop.
    pub is_retired: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockList {
    pub query: StockQuery,
    /// As `query.sort` says.
    pub rows: Vec<StockRow>,
    pub next: Option<StockQuery>,
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovementView {
    pub id: i64,
    pub units: i64,
    /// `initial`, `reserve`, `release`, `adjustment`, `count`, `restock`.
    pub cause: String,
    pub reason: Option<String>,
    /// Whose it is, and its number.
    pub order: Option<(OrderId, i64)>,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// Units that lie on the shelf for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldUnits {
    pub order: OrderId,
    pub number: i64,
    /// Its status.
    pub status: String,
    pub units: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantStockView {
    pub id: VariantId,
    pub product_id: ProductId,
    pub product: String,
    pub options: Vec<String>,
    pub sku: String,
    pub stock: u32,
    /// So many units, or fewer, are low.
    pub low_at: u32,
    /// The oldest order first, a hundred at most.
    pub held: Vec<HeldUnits>,
    /// Units that lie on the shelf for orders, all of them.
    pub held_units: u32,
    /// The newest first.
    pub movements: Vec<MovementView>,
    /// Before which movement the next page begins.
    pub next: Option<i64>,
    /// So that a change counts once.
    pub form_key: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_stock_has_one_address() {
        let address = "/admin/stock?q=mug&low=yes&sort=fewest&after=MUG-1";
        assert_eq!(StockQuery::of_search(address.split_once('?').unwrap().1).href(), address);
        assert_eq!(StockQuery::of_search("sort=x"), StockQuery::default());
        assert_eq!(StockQuery::default().href(), StockQuery::PATH);
    }
}
