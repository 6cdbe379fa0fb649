//! T-23: thirty pages and five orders a second, and people who sign in, for `SOAK_SECONDS` (1800). What a process has does not
//! grow: neither memory nor descriptors nor threads, no connections to the database, and nothing waits longer and longer.

use std::time::Duration;

use reqwest::Client;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};
use uuid::Uuid;

use crate::load::Acknowledged;
use crate::members::Fleet;
use crate::program::ask;
use crate::shopper::{Shopper, new_key};
use crate::{DEAD, UNPUBLISHED, brokers, check, number, open_shop, report, turn};

const PAGES: [&str; 4] = ["/", "/products", "/products/mug", "/products?q=bowl"];
const SAMPLE: Duration = Duration::from_secs(10);
const IN_A_MINUTE: usize = 6;

/// Time for all that is kept to be there, and for the first unpaid orders to be given up.
const WARM_UP: u64 = 900;

/// How much a process may grow in ten minutes, and in the whole of the time.
const GROWS: i64 = 1024;
const GROWS_BY_PERCENT: i64 = 10;

/// What comes and goes by itself: connections of a moment, events on their way.
const SLACK: i64 = 16;

const CONNECTIONS: &str = "select count(*) from pg_stat_activity where datname = current_database()";

/// What was there at a moment.
struct Sample {
    second: i64,
    /// Of each process.
    memory_kib: Vec<i64>,
    descriptors: i64,
    threads: i64,
    connections: i64,
    backlog: i64,
}

/// The number behind a name in what the kernel tells of a process.
fn told_of(id: u32, name: &str) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn descriptors(id: u32) -> i64 {
    i64::try_from(std::fs::read_dir(format!("/proc/{id}/fd")).unwrap().count()).unwrap()
}

/// The middle one of a third.
fn median(mut numbers: Vec<i64>) -> i64 {
    numbers.sort_unstable();
    numbers[numbers.len() / 2]
}

/// How the last third compares with the first.
fn first_and_last(samples: &[Sample], what: impl Fn(&Sample) -> i64) -> (i64, i64) {
    let third = samples.len() / 3;
    assert!(third > 0, "too short to see anything grow");
    let of = |some: &[Sample]| median(some.iter().map(&what).collect());
    (of(&samples[..third]), of(&samples[samples.len() - third..]))
}

/// By how much what a process holds grows in ten minutes: the line that is nearest to the least of each minute. A password that is
/// hashed holds 19 MiB for a second or two, and whether a look meets that is chance.
fn slope(samples: &[Sample], what: impl Fn(&Sample) -> i64) -> i64 {
    let least = |some: &[Sample]| some.iter().map(|sample| (sample.second, what(sample))).min_by_key(|(_, held)| *held);
    let lows: Vec<_> = samples.chunks(IN_A_MINUTE).filter_map(least).collect();
    let many = i64::try_from(lows.len()).unwrap();
    let sum = |of: fn(&(i64, i64)) -> i64| lows.iter().map(of).sum::<i64>();
    let (x, y) = (sum(|low| low.0), sum(|low| low.1));
    let (xy, xx) = (sum(|low| low.0 * low.1), sum(|low| low.0 * low.0));
    600 * (many * xy - x * y) / (many * xx - x * x)
}

#[test]
fn what_grows_is_seen_through_what_is_held_for_a_moment() {
    let samples = |grown: fn(i64) -> i64| -> Vec<Sample> {
        let hashing = |n: i64| if n % 4 < 2 + n / 50 { 19 * 1024 } else { 0 };
        let sample = |n: i64| Sample {
            second: n * 10,
            memory_kib: vec![120_000 + hashing(n) + grown(n * 10)],
            descriptors: 0,
            threads: 0,
            connections: 0,
            backlog: 0,
        };
        (0..90).map(sample).collect()
    };
    let by = |grown| slope(&samples(grown), |sample| sample.memory_kib[0]);
    assert_eq!(by(|_| 0), 0);
    assert!(by(|second| 2 * 1024 * second / 600) > GROWS);
}

async fn look(client: Client, url: String) -> Option<String> {
    let answer = match client.get(&url).header("accept", "text/html").send().await {
        Ok(answer) if answer.status() == 200 => answer.bytes().await.map(|_| ()),
        Ok(answer) => return Some(format!("{url}: {}", answer.status())),
        Err(cause) => Err(cause),
    };
    answer.err().map(|cause| format!("{url}: {cause:?}"))
}

/// An order, and whether it was paid; of the others nobody hears again.
async fn order(shopper: Shopper, pays: bool) -> Result<(Uuid, bool), String> {
    let placed = shopper.place(&new_key()).await;
    let id = placed.id.ok_or_else(|| format!("{placed:?}"))?;
    Ok((id, pays && shopper.pay(id).await))
}

async fn sign_in(port: u16) -> Option<String> {
    let account = json!({"email": "carl@example.org", "password": "correct horse"}).to_string();
    let reply = ask(port, "POST", "/api/v1/auth/login", &[], &account).await;
    (reply.as_ref().map(|reply| reply.status) != Some(200)).then(|| format!("signing in: {reply:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn soak_grows_nothing_and_fails_nothing() {
    let _turn = turn().await;
    let seconds = number("SOAK_SECONDS", 1800);
    report(&format!("soak: 30 pages and 5 orders a second for {seconds} s"));
    let database = open_shop().await;
    let fleet = Fleet::start(&database, &brokers(), 1, 1).await;
    let port = fleet.seen.port;
    let shopper = Shopper::register(&database, port, "carl").await;
    let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();

    let began = Instant::now();
    let paced = |milliseconds| {
        let mut pace = interval(Duration::from_millis(milliseconds));
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        pace
    };
    let (mut pages, mut orders, mut sign_ins) = (paced(33), paced(200), paced(2000));
    let mut sampling = interval_at(began + SAMPLE, SAMPLE);
    let (mut at_work, mut ordering) = (JoinSet::new(), JoinSet::new());
    let (mut looked, mut ordered, mut failed) = (0, 0, Vec::new());
    let (mut told, mut samples) = (Acknowledged::default(), Vec::new());
    while began.elapsed() < Duration::from_secs(seconds) {
        tokio::select! {
            _ = pages.tick() => {
                let url = format!("http://127.0.0.1:{port}{}", PAGES[looked % PAGES.len()]);
                at_work.spawn(look(client.clone(), url));
                looked += 1;
            }
            _ = orders.tick() => {
                ordering.spawn(order(shopper.clone(), ordered % 2 == 0));
                ordered += 1;
            }
            _ = sign_ins.tick() => { at_work.spawn(sign_in(port)); }
            _ = sampling.tick() => {
                let processes: Vec<_> = (0..fleet.size()).map(|place| fleet.id(place)).collect();
                samples.push(Sample {
                    second: i64::try_from(began.elapsed().as_secs()).unwrap(),
                    memory_kib: processes.iter().map(|id| told_of(*id, "VmRSS")).collect(),
                    descriptors: processes.iter().map(|id| descriptors(*id)).sum(),
                    threads: processes.iter().map(|id| told_of(*id, "Threads")).sum(),
                    connections: database.count(CONNECTIONS).await,
                    backlog: database.count(UNPUBLISHED).await,
                });
            }
            Some(done) = at_work.join_next() => failed.extend(done.unwrap()),
            Some(done) = ordering.join_next() => match done.unwrap() {
                Ok((id, is_paid)) => {
                    told.placed.push(id);
                    told.paid.extend(is_paid.then_some(id));
                }
                Err(why) => failed.push(why),
            },
        }
    }
    failed.extend(at_work.join_all().await.into_iter().flatten());
    for outcome in ordering.join_all().await {
        match outcome {
            Ok((id, is_paid)) => {
                told.placed.push(id);
                told.paid.extend(is_paid.then_some(id));
            }
            Err(why) => failed.push(why),
        }
    }
    fleet.seen.settled().await;
    report(&format!(
        "soak: {looked} pages, {ordered} orders, {} of them paid, {} calls failed",
        told.paid.len(),
        failed.len()
    ));
    let warm = i64::try_from(WARM_UP.min(seconds / 2)).unwrap();
    samples.retain(|sample| sample.second >= warm);
    let mut grown = Vec::new();
    for (place, process) in ["web", "worker"].into_iter().enumerate() {
        let (first, last) = first_and_last(&samples, |sample| sample.memory_kib[place]);
        let by = slope(&samples, |sample| sample.memory_kib[place]);
        report(&format!("soak: memory of {process}: {first} KiB, then {last} KiB, {by} KiB in ten minutes"));
        if by > GROWS || last > first + first * GROWS_BY_PERCENT / 100 {
            grown.push(process);
        }
    }
    type Kind = (&'static str, fn(&Sample) -> i64);
    let kinds: [Kind; 4] = [
        ("descriptors", |sample| sample.descriptors),
        ("threads", |sample| sample.threads),
        ("connections to the database", |sample| sample.connections),
        ("events that wait", |sample| sample.backlog),
    ];
    for (kind, what) in kinds {
        let (first, last) = first_and_last(&samples, what);
        report(&format!("soak: {kind}: {first}, then {last}"));
        if last > first + first * GROWS_BY_PERCENT / 100 + SLACK {
            grown.push(kind);
        }
    }
    fleet.stop().await;
    assert!(failed.is_empty(), "{failed:?}");
    assert!(grown.is_empty(), "it grows: {grown:?}");
    assert!(!told.paid.is_empty(), "nobody paid");
    assert_eq!(database.count(DEAD).await, 0, "dead letters");
    check(&database, &told).await;
    database.done().await;
}
