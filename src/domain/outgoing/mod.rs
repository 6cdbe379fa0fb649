//! Outgoing webhooks: what other programs are told of what happens here, where it may go, and how long it is tried. (What
//! payment providers tell us is no part of this.)

mod address;
mod endpoint;
mod events;
mod retry;

pub use address::is_public_address;
pub use endpoint::{EndpointUrl, Reach, endpoint_host};
pub use events::{ChosenEvents, TEST_TOPIC};
pub use retry::{EndpointState, RETRIED_FOR, Standing, TriedOutcome, next_try};
