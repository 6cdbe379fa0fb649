//! What to run for so many orders an hour, from what an operation was measured to cost: a queue at each place where work waits, and
//! which of them is full first. `docs/scale.md` shows what this says; a test compares them.

use std::fmt::Write as _;

/// A row of the bench, and what it was measured to cost: CPU of the program and of PostgreSQL together, on two quiet cores.
pub struct Cost {
    /// As in `rows`.
    pub row: &'static str,
    pub ms: f64,
    /// PostgreSQL's part of it.
    pub database: f64,
    pub source: &'static str,
}

pub const PRODUCT: Cost =
    Cost { row: "product", ms: 0.423, database: 0.5, source: "bench, November 2026; PostgreSQL's half is assumed" };
pub const LISTING: Cost =
    Cost { row: "listing", ms: 0.493, database: 0.5, source: "bench, November 2026; PostgreSQL's half is assumed" };
pub const LOGIN: Cost =
    Cost { row: "login", ms: 19.1, database: 0.0, source: "bench, November 2026: a password is hashed" };
pub const ORDER: Cost =
    Cost { row: "order", ms: 6.4, database: 0.67, source: "bench, 29 November 2026; 4.3 ms of it in psql" };
pub const JOURNEY: Cost = Cost {
    row: "journey",
    ms: 29.8,
    database: 0.5,
    source: "bench, 29 November 2026, its order included; PostgreSQL's half of the rest is assumed",
};
pub const COSTS: [&Cost; 5] = [&PRODUCT, &LISTING, &LOGIN, &ORDER, &JOURNEY];

/// Orders of one thing that a process has set aside in a second (row `flash-sale`, 29 November 2026), which also went through one
/// relay: nobody has seen more of either.
pub const MEASURED_RATE: f64 = 359.0;

/// Assumed of shoppers: pages of the catalogue for each order (half of them a product), sign-ins for each, the part of all orders
/// that want the same thing, and the busiest minutes beside the hour.
pub const PAGES: f64 = 100.0;
pub const SIGN_INS: f64 = 0.3;
pub const SAME_THING: f64 = 0.1;
pub const PEAK: f64 = 3.0;
/// Requests of a journey, of which each is a page or a form.
const JOURNEY_REQUESTS: f64 = 12.0;
/// Of what the program does for an order, the worker's part; assumed.
const WORKERS_PART: f64 = 0.5;

/// Cores are bought so that half of them are busy at the peak; a place where one works at a time may be so busy.
pub const BUSY: f64 = 0.5;
pub const BUSY_ALONE: f64 = 0.7;
/// `DATABASE_POOL`; beside it each process that answers requests listens on one, and each worker has one for the relay's lock.
const POOL: u32 = 12;
const WEB_CORES: u32 = 4;
/// Fewer partitions than the program's default are not worth it.
const PARTITIONS: u32 = 6;
/// The largest machine that PostgreSQL gets.
const DATABASE_CORES: u32 = 64;
/// Less than a quarter of a core, all together: one process does it.
const ALONE: f64 = 0.25;

/// CPU of one order, with all that its shoppers look at, in milliseconds.
struct PerOrder {
    web: f64,
    worker: f64,
    database: f64,
    /// Of the database's, what a replica could answer.
    readable: f64,
}

impl PerOrder {
    fn measured() -> Self {
        let pages = PAGES * (PRODUCT.ms + LISTING.ms) / 2.0;
        let readable = PAGES * (PRODUCT.ms * PRODUCT.database + LISTING.ms * LISTING.database) / 2.0;
        let around = JOURNEY.ms - ORDER.ms;
        let order = ORDER.ms * (1.0 - ORDER.database);
        Self {
            web: pages - readable
                + around * (1.0 - JOURNEY.database)
                + order * (1.0 - WORKERS_PART)
                + SIGN_INS * LOGIN.ms,
            worker: order * WORKERS_PART,
            database: readable + around * JOURNEY.database + ORDER.ms * ORDER.database,
            readable,
        }
    }
}

/// What to run.
#[derive(Debug, PartialEq)]
pub struct Plan {
    pub orders_an_hour: u32,
    /// A second, at the peak.
    pub rate: f64,
    /// Shops side by side, each with a database and a relay of its own.
    pub shops: u32,
    /// All that follows is of one of them. One process that does everything, and no Kafka.
    pub is_alone: bool,
    pub web_cores: u32,
    pub web: u32,
    pub workers: u32,
    pub partitions: u32,
    pub database_cores: u32,
    pub connections: u32,
    /// The part of the database's cores that is busy at the peak, and for how long a statement waits for one (ms).
    pub busy: f64,
    pub wait: f64,
}

impl Plan {
    pub fn of(orders_an_hour: u32) -> Self {
        let cost = PerOrder::measured();
        let rate = f64::from(orders_an_hour) / 3600.0 * PEAK;
        let shops = up(rate / (MEASURED_RATE * BUSY_ALONE)).max(1);
        let each = rate / f64::from(shops);
        let cores = |ms: f64| up(each * ms / 1000.0 / BUSY).max(1);
        let is_alone = each * (cost.web + cost.worker + cost.database) / 1000.0 < ALONE;
        let web_cores = cores(cost.web);
        let web = if is_alone { 1 } else { web_cores.div_ceil(WEB_CORES).max(2) };
        let workers = if is_alone { 0 } else { cores(cost.worker).max(2) };
        let database_cores = if is_alone { 1 } else { cores(cost.database).max(2) };
        let requests = PAGES + JOURNEY_REQUESTS + SIGN_INS;
        let queue =
            Queue { rate: each * requests, service: cost.database / requests / 1000.0, servers: database_cores };
        Self {
            orders_an_hour,
            rate,
            shops,
            is_alone,
            web_cores,
            web,
            workers,
            partitions: if is_alone { 0 } else { (2 * workers).max(PARTITIONS) },
            database_cores,
            connections: (web + workers) * (POOL + 1) + u32::from(is_alone),
            busy: queue.busy(),
            wait: queue.wait() * 1000.0,
        }
    }
}

/// Work that comes by chance and takes as long as chance has it, and so many that do it (M/M/c).
pub struct Queue {
    /// A second.
    pub rate: f64,
    /// Seconds.
    pub service: f64,
    pub servers: u32,
}

impl Queue {
    pub fn busy(&self) -> f64 {
        self.rate * self.service / f64::from(self.servers)
    }

    /// How long somebody waits on average, in seconds; for ever where more comes than is done.
    pub fn wait(&self) -> f64 {
        if self.busy() >= 1.0 {
            return f64::INFINITY;
        }
        let offered = self.rate * self.service;
        // Erlang's formulas: of losses, server by server, and from it of waiting.
        let lost = (1..=self.servers).fold(1.0, |lost, n| offered * lost / (f64::from(n) + offered * lost));
        let waits = lost / (1.0 - self.busy() * (1.0 - lost));
        waits * self.service / (f64::from(self.servers) - offered)
    }
}

fn up(number: f64) -> u32 {
    number.ceil() as u32
}

/// Where it ends, the lowest first: what is full, and at how many orders an hour.
pub fn ends() -> Vec<(&'static str, f64)> {
    let cost = PerOrder::measured();
    let hourly = |rate: f64| rate / PEAK * 3600.0;
    let machine = f64::from(DATABASE_CORES) * BUSY * 1000.0;
    let mut ends = vec![
        ("the relay, of which one works at a time", hourly(MEASURED_RATE * BUSY_ALONE)),
        ("the stock of one thing that a tenth of all want: one row", hourly(MEASURED_RATE * BUSY_ALONE / SAME_THING)),
        ("PostgreSQL on 64 cores", hourly(machine / cost.database)),
        ("the same, if replicas answer the catalogue", hourly(machine / (cost.database - cost.readable))),
    ];
    ends.sort_by(|a, b| a.1.total_cmp(&b.1));
    ends
}

/// All of it as tables, as they stand in `docs/scale.md`.
pub fn report(loads: &[u32]) -> String {
    let mut told = String::from("| row | CPU, ms | of it PostgreSQL | where from |\n|---|---|---|---|\n");
    for Cost { row, ms, database, source } in COSTS {
        // Writing into a text cannot fail.
        let _ = writeln!(told, "| `{row}` | {ms} | {:.0} % | {source} |", database * 100.0);
    }
    told.push_str("\n| orders an hour | a second, at the peak | shops | web | worker | partitions | cores of PostgreSQL | connections | busy | wait, ms |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for plan in loads.iter().map(|load| Plan::of(*load)) {
        let Plan { orders_an_hour, rate, shops, is_alone, web_cores, web, workers, partitions, .. } = plan;
        let Plan { database_cores, connections, busy, wait, .. } = plan;
        let processes = match is_alone {
            true => "1 `serve`".to_owned(),
            false => format!("{web} ({web_cores} cores)"),
        };
        let _ = writeln!(
            told,
            "| {orders_an_hour} | {rate:.2} | {shops} | {processes} | {workers} | {partitions} | {database_cores} | {connections} | {:.0} % | {wait:.3} |",
            busy * 100.0
        );
    }
    told.push_str("\n| full first | orders an hour |\n|---|---|\n");
    for (what, orders) in ends() {
        let _ = writeln!(told, "| {what} | {:.0}000 |", orders / 1000.0);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::ROWS;

    #[test]
    fn the_document_says_what_the_model_says() {
        let document = include_str!("../../docs/scale.md");
        for table in report(&[100, 10_000, 1_000_000]).split("\n\n") {
            assert!(document.contains(table.trim_end()), "docs/scale.md has not\n{table}");
        }
        for assumed in [
            format!("{PAGES:.0} pages"),
            format!("{SIGN_INS} sign-ins"),
            format!("{PEAK:.0} times"),
            format!("{MEASURED_RATE:.0} orders a second"),
            format!("{:.0} % busy", BUSY * 100.0),
            format!("{:.0} % busy", BUSY_ALONE * 100.0),
        ] {
            assert!(document.contains(&assumed), "docs/scale.md does not assume {assumed}");
        }
    }

    #[test]
    fn each_cost_is_a_row_that_the_bench_measures() {
        for cost in COSTS {
            assert!(ROWS.iter().any(|row| row.name == cost.row), "{}", cost.row);
            assert!(cost.ms > 0.0 && (0.0..=1.0).contains(&cost.database), "{}", cost.row);
        }
        const { assert!(JOURNEY.ms > ORDER.ms, "the order is a part of it") };
    }

    #[test]
    fn no_plan_is_busier_than_it_may_be_and_more_orders_never_want_less() {
        let plans: Vec<_> =
            [1, 100, 1_000, 10_000, 100_000, 300_000, 302_000, 1_000_000, 10_000_000].map(Plan::of).into();
        for plan in &plans {
            assert!(plan.busy <= BUSY && plan.wait < 1.0, "{plan:?}");
            let relayed = plan.rate / f64::from(plan.shops);
            assert!(relayed <= MEASURED_RATE * BUSY_ALONE, "{plan:?}");
            assert!(
                plan.is_alone || (plan.web >= 2 && plan.workers >= 2 && plan.partitions >= plan.workers),
                "{plan:?}"
            );
        }
        let all = |plan: &Plan| plan.shops * (plan.web_cores + plan.database_cores);
        assert!(plans.is_sorted_by_key(all), "{plans:?}");
        // At its end one becomes two.
        assert_eq!(plans.iter().map(|plan| plan.shops).collect::<Vec<_>>()[5..8], [1, 2, 4]);
        assert!(ends().is_sorted_by(|a, b| a.1 <= b.1) && ends()[0].0.starts_with("the relay"));
    }

    /// Chance by a generator of one line, so that each run sees the same.
    struct Chance(u64);

    impl Chance {
        fn after(&mut self, mean: f64) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let even = (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
            -mean * (1.0 - even).ln()
        }
    }

    /// The average wait of so many who come one after the other.
    fn simulated(queue: &Queue, who: u32) -> f64 {
        let mut chance = Chance(7);
        let mut free_at = vec![0.0_f64; queue.servers as usize];
        let (mut now, mut waited) = (0.0, 0.0);
        for _ in 0..who {
            now += chance.after(1.0 / queue.rate);
            let first = free_at.iter_mut().min_by(|a, b| a.total_cmp(b)).unwrap();
            let begins = (*first).max(now);
            waited += begins - now;
            *first = begins + chance.after(queue.service);
        }
        waited / f64::from(who)
    }

    #[test]
    fn the_formula_is_what_a_simulated_queue_shows() {
        // One server of which the wait is known: busy / (1 - busy) times the service.
        let one = Queue { rate: 0.5, service: 1.0, servers: 1 };
        assert!((one.wait() - 1.0).abs() < 1e-9, "{}", one.wait());
        for (servers, rate) in [(1, 0.7), (2, 1.0), (4, 3.2), (16, 14.0)] {
            let queue = Queue { rate, service: 1.0, servers };
            let (told, seen) = (queue.wait(), simulated(&queue, 400_000));
            assert!((told - seen).abs() < 0.1 * told, "{servers} servers: {told} by the formula, {seen} by chance");
        }
        assert!(Queue { rate: 2.0, service: 1.0, servers: 2 }.wait().is_infinite());
    }
}
