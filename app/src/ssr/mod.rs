//! Server only: what a page or a form needs of the request it answers. Who asks, whose cart, what a form says next.
//!
//! The server crate calls `routes` once, `provide` for every request (pages and server functions alike), and builds its
//! session layer around `Backend`. Everything else here is for the bodies of server functions.

mod auth;
mod caller;
mod choice;
mod flash;
mod forms;
mod policy;
mod rate_limit;
mod reads;
mod sessions;
mod writes;

use leptos::prelude::*;
use leptos_axum::AxumRouteListing;
use shop::infrastructure::LiveShop;
use tokio_util::task::TaskTracker;

pub use auth::{AuthSession, Backend, SignedIn};
pub use caller::{CART_KEY, Caller};
pub use choice::Choice;
pub use forms::{Form, status_of};
pub use policy::content_security_policy;
pub use rate_limit::RateLimiter;
pub use reads::{customer_page, header, page, viewer_page, visit_cart};
pub use sessions::{cart_owner, customer, sign_in, sign_out, sign_up};
pub use writes::{as_customer, on_cart, place_order};

use crate::ui::Brand;
use reads::Visit;

/// The shop and what a request must know of the place it is served from.
#[derive(Clone)]
pub struct Site {
    pub shop: LiveShop,
    /// Writes run in tasks of this tracker: a shopper who closes the tab does not cancel them, and a server that stops
    /// waits for them.
    pub tracker: TaskTracker,
    /// The shop's name.
    pub name: String,
    /// Without a slash at the end.
    pub base_url: String,
    /// How often somebody may try to sign in.
    pub rate_limiter: RateLimiter,
    /// Served over HTTPS: cookies say `Secure` and bear `__Host-` names.
    pub secure: bool,
}

/// Gives one request its context: the site, the outcome the last form left, and for pages their security policy. For
/// the `additional_context` of both `leptos_routes_with_context` and `handle_server_fns_with_context`.
pub fn provide(site: &Site) {
    provide_context(Brand { name: site.name.clone(), base_url: site.base_url.clone() });
    provide_context(site.clone());
    provide_context(Visit::default());
    flash::take();
    policy::apply();
}

/// Every page's address, for `leptos_routes_with_context`.
pub fn routes() -> Vec<AxumRouteListing> {
    leptos_axum::generate_route_list(crate::App)
}

/// The site of this request.
fn site() -> shop::usecase::Result<Site> {
    use_context::<Site>().ok_or_else(|| shop::usecase::Error::Broken(anyhow::anyhow!("no site in context")))
}
