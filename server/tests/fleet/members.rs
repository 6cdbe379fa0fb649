//! The processes of one shop behind a proxy: started, and each replaced by another.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, timeout};

use crate::harness::TestShop;
use crate::program::{Process, ask, command_of, free_port};
use crate::proxy::Proxy;
use crate::shop::RunningShop;

/// Nothing takes this long, not even on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

pub struct Fleet {
    /// What happens in it, seen through the proxy.
    pub seen: RunningShop,
    /// Of its topics.
    pub prefix: String,
    proxy: Proxy,
    webs: usize,
    members: Vec<Member>,
    log: PathBuf,
}

struct Member {
    verb: &'static str,
    environment: Vec<(&'static str, String)>,
    /// Of one that answers requests.
    port: Option<u16>,
    /// Where it tells its metrics: on an address from which nobody connects, so that the port is free when it comes back.
    metrics: String,
    /// Of another release than this.
    program: Option<PathBuf>,
    process: Option<Process>,
}

impl Member {
    fn start(&mut self, log: &PathBuf) {
        self.process = Some(match &self.program {
            None => Process::start(self.verb, &self.environment, log),
            Some(program) => Process::spawn(command_of(program, &[self.verb], &self.environment), log),
        });
    }
}

impl Fleet {
    pub async fn start(shop: &TestShop, brokers: &str, webs: usize, workers: usize) -> Self {
        Self::start_with(shop, brokers, (webs, workers), &[], None).await
    }

    /// The same with more in its environment, or all of them of another release.
    pub async fn start_with(
        shop: &TestShop,
        brokers: &str,
        (webs, workers): (usize, usize),
        more: &[(&'static str, String)],
        program: Option<&Path>,
    ) -> Self {
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("shop-fleet-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let log = folder.join("log");
        let prefix = format!("fleet-{}-{port}.", std::process::id());
        let mut shared = vec![
            ("DATABASE_URL", shop.url.clone()),
            ("KAFKA_BROKERS", brokers.to_owned()),
            ("KAFKA_TOPIC_PREFIX", prefix.clone()),
            ("BASE_URL", format!("http://127.0.0.1:{port}")),
            ("TRUSTED_PROXIES", "127.0.0.1".to_owned()),
            ("SECRET_KEY", "a secret key of the tests, 32 long".to_owned()),
            // The proxy asks four times a second, and believes the second answer.
            ("STOP_DELAY_SECONDS", "2".to_owned()),
            ("MAIL_DIR", folder.join("mail").display().to_string()),
            ("MEDIA_DIR", folder.join("media").display().to_string()),
            ("RUST_LOG", "info".to_owned()),
            // All shoppers come from one address.
            ("RATE_LIMIT_FACTOR", "1000".to_owned()),
        ];
        // What is said last holds.
        shared.extend_from_slice(more);
        let mut members = Vec::new();
        for place in 0..webs + workers {
            let (metrics, is_web) = (format!("127.0.0.2:{}", free_port()), place < webs);
            let mut environment = shared.clone();
            environment.push(("METRICS_ADDR", metrics.clone()));
            let own = is_web.then(free_port);
            environment.extend(own.map(|own| ("SITE_ADDR", format!("127.0.0.1:{own}"))));
            let verb = if is_web { "web" } else { "worker" };
            let program = program.map(Path::to_path_buf);
            members.push(Member { verb, environment, port: own, metrics, program, process: None });
        }
        for member in &mut members {
            member.start(&log);
        }
        let ports: Vec<_> = members.iter().filter_map(|member| member.port).collect();
        let proxy = Proxy::before_web(port, &ports).await;
        proxy.has(webs).await;
        Self { seen: RunningShop::watching(shop, port, log.clone()), prefix, proxy, webs, members, log }
    }

    pub const fn size(&self) -> usize {
        self.members.len()
    }

    /// SIGTERM, and another one in its place once it is gone. Nothing else happens before it works.
    pub async fn replace(&mut self, place: usize) {
        let member = &mut self.members[place];
        let process = member.process.take().unwrap();
        let stopping = spawn_blocking(move || process.stop());
        if let Some(port) = member.port {
            says_first_that_it_goes(port).await;
        }
        let code = timeout(LONGEST, stopping).await.expect("it stops").unwrap();
        assert_eq!(code, Some(0), "{}: {}", member.verb, self.log.display());
        member.start(&self.log);
        self.proxy.has(self.webs).await;
    }

    /// The same, by one of this release or of another.
    pub async fn replace_by(&mut self, place: usize, program: Option<&Path>) {
        self.members[place].program = program.map(Path::to_path_buf);
        self.replace(place).await;
    }

    /// SIGTERM, and how long until it is gone; `begin` starts it again.
    pub async fn end(&mut self, place: usize) -> Duration {
        let began = Instant::now();
        let process = self.members[place].process.take().unwrap();
        let stopping = spawn_blocking(move || process.stop());
        let code = timeout(LONGEST, stopping).await.expect("it stops").unwrap();
        assert_eq!(code, Some(0), "{}: {}", self.members[place].verb, self.log.display());
        began.elapsed()
    }

    /// Waits until all that answer requests may be sent to.
    pub async fn whole(&self) {
        self.proxy.has(self.webs).await;
    }

    pub fn signal(&self, place: usize, name: &str) {
        self.process(place).signal(name);
    }

    pub fn id(&self, place: usize) -> u32 {
        self.process(place).id()
    }

    /// Of one that answers requests, past the proxy.
    pub fn port(&self, place: usize) -> u16 {
        self.members[place].port.unwrap()
    }

    pub fn metrics(&self, place: usize) -> String {
        format!("http://{}/metrics", self.target(place))
    }

    /// Where a process tells its metrics, as Prometheus calls it.
    pub fn target(&self, place: usize) -> &str {
        &self.members[place].metrics
    }

    pub fn targets(&self) -> Vec<&str> {
        self.members.iter().map(|member| member.metrics.as_str()).collect()
    }

    fn process(&self, place: usize) -> &Process {
        self.members[place].process.as_ref().unwrap()
    }

    /// SIGKILL; `begin` starts it again.
    pub fn kill(&mut self, place: usize) {
        self.members[place].process.as_mut().unwrap().kill();
    }

    pub fn begin(&mut self, place: usize) {
        self.members[place].start(&self.log);
    }

    pub async fn stop(self) {
        for (verb, process) in self.members.into_iter().filter_map(|member| Some((member.verb, member.process?))) {
            let code = spawn_blocking(move || process.stop()).await.unwrap();
            assert_eq!(code, Some(0), "{verb}: {}", self.log.display());
        }
    }
}

/// It is not ready any more, and answers: whoever the proxy sends meanwhile is served.
async fn says_first_that_it_goes(port: u16) {
    let began = Instant::now();
    loop {
        let ready = ask(port, "GET", "/readyz", &[], "").await;
        match ready.map(|reply| reply.status) {
            Some(503) => break,
            Some(200) => {}
            other => panic!("it was not ready to stop: {other:?}"),
        }
        assert!(began.elapsed() < LONGEST, "it does not hear of its end");
        sleep(Duration::from_millis(5)).await;
    }
    let served = ask(port, "GET", "/products/mug", &[("accept", "text/html")], "").await;
    assert_eq!(served.map(|reply| reply.status), Some(200), "it was closed before the proxy could see it");
}
