//! The replica of the database, as this process sees it; nothing where it has none, or answers nobody.

use std::time::Duration;

use prometheus::{GaugeVec, IntCounterVec, IntGaugeVec, Registry, Result};
use shop::infrastructure::LiveShop;
use shop::infrastructure::postgres::ReplicaHealth;
use shop::usecase::{COUNTS, Store as _};

use super::families::{counters, gauges, seconds_gauge, set_counter, set_gauge};

/// What is known of it when somebody asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeenReplica {
    /// Whether it is read.
    pub(super) is_read: bool,
    /// None: nobody knows.
    pub(super) lag: Option<Duration>,
    /// Connections to it: all there are, and those that nobody uses.
    pub(super) connections: u64,
    pub(super) idle_connections: u64,
}

impl SeenReplica {
    /// None where nobody looks at it, as in a worker.
    pub(super) fn of(shop: &LiveShop) -> Option<Self> {
        let store = shop.store();
        let health = store.replica_health().filter(|health| *health != ReplicaHealth::Unknown)?;
        let pool = store.replica_pool()?;
        Some(Self {
            is_read: store.replica().is_some(),
            lag: health.lag(),
            connections: pool.size().into(),
            idle_connections: u64::try_from(pool.num_idle()).unwrap_or(u64::MAX),
        })
    }
}

pub(super) struct ReplicaMetrics {
    is_read: IntGaugeVec,
    lag: GaugeVec,
    connections: IntGaugeVec,
    reads: IntCounterVec,
    failures: IntCounterVec,
}

impl ReplicaMetrics {
    pub(super) fn on(registry: &Registry) -> Result<Self> {
        Ok(Self {
            is_read: gauges(registry, "shop_replica_read", "Whether the database's replica is read, 1 or 0", &[])?,
            lag: seconds_gauge(
                registry,
                "shop_replica_lag_seconds",
                "How far the replica is behind, at least; absent where nobody knows",
            )?,
            connections: gauges(
                registry,
                "shop_replica_connections",
                "Connections to the replica, used and idle",
                &["state"],
            )?,
            reads: counters(registry, "shop_replica_reads_total", "Reads that the replica has answered", &[])?,
            failures: counters(
                registry,
                "shop_replica_failures_total",
                "Reads that the replica failed and the primary answered",
                &[],
            )?,
        })
    }

    pub(super) fn observe(&self, seen: Option<&SeenReplica>) {
        self.lag.reset();
        let Some(seen) = seen else { return };
        set_gauge(&self.is_read, &[], seen.is_read.into());
        if let Some(lag) = seen.lag {
            self.lag.with_label_values::<&str>(&[]).set(lag.as_secs_f64());
        }
        set_gauge(&self.connections, &["idle"], seen.idle_connections);
        set_gauge(&self.connections, &["used"], seen.connections.saturating_sub(seen.idle_connections));
        set_counter(&self.reads, &[], COUNTS.replica_reads.get());
        set_counter(&self.failures, &[], COUNTS.replica_failures.get());
    }
}
