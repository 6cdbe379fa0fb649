//! Customers: lists and pages here and in `listing`, what is handed out in `export`, what staff write in `writes`, and what they have
//! of the shop themselves in `own`.

#[macro_use]
mod view;
mod export;
mod listing;
mod own;
mod writes;

use serde_json::Value;

use crate::domain::PersonId;
use crate::dto::{CustomerList, CustomerQuery, CustomerView};
use crate::usecase::{CustomerViews, Result};

use super::PgStore;
pub(super) use own::anonymise_closed;

impl CustomerViews for PgStore {
    async fn customer_list(&self, query: &CustomerQuery, per_page: u32) -> Result<CustomerList> {
        listing::read(self, query, per_page).await
    }

    async fn customer(&self, id: PersonId) -> Result<Option<CustomerView>> {
        view::read(self, id).await
    }

    async fn customer_export(&self, id: PersonId) -> Result<Option<Value>> {
        export::read(self, id).await
    }
}
