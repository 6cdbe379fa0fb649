//! The processes of one shop: started, killed, started again, and watched from outside.

use std::path::PathBuf;
use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;
use sqlx::PgPool;
use tokio::time::{Instant, sleep, timeout};

use crate::harness::TestShop;
use crate::program::{Process, ask, free_port, run};

/// Nothing takes this long, not even on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

pub struct RunningShop {
    pub port: u16,
    database: PgPool,
    environment: Vec<(&'static str, String)>,
    log: PathBuf,
    processes: Vec<(&'static str, Process)>,
}

impl RunningShop {
    pub async fn start(shop: &TestShop, brokers: Option<&str>, seed: u64) -> Self {
        Self::start_with(shop, brokers, seed, &[]).await
    }

    /// The same with more in its environment: a mail server.
    pub async fn start_with(
        shop: &TestShop,
        brokers: Option<&str>,
        seed: u64,
        more: &[(&'static str, String)],
    ) -> Self {
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("shop-chaos-{}-{seed}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let log = folder.join("log");
        let mut running = Self::watching(shop, port, log);
        let mut environment = vec![
            ("DATABASE_URL", shop.url.clone()),
            ("SITE_ADDR", format!("127.0.0.1:{port}")),
            ("MAIL_DIR", folder.join("mail").display().to_string()),
            ("RUST_LOG", "info".to_owned()),
            // All shoppers come from one address.
            ("RATE_LIMIT_FACTOR", "1000".to_owned()),
        ];
        let verbs: &[&str] = match brokers {
            None => &["serve"],
            Some(brokers) => {
                environment.push(("KAFKA_BROKERS", brokers.to_owned()));
                environment.push(("KAFKA_TOPIC_PREFIX", format!("chaos-{}-{port}.", std::process::id())));
                environment.push(("KAFKA_INSTANCE_ID", "worker".to_owned()));
                &["web", "worker"]
            }
        };
        // What is said last holds.
        environment.extend_from_slice(more);
        running.environment = environment;
        running.start_all(verbs);
        running.ready(Instant::now()).await;
        running
    }

    /// Looks at a shop whose processes are somebody else's.
    pub fn watching(shop: &TestShop, port: u16, log: PathBuf) -> Self {
        let database = shop.shop.store().pool().clone();
        Self { port, database, environment: Vec::new(), log, processes: Vec::new() }
    }

    fn start_all(&mut self, verbs: &[&'static str]) {
        let begin = |verb: &&'static str| (*verb, Process::start(verb, &self.environment, &self.log));
        self.processes = verbs.iter().map(begin).collect();
    }

    /// What this shop keeps beside its database: the folder of its mail, and its broker and topics.
    pub fn kept_elsewhere(&self) -> Vec<(&'static str, String)> {
        let names = ["MAIL_DIR", "KAFKA_BROKERS", "KAFKA_TOPIC_PREFIX"];
        self.environment.iter().filter(|(name, _)| names.contains(name)).cloned().collect()
    }

    /// One of the processes, or all of them at once.
    pub fn kill_and_restart(&mut self, random: &mut StdRng) {
        let (victim, all) = (random.random_range(0..self.processes.len()), random.random_ratio(1, 3));
        for (place, (verb, process)) in self.processes.iter_mut().enumerate() {
            if all || place == victim {
                process.kill();
                *process = Process::start(verb, &self.environment, &self.log);
            }
        }
    }

    /// SIGKILL for those of this verb, or for all.
    pub fn kill(&mut self, only: Option<&str>) {
        for (_, process) in self.processes.iter_mut().filter(|(verb, _)| only.is_none_or(|only| only == *verb)) {
            process.kill();
        }
    }

    pub fn start_again(&mut self, only: Option<&str>) {
        for (verb, process) in self.processes.iter_mut().filter(|(verb, _)| only.is_none_or(|only| only == *verb)) {
            *process = Process::start(verb, &self.environment, &self.log);
        }
    }

    /// How long after `since` the web side says that it is ready.
    pub async fn ready(&self, since: Instant) -> Duration {
        self.waited(since, "ready", async || {
            ask(self.port, "GET", "/readyz", &[], "").await.is_some_and(|reply| reply.status == 200)
        })
        .await
    }

    /// How long after `since` an order that was placed since then is reserved.
    pub async fn first_reservation(&self, since: Instant) -> Duration {
        let newest = self.newest_order().await;
        self.waited(since, "reserving", async || {
            // Where there is no database, nothing is reserved in it yet.
            sqlx::query_scalar("select exists (select 1 from orders where number > $1 and reservation = 'reserved')")
                .bind(newest)
                .fetch_one(&self.database)
                .await
                .unwrap_or(false)
        })
        .await
    }

    /// A connection from before a crash may be met once.
    async fn newest_order(&self) -> i64 {
        let newest = "select coalesce(max(number), 0) from orders";
        for _ in 0..20 {
            if let Ok(number) = sqlx::query_scalar(newest).fetch_one(&self.database).await {
                return number;
            }
        }
        panic!("the database does not answer")
    }

    /// Everything that was placed is decided, and every event has had its effect.
    pub async fn settled(&self) {
        self.waited(Instant::now(), "settled", async || {
            sqlx::query_scalar(
                "select not exists (select 1 from outbox where published_at is null) and not exists (
                    select 1 from orders o left join reservations r on r.order_id = o.id
                    where r.state is null or r.state = 'pending' or r.state <> o.reservation
                        or (o.status = 'cancelled' and r.state in ('reserved', 'claimed'))
                        or (o.status = 'paid' and r.state <> 'claimed'))",
            )
            .fetch_one(&self.database)
            .await
            .unwrap()
        })
        .await;
    }

    /// What its owner is told by the program.
    pub fn says(&self, verb: &[&str]) -> String {
        let output = run(verb, &self.environment);
        assert!(output.status.success(), "{verb:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn logged(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    pub fn stop(self) {
        for (verb, process) in self.processes {
            assert_eq!(process.stop(), Some(0), "{verb}: {}", self.log.display());
        }
    }

    /// Waits until a statement that counts something counts something.
    pub async fn until(&self, what: &str, statement: &'static str) {
        self.waited(Instant::now(), what, async || {
            sqlx::query_scalar::<_, i64>(statement).fetch_one(&self.database).await.unwrap() > 0
        })
        .await;
    }

    async fn waited(&self, since: Instant, what: &str, mut done: impl AsyncFnMut() -> bool) -> Duration {
        let seen = timeout(LONGEST, async {
            while !done().await {
                sleep(Duration::from_millis(10)).await;
            }
        });
        seen.await.unwrap_or_else(|_| panic!("not {what} after {LONGEST:?}: {}", self.log.display()));
        since.elapsed()
    }
}
