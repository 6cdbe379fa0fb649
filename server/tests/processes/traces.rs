//! Traces: what a click leads to in every process is one trace, at OpenTelemetry's own collector; one that is not there costs
//! nothing; nothing secret is told.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;
use shop::infrastructure::clock::RandomIds;
use shop::usecase::Ids as _;
use tokio::time::sleep;

use crate::harness::TestShop;
use crate::program::{Process, Reply, ask, free_port};
use crate::{at, until_both_say};

/// A cause that nobody in the shop has told.
const OF_A_VISITOR: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// OpenTelemetry's own (`scripts/setup collector`): it takes spans by OTLP over HTTP, and writes them down.
struct Collector {
    process: Process,
    folder: PathBuf,
    endpoint: String,
}

/// What it is told to do.
const COLLECTS: &str = "
receivers: {otlp: {protocols: {http: {endpoint: '127.0.0.1:PORT'}}}}
exporters: {file: {path: 'FOLDER/traces.json'}}
service:
  pipelines: {traces: {receivers: [otlp], exporters: [file]}}
  telemetry: {metrics: {level: none}, logs: {level: warn}}
";

impl Collector {
    async fn open() -> Self {
        let folder = std::env::temp_dir().join(format!("shop-collector-{}", RandomIds.next().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        let (settings, log, port) = (folder.join("settings.yaml"), folder.join("log"), free_port());
        let told = COLLECTS.replace("PORT", &port.to_string()).replace("FOLDER", &folder.display().to_string());
        std::fs::write(&settings, told).unwrap();
        let mut command = Command::new(installed("otelcol"));
        command.arg("--config").arg(&settings);
        let (process, began) = (Process::spawn(command, &log), Instant::now());
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let said = std::fs::read_to_string(&log).unwrap();
            assert!(began.elapsed() < Duration::from_secs(60), "the collector does not answer: {said}");
            sleep(Duration::from_millis(20)).await;
        }
        Self { process, folder, endpoint: format!("http://127.0.0.1:{port}") }
    }

    /// All that it was told, as it wrote it down until it was stopped.
    fn told(self) -> String {
        assert_eq!(self.process.stop(), Some(0));
        let told = std::fs::read_to_string(self.folder.join("traces.json")).unwrap();
        std::fs::remove_dir_all(&self.folder).unwrap();
        told
    }
}

/// A program that `scripts/setup` has put there.
fn installed(name: &str) -> PathBuf {
    let cache = std::env::var("SHOP_CACHE")
        .unwrap_or_else(|_| format!("{}/.cache/small-ecommerce", std::env::var("HOME").unwrap_or_default()));
    let program = PathBuf::from(cache).join("bin").join(name);
    assert!(program.is_file(), "{} is not there: run scripts/setup", program.display());
    program
}

/// As it stands in OpenTelemetry's specification of OTLP in JSON; what is empty may be left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    trace_id: String,
    span_id: String,
    #[serde(default)]
    parent_span_id: String,
    name: String,
    #[serde(default)]
    attributes: Vec<Fact>,
    #[serde(default)]
    links: Vec<Link>,
}

#[derive(Clone, Debug, Deserialize)]
struct Fact {
    key: String,
    value: Value,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Link {
    trace_id: String,
    span_id: String,
}

/// A line of what it wrote is what it was told at once.
fn spans(told: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for batch in told.lines() {
        let batch: Value = serde_json::from_str(batch).unwrap();
        for of_process in batch["resourceSpans"].as_array().unwrap() {
            for scope in of_process["scopeSpans"].as_array().unwrap() {
                spans.extend(Vec::<Span>::deserialize(&scope["spans"]).unwrap());
            }
        }
    }
    spans
}

/// Where processes of a shop run that are traced.
struct Place {
    folder: PathBuf,
    port: u16,
    environment: Vec<(&'static str, String)>,
}

impl Place {
    fn new(shop: &TestShop, name: &str, endpoint: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("shop-traces-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let port = free_port();
        let own = vec![
            ("SITE_ADDR", format!("127.0.0.1:{port}")),
            ("BASE_URL", format!("http://127.0.0.1:{port}")),
            ("MAIL_DIR", folder.join("mail").display().to_string()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.to_owned()),
            ("RUST_LOG", "info,server=debug".to_owned()),
            ("LOG_FORMAT", "json".to_owned()),
            ("RATE_LIMIT_FACTOR", "1000".to_owned()),
        ];
        Self { folder, port, environment: [at(&shop.url), own].concat() }
    }

    fn set(&mut self, more: &[(&'static str, String)]) {
        self.environment.extend_from_slice(more);
    }

    fn start(&self, part: &str) -> Process {
        Process::start(part, &self.environment, &self.log(part))
    }

    fn log(&self, part: &str) -> PathBuf {
        self.folder.join(format!("{part}.log"))
    }
}

fn lines_with(log: &Path, words: &str) -> Vec<String> {
    let log = std::fs::read_to_string(log).unwrap();
    log.lines().filter(|line| line.contains(words)).map(str::to_owned).collect()
}

/// A guest orders a mug.
async fn order(shop: &TestShop, port: u16) -> Reply {
    let product: String = shop.scalar("select product_id::text from product_variants where sku = $1", "MUG").await;
    let body = serde_json::json!({
        "email": "ada-zzyzx@example.org", "items": [{"product_id": product, "quantity": 1}]
    });
    let key = RandomIds.next().to_string();
    // Whoever they say has caused it.
    let headers = [("idempotency-key", key.as_str()), ("traceparent", OF_A_VISITOR)];
    let reply = ask(port, "POST", "/api/v1/orders?zzyzx=1", &headers, &body.to_string()).await;
    let reply = reply.expect("an answer");
    assert_eq!(reply.status, 201, "{reply:?}");
    reply
}

/// The order is paid as soon as its mug is set aside. Answers the order's token.
async fn pay(port: u16, order: &Reply) -> String {
    let (id, token) = (order.body["id"].as_str().unwrap(), order.body["token"].as_str().unwrap());
    let (path, began) = (format!("/api/v1/orders/{id}/pay?token={token}"), Instant::now());
    loop {
        let paid = ask(port, "POST", &path, &[], r#"{"outcome":"approve"}"#).await.expect("an answer");
        if paid.status == 200 {
            return token.to_owned();
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{paid:?}");
        sleep(Duration::from_millis(100)).await;
    }
}

/// The order is paid on the page of its provider, which tells the shop by a webhook; whoever paid never comes back.
async fn pay_at_provider(port: u16, order: &Reply) -> String {
    let (id, token) = (order.body["id"].as_str().unwrap(), order.body["token"].as_str().unwrap());
    let (path, began) = (format!("/api/v1/orders/{id}/pay?token={token}"), Instant::now());
    let page = loop {
        let begun = ask(port, "POST", &path, &[], "{}").await.expect("an answer");
        if let Some(url) = begun.body["redirect_url"].as_str() {
            break url.split_once("/sandbox/").expect("the sandbox's page").1.to_owned();
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{begun:?}");
        sleep(Duration::from_millis(100)).await;
    };
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answered = ask(port, "POST", &format!("/sandbox/{page}"), &form, "answer=approve").await.expect("an answer");
    assert_eq!(answered.status, 303, "{answered:?}");
    token.to_owned()
}

/// Until so many letters are with the mail server, and no event waits.
async fn until_told(shop: &TestShop, letters: i64) {
    let began = Instant::now();
    while shop.count("select count(*) from email_messages where state = 'accepted'").await < letters
        || shop.count("select count(*) from outbox where published_at is null").await > 0
    {
        assert!(began.elapsed() < Duration::from_secs(60), "no letter goes out");
        sleep(Duration::from_millis(50)).await;
    }
}

/// What a span was told of itself.
fn fact(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|fact| fact.key == name);
    found.map(|fact| fact.value.to_string()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_holds_a_click_and_all_that_it_leads_to_in_other_processes() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let collector = Collector::open().await;
    let mut place = Place::new(&shop, "one", &collector.endpoint);
    let brokers = std::env::var("TEST_KAFKA_BROKERS").expect("TEST_KAFKA_BROKERS: run the tests with `make test`");
    let prefix = format!("t{}.", RandomIds.next().simple());
    place.set(&[("KAFKA_BROKERS", brokers), ("KAFKA_TOPIC_PREFIX", prefix)]);
    let (web, worker) = (place.start("web"), place.start("worker"));
    until_both_say(&[place.port], "Kiln &amp; Loom").await;
    let token = pay(place.port, &order(&shop, place.port).await).await;
    let other_token = pay_at_provider(place.port, &order(&shop, place.port).await).await;
    until_told(&shop, 4).await;
    // What is not sent yet goes out with the process.
    assert_eq!((web.stop(), worker.stop()), (Some(0), Some(0)));

    let told = collector.told();
    let spans = spans(&told);
    let of_name = |name: &str| {
        let found = spans.iter().find(|span| span.name == name);
        let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
        found.unwrap_or_else(|| panic!("no {name} in {names:?}"))
    };
    let mail = of_name("send mail order_received");
    let cause = |span: &Span| spans.iter().find(|other| other.span_id == span.parent_span_id).cloned();
    let consumed = cause(mail).expect("the step that queued it");
    assert_eq!(consumed.name, "process order.created");
    assert!(fact(&consumed, "messaging.consumer.group.name").contains("notification"), "{consumed:?}");
    let published = cause(&consumed).expect("the step that published its event");
    assert_eq!(published.name, "publish order.created");
    let request = cause(&published).expect("the click");
    assert_eq!(request.name, "POST /api/v1/orders");
    assert!(request.parent_span_id.is_empty() && fact(&request, "http.route").contains("/api/v1/orders"));
    assert!(fact(&request, "http.response.status_code").contains("201"), "{request:?}");
    let of_payments = spans.iter().filter(|span| span.name == "send mail payment_received").map(|mail| {
        let (mut path, mut last) = (Vec::new(), Some(mail.clone()));
        while let Some(step) = last {
            last = cause(&step);
            path.push(step.name);
        }
        path
    });
    let mut of_payments: Vec<_> = of_payments.collect();
    of_payments.sort_unstable_by_key(Vec::len);
    let mail = ["send mail payment_received", "process order.paid", "publish order.paid"];
    let click = "POST /api/v1/orders/{id}/pay";
    assert_eq!(of_payments, [[&mail[..], &[click]].concat(), [&mail[..], &["settle payment", click]].concat()]);
    // What the provider told is a request of its own, which the trace refers to.
    let links = &of_name("settle payment").links;
    let hook = links.first().and_then(|link| spans.iter().find(|span| span.span_id == link.span_id));
    let hook = hook.unwrap_or_else(|| panic!("{links:?}"));
    assert_eq!((hook.name.as_str(), &hook.trace_id), ("POST /webhooks/{provider}", &links[0].trace_id));
    for step in ["publish inventory.updated", "process inventory.updated"] {
        let of_trace = spans.iter().any(|span| span.name == step && span.trace_id == request.trace_id);
        assert!(of_trace, "{step} is not in the trace of its order");
    }
    assert!(spans.iter().any(|span| span.trace_id != request.trace_id), "others have a trace of their own");

    // Lines of the log bear the trace, in each process.
    let trace = &request.trace_id;
    let sent = lines_with(&place.log("worker"), "mail sent");
    assert!(sent.iter().any(|line| line.contains(trace.as_str())), "{trace} is not in {sent:?}");
    let answered = lines_with(&place.log("web"), trace);
    assert!(answered.iter().any(|line| line.contains("\"status\":201") && line.contains("\"id\"")), "{answered:?}");

    for secret in ["zzyzx", &token, &other_token, "24.00", "Kiln"] {
        assert!(!told.contains(secret), "{secret} left the shop");
    }
    std::fs::remove_dir_all(&place.folder).unwrap();
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_never_answers_slows_and_stops_nothing() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 50)]).await;
    // Connections are made with it, and no more.
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Place::new(&shop, "deaf", &format!("http://{}", deaf.local_addr().unwrap()));
    let serve = place.start("serve");
    until_both_say(&[place.port], "Kiln &amp; Loom").await;
    let (began, trouble) = (Instant::now(), "traces do not arrive");
    let mut orders = 0;
    while orders < 10 || lines_with(&place.log("serve"), trouble).is_empty() {
        let asked = Instant::now();
        order(&shop, place.port).await;
        assert!(asked.elapsed() < Duration::from_secs(2), "an order waited: {:?}", asked.elapsed());
        assert!(began.elapsed() < Duration::from_secs(45), "nobody is told that traces do not arrive");
        orders += 1;
        sleep(Duration::from_millis(if orders < 10 { 0 } else { 1000 })).await;
    }
    until_told(&shop, orders).await;
    let told = Instant::now();
    assert_eq!(serve.stop(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(12), "the stop waited: {:?}", told.elapsed());
    assert_eq!(lines_with(&place.log("serve"), trouble).len(), 1, "it is said once");
    std::fs::remove_dir_all(&place.folder).unwrap();
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_sampler_leaves_out_leaves_nothing_behind() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let traced = "select (select count(*) from outbox where headers::text like '%traceparent%')
        + (select count(*) from email_messages where traceparent is not null)";
    for (sampler, is_traced) in [("always_off", false), ("parentbased_traceidratio", true)] {
        let collector = Collector::open().await;
        let mut place = Place::new(&shop, sampler, &collector.endpoint);
        place.set(&[("OTEL_TRACES_SAMPLER", sampler.to_owned())]);
        let serve = place.start("serve");
        until_both_say(&[place.port], "Kiln &amp; Loom").await;
        let before = shop.count("select count(*) from email_messages where state = 'accepted'").await;
        order(&shop, place.port).await;
        until_told(&shop, before + 1).await;
        assert_eq!(serve.stop(), Some(0));
        assert_eq!(shop.count(traced).await > 0, is_traced, "{sampler}");
        assert_eq!(!spans(&collector.told()).is_empty(), is_traced, "{sampler}");
        std::fs::remove_dir_all(&place.folder).unwrap();
    }
    shop.done().await;
}
