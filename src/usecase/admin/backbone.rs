//! The event backbone as staff see it: what waits, what is held back, how far each group is, and what nobody could read.

use crate::domain::{Consumer, May, permit};
use crate::dto::{DeadLetterView, EventsView, GroupLag, HeldEventView};

use super::super::{Result, Shop, Store};

/// How many held events are listed: more tell nothing more.
const HELD: u32 = 100;
const DEAD: u32 = 25;
/// So many of the newest events are looked through for those that a group has not handled.
const LOOKED_THROUGH: u32 = 10_000;

impl<S: Store> Shop<S> {
    /// The backlog, what is held back, how far each group is, and the dead letters behind this position. What only a process
    /// knows (its tasks, its partitions) is left empty.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn events_view(&self, _by: May<permit::Events>, after: i64) -> Result<EventsView> {
        let (waiting, oldest_seconds) = self.store().outbox_backlog().await?;
        let held = self.store().events_set_aside(0, HELD).await?.into_iter().map(|held| HeldEventView {
            position: held.event.position,
            topic: held.event.envelope.topic,
            key: held.event.envelope.key,
            attempts: held.event.attempts,
            until: held.until,
            reason: held.reason.filter(|_| held.event.attempts > 0),
        });
        let held = held.collect();
        let mut dead: Vec<_> = self
            .store()
            .dead_letters(after, DEAD + 1)
            .await?
            .into_iter()
            .map(|dead| DeadLetterView {
                position: dead.position,
                topic: dead.envelope.topic,
                key: dead.envelope.key,
                kind: dead.envelope.kind,
                payload: dead.envelope.payload,
                headers: dead.envelope.headers,
                at: dead.envelope.occurred_at,
            })
            .collect();
        let has_more = dead.len() > DEAD as usize;
        dead.truncate(DEAD as usize);
        let next = dead.last().map(|dead| dead.position).filter(|_| has_more);
        let groups = self.group_lags().await?;
        let (tasks, partitions) = (Vec::new(), Vec::new());
        Ok(EventsView { waiting, oldest_seconds, held, groups, dead, next, tasks, partitions })
    }

    /// How far each consumer group is, also where nothing waits for it.
    pub(in super::super) async fn group_lags(&self) -> Result<Vec<GroupLag>> {
        let behind = self.store().events_not_handled(LOOKED_THROUGH).await?;
        let group = |consumer: Consumer| {
            let found = behind.iter().find(|lag| lag.group == consumer.group()).cloned();
            found.unwrap_or_else(|| GroupLag { group: consumer.group().to_owned(), waiting: 0, oldest_seconds: 0 })
        };
        Ok(Consumer::ALL.map(group).into())
    }
}
