//! Taking a try and giving it back.

use std::future::Future;

use time::{Duration, OffsetDateTime};

use crate::domain::{Limit, Refusal};

use super::super::{COUNTS, Error, Result, Shop, Store};

/// What a bucket is found by: nothing can be read out of it.
pub type BucketKey = [u8; 16];

/// One that a try counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    pub key: BucketKey,
    /// How long it takes until one more try is in it.
    pub step: Duration,
    /// How long it takes until it is full of them.
    pub room: Duration,
}

/// What became of a try in one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryTaken {
    Yes,
    /// There is none before then.
    NotBefore(OffsetDateTime),
    /// Another bucket has none, or had none by the time it was its turn.
    No,
}

/// The port: buckets of tries, each kept as the time at which it is full again.
pub trait Tries {
    /// Takes a try of each bucket in one statement, or of none where one has none left; answers in their order. Only where two
    /// are in each other's way may some be taken and others not.
    fn take_tries(&self, buckets: &[Bucket], now: OffsetDateTime)
    -> impl Future<Output = Result<Vec<TryTaken>>> + Send;

    /// Puts a try back into each.
    fn give_back_tries(&self, buckets: &[Bucket]) -> impl Future<Output = Result<()>> + Send;
}

/// Tries that are counted already.
#[derive(Debug, Default)]
#[must_use = "they are counted unless they are given back"]
pub struct TakenTries(Vec<Bucket>);

impl<S: Store> Shop<S> {
    /// Counts a try in each of these limits, each for whatever is named beside it.
    ///
    /// # Errors
    /// `TooManyTries`; then it is counted in none. `Unavailable` where nobody knows.
    pub async fn take_tries(&self, limits: Vec<(Limit, String)>) -> Result<TakenTries> {
        if limits.is_empty() {
            return Ok(TakenTries::default());
        }
        let now = self.now();
        let buckets = limits.iter().map(|(limit, of)| self.bucket(*limit, of)).collect::<Result<Vec<_>>>()?;
        if let Some(wait) = self.full_buckets().wait(&buckets, now) {
            for ((limit, _), bucket) in limits.iter().zip(&buckets) {
                let is_full = self.full_buckets().wait(std::slice::from_ref(bucket), now).is_some();
                COUNTS.refused(*limit).add(is_full.into());
            }
            return Err(too_many(wait));
        }
        let answers = self.store().take_tries(&buckets, now).await?;
        if answers.iter().all(|answer| *answer == TryTaken::Yes) {
            return Ok(TakenTries(buckets));
        }
        let mut wait = Duration::ZERO;
        let mut taken = Vec::new();
        for ((limit, _), (bucket, answer)) in limits.iter().zip(buckets.iter().zip(answers)) {
            match answer {
                TryTaken::Yes => taken.push(*bucket),
                TryTaken::No => {}
                TryTaken::NotBefore(at) => {
                    COUNTS.refused(*limit).add(1);
                    tracing::warn!(limit = limit.variable(), "a limit is used up");
                    self.full_buckets().note(bucket.key, at, now);
                    wait = wait.max(at - now);
                }
            }
        }
        self.give_back_tries(TakenTries(taken)).await;
        Err(too_many(wait))
    }

    /// They were none. Where that cannot be written down, they stay counted.
    pub async fn give_back_tries(&self, taken: TakenTries) {
        if taken.0.is_empty() {
            return;
        }
        if let Err(error) = self.store().give_back_tries(&taken.0).await {
            tracing::warn!(error = ?error, "tries that were none stay counted");
        }
    }

    fn bucket(&self, limit: Limit, of: &str) -> Result<Bucket> {
        let of: String = of.trim().chars().take(254).flat_map(char::to_lowercase).collect();
        let digest = self.settings().secret_key.derived(&format!("{} of {of}", limit.variable()))?;
        let mut key = BucketKey::default();
        for (to, from) in key.iter_mut().zip(digest) {
            *to = from;
        }
        let allowance = self.settings().limits.of(limit);
        Ok(Bucket { key, step: allowance.step(), room: allowance.room() })
    }
}

/// Whole seconds, and one at least: whoever comes back then is not told the same.
fn too_many(wait: Duration) -> Error {
    let whole = wait.whole_seconds().saturating_add(i64::from(wait.subsec_nanoseconds() > 0));
    let seconds = u32::try_from(whole.max(1)).unwrap_or(u32::MAX);
    Refusal::TooManyTries { seconds }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_as_long_as_they_are_told_has_waited_long_enough() {
        let told = |wait| match too_many(wait) {
            Error::Refused(Refusal::TooManyTries { seconds }) => seconds,
            other => panic!("{other:?}"),
        };
        assert_eq!(told(Duration::milliseconds(59_001)), 60);
        assert_eq!(told(Duration::seconds(60)), 60);
        assert_eq!(told(Duration::ZERO), 1);
    }
}
