//! Rate limits: how often a client may try what can be guessed. For sign-in a client is an e-mail address from one place.
//!
//! A burst of wrong tries, then one every so many seconds. Only what tells a guesser something counts: a wrong password,
//! an address that is taken, a code that nobody has. It counts when it has happened, so whoever is right may come as often
//! and as many at once as they like; wrong tries made all at once are paid for with a longer wait. A place is a network.
//! Kept in this process alone, and bounded.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shop::domain::Refusal;
use tokio::time::Instant;

/// More clients than can be hashed for in the time in which they are forgotten.
const MAX_CLIENTS: usize = 20_000;

type Client = (String, Option<IpAddr>);

/// For each client, when all their wrong tries will be forgotten (the generic cell rate algorithm).
#[derive(Debug, Clone)]
pub struct RateLimiter {
    burst: u32,
    one_per: Duration,
    clients: Arc<Mutex<HashMap<Client, Instant>>>,
}

/// A try that may be made.
#[derive(Debug)]
pub(crate) struct Attempt {
    limiter: RateLimiter,
    client: Client,
}

impl Default for RateLimiter {
    /// On sign-in.
    fn default() -> Self {
        Self::new(10, Duration::from_secs(6))
    }
}

impl RateLimiter {
    /// So many wrong tries, then one in this time.
    pub(crate) fn new(burst: u32, one_per: Duration) -> Self {
        Self { burst, one_per, clients: Arc::default() }
    }

    /// `name` is what is tried for, or who tries.
    ///
    /// # Errors
    /// `TooManyTries`.
    pub(crate) fn check(&self, name: &str, from: Option<IpAddr>) -> Result<Attempt, Refusal> {
        let client = (name.trim().chars().take(254).flat_map(char::to_lowercase).collect(), from.map(network));
        let until = self.lock().get(&client).copied();
        let ahead = until.map(|until| until.saturating_duration_since(Instant::now())).unwrap_or_default();
        match ahead.checked_sub(self.one_per * self.burst.saturating_sub(1)).filter(|wait| !wait.is_zero()) {
            Some(wait) => {
                let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
                Err(Refusal::TooManyTries { seconds })
            }
            None => Ok(Attempt { limiter: self.clone(), client }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Client, Instant>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt {
    /// It was wrong.
    pub(crate) fn record_failure(self) {
        let (now, one_per) = (Instant::now(), self.limiter.one_per);
        let mut clients = self.limiter.lock();
        if clients.len() >= MAX_CLIENTS && !clients.contains_key(&self.client) {
            evict(&mut clients, now);
        }
        let until = clients.entry(self.client).or_insert(now);
        *until = (*until).max(now) + one_per;
    }
}

/// Those whose tries are over; if that is nobody, the one who would be next.
fn evict(clients: &mut HashMap<Client, Instant>, now: Instant) {
    clients.retain(|_, until| *until > now);
    if clients.len() >= MAX_CLIENTS {
        let next = clients.iter().min_by_key(|(_, until)| **until).map(|(client, _)| client.clone());
        if let Some(client) = next {
            clients.remove(&client);
        }
    }
}

/// Whoever has an address of version 6 has the 2⁶⁴ of its network.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(limiter: &RateLimiter, email: &str) -> Result<(), Refusal> {
        limiter.check(email, None).map(Attempt::record_failure)
    }

    #[test]
    fn ten_wrong_tries_are_let_in_and_the_eleventh_waits() {
        let limiter = RateLimiter::default();
        for _ in 0..10 {
            fail(&limiter, "ada@example.org").unwrap();
        }
        assert_eq!(fail(&limiter, " Ada@Example.org"), Err(Refusal::TooManyTries { seconds: 6 }));
        fail(&limiter, "bob@example.org").expect("another address is another matter");
    }

    #[test]
    fn tries_that_tell_nothing_do_not_count() {
        let limiter = RateLimiter::default();
        for _ in 0..100 {
            drop(limiter.check("ada@example.org", None).unwrap());
        }
        assert!(limiter.lock().is_empty());
    }

    #[test]
    fn wrong_tries_made_at_once_are_waited_for() {
        let limiter = RateLimiter::default();
        let at_once: Vec<_> = (0..30).map(|_| limiter.check("a@b.example", None).unwrap()).collect();
        at_once.into_iter().for_each(Attempt::record_failure);
        assert_eq!(limiter.check("a@b.example", None).unwrap_err(), Refusal::TooManyTries { seconds: 126 });
    }

    #[test]
    fn there_is_a_most_of_strangers() {
        let limiter = RateLimiter::default();
        for n in 0..MAX_CLIENTS + 10 {
            fail(&limiter, &format!("{n}@example.org")).unwrap();
        }
        assert!(limiter.lock().len() <= MAX_CLIENTS);
    }
}
