//! How often programs may call, and how often a key may be tried that does not work. Each key has limits of its own:
//! nobody can use up another's, nor shut out who sits behind the same address. A key that works is never refused for
//! wrong ones.

use std::net::IpAddr;
use std::time::Duration;

use shop::domain::{ApiKeyId, Refusal};

use crate::rate_limit::RateLimiter;

/// A key may call 200 times at once, then 20 times a second. One that does not work may be brought 100 times from one
/// place, then once a second.
#[derive(Debug, Clone)]
pub struct KeyLimiter {
    calls: RateLimiter,
    wrong: RateLimiter,
}

impl Default for KeyLimiter {
    fn default() -> Self {
        let calls = RateLimiter::new(200, Duration::from_millis(50));
        Self { calls, wrong: RateLimiter::new(100, Duration::from_secs(1)) }
    }
}

impl KeyLimiter {
    /// Counts a key that does not work.
    ///
    /// # Errors
    /// `TooManyTries`: whoever brings so many is told to wait.
    pub(crate) fn count_wrong(&self, id: ApiKeyId, from: Option<IpAddr>) -> Result<(), Refusal> {
        self.wrong.take(&id.to_string(), from).map(|_| ())
    }

    /// Counts a call with a key that works.
    ///
    /// # Errors
    /// `TooManyTries`.
    pub(crate) fn count_call(&self, id: ApiKeyId) -> Result<(), Refusal> {
        // It stays counted: nothing is given back.
        self.calls.take(&id.to_string(), None).map(|_| ())
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
        let limiter = KeyLimiter::default();
        for _ in 0..200 {
            limiter.count_call(key(1)).unwrap();
        }
        // Some are due again while this runs.
        let refused = (0..1_000).find_map(|_| limiter.count_call(key(1)).err());
        assert_eq!(refused, Some(Refusal::TooManyTries { seconds: 1 }));
        limiter.count_call(key(2)).unwrap();
    }

    #[test]
    fn whoever_tries_one_key_shuts_out_no_other() {
        let (limiter, from) = (KeyLimiter::default(), "192.0.2.1".parse().ok());
        for _ in 0..100 {
            limiter.count_wrong(key(1), from).unwrap();
        }
        // Some are due again while this runs.
        let refused = (0..1_000).find_map(|_| limiter.count_wrong(key(1), from).err());
        assert!(matches!(refused, Some(Refusal::TooManyTries { .. })), "{refused:?}");
        limiter.count_wrong(key(2), from).unwrap();
        limiter.count_wrong(key(1), "192.0.9.1".parse().ok()).unwrap();
        limiter.count_call(key(1)).unwrap();
    }
}
