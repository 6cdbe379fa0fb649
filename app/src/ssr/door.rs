//! The door: how often a stranger may try for one e-mail address from one place.
//!
//! Ten tries at once, then one every six seconds. Only what tells something about an account counts: a wrong password,
//! an address that is taken. Kept in this process alone, and bounded.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shop::domain::Refusal;
use tokio::time::Instant;

const EVERY: Duration = Duration::from_secs(6);
const AT_ONCE: u32 = 10;
/// More strangers than can be hashed for in the time in which they are forgotten.
const MOST: usize = 20_000;

type Stranger = (String, Option<IpAddr>);

/// For each stranger, when all their tries will be forgotten (the generic cell rate algorithm).
#[derive(Debug, Clone, Default)]
pub struct Door {
    clean: Arc<Mutex<HashMap<Stranger, Instant>>>,
}

/// A try under way. It is taken back when it ends, unless it counts.
#[derive(Debug)]
pub(super) struct Knock {
    door: Door,
    stranger: Stranger,
    counts: bool,
}

impl Door {
    /// # Errors
    /// `TooManyTries`.
    pub(super) fn knock(&self, email: &str, from: Option<IpAddr>) -> Result<Knock, Refusal> {
        let stranger = (email.trim().chars().take(254).flat_map(char::to_lowercase).collect(), from);
        let now = Instant::now();
        let mut clean = self.lock();
        let until = clean.get(&stranger).copied().unwrap_or(now).max(now);
        let ahead = until.duration_since(now);
        if let Some(wait) = ahead.checked_sub(EVERY * (AT_ONCE - 1)).filter(|wait| !wait.is_zero()) {
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            return Err(Refusal::TooManyTries { seconds });
        }
        if clean.len() >= MOST && !clean.contains_key(&stranger) {
            forget_some(&mut clean, now);
        }
        clean.insert(stranger.clone(), until + EVERY);
        Ok(Knock { door: self.clone(), stranger, counts: false })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Stranger, Instant>> {
        self.clean.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Knock {
    pub(super) fn counts(&mut self) {
        self.counts = true;
    }
}

impl Drop for Knock {
    fn drop(&mut self) {
        if self.counts {
            return;
        }
        let now = Instant::now();
        let mut clean = self.door.lock();
        if let Some(until) = clean.get_mut(&self.stranger) {
            match until.checked_sub(EVERY).filter(|back| *back > now) {
                Some(back) => *until = back,
                None => {
                    clean.remove(&self.stranger);
                }
            }
        }
    }
}

/// Those whose tries are over; if that is nobody, the one who would be next.
fn forget_some(clean: &mut HashMap<Stranger, Instant>, now: Instant) {
    clean.retain(|_, until| *until > now);
    if clean.len() >= MOST {
        let next = clean.iter().min_by_key(|(_, until)| **until).map(|(stranger, _)| stranger.clone());
        if let Some(stranger) = next {
            clean.remove(&stranger);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(door: &Door, email: &str) -> Result<(), Refusal> {
        door.knock(email, None).map(|mut knock| knock.counts())
    }

    #[test]
    fn ten_wrong_tries_are_let_in_and_the_eleventh_waits() {
        let door = Door::default();
        for _ in 0..10 {
            fail(&door, "ada@example.org").unwrap();
        }
        assert_eq!(fail(&door, " Ada@Example.org"), Err(Refusal::TooManyTries { seconds: 6 }));
        fail(&door, "bob@example.org").expect("another address is another matter");
    }

    #[test]
    fn tries_that_tell_nothing_do_not_count() {
        let door = Door::default();
        for _ in 0..100 {
            drop(door.knock("ada@example.org", None).unwrap());
        }
        assert!(door.lock().is_empty());
    }

    #[test]
    fn tries_under_way_count_until_they_end() {
        let door = Door::default();
        let under_way: Vec<_> = (0..10).map(|_| door.knock("a@b.example", None).unwrap()).collect();
        assert!(door.knock("a@b.example", None).is_err());
        drop(under_way);
        assert!(door.knock("a@b.example", None).is_ok());
    }

    #[test]
    fn there_is_a_most_of_strangers() {
        let door = Door::default();
        for n in 0..MOST + 10 {
            fail(&door, &format!("{n}@example.org")).unwrap();
        }
        assert!(door.lock().len() <= MOST);
    }
}
