//! A streaming replica of the database, for what is only shown: the way to it, and looking how far behind it is.
//!
//! How far is measured by positions in the write-ahead log: the primary is asked how much it has written, then the replica how much of
//! that it has replayed. So it is known until which moment everything is there, whatever the clocks of the machines say and whether
//! or not anybody writes; and a replica of which nothing was heard since is left by itself when that moment is too long ago.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::postgres::PgPool;

use crate::usecase::Result;

use super::error::map_sqlx_error;
use super::replica_health::{Replica, ReplicaHealth};
use super::{BoundedPool, KnownRules, PgStore, options, pool_options};

/// How long somebody who could ask the primary waits for a connection to the replica, and for its answer.
const ACQUIRE: Duration = Duration::from_millis(500);
const ANSWER: Duration = Duration::from_secs(2);
/// How many positions of the primary are remembered: twice a second, two minutes.
const MOST_REMEMBERED: usize = 256;

impl PgStore {
    /// The same with a replica of the database, which is read no more when it is `most_lag` behind. It is connected to when it is
    /// needed: a shop starts without it, too. It is read once somebody has looked at it (`replica_watch`).
    ///
    /// # Errors
    /// `Broken` for an address that is none.
    pub fn with_replica(self, url: &str, pool_size: u32, most_lag: Duration) -> Result<Self> {
        let there = options(url)?;
        let pool = pool_options(pool_size, ACQUIRE).connect_lazy_with(there.clone());
        let store = Self {
            pool: BoundedPool::with_limit(pool, ANSWER),
            direct: there,
            currency: self.currency,
            rules: KnownRules::default(),
            staff_changes: Arc::default(),
            replica: None,
        };
        Ok(Self { replica: Some(Replica::new(store, most_lag)), ..self })
    }

    /// What is known of its replica; none: it has none.
    pub fn replica_health(&self) -> Option<ReplicaHealth> {
        self.replica.as_ref().map(Replica::health)
    }

    /// The connections to it.
    pub fn replica_pool(&self) -> Option<&PgPool> {
        self.replica.as_ref().map(|replica| replica.store().pool())
    }

    /// How far behind it may be and is still read: whoever has changed something reads the primary for longer.
    pub fn replica_most_lag(&self) -> Option<Duration> {
        self.replica.as_ref().map(Replica::most_lag)
    }

    /// For whoever looks at it again and again: one for each process.
    pub fn replica_watch(&self) -> Option<ReplicaWatch> {
        let replica = self.replica.clone()?;
        Some(ReplicaWatch { primary: self.pool.clone(), replica, written: VecDeque::new() })
    }
}

/// Looks how far the replica has come.
#[derive(Debug)]
pub struct ReplicaWatch {
    primary: BoundedPool,
    replica: Replica<PgStore>,
    /// How much the primary had written when, the oldest first.
    written: VecDeque<(Instant, i64)>,
}

impl ReplicaWatch {
    /// Looks once, and has whoever reads go by it.
    ///
    /// # Errors
    /// Where the primary does not answer. Of the replica is known what was known: it is read until that is too long ago.
    pub async fn look(&mut self) -> Result<ReplicaHealth> {
        // Before it is asked: all that was committed until now is among what it says.
        let at = Instant::now();
        let (system, database, timeline, written): (i64, i64, i32, i64) = sqlx::query_as(
            "select (select c.system_identifier from pg_control_system() c),
                (select here.oid::bigint from pg_database here where here.datname = current_database()),
                ('x' || substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8))::bit(32)::integer,
                (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint",
        )
        .fetch_one(&self.primary)
        .await
        .map_err(map_sqlx_error)?;
        if self.written.len() >= MOST_REMEMBERED {
            self.written.pop_front();
        }
        self.written.push_back((at, written));
        let health = match self.replayed().await {
            Ok((of, Some(replayed))) if of == (system, database, timeline) => self.health_at(replayed),
            Ok(_) => ReplicaHealth::NoStandby,
            Err(error) => {
                tracing::debug!(?error, "the replica does not answer");
                ReplicaHealth::Unreachable
            }
        };
        self.replica.set_health(health);
        Ok(health)
    }

    /// Of which cluster, which database there and which timeline it is, and how much of that it has replayed; nothing, where it is no
    /// standby (any more). Another database of the same cluster is another shop's. And what a standby replays that stayed on the
    /// timeline of before (the primary was restored, or another one took its place) never was, however far it has come. The role of the
    /// shop may not be told by whoever receives; the control file tells the same with the standby's next checkpoint.
    async fn replayed(&self) -> Result<((i64, i64, i32), Option<i64>)> {
        let (system, database, timeline, replayed) = sqlx::query_as(
            "select (select c.system_identifier from pg_control_system() c),
                (select here.oid::bigint from pg_database here where here.datname = current_database()),
                greatest((select c.timeline_id from pg_control_checkpoint() c),
                    (select r.min_recovery_end_timeline from pg_control_recovery() r),
                    (select w.received_tli from pg_stat_wal_receiver w)),
                case when pg_is_in_recovery() then (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint end",
        )
        .fetch_one(&self.replica.store().pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(((system, database, timeline), replayed))
    }

    /// What is older than the last position that it has passed is of no use any more.
    fn health_at(&mut self, replayed: i64) -> ReplicaHealth {
        let passed = self.written.iter().rposition(|(_, written)| *written <= replayed);
        self.written.drain(..passed.unwrap_or(0));
        match (passed, self.written.front()) {
            (Some(_), Some((at, _))) => ReplicaHealth::Following(*at),
            (None, Some((at, _))) => ReplicaHealth::Behind(*at),
            (_, None) => ReplicaHealth::Unknown,
        }
    }
}
