//! Rate limits that all processes see (how many tries, says `domain/limits`): a try is taken from every bucket that it counts in before it is made, by one statement,
//! or from none of them where one is empty. What turned out to tell nothing is given back.
//!
//! Where the database does not answer, nobody knows how often was tried: then nothing is, and whoever asks is told to come
//! back (503). A database that starts anew after a crash has forgotten all tries: what is kept of them is not worth a write
//! to its log.

mod devices;
mod full;
mod tries;

pub use devices::DeviceToken;
pub(super) use full::FullBuckets;
pub use tries::{Bucket, BucketKey, TakenTries, Tries, TryTaken};
