//! Events that the library has and that nobody has acknowledged yet. Whoever offers one again is told how it stands: it is not
//! sent a second time while it may still arrive, so nothing of its aggregate overtakes it, and nobody waits longer than it takes.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use futures::FutureExt as _;
use tokio::time::Instant;

use crate::domain::EventId;

/// Longer than the library takes for any. By then nobody asks any more: another process relays.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// The library's answers to come, by the events that they are about.
pub(super) struct InFlight<F>(HashMap<EventId, Awaited<F>>);

struct Awaited<F> {
    since: Instant,
    answer: F,
}

/// How an event stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked<A> {
    /// The library has it not.
    NotSent,
    /// It may still arrive.
    Waits,
    /// This became of it: nothing of it is on its way any more, and whoever asks again hears that it was not sent.
    Answered(A),
}

impl<F: Future + Unpin> InFlight<F> {
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    /// The library has this event since then, and this is its answer.
    pub(super) fn keep(&mut self, id: EventId, since: Instant, answer: F) {
        self.0.retain(|_, awaited| awaited.since.elapsed() < FORGOTTEN);
        self.0.insert(id, Awaited { since, answer });
    }

    pub(super) fn ask(&mut self, id: EventId) -> Asked<F::Output> {
        let Some(awaited) = self.0.get_mut(&id) else { return Asked::NotSent };
        let answer = (&mut awaited.answer).now_or_never();
        match answer {
            Some(answer) => {
                self.0.remove(&id);
                Asked::Answered(answer)
            }
            None => Asked::Waits,
        }
    }

    /// Whether one of them was sent so long ago: brokers are slow, or one is gone. What nobody asks for any more says nothing of
    /// how brokers are now.
    pub(super) fn is_any_older_than(&self, age: Duration) -> bool {
        self.0.values().map(|awaited| awaited.since.elapsed()).any(|since| since > age && since < FORGOTTEN)
    }
}

#[cfg(test)]
mod tests {
    use futures::channel::oneshot;
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> EventId {
        EventId(Uuid::from_u128(n))
    }

    #[test]
    fn an_event_waits_until_it_is_answered_and_its_answer_is_told_once() {
        let mut in_flight = InFlight::new();
        let ((first, one), (_second, two)) = (oneshot::channel(), oneshot::channel());
        in_flight.keep(id(1), Instant::now(), one);
        in_flight.keep(id(2), Instant::now(), two);
        assert_eq!(in_flight.ask(id(3)), Asked::NotSent);
        assert_eq!(in_flight.ask(id(1)), Asked::Waits);
        first.send("arrived").unwrap();
        assert_eq!(in_flight.ask(id(1)), Asked::Answered(Ok("arrived")));
        assert_eq!(in_flight.ask(id(1)), Asked::NotSent);
        assert_eq!(in_flight.ask(id(2)), Asked::Waits, "nobody has said anything of the other");
    }

    #[test]
    fn what_nobody_can_answer_any_more_is_answered_and_what_nobody_asks_for_is_forgotten() {
        let mut in_flight = InFlight::<oneshot::Receiver<()>>::new();
        let (gone, answer) = oneshot::channel();
        in_flight.keep(id(1), Instant::now(), answer);
        assert!(!in_flight.is_any_older_than(Duration::from_secs(2)));
        drop(gone);
        assert_eq!(in_flight.ask(id(1)), Asked::Answered(Err(oneshot::Canceled)));
        let (_old, answer) = oneshot::channel();
        let long_ago = Instant::now().checked_sub(FORGOTTEN).unwrap();
        in_flight.keep(id(2), long_ago, answer);
        assert!(!in_flight.is_any_older_than(Duration::from_secs(2)), "nobody asks for it: another process relays");
        let (_late, answer) = oneshot::channel();
        in_flight.keep(id(4), Instant::now().checked_sub(Duration::from_secs(3)).unwrap(), answer);
        assert!(in_flight.is_any_older_than(Duration::from_secs(2)));
        let (_new, answer) = oneshot::channel();
        in_flight.keep(id(3), Instant::now(), answer);
        assert_eq!(in_flight.ask(id(2)), Asked::NotSent);
        assert_eq!(in_flight.ask(id(3)), Asked::Waits);
    }
}
