//! `deploy/observability`: each alert fires when it is to and not else, everything that is looked at is told by the program, and
//! whoever is woken finds what to do.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const OPERATIONS: &str = include_str!("../../../docs/operations.md");
const FAULTS: &str = include_str!("../../../docs/faults.md");
const ALERTS: &str = include_str!("../../../deploy/observability/alerts.yml");
const CASES: &str = include_str!("../../../deploy/observability/alerts_test.yml");
const DASHBOARD: &str = include_str!("../../../deploy/observability/dashboard.json");
const TIMERS: &str = include_str!("../../src/worker/timers.rs");
const WORKER: &str = include_str!("../../src/worker/mod.rs");
/// No fault of the suite brings these about: a task that hangs, a process of more than a gigabyte, another release's number.
const TRIED_BY_PROMTOOL_ALONE: [&str; 3] = ["ShopTaskSilent", "ShopMemory", "ShopReleasesMixed"];
/// Labels that Prometheus itself adds, and that a histogram has.
const OF_ALL: [&str; 4] = ["instance", "job", "le", "__name__"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/observability")
}

/// The labels of each series that the program tells, by its name. The table of families is compared with what it tells, word
/// for word (`metrics/exporter.rs`).
fn series() -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut series = BTreeMap::new();
    for row in OPERATIONS.lines().filter(|line| line.starts_with("| `shop_")) {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        let (name, kind, labels) = (cells.next().unwrap(), cells.next().unwrap(), cells.next().unwrap());
        let labels: BTreeSet<_> =
            labels.split(',').map(|label| label.trim().trim_matches('`')).filter(|l| !l.is_empty()).collect();
        let parts: &[&str] = if kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
        series.extend(parts.iter().map(|part| (format!("{}{part}", name.trim_matches('`')), labels.clone())));
    }
    assert!(series.len() > 30, "{series:?}");
    series
}

/// Each series that an expression names, with the labels that it is chosen by.
fn named(expression: &str) -> Vec<(String, Vec<String>)> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (at, _) in expression.match_indices("shop_") {
        if expression[..at].ends_with(is_of_name) {
            continue;
        }
        let rest = &expression[at..];
        let name = &rest[..rest.find(|c| !is_of_name(c)).unwrap_or(rest.len())];
        let chosen = rest[name.len()..].strip_prefix('{').and_then(|chosen| chosen.split_once('}'));
        let labels = chosen.map_or_else(Vec::new, |(chosen, _)| {
            let matchers = chosen.split("\",").map(|matcher| matcher.split(['=', '!']).next().unwrap_or_default());
            matchers.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty()).collect()
        });
        found.push((name.to_owned(), labels));
    }
    found
}

/// Whatever a file says behind this word.
fn after<'a>(file: &'a str, word: &str) -> Vec<&'a str> {
    file.lines().filter_map(|line| line.trim_start().strip_prefix(word)).collect()
}

fn alerts() -> Vec<&'static str> {
    after(ALERTS, "- alert: ")
}

/// Every expression of the dashboard.
fn expressions() -> Vec<String> {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    targets.map(|target| target["expr"].as_str().unwrap().replace("$__rate_interval", "5m")).collect()
}

#[test]
fn what_alerts_and_the_dashboard_look_at_is_told_by_the_program() {
    let series = series();
    let known = |name: &str, labels: &[String]| {
        let own = series.get(name)?;
        Some(labels.iter().all(|label| own.contains(label.as_str()) || OF_ALL.contains(&label.as_str())))
    };
    let told: Vec<String> = ALERTS.lines().map(str::to_owned).chain(expressions()).collect();
    let named: Vec<_> = told.iter().flat_map(|expression| named(expression)).collect();
    assert!(named.len() > 60, "{named:?}");
    for (name, labels) in &named {
        assert_eq!(known(name, labels), Some(true), "{name} with {labels:?} is nothing that the program tells");
    }
    // And the other way round: nothing is counted that nobody looks at.
    let looked_at: BTreeSet<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
    let unseen: Vec<_> = series.keys().filter(|name| !looked_at.contains(name.as_str())).collect();
    assert!(unseen.is_empty(), "nobody looks at {unseen:?}");
}

#[test]
fn names_and_labels_are_read_out_of_expressions() {
    let read = named(r#"max by (x) (shop_a{b=~"c|d",e!="f, g"}) / sum(rate(my_shop_b[5m])) > shop_c"#);
    let labels = vec!["b".to_owned(), "e".to_owned()];
    assert_eq!(read, [("shop_a".to_owned(), labels), ("shop_c".to_owned(), Vec::new())]);
}

#[test]
fn whoever_is_woken_finds_what_to_do_in_the_order_of_the_alerts() {
    let headings: Vec<&str> = OPERATIONS.lines().filter_map(|line| line.strip_prefix("### Shop")).collect();
    let wanted: Vec<&str> = alerts().iter().map(|alert| alert.strip_prefix("Shop").unwrap()).collect();
    assert_eq!(headings, wanted);
    for alert in alerts() {
        let (_, section) = OPERATIONS.split_once(&format!("### {alert}\n")).unwrap();
        let section = section.split("\n## ").next().and_then(|rest| rest.split("\n### ").next()).unwrap();
        assert!(section.contains("\n1. "), "{alert}: nothing to do");
        let runbook = format!("docs/operations.md#{}", alert.to_lowercase());
        assert!(after(ALERTS, "runbook: ").contains(&runbook.as_str()), "{alert} does not lead to its section");
    }
}

#[test]
fn each_alert_is_tried_once_where_it_fires_and_once_where_it_does_not() {
    let names: BTreeSet<&str> = after(CASES, "- name: ").into_iter().collect();
    let wanted: Vec<String> =
        alerts().iter().flat_map(|alert| [format!("{alert} fires"), format!("{alert} is silent")]).collect();
    assert_eq!(names, wanted.iter().map(String::as_str).collect());
    for case in CASES.split("  - name: ").skip(1) {
        let name = case.lines().next().unwrap();
        let (alert, what) = name.split_once(' ').unwrap();
        assert!(case.contains(&format!("- alertname: {alert}\n")), "{name} tries another alert");
        let fires = case.contains("- exp_labels:");
        assert_eq!((fires, case.contains("exp_alerts: []")), (what == "fires", what != "fires"), "{name}");
    }
}

#[test]
fn each_alert_fires_in_a_test_of_its_fault() {
    let rows = FAULTS.lines().filter(|line| line.starts_with("| `Shop"));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect();
    let named: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    assert_eq!(named, alerts(), "docs/faults.md has a row for each, in their order");
    for (alert, row) in named.iter().zip(&rows) {
        let by = row[2].trim_matches('`');
        let Some(test) = by.strip_prefix("fleet/") else {
            assert!(TRIED_BY_PROMTOOL_ALONE.contains(alert), "{alert} fires in no test: {by}");
            continue;
        };
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fleet").join(format!("{test}.rs"));
        let source = std::fs::read_to_string(&file).unwrap_or_else(|cause| panic!("{}: {cause}", file.display()));
        assert!(source.contains(&format!("fires(\"{alert}\", ")), "{alert} does not fire in {}", file.display());
    }
}

/// A task that looks for something to do each quarter of an hour has done nothing for as long.
#[test]
fn a_task_that_seldom_has_its_turn_is_not_said_to_hang() {
    let (_, rule) = ALERTS.split_once("- alert: ShopTaskSilent\n").unwrap();
    let (others, _) = rule.split_once("> 600").unwrap();
    let mut seldom = 0;
    for function in TIMERS.split("pub async fn ").skip(1) {
        let (name, rest) = function.split_once('(').unwrap();
        let period: u64 = rest.split_once("from_secs(").unwrap().1.split_once(')').unwrap().0.parse().unwrap();
        if period < 300 {
            continue;
        }
        let started = WORKER.split(".start(\"").find(|start| start.contains(&format!("timers::{name}(")));
        let (task, _) = started.unwrap().split_once('"').unwrap();
        assert!(others.contains(task), "{task} has its turn every {period} s: an alert would call that silent");
        seldom += 1;
    }
    assert!(seldom >= 4, "{seldom}");
}

#[test]
fn the_dashboard_is_one_that_grafana_reads() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    assert!(dashboard["uid"].is_string() && dashboard["schemaVersion"].as_u64() >= Some(36), "{dashboard}");
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    let mut taken: BTreeSet<(u64, u64)> = BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "two panels have one id: {panel}");
        let place = |side: &str| panel["gridPos"][side].as_u64().unwrap();
        for (x, y) in (0..place("w")).flat_map(|x| (0..place("h")).map(move |y| (x, y))) {
            assert!(place("x") + x < 24 && taken.insert((place("x") + x, place("y") + y)), "panels overlap: {panel}");
        }
        if panel["type"] != "row" {
            assert_eq!(panel["datasource"]["uid"], "${datasource}", "{panel}");
            assert!(!panel["targets"].as_array().unwrap().is_empty(), "{panel}");
        }
    }
}

/// What `promtool` has to say, where it is installed (`scripts/setup metrics`).
fn promtool(arguments: &[&str]) -> Option<Result<String, String>> {
    let output = match Command::new("promtool").args(arguments).current_dir(folder()).output() {
        Ok(output) => output,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return None,
        Err(cause) => panic!("promtool: {cause}"),
    };
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    Some(if output.status.success() { Ok(said) } else { Err(said) })
}

#[test]
fn prometheus_reads_the_rules_and_fires_them_when_it_is_to() {
    for arguments in [
        ["check", "rules", "alerts.yml"].as_slice(),
        &["test", "rules", "alerts_test.yml"],
        &["check", "config", "prometheus.yml"],
    ] {
        if let Some(Err(said)) = promtool(arguments) {
            panic!("promtool {arguments:?}: {said}");
        }
    }
}

#[test]
fn prometheus_reads_every_expression_of_the_dashboard() {
    let rule = |(number, expression): (usize, String)| {
        // A string of JSON is one of YAML.
        format!("      - record: panel_{number}\n        expr: {}\n", Value::from(expression))
    };
    let rules: String = expressions().into_iter().enumerate().map(rule).collect();
    let file = std::env::temp_dir().join(format!("shop-dashboard-{}.yml", std::process::id()));
    std::fs::write(&file, format!("groups:\n  - name: dashboard\n    rules:\n{rules}")).unwrap();
    let said = promtool(&["check", "rules", &file.to_string_lossy()]);
    std::fs::remove_file(&file).unwrap();
    if let Some(Err(said)) = said {
        panic!("{said}");
    }
}
