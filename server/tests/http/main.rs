//! The web, by its router: every form with and without scripts, status codes, headers, and what is refused.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by failing")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../../src/tests/harness.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod harness;

#[path = "../../../papers/tests/papers/java.rs"]
mod java;
#[path = "../../../src/tests/mail_server.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod mail_server;
#[path = "../../../src/tests/sample_pictures.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod sample_pictures;
#[path = "../../../src/tests/stripe_mock.rs"]
mod stripe_mock;

mod addresses;
mod admin;
mod admin_money;
mod admin_rules;
mod choice;
mod choices;
mod confirm;
mod content;
mod customers;
mod forms;
mod functions;
mod guard;
mod guests;
mod imports;
mod journey;
mod key_calls;
mod keys;
mod matrix;
mod operations;
mod order_again;
mod outgoing;
mod pages;
mod papers;
mod payments;
mod pictures;
mod readiness;
mod returns;
mod roles;
mod sandbox_news;
mod secrets;
mod sessions;
mod shipping;
mod slow_clients;
mod staff;
mod stripe;
mod stripe_refunds;
mod stripe_refusals;
mod stripe_relay;
mod stripe_says;
mod times;
mod visitor;
