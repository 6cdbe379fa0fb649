//! What the process tells whoever watches it: `/metrics` in Prometheus' text format, on an address of its own.
//!
//! The core counts without knowing who reads (`usecase/counts.rs`); here it gets names, labels and words. Requests are counted
//! as they are answered; everything else is read when somebody asks. `docs/operations.md` names each family, and a test
//! compares.

mod backlogs;
mod exporter;
mod families;
mod process;
mod replica;
mod requests;

pub use exporter::{Exporter, routes};
pub use requests::{RequestMetrics, SeenRoute, method_label, noted};
