//! Rate limits that each process keeps by itself: how often programs call, and guests order. What may be guessed is counted
//! where all processes see it (`limited`).
//!
//! So many at once, then one every so often. Each counts before it is done, and is given back where it was none: no more
//! than a burst of them are ever under way. A place is a network. Bounded.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, PoisonError};
#[cfg(not(all(test, shuttle)))]
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use shop::domain::{Allowance, Limit, Refusal};
#[cfg(all(test, shuttle))]
use shuttle::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

/// More clients than can be hashed for in the time in which they are forgotten.
const MAX_CLIENTS: usize = 20_000;

type Client = (String, Option<IpAddr>);

/// For each client, when all they did will be forgotten (the generic cell rate algorithm).
#[derive(Debug, Clone)]
pub struct RateLimiter {
    burst: u32,
    one_per: Duration,
    clients: Arc<Mutex<HashMap<Client, Instant>>>,
}

/// One that is counted.
#[derive(Debug)]
struct Attempt {
    limiter: RateLimiter,
    client: Client,
}

/// Tries that are counted already.
#[derive(Debug, Default)]
#[must_use = "it is counted unless it is given back"]
pub(crate) struct Taken(Vec<Attempt>);

impl RateLimiter {
    pub(crate) fn new(allowance: Allowance) -> Self {
        let one_per = Duration::from_micros(u64::try_from(allowance.step().whole_microseconds()).unwrap_or(u64::MAX));
        Self { burst: allowance.at_once, one_per, clients: Arc::default() }
    }

    /// Counts it, looking and counting in one. `name` is what it is done for, or who does it.
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
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
    }
}

/// Whoever has a line of version 6 is often given 2⁸ such networks (a /56), and is one all the same.
fn line(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 72 << 72).into(),
    }
}

/// Where somebody is, in words: a network, or nowhere that is known.
pub(crate) fn place(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "nowhere".to_owned(), |address| network(address).to_string())
}

/// A limit of a network, where one is known: of all that one line has, or a line alone would use up what is limited in all.
pub(crate) fn of_network(limit: Limit, address: Option<IpAddr>) -> Option<(Limit, String)> {
    address.map(|address| (limit, format!("line {}", line(address))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter() -> RateLimiter {
        RateLimiter::new(Allowance { at_once: 10, an_hour: 600 })
    }

    #[test]
    fn what_is_taken_counts_at_once_and_may_be_given_back() {
        let limiter = limiter();
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
    fn whoever_has_an_address_of_version_6_has_its_network() {
        for (address, place) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::"),
            ("2001:db8:0:2::1", "2001:db8:0:2::"),
        ] {
            assert_eq!(network(address.parse().unwrap()).to_string(), place, "{address}");
        }
    }

    #[test]
    fn a_line_of_version_6_is_one_however_many_networks_it_has() {
        let of = |address: &str| of_network(Limit::CodesPerNetwork, Some(address.parse().unwrap())).unwrap().1;
        let line = of("2001:db8:0:100::1");
        assert!((0x100..0x200).all(|network| of(&format!("2001:db8:0:{network:x}::1")) == line));
        for other in ["2001:db8:0:ff::1", "2001:db8:0:200::1", "192.0.2.7"] {
            assert_ne!(of(other), line, "{other}");
        }
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
        assert_eq!(of("192.0.2.7"), of("::ffff:192.0.2.7"));
    }

    #[test]
    fn there_is_a_most_of_strangers() {
        let limiter = limiter();
        for n in 0..MAX_CLIENTS + 10 {
            let _counted = limiter.take(&format!("{n}@example.org"), None).unwrap();
        }
        assert!(limiter.lock().len() <= MAX_CLIENTS);
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use std::sync::atomic::{AtomicU32, Ordering};

    use shuttle::thread;

    use super::*;
    use crate::explore::explore;

    #[test]
    fn no_more_than_a_burst_are_ever_under_way_and_what_was_none_leaves_nothing() {
        explore(|| {
            let limiter = RateLimiter::new(Allowance { at_once: 2, an_hour: 1 });
            let under_way = Arc::new(AtomicU32::new(0));
            let clients: Vec<_> = (0..4)
                .map(|_| {
                    let (limiter, under_way) = (limiter.clone(), Arc::clone(&under_way));
                    thread::spawn(move || {
                        for _ in 0..2 {
                            let Ok(taken) = limiter.take("ada@example.org", None) else { continue };
                            assert!(under_way.fetch_add(1, Ordering::SeqCst) < 2);
                            thread::yield_now();
                            under_way.fetch_sub(1, Ordering::SeqCst);
                            taken.give_back();
                        }
                    })
                })
                .collect();
            clients.into_iter().for_each(|thread| thread.join().unwrap());
            assert!(limiter.lock().is_empty(), "{limiter:?}");
        });
    }
}
