//! What threads share stands behind these: the standard library's; and in the models of `make race` (`--cfg shuttle`) their
//! like, whose every use is a place where another thread may come in between.

#[cfg(all(test, shuttle))]
pub use shuttle::sync::{Mutex, MutexGuard, RwLock, atomic};
#[cfg(not(all(test, shuttle)))]
pub use std::sync::{Mutex, MutexGuard, RwLock, atomic};
