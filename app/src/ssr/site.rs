//! The site of this request.

use leptos::prelude::use_context;
use leptos::reactive::owner::with_context;
use session::Site;
use shop::infrastructure::LiveShop;
use shop::usecase::{Error, Result};

/// # Errors
/// `Broken` where there is no request.
pub(super) fn site() -> Result<Site> {
    use_context::<Site>().ok_or_else(no_site)
}

/// The shop alone, for who needs no more of it.
///
/// # Errors
/// As `site`.
pub(super) fn live_shop() -> Result<LiveShop> {
    with_context::<Site, _>(|site| site.shop.clone()).ok_or_else(no_site)
}

/// Whether it is served over HTTPS. Where there is no request it is taken to be.
pub(super) fn is_secure() -> bool {
    with_context::<Site, _>(|site| site.secure).unwrap_or(true)
}

fn no_site() -> Error {
    Error::Broken(anyhow::anyhow!("no site in context"))
}
