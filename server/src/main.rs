//! The program: reads its command and its environment, runs it, and says how it went.
//!
//! The allocator is the system's. Hashing passwords takes and gives back 19 MiB at a time; measure that before choosing
//! another.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::run()
}
