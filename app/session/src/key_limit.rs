//! How often programs may call. Each key has a limit of its own: nobody can use up another's. Each process counts by
//! itself; keys that do not work are counted where all see it (`program`).

use shop::domain::{ApiKeyId, Limit, Limits, Refusal};
use shop::usecase::COUNTS;

use crate::rate_limit::RateLimiter;

#[derive(Debug, Clone)]
pub struct KeyLimiter {
    calls: RateLimiter,
}

impl KeyLimiter {
    pub fn new(limits: &Limits) -> Self {
        Self { calls: RateLimiter::new(limits.of(Limit::CallsPerKey)) }
    }

    /// Counts a call with a key that works.
    ///
    /// # Errors
    /// `TooManyTries`.
    pub(crate) fn count_call(&self, id: ApiKeyId) -> Result<(), Refusal> {
        // It stays counted: nothing is given back.
        let counted = self.calls.take(&id.to_string(), None);
        counted.map(|_| ()).inspect_err(|_| COUNTS.refused(Limit::CallsPerKey).add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u32) -> ApiKeyId {
        format!("00000000-0000-4000-8000-{number:012}").parse().unwrap()
    }

    #[test]
    fn one_key_cannot_use_up_anothers_calls() {
        let limiter = KeyLimiter::new(&Limits::default());
        for _ in 0..200 {
            limiter.count_call(key(1)).unwrap();
        }
        // Some are due again while this runs.
        let refused = (0..1_000).find_map(|_| limiter.count_call(key(1)).err());
        assert_eq!(refused, Some(Refusal::TooManyTries { seconds: 1 }));
        limiter.count_call(key(2)).unwrap();
    }
}
