//! What the first page asks of the core.

use leptos::prelude::*;
use shop::dto::StaffHome;

use crate::ShopError;

/// `search` is the query of the page's address: which days are looked at.
#[server(prefix = "/do", endpoint = "admin-home")]
pub async fn load_home(#[server(default)] search: String) -> Result<StaffHome, ShopError> {
    let query = shop::dto::HomeQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.staff_home_of(by, &query).await }).await
}
