//! How the shop touches the world: one adapter per part, each with its own library and nobody else's.

pub mod clock;
pub mod kafka;
mod lazy_client;
pub mod leaked;
pub mod mail;
pub mod media;
pub mod media_bucket;
pub mod outgoing;
pub mod papers;
pub mod passkeys;
pub mod password;
pub mod payments;
pub mod picture_source;
pub mod pictures;
pub mod postgres;
mod reach;
pub mod time_zone;

/// The shop as it runs: server functions cannot be generic, so this is the type they get from context.
pub type LiveShop = crate::usecase::Shop<postgres::PgStore>;

/// Where its sessions are kept.
pub type LiveSessions = postgres::PgSessions;
pub use postgres::SessionState;
