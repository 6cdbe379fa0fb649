//! The binary `small-ecommerce`: configuration, the web, background work, and the place where it is all put together.
//!
//! No business rule stands here. `compose` builds the shop out of its adapters, `web` makes it answer requests, `worker`
//! makes events, mail and time have their effect, `supervisor` keeps both going and stops them in order, `metrics` tells whoever
//! watches.

pub mod api;
pub mod changes;
pub mod cli;
pub mod commands;
pub mod compose;
pub mod config;
#[cfg(all(test, shuttle))]
#[path = "../../src/usecase/explore.rs"]
mod explore;
pub mod metrics;
mod replica;
pub mod serve;
pub mod supervisor;
pub mod telemetry;
pub mod web;
pub mod worker;
