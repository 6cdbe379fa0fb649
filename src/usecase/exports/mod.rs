//! Tables that leave the shop: products as they come in again, orders and customers for whoever reckons with them. A part at a
//! time, each behind the one before, so that a hundred thousand rows are never in memory together.

mod customers;
mod orders;
mod products;

use std::future::Future;

use bytes::Bytes;
use serde::Deserialize;
use time::OffsetDateTime;

use crate::domain::{Money, ProductId, UserId};
use crate::dto::StaffProduct;

use super::{Error, Result};

pub use customers::{CustomersExport, CustomersPlace};
pub use orders::OrdersExport;

/// So many are read at a time.
const PART: u32 = 200;

/// A part of a table, and where the next one begins; none: it was the last.
#[derive(Debug, Clone)]
pub struct TablePart<P> {
    pub csv: Bytes,
    pub next: Option<P>,
}

/// An order with its lines.
#[derive(Debug, Clone, Deserialize)]
pub struct ExportedOrder {
    pub number: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    pub status: String,
    pub email: String,
    pub name: Option<String>,
    pub company: Option<String>,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub country: Option<String>,
    /// None: of a release before parts were kept.
    pub subtotal: Option<Money>,
    pub discounts: Money,
    pub shipping: Money,
    pub tax: Money,
    pub total: Money,
    pub refunded: Money,
    pub items: Vec<ExportedItem>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ExportedItem {
    pub name: String,
    pub options: Vec<String>,
    pub sku: String,
    pub quantity: u32,
    pub price: Money,
    pub line_total: Money,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ExportedCustomer {
    pub name: String,
    pub email: String,
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    pub orders: u32,
    /// The number of the last one.
    pub last_order: Option<i64>,
}

/// One statement each.
pub trait ExportViews {
    /// Products for sale or not, behind this one, by id.
    fn products_behind(
        &self,
        place: Option<ProductId>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<StaffProduct>>> + Send;

    /// Orders behind this number, by number.
    fn orders_behind(&self, number: i64, most: u32) -> impl Future<Output = Result<Vec<ExportedOrder>>> + Send;

    /// Accounts of customers behind this one, by id.
    fn accounts_behind(
        &self,
        place: Option<UserId>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<(UserId, ExportedCustomer)>>> + Send;

    /// Who ordered without an account: each with the number of their first order, behind this one and by it.
    fn guests_behind(
        &self,
        number: i64,
        most: u32,
    ) -> impl Future<Output = Result<Vec<(i64, ExportedCustomer)>>> + Send;
}

/// Rows as they are written.
struct Rows(csv::Writer<Vec<u8>>);

impl Rows {
    fn new() -> Self {
        Self(csv::Writer::from_writer(Vec::new()))
    }

    /// The first part of a table begins with its head, and says to spreadsheets that it is UTF-8.
    fn with_head(head: &[&str], is_first: bool) -> Result<Self> {
        let mut rows = Self::new();
        if is_first {
            let marked = head
                .iter()
                .enumerate()
                .map(|(n, name)| if n == 0 { format!("\u{feff}{name}") } else { (*name).to_owned() });
            rows.0.write_record(marked).map_err(broken)?;
        }
        Ok(rows)
    }

    /// The cells are harmless already.
    fn push<T: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = T>) -> Result<()> {
        self.0.write_record(cells).map_err(broken)
    }

    fn finish(self) -> Result<Bytes> {
        self.0.into_inner().map(Bytes::from).map_err(|error| broken(error.into_error()))
    }
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Broken(error.into())
}

/// A number of ours.
fn amount(money: Money) -> String {
    money.amount().to_string()
}

fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}

/// Whether more may follow a part of so many.
fn is_full(rows: usize) -> bool {
    rows >= PART as usize
}
