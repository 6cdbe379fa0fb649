//! The shop itself, as rings: what is true, what crosses the wire, what the shop does, how it touches the world.
//!
//! Dependencies point inward: `infrastructure` → `usecase` → `dto` → `domain`. The first two rings are built for the
//! server and the browser alike, the last two for the server only; these are the only two cfg lines of this package.

pub mod domain;
pub mod dto;

#[cfg(feature = "server")]
pub mod usecase;

#[cfg(feature = "server")]
pub mod infrastructure;
