//! The door: how often a stranger may try for one e-mail address from one place.
//!
//! Ten wrong tries, then one every six seconds. Only what tells something about an account counts: a wrong password, an
//! address that is taken. It counts when it has happened, so whoever is right may come as often and as many at once as
//! they like; wrong tries made all at once are paid for with a longer wait. Kept in this process alone, and bounded.

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

/// For each stranger, when all their wrong tries will be forgotten (the generic cell rate algorithm).
#[derive(Debug, Clone, Default)]
pub struct Door {
    strangers: Arc<Mutex<HashMap<Stranger, Instant>>>,
}

/// A try that may be made.
#[derive(Debug)]
pub(super) struct Knock {
    door: Door,
    stranger: Stranger,
}

impl Door {
    /// # Errors
    /// `TooManyTries`.
    pub(super) fn knock(&self, email: &str, from: Option<IpAddr>) -> Result<Knock, Refusal> {
        let stranger = (email.trim().chars().take(254).flat_map(char::to_lowercase).collect(), from);
        let until = self.lock().get(&stranger).copied();
        let ahead = until.map(|until| until.saturating_duration_since(Instant::now())).unwrap_or_default();
        match ahead.checked_sub(EVERY * (AT_ONCE - 1)).filter(|wait| !wait.is_zero()) {
            Some(wait) => {
                let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
                Err(Refusal::TooManyTries { seconds })
            }
            None => Ok(Knock { door: self.clone(), stranger }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Stranger, Instant>> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Knock {
    /// It was wrong.
    pub(super) fn counts(self) {
        let now = Instant::now();
        let mut strangers = self.door.lock();
        if strangers.len() >= MOST && !strangers.contains_key(&self.stranger) {
            forget_some(&mut strangers, now);
        }
        let until = strangers.entry(self.stranger).or_insert(now);
        *until = (*until).max(now) + EVERY;
    }
}

/// Those whose tries are over; if that is nobody, the one who would be next.
fn forget_some(strangers: &mut HashMap<Stranger, Instant>, now: Instant) {
    strangers.retain(|_, until| *until > now);
    if strangers.len() >= MOST {
        let next = strangers.iter().min_by_key(|(_, until)| **until).map(|(stranger, _)| stranger.clone());
        if let Some(stranger) = next {
            strangers.remove(&stranger);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail(door: &Door, email: &str) -> Result<(), Refusal> {
        door.knock(email, None).map(Knock::counts)
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
    fn wrong_tries_made_at_once_are_waited_for() {
        let door = Door::default();
        let at_once: Vec<_> = (0..30).map(|_| door.knock("a@b.example", None).unwrap()).collect();
        at_once.into_iter().for_each(Knock::counts);
        assert_eq!(door.knock("a@b.example", None).unwrap_err(), Refusal::TooManyTries { seconds: 126 });
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
