//! The program: reads its command and its environment, runs it, and says how it went.
//!
//! The allocator is mimalloc: hashing passwords takes and gives back 19 MiB at a time, of which glibc's keeps hundreds of
//! MiB after a storm of sign-ins, and pages cost a sixth more with it (`make bench ROWS=memory` tells).

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::cli::run()
}
