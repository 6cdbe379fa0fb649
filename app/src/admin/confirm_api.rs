//! The password once more.

use leptos::prelude::*;

use crate::ShopError;

/// For staff, and there is nothing to be read.
pub async fn load_confirm() -> Result<(), ShopError> {
    use shop::domain::Staff;
    crate::ssr::staff_page(|_, _: Staff| async { Ok(()) }).await
}

/// Leads on to `next`, with the form that was kept.
#[server(prefix = "/do", endpoint = "admin-confirm")]
pub async fn confirm(
    #[server(default)] password: String,
    #[server(default)] next: String,
    #[server(default)] kept: String,
) -> Result<(), ShopError> {
    crate::ssr::confirm_password(password, &next, &kept).await
}
