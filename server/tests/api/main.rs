//! The JSON API, by the real router on a real database: every route, every status, who may see what.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by failing")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../../src/tests/harness.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod harness;

mod accounts;
mod addresses;
mod cart;
mod client;
mod document;
mod fulfilment;
mod guests;
mod listing;
mod manual_payments;
mod order_again;
mod orders;
mod paging;
mod placing;
mod pricing;
mod problems;
mod products;
mod reviews;
mod stock_keys;
mod suggestions;
mod users;
