//! A real Prometheus (`scripts/setup metrics`) that reads what a shop's processes tell and has the rules of `deploy/observability`.
//!
//! Nobody waits for two hours here, and Prometheus has no clock that could be turned on: the rules' times are divided. That is
//! how long a condition has to hold, over how long a rate is taken, and the age that something is compared with, all by one
//! number (`in_short`). Nothing else of a rule is changed.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use crate::members::Fleet;
use crate::program::{ask, free_port};
use crate::{report, until};

const RULES: &str = include_str!("../../../deploy/observability/alerts.yml");

/// An hour in a minute.
pub const TIMES: u64 = 60;

/// Nothing takes this long, not even on a busy machine.
const LONGEST: Duration = Duration::from_secs(120);

/// Gone with the test.
pub struct Prometheus {
    process: Child,
    port: u16,
    folder: PathBuf,
}

impl Prometheus {
    /// Of all processes of a shop, each of which answers; the rules' times are divided by `times`.
    pub async fn watching(fleet: &Fleet, times: u64) -> Self {
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("shop-prometheus-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("alerts.yml"), in_short(RULES, times)).unwrap();
        std::fs::write(folder.join("prometheus.yml"), configuration(&fleet.targets())).unwrap();
        let log = File::create(folder.join("log")).unwrap();
        let mut command = Command::new("prometheus");
        command.current_dir(&folder).args([
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            "--log.level=warn",
        ]);
        command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let process = command.spawn().expect("prometheus (scripts/setup metrics)");
        let prometheus = Self { process, port, folder };
        until("read by Prometheus", LONGEST, async || prometheus.healthy().await == fleet.size()).await;
        prometheus
    }

    /// Waits until an alert fires, with these labels.
    pub async fn fires(&self, alert: &str, labels: &[(&str, &str)]) {
        assert!(RULES.contains(&format!("- alert: {alert}\n")), "there is no alert {alert}");
        let began = Instant::now();
        let seen = timeout(LONGEST, async {
            while !self.firing(alert, labels).await {
                sleep(Duration::from_millis(100)).await;
            }
        });
        if seen.await.is_err() {
            let others = self.alerts().await;
            panic!("{alert} {labels:?} does not fire, but {others:?}: {}", self.folder.display());
        }
        report(&format!("alerts: {alert} fires after {:?}", began.elapsed()));
    }

    /// Waits until it does not any more.
    pub async fn ends(&self, alert: &str) {
        until(&format!("the end of {alert}"), LONGEST, async || !self.firing(alert, &[]).await).await;
    }

    /// None of these fires: it is the fault to come that will make them.
    pub async fn has_none_of(&self, alerts: &[&str]) {
        for alert in alerts {
            assert!(!self.firing(alert, &[]).await, "{alert} fires in peace: {}", self.folder.display());
        }
    }

    async fn firing(&self, alert: &str, labels: &[(&str, &str)]) -> bool {
        self.alerts().await.iter().any(|told| {
            told["state"] == "firing"
                && told["labels"]["alertname"] == alert
                && labels.iter().all(|(name, value)| told["labels"][*name] == *value)
        })
    }

    /// Those that fire, and those that are about to.
    async fn alerts(&self) -> Vec<Value> {
        self.told("/api/v1/alerts", "alerts").await.unwrap_or_else(|| panic!("no alerts: {}", self.folder.display()))
    }

    /// How many processes answered when they were asked last.
    async fn healthy(&self) -> usize {
        let targets = self.told("/api/v1/targets?state=active", "activeTargets").await.unwrap_or_default();
        targets.iter().filter(|target| target["health"] == "up").count()
    }

    /// A list of what it has to say. Nothing: it does not listen yet.
    async fn told(&self, path: &str, list: &str) -> Option<Vec<Value>> {
        let reply = ask(self.port, "GET", path, &[], "").await?;
        reply.body["data"][list].as_array().cloned()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Twice a second, and the rules as often again.
fn configuration(targets: &[&str]) -> String {
    format!(
        "global:\n  scrape_interval: 500ms\n  scrape_timeout: 500ms\n  evaluation_interval: 250ms\nrule_files:\n  - alerts.yml\n\
         scrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: ['{}']\n",
        targets.join("', '")
    )
}

/// The rules with their times divided.
pub fn in_short(rules: &str, times: u64) -> String {
    rules.lines().map(|line| line_in_short(line, times) + "\n").collect()
}

fn line_in_short(line: &str, times: u64) -> String {
    if let Some(lasting) = line.trim_start().strip_prefix("for: ") {
        return line.replace(lasting, &divided(lasting, times));
    }
    let mut parts = line.split('[');
    let mut ranged = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (range, rest) = part.split_once(']').unwrap();
        ranged += &format!("[{}]{rest}", divided(range, times));
    }
    let mut parts = ranged.split(" > ");
    let mut before = parts.next().unwrap_or_default();
    let mut short = before.to_owned();
    for part in parts {
        let (limit, rest) = part.split_at(part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len()));
        let limit = if is_age(before) { whole(limit.parse().unwrap(), times).to_string() } else { limit.to_owned() };
        short += &format!(" > {limit}{rest}");
        before = part;
    }
    short
}

/// Whether what ends here is a number of seconds as the shop tells it, and none that was computed.
fn is_age(expression: &str) -> bool {
    let one = expression.trim_end_matches(')');
    let name = one.strip_suffix('}').and_then(|chosen| chosen.rsplit_once('{')).map_or(one, |(name, _)| name);
    name.ends_with("_seconds")
}

fn divided(duration: &str, times: u64) -> String {
    let (number, unit) = duration.split_at(duration.len() - 1);
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        other => panic!("how long is {duration}? {other}"),
    };
    format!("{}s", whole(number.parse::<u64>().unwrap() * seconds, times))
}

fn whole(seconds: u64, times: u64) -> u64 {
    assert_eq!(seconds % times, 0, "{seconds} s are not divided by {times}");
    seconds / times
}
