//! Customers, as staff see them: who has an account, and who ordered without one and is known by an address.
//!
//! Whoever has an account and ordered without it, with the same address, is one customer here. That moves no order: it
//! becomes an account's by proof alone (`orders/account.rs`).

mod anonymise;
mod notes;

use std::future::Future;

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::domain::{May, PersonId, Refusal, permit};
use crate::dto::{CustomerList, CustomerQuery, CustomerView};

use super::audit::Change;
use super::{Result, Shop, Store, Tx};

pub use anonymise::{CustomerWrites, LockedCustomer};
pub use notes::{CustomerNotes, NewCustomerNote, NoteOf};

pub trait CustomerViews {
    fn customer_list(&self, query: &CustomerQuery, per_page: u32) -> impl Future<Output = Result<CustomerList>> + Send;

    fn customer(&self, id: PersonId) -> impl Future<Output = Result<Option<CustomerView>>> + Send;

    /// All that is kept about them.
    fn customer_export(&self, id: PersonId) -> impl Future<Output = Result<Option<Value>>> + Send;
}

/// How many rows a list shows.
const PER_PAGE: u32 = 50;

impl<S: Store> Shop<S> {
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn customer_list(&self, _by: May<permit::Customers>, query: &CustomerQuery) -> Result<CustomerList> {
        self.store().customer_list(query, PER_PAGE).await
    }

    /// Found by their account, or by any order they placed without one.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn customer(&self, _by: May<permit::Customers>, id: PersonId) -> Result<CustomerView> {
        self.store().customer(id).await?.ok_or_else(|| Refusal::NotFound.into())
    }

    /// All that is kept about a customer, to be handed out to them. That it was handed out is written down.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn export_customer(&self, by: May<permit::CustomerData>, id: PersonId) -> Result<CustomerExport> {
        let data = self.store().customer_export(id).await?.ok_or(Refusal::NotFound)?;
        let at = self.now();
        let mut tx = self.store().begin().await?;
        self.record(&mut tx, by, Change::of("customer.exported", "customer", id)).await?;
        tx.commit().await?;
        let shop = self.content().name.clone();
        Ok(CustomerExport { id, at, json: json!({ "shop": shop, "exported_at": rfc3339(at), "customer": data }) })
    }
}

/// The file that a customer is handed.
#[derive(Clone)]
pub struct CustomerExport {
    pub id: PersonId,
    pub at: OffsetDateTime,
    pub json: Value,
}

impl std::fmt::Debug for CustomerExport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CustomerExport({})", self.id)
    }
}

fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}
