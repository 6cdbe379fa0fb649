//! The program: reads its command and its environment, runs it, and says how it went.
//!
//! The allocator is jemalloc, with a thread of its own that gives memory back after a second (`.cargo/config.toml`): hashing
//! passwords takes and returns 19 MiB at a time, of which glibc's allocator and mimalloc's keep a hundred MiB and more after a
//! storm of sign-ins; and pages cost a sixth more with glibc's (`make bench ROWS=memory` tells).

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    server::cli::run()
}
