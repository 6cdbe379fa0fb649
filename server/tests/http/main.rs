//! The web, by its router: every form with and without scripts, status codes, headers, and what is refused.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by failing")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../../src/tests/harness.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod harness;

#[path = "../../../src/tests/counted.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod counted;
#[path = "../../../src/tests/held_passwords.rs"]
mod held_passwords;
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
#[path = "../../../src/tests/totp.rs"]
mod totp;

mod accounts;
mod addresses;
mod admin;
mod admin_money;
mod admin_rules;
mod backbone;
mod bulk;
mod choice;
mod choices;
mod confirm;
mod consent;
mod content;
mod count_sheet;
mod customers;
mod descriptions;
mod enumeration;
mod facets;
mod factors;
mod feed;
mod forms;
mod functions;
mod fuzz;
mod guard;
mod guests;
mod headers;
mod home;
mod imports;
mod journey;
mod key_calls;
mod keys;
mod limits;
mod looks;
mod matrix;
mod nonsense;
mod operations;
mod options;
mod order_again;
mod order_events;
mod order_letters;
mod order_news;
mod outgoing;
mod overload;
mod page_access;
mod page_cache;
mod pages;
mod paging;
mod papers;
mod payments;
mod pictures;
mod placed_pictures;
mod prices_by_law;
mod privacy;
mod readiness;
mod redirects;
mod replica;
mod returns;
mod reviews;
mod roles;
mod sandbox_news;
mod search_engines;
mod secrets;
mod security_txt;
mod sessions;
mod shipping;
mod shop_pages;
mod sign_outs;
mod slow_clients;
mod staff;
mod staff_pages;
mod staff_routes;
mod stock_wishes;
mod stripe;
mod stripe_refunds;
mod stripe_refusals;
mod stripe_relay;
mod stripe_says;
mod suggestions;
mod suite_log;
mod times;
mod visitor;
mod visits;
mod wishlist;
