//! Rate limits: how often a client may try what can be guessed. For sign-in a client is an e-mail address from one place.
//!
//! A burst of wrong tries, then one every so many seconds. Only what tells a guesser something counts: a wrong password,
//! an address that is taken, a code that nobody has. What is dear to try (`check`) counts when it has happened, so whoever is
//! right may come as often and as many at once as they like; wrong tries made all at once are paid for with a longer wait.
//! What is cheap (`take`) counts before it is done, and is given back where it told nothing: no more than a burst of them are
//! ever under way. A place is a network. Kept in this process alone, and bounded.

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

/// Tries that are counted already.
#[derive(Debug, Default)]
#[must_use = "it is counted unless it is given back"]
pub(crate) struct Taken(Vec<Attempt>);

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
        let client = client(name, from);
        self.refuse_early(self.lock().get(&client).copied())?;
        Ok(Attempt { limiter: self.clone(), client })
    }

    /// Counts the try, looking and counting in one.
    ///
    /// # Errors
    /// `TooManyTries`; then it is not counted.
    pub(crate) fn take(&self, name: &str, from: Option<IpAddr>) -> Result<Taken, Refusal> {
        let client = client(name, from);
        let mut clients = self.lock();
        self.refuse_early(clients.get(&client).copied())?;
        count(&mut clients, client.clone(), self.one_per);
        drop(clients);
        Ok(Taken(vec![Attempt { limiter: self.clone(), client }]))
    }

    /// # Errors
    /// `TooManyTries` for a client whose tries are forgotten then.
    fn refuse_early(&self, until: Option<Instant>) -> Result<(), Refusal> {
        let ahead = until.map(|until| until.saturating_duration_since(Instant::now())).unwrap_or_default();
        match ahead.checked_sub(self.one_per * self.burst.saturating_sub(1)).filter(|wait| !wait.is_zero()) {
            Some(wait) => {
                let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
                Err(Refusal::TooManyTries { seconds })
            }
            None => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Client, Instant>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt {
    /// It was wrong.
    pub(crate) fn record_failure(self) {
        count(&mut self.limiter.lock(), self.client.clone(), self.limiter.one_per);
    }
}

impl Taken {
    /// This and the other, or neither.
    ///
    /// # Errors
    /// That of the other; then this one is given back.
    pub(crate) fn and(mut self, other: Result<Self, Refusal>) -> Result<Self, Refusal> {
        match other {
            Ok(other) => {
                self.0.extend(other.0);
                Ok(self)
            }
            Err(refusal) => {
                self.give_back();
                Err(refusal)
            }
        }
    }

    /// It was none.
    pub(crate) fn give_back(self) {
        let now = Instant::now();
        for Attempt { limiter, client } in self.0 {
            let mut clients = limiter.lock();
            if let Some(until) = clients.get(&client).copied() {
                match until.checked_sub(limiter.one_per).filter(|until| *until > now) {
                    Some(until) => clients.insert(client, until),
                    None => clients.remove(&client),
                };
            }
        }
    }
}

fn client(name: &str, from: Option<IpAddr>) -> Client {
    (name.trim().chars().take(254).flat_map(char::to_lowercase).collect(), from.map(network))
}

fn count(clients: &mut HashMap<Client, Instant>, client: Client, one_per: Duration) {
    let now = Instant::now();
    if clients.len() >= MAX_CLIENTS && !clients.contains_key(&client) {
        evict(clients, now);
    }
    let until = clients.entry(client).or_insert(now);
    *until = (*until).max(now) + one_per;
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
    fn what_is_taken_counts_at_once_and_may_be_given_back() {
        let limiter = RateLimiter::default();
        let take = || limiter.take("ada@example.org", None);
        let at_once: Vec<_> = (0..10).map(|_| take().unwrap()).collect();
        assert_eq!(take().unwrap_err(), Refusal::TooManyTries { seconds: 6 });
        at_once.into_iter().take(3).for_each(Taken::give_back);
        for _ in 0..3 {
            let _counted = take().unwrap();
        }
        take().unwrap_err();
        // Neither where one of two is refused.
        let other = || limiter.take("bob@example.org", None);
        for _ in 0..100 {
            other().and_then(|taken| taken.and(take())).unwrap_err();
        }
        other().unwrap().give_back();
        assert_eq!(limiter.lock().len(), 1, "nothing is kept of who took nothing");
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
