//! The site of this request.

use leptos::prelude::use_context;
use session::Site;
use shop::usecase::{Error, Result};

/// # Errors
/// `Broken` where there is no request.
pub(super) fn site() -> Result<Site> {
    use_context::<Site>().ok_or_else(|| Error::Broken(anyhow::anyhow!("no site in context")))
}
