//! The web, by its router: every form with and without scripts, status codes, headers, and what is refused.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by failing")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../../src/tests/harness.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod harness;

mod addresses;
mod choice;
mod choices;
mod forms;
mod functions;
mod guard;
mod guests;
mod matrix;
mod order_again;
mod pages;
mod readiness;
mod sessions;
mod shipping;
mod slow_clients;
mod times;
mod visitor;
