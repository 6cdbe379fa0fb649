//! Who asks: the session or a program's key, signing in and out, the limits on it, and the status of a refusal.
//!
//! Pages and JSON API stand on this alike. It knows the core and axum, and neither of the two: no Leptos, no API shapes.

mod account;
mod account_link;
mod auth;
mod caller;
mod code_limit;
mod cookies;
mod devices;
#[cfg(all(test, shuttle))]
#[path = "../../../src/usecase/explore.rs"]
mod explore;
mod factors;
mod key_limit;
mod limited;
mod order_limit;
mod order_link;
mod own;
mod ownership;
mod program;
mod proxies;
mod rate_limit;
mod recent_write;
mod site;
mod staff;
mod status;

pub use account_link::{KeptLink, brought_link, drop_link, keep_link};
pub use auth::{AuthSession, Backend, SignedIn};
pub use caller::{CART_KEY, Caller};
pub use cookies::{brought_cookies, kept_cookie};
pub use devices::NewDevice;
pub use factors::SignInStep;
pub use key_limit::KeyLimiter;
pub use limited::Letter;
pub use order_limit::OrderLimiter;
pub use order_link::{KeptOrderLinks, asks_for_page, brought_order_link, brought_payment_return, keep_order_link};
pub use ownership::{answer_of_order, note_unowned};
pub use program::Program;
pub use proxies::TrustedProxies;
pub use recent_write::{ShownShop, recent_write};
pub use site::{Seen, Site};
pub use status::status_of;
