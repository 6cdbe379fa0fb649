//! What is known of a replica, and whether it may be read by that. Who looks at it stands in `replica`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::usecase::Error;

/// What is known of a replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplicaHealth {
    /// Nobody has looked yet.
    Unknown,
    /// It has replayed all that was committed at this moment.
    Following(Instant),
    /// It has not replayed all that was committed at this moment, and nobody remembers an earlier one.
    Behind(Instant),
    /// It does not answer.
    Unreachable,
    /// It follows nothing, or another database than this.
    NoStandby,
}

impl ReplicaHealth {
    /// How far it is behind; of one that is `Behind`, at least. None: nobody knows.
    pub fn lag(self) -> Option<Duration> {
        match self {
            Self::Following(at) | Self::Behind(at) => Some(at.elapsed()),
            Self::Unknown | Self::Unreachable | Self::NoStandby => None,
        }
    }

    /// Whether it is no further behind than this, and has what it must have.
    fn keeps_up(self, most_lag: Duration, required: Option<Instant>) -> bool {
        matches!(self, Self::Following(at) if at.elapsed() <= most_lag && required.is_none_or(|since| at >= since))
    }
}

/// What is known of it, and since when it must have everything.
#[derive(Debug, Clone, Copy)]
struct ReplicaState {
    health: ReplicaHealth,
    required: Option<Instant>,
}

/// A replica by its store, with what is known of it now. Cheap to clone.
#[derive(Debug)]
pub(super) struct Replica<S>(Arc<Inner<S>>);

#[derive(Debug)]
struct Inner<S> {
    store: S,
    most_lag: Duration,
    state: watch::Sender<ReplicaState>,
}

impl<S> Clone for Replica<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Replica<S> {
    /// One that nobody has looked at yet, and that is read no more when it is `most_lag` behind.
    pub(super) fn new(store: S, most_lag: Duration) -> Self {
        let (state, _) = watch::channel(ReplicaState { health: ReplicaHealth::Unknown, required: None });
        Self(Arc::new(Inner { store, most_lag, state }))
    }

    pub(super) fn store(&self) -> &S {
        &self.0.store
    }

    pub(super) fn most_lag(&self) -> Duration {
        self.0.most_lag
    }

    pub(super) fn health(&self) -> ReplicaHealth {
        self.0.state.borrow().health
    }

    pub(super) fn set_health(&self, health: ReplicaHealth) {
        self.0.state.send_modify(|state| state.health = health);
    }

    /// What is committed by now must be there before it is read again: whoever made it, or drops what was kept, looks for it next.
    pub(super) fn require_all(&self) {
        let now = Instant::now();
        self.0.state.send_modify(|state| state.required = state.required.max(Some(now)));
    }

    /// Where it may be read.
    pub(super) fn current(&self) -> Option<&S> {
        let ReplicaState { health, required } = *self.0.state.borrow();
        health.keeps_up(self.0.most_lag, required).then_some(&self.0.store)
    }

    /// One that does not answer is not asked again before somebody has looked at it. Else it was this read alone: of rows that the
    /// primary has removed meanwhile, or of a column that has not come yet.
    pub(super) fn note_failure(&self, error: &Error) {
        let is_away = matches!(error, Error::Unavailable(_));
        if is_away {
            self.set_health(ReplicaHealth::Unreachable);
        }
        tracing::warn!(?error, is_away, "the replica did not answer: the primary is read in its place");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: Duration = Duration::from_secs(10);

    fn replica(health: ReplicaHealth) -> Replica<&'static str> {
        let replica = Replica::new("a replica", MOST);
        replica.set_health(health);
        replica
    }

    #[test]
    fn only_what_is_known_to_keep_up_is_read() {
        let now = Instant::now();
        let too_long_ago = now.checked_sub(MOST + Duration::from_secs(1)).unwrap();
        for (health, is_read) in [
            (ReplicaHealth::Following(now), true),
            (ReplicaHealth::Following(too_long_ago), false),
            (ReplicaHealth::Behind(now), false),
            (ReplicaHealth::Unknown, false),
            (ReplicaHealth::Unreachable, false),
            (ReplicaHealth::NoStandby, false),
        ] {
            assert_eq!(replica(health).current().is_some(), is_read, "{health:?}");
        }
    }

    #[test]
    fn what_was_required_is_there_before_it_is_read_again() {
        let replica = replica(ReplicaHealth::Following(Instant::now()));
        replica.require_all();
        assert!(replica.current().is_none(), "it was looked at before");
        replica.set_health(ReplicaHealth::Following(Instant::now()));
        assert!(replica.current().is_some());
    }

    #[test]
    fn one_that_does_not_answer_is_read_no_more_and_one_that_lacks_a_column_is() {
        let away = Error::Unavailable(anyhow::anyhow!("connection refused"));
        let lacks = Error::Broken(anyhow::anyhow!("column does not exist"));
        for (error, is_read) in [(away, false), (lacks, true)] {
            let replica = replica(ReplicaHealth::Following(Instant::now()));
            replica.note_failure(&error);
            assert_eq!(replica.current().is_some(), is_read, "{error:?}");
        }
    }
}
