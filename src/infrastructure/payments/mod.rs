//! Payment providers: the sandbox and Stripe, and how webhooks are signed.

mod sandbox;
mod signature;
mod stripe;
mod stripe_api;
mod stripe_refunds;
mod stripe_session;
mod stripe_units;
mod stripe_webhooks;

pub use sandbox::{SandboxAnswer, SandboxDelivery, SandboxPayments};
pub use signature::sign;
pub use stripe_api::{StripeAccount, StripePayments};
