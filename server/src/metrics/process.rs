//! What this process does: its tasks, its partitions, its connections, what it counted, and the memory it holds.

use std::time::Duration;

use prometheus::{CounterVec, IntCounterVec, IntGaugeVec, Registry, Result};
use shop::domain::Limit;
use shop::dto::{GroupPartitions, TaskState, TaskView};
use shop::usecase::COUNTS;

use super::families::{counters, gauges, seconds, set_counter, set_gauge};

/// A consumer looks into its partitions every 15 s. What is older is of one that is gone, or whose broker does not answer.
const LOOKED_LATELY: u64 = 90;

/// What is read of the process when somebody asks.
pub(super) struct Seen {
    pub(super) tasks: Vec<TaskView>,
    /// Where Kafka carries the events and this process consumes them.
    pub(super) partitions: Vec<GroupPartitions>,
    /// Connections of the pool: all there are, those that nobody uses, and the most there may be.
    pub(super) connections: u64,
    pub(super) idle_connections: u64,
    pub(super) most_connections: u64,
    /// In bytes; none where the system does not say.
    pub(super) memory: Option<u64>,
}

pub(super) struct ProcessMetrics {
    release: IntGaugeVec,
    task_states: IntGaugeVec,
    task_restarts: IntCounterVec,
    task_idle: IntGaugeVec,
    partitions: IntGaugeVec,
    offsets: IntGaugeVec,
    connections: IntGaugeVec,
    most_connections: IntGaugeVec,
    connections_awaited: IntGaugeVec,
    connections_asked: IntCounterVec,
    connections_refused: IntCounterVec,
    connection_wait: CounterVec,
    retries: IntCounterVec,
    conflicts: IntCounterVec,
    hashing: IntGaugeVec,
    hashing_refused: IntCounterVec,
    refused: IntCounterVec,
    mail: IntCounterVec,
    page_cache: IntCounterVec,
    memory: IntGaugeVec,
}

impl ProcessMetrics {
    pub(super) fn on(registry: &Registry) -> Result<Self> {
        let gauge = |name, help, labels: &[&str]| gauges(registry, name, help, labels);
        let counter = |name, help, labels: &[&str]| counters(registry, name, help, labels);
        Ok(Self {
            release: gauge("shop_build_info", "The release that this process is of, always 1", &["version"])?,
            task_states: gauge("shop_task_state", "The state that a task is in, always 1", &["state", "task"])?,
            task_restarts: counter("shop_task_restarts_total", "How often a task was started again", &["task"])?,
            task_idle: gauge(
                "shop_task_idle_seconds",
                "Since a task last got something done, or found nothing to do",
                &["task"],
            )?,
            partitions: gauge(
                "shop_consumer_partition_lag",
                "Messages in a partition that its group has not committed, of the partitions of this process; with Kafka alone",
                &["group", "partition", "topic"],
            )?,
            offsets: gauge(
                "shop_consumer_partition_offset",
                "What a group has committed in a partition, of the partitions of this process; with Kafka alone",
                &["group", "partition", "topic"],
            )?,
            connections: gauge("shop_database_connections", "Connections of the pool, used and idle", &["state"])?,
            most_connections: gauge(
                "shop_database_connections_max",
                "The most connections that the pool may have",
                &[],
            )?,
            connections_awaited: gauge("shop_database_waiting", "Who waits for a connection at this moment", &[])?,
            connections_asked: counter("shop_database_acquires_total", "Connections that were asked of the pool", &[])?,
            connections_refused: counter(
                "shop_database_acquire_timeouts_total",
                "Connections that were not free in time (2 s)",
                &[],
            )?,
            connection_wait: seconds(
                registry,
                "shop_database_acquire_seconds_total",
                "How long all together have waited for a connection",
            )?,
            retries: counter("shop_transaction_retries_total", "Whole transactions that were tried again", &[])?,
            conflicts: counter(
                "shop_transaction_conflicts_total",
                "Statements that the database ended for another transaction, deadlocks (40P01) and serialization failures (40001)",
                &["sqlstate"],
            )?,
            hashing: gauge(
                "shop_hashing_passwords",
                "Passwords that wait for a core, and that are on one",
                &["state"],
            )?,
            hashing_refused: counter("shop_hashing_refused_total", "Passwords that found no core in time (2 s)", &[])?,
            refused: counter("shop_rate_limit_refused_total", "Tries that a limit has refused", &["limit"])?,
            mail: counter("shop_mail_attempts_total", "Attempts to send a mail, by what became of them", &["outcome"])?,
            page_cache: counter(
                "shop_page_cache_requests_total",
                "Pages of the catalogue for visitors without a cookie, those that were kept (hit) and those that were rendered (miss)",
                &["outcome"],
            )?,
            memory: gauge("shop_memory_resident_bytes", "Memory that the process holds", &[])?,
        })
    }

    pub(super) fn observe(&self, seen: &Seen) {
        set_gauge(&self.release, &[env!("CARGO_PKG_VERSION")], 1);
        self.task_states.reset();
        for task in &seen.tasks {
            set_gauge(&self.task_states, &[word(task.state), &task.name], 1);
            set_counter(&self.task_restarts, &[&task.name], task.restarts.into());
            set_gauge(&self.task_idle, &[&task.name], task.idle_seconds);
        }
        // A partition that has gone elsewhere is told of there.
        self.partitions.reset();
        self.offsets.reset();
        for found in seen.partitions.iter().filter(|found| found.looked_seconds <= LOOKED_LATELY) {
            for place in &found.partitions {
                let partition = place.partition.to_string();
                let labels = [found.group.as_str(), &partition, &place.topic];
                set_gauge(&self.partitions, &labels, place.waiting);
                set_gauge(&self.offsets, &labels, place.committed);
            }
        }
        set_gauge(&self.connections, &["idle"], seen.idle_connections);
        set_gauge(&self.connections, &["used"], seen.connections.saturating_sub(seen.idle_connections));
        set_gauge(&self.most_connections, &[], seen.most_connections);
        self.memory.reset();
        if let Some(bytes) = seen.memory {
            set_gauge(&self.memory, &[], bytes);
        }
        self.observe_counts();
    }

    fn observe_counts(&self) {
        set_gauge(&self.connections_awaited, &[], COUNTS.connections_awaited.get());
        set_counter(&self.connections_asked, &[], COUNTS.connections_asked.get());
        set_counter(&self.connections_refused, &[], COUNTS.connections_refused.get());
        let waited = self.connection_wait.with_label_values::<&str>(&[]);
        waited.reset();
        waited.inc_by(Duration::from_micros(COUNTS.connection_wait_micros.get()).as_secs_f64());
        set_counter(&self.retries, &[], COUNTS.retries.get());
        set_counter(&self.conflicts, &["40P01"], COUNTS.deadlocks.get());
        set_counter(&self.conflicts, &["40001"], COUNTS.serialization_failures.get());
        set_gauge(&self.hashing, &["waiting"], COUNTS.hashing_waiting.get());
        set_gauge(&self.hashing, &["working"], COUNTS.hashing_working.get());
        set_counter(&self.hashing_refused, &[], COUNTS.hashing_refused.get());
        for limit in Limit::ALL {
            set_counter(&self.refused, &[name(*limit)], COUNTS.refused(*limit).get());
        }
        for (outcome, attempts) in [
            ("accepted", &COUNTS.mail_accepted),
            ("put_off", &COUNTS.mail_put_off),
            ("refused", &COUNTS.mail_refused),
            ("uncertain", &COUNTS.mail_uncertain),
        ] {
            set_counter(&self.mail, &[outcome], attempts.get());
        }
        set_counter(&self.page_cache, &["hit"], COUNTS.page_cache_hits.get());
        set_counter(&self.page_cache, &["miss"], COUNTS.page_cache_misses.get());
    }
}

const fn word(state: TaskState) -> &'static str {
    match state {
        TaskState::Starting => "starting",
        TaskState::Running => "running",
        TaskState::Waiting => "waiting",
        TaskState::Stopping => "stopping",
        TaskState::Stopped => "stopped",
    }
}

/// As the option of the program that sets it, without what all of them begin with.
fn name(limit: Limit) -> &'static str {
    limit.option().trim_start_matches("limit-")
}

/// The memory that the process holds, in bytes, as Linux tells it; none elsewhere.
pub(super) async fn resident() -> Option<u64> {
    resident_in(&tokio::fs::read_to_string("/proc/self/status").await.ok()?)
}

fn resident_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_out_of_what_linux_says() {
        assert_eq!(resident_in("Name:\tshop\nVmHWM:\t  9000 kB\nVmRSS:\t    2048 kB\nThreads:\t4\n"), Some(2_097_152));
        assert_eq!(resident_in("Name:\tshop\nThreads:\t4\n"), None);
    }
}
