//! What the first page asks of the core.

use shop::dto::StaffHome;

use crate::ShopError;

/// `search` is the query of the page's address: which days are looked at.
pub async fn load_home(search: String) -> Result<StaffHome, ShopError> {
    let query = shop::dto::HomeQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.staff_home_of(by, &query).await }).await
}
