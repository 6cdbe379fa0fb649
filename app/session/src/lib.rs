//! Who asks: the session or a program's key, signing in and out, the rate limit on it, and the status of a refusal.
//!
//! Pages and JSON API stand on this alike. It knows the core and axum, and neither of the two: no Leptos, no API shapes.

mod auth;
mod caller;
mod code_limit;
mod key_limit;
mod link_limit;
mod order_limit;
mod payment_return;
mod program;
mod proxies;
mod rate_limit;
mod site;
mod staff;
mod status;

pub use auth::{AuthSession, Backend, SignedIn};
pub use caller::{CART_KEY, Caller, answer_of_order};
pub use code_limit::CodeLimiter;
pub use key_limit::KeyLimiter;
pub use link_limit::LinkLimiter;
pub use order_limit::OrderLimiter;
pub use payment_return::{brought_token, drop_token, keep_token};
pub use program::Program;
pub use proxies::TrustedProxies;
pub use rate_limit::RateLimiter;
pub use site::Site;
pub use status::status_of;
