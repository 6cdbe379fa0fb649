//! Payment providers: the sandbox and Stripe, and how webhooks are signed.

mod sandbox;
mod signature;
mod stripe;
mod stripe_units;

pub use sandbox::{SandboxAnswer, SandboxDelivery, SandboxPayments};
pub use signature::sign;
pub use stripe::{StripeAccount, StripePayments};
