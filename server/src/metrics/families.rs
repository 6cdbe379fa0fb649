//! Making families of numbers, and setting one of them to what was counted elsewhere.

use prometheus::{CounterVec, GaugeVec, IntCounterVec, IntGaugeVec, Opts, Registry, Result};

/// Levels that go up and down.
pub(super) fn gauges(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec> {
    let family = IntGaugeVec::new(Opts::new(name, help), labels)?;
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}

/// The same, of seconds and parts of one.
pub(super) fn seconds_gauge(registry: &Registry, name: &str, help: &str) -> Result<GaugeVec> {
    let family = GaugeVec::new(Opts::new(name, help), &[])?;
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}

/// Numbers that only grow.
pub(super) fn counters(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec> {
    let family = IntCounterVec::new(Opts::new(name, help), labels)?;
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}

/// The same, of seconds.
pub(super) fn seconds(registry: &Registry, name: &str, help: &str) -> Result<CounterVec> {
    let family = CounterVec::new(Opts::new(name, help), &[])?;
    registry.register(Box::new(family.clone()))?;
    Ok(family)
}

pub(super) fn set_gauge(family: &IntGaugeVec, labels: &[&str], value: u64) {
    family.with_label_values(labels).set(i64::try_from(value).unwrap_or(i64::MAX));
}

/// Whoever counted it counts on: this only says how far it has come.
pub(super) fn set_counter(family: &IntCounterVec, labels: &[&str], value: u64) {
    let counter = family.with_label_values(labels);
    counter.reset();
    counter.inc_by(value);
}
