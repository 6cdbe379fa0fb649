//! The alerts of `deploy/observability`, by a real Prometheus, each while its fault is on: processes, the database, a permission,
//! a mail server or a payment provider are gone, a message cannot be read, more is asked for than can be done.
//!
//! `docs/faults.md` says which test fires which; `processes/observability.rs` compares. Two more fire in `produce.rs`.

mod database;
mod events;
mod mail;
mod payments;
mod processes;
mod requests;

use tokio::task::JoinSet;

use crate::prometheus::{TIMES, in_short};

/// Of a fleet of one of each.
const WEB: usize = 0;
const WORKER: usize = 1;

/// So many who ask the same again and again, until they are dropped.
fn crowd<F>(many: usize, call: impl Fn() -> F + Clone + Send + 'static) -> JoinSet<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut asking = JoinSet::new();
    for _ in 0..many {
        let call = call.clone();
        asking.spawn(async move {
            loop {
                call().await;
            }
        });
    }
    asking
}

#[test]
fn rules_are_shortened_in_their_times_alone() {
    for (rule, short) in [
        ("        for: 2h", "        for: 120s"),
        ("expr: 'increase(a_total[15m]) > 5'", "expr: 'increase(a_total[15s]) > 5'"),
        ("expr: 'max by (group) (a_oldest_seconds) > 120'", "expr: 'max by (group) (a_oldest_seconds) > 2'"),
        (r#"(a_idle_seconds{b!~"c|d"} > 600"#, r#"(a_idle_seconds{b!~"c|d"} > 10"#),
        ("or a_seconds > 2400 or a_seconds > 7800)", "or a_seconds > 40 or a_seconds > 130)"),
        ("rate(a_seconds_total[5m]) / rate(b_total[5m]) > 0.1", "rate(a_seconds_total[5s]) / rate(b_total[5s]) > 0.1"),
        ("sum by (le) (rate(a_seconds_bucket[10m]))) > 1'", "sum by (le) (rate(a_seconds_bucket[10s]))) > 1'"),
        ("max(a_events) > 5000", "max(a_events) > 5000"),
        ("a_bytes > 1.5e9", "a_bytes > 1.5e9"),
        ("summary: 'Mail of the shop does not go out'", "summary: 'Mail of the shop does not go out'"),
    ] {
        assert_eq!(in_short(rule, TIMES), format!("{short}\n"));
    }
}
