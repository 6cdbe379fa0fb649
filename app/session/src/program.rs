//! Programs that call with a key instead of a session: known by the key alone, with every call anew. Theirs is what staff may,
//! as far as the key goes; they are nobody, so they have no cart, no orders and no account.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap};
use shop::domain::{ApiKey, Refusal};
use shop::usecase::{ApiKeyToken, Result};

use crate::caller::Caller;
use crate::rate_limit::RateLimiter;
use crate::site::Site;

/// Whoever calls with a key that works.
#[derive(Debug, Clone)]
pub struct Program(Arc<ApiKey>);

impl Program {
    pub(crate) fn key(&self) -> &ApiKey {
        &self.0
    }
}

/// How often programs may call: each key 200 times at once, then 20 times a second. And how often keys may be tried that do not
/// work: 100 times from one place, then once a second.
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

impl Site {
    /// The program that brings this key from this place; none: the key does not work, and nobody learns why.
    ///
    /// # Errors
    /// `TooManyTries`, `Unavailable`, `Broken`.
    pub async fn program(&self, brought: &ApiKeyToken, from: Option<IpAddr>) -> Result<Option<Program>> {
        // What looks like no key costs nothing to turn away.
        let Some(id) = brought.id() else { return Ok(None) };
        let attempt = self.key_limiter.wrong.check("", from)?;
        let Some(key) = self.shop.use_api_key(brought).await? else {
            attempt.record_failure();
            return Ok(None);
        };
        let _counted = self.key_limiter.calls.take(&id.to_string(), None)?;
        Ok(Some(Program(Arc::new(key))))
    }

    /// Where a request comes from; unknown where there is no socket.
    pub fn address(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        peer.map(|peer| self.proxies.client(peer, headers))
    }
}

impl Caller {
    /// Whether a program calls, with a key.
    pub fn is_program(&self) -> bool {
        self.program.is_some()
    }

    /// A program is nobody, whoever made its key.
    ///
    /// # Errors
    /// `NotPermitted` for programs.
    pub(crate) fn check_person(&self) -> Result<()> {
        if self.is_program() { Err(Refusal::NotPermitted.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_cannot_use_up_anothers_calls() {
        let limiter = KeyLimiter::default();
        let call = |key: &str| limiter.calls.take(key, None).map(|_| ());
        for _ in 0..200 {
            call("one").unwrap();
        }
        // Some are due again while this runs.
        assert_eq!((0..1_000).find_map(|_| call("one").err()), Some(Refusal::TooManyTries { seconds: 1 }));
        call("another").unwrap();
    }
}
