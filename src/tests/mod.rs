//! The shop's promises, on a real PostgreSQL and a real Kafka. Fakes only for the clock, the mail and the payment.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by failing")]

mod abandoned_payments;
mod addresses;
mod architecture;
mod cart;
mod catalog;
mod choices;
mod circles;
mod consumers;
mod counted;
mod currency;
mod guest_accounts;
mod guests;
mod harness;
mod housekeeping;
#[path = "../../papers/tests/papers/java.rs"]
mod java;
mod kafka;
mod kafka_faults;
mod kafka_members;
mod kafka_permissions;
mod mail;
mod mail_delivery;
mod mail_server;
mod migrations;
mod order_again;
mod order_links;
mod orders;
mod paper_numbers;
mod papers;
mod payment_pages;
mod payments;
mod pooler;
mod pricing;
mod products;
mod promotion_uses;
mod providers;
mod races;
mod refunds;
mod relay;
mod round_trips;
mod sessions;
mod shipping;
mod statements;
mod stock;
mod stock_changes;
mod stripe;
mod stripe_mock;
mod times;
mod tls;
mod users;
mod waits;
mod webhook_storm;
mod wire;
mod workers;
