//! The promises of papers: read back, validated, the same for ever, and never wrong.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cases;
mod flaws;
mod java;
mod prints;
mod reading;
mod sameness;
mod strange;
mod validators;
