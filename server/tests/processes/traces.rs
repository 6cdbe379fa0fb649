//! Traces: what a click leads to in every process is one trace, at a collector that this test is; one that is not there costs
//! nothing; nothing secret is told.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use shop::infrastructure::clock::RandomIds;
use shop::usecase::Ids as _;
use tokio::time::sleep;

use crate::harness::TestShop;
use crate::program::{Process, Reply, ask, free_port};
use crate::{at, until_both_say};

/// A cause that nobody in the shop has told.
const OF_A_VISITOR: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// Takes spans by OTLP over HTTP, as it stands in OpenTelemetry's specification.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Span>>>);

impl Collector {
    /// It, and its address.
    async fn open() -> (Self, String) {
        let (collector, listener) = (Self::default(), tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap());
        let (taken, address) = (collector.clone(), listener.local_addr().unwrap());
        let routes = Router::new().route(
            "/v1/traces",
            post(async move |body: Bytes| {
                let Ok(told) = ExportTraceServiceRequest::decode(body) else { return StatusCode::BAD_REQUEST };
                let scopes = told.resource_spans.into_iter().flat_map(|of_process| of_process.scope_spans);
                taken.0.lock().unwrap().extend(scopes.flat_map(|scope| scope.spans));
                StatusCode::OK
            }),
        );
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (collector, format!("http://{address}"))
    }

    fn spans(&self) -> Vec<Span> {
        self.0.lock().unwrap().clone()
    }
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
    let found = span.attributes.iter().find(|fact| fact.key == name).and_then(|fact| fact.value.as_ref());
    found.map(|value| format!("{:?}", value.value)).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_holds_a_click_and_all_that_it_leads_to_in_other_processes() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let (collector, endpoint) = Collector::open().await;
    let mut place = Place::new(&shop, "one", &endpoint);
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

    let spans = collector.spans();
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
    let told = links.first().and_then(|link| spans.iter().find(|span| span.span_id == link.span_id));
    let told = told.unwrap_or_else(|| panic!("{links:?}"));
    assert_eq!((told.name.as_str(), &told.trace_id), ("POST /webhooks/{provider}", &links[0].trace_id));
    for step in ["publish inventory.updated", "process inventory.updated"] {
        let of_trace = spans.iter().any(|span| span.name == step && span.trace_id == request.trace_id);
        assert!(of_trace, "{step} is not in the trace of its order");
    }
    assert!(spans.iter().any(|span| span.trace_id != request.trace_id), "others have a trace of their own");

    // Lines of the log bear the trace, in each process.
    let trace: String = request.trace_id.iter().map(|byte| format!("{byte:02x}")).collect();
    let sent = lines_with(&place.log("worker"), "mail sent");
    assert!(sent.iter().any(|line| line.contains(&trace)), "{trace} is not in {sent:?}");
    let answered = lines_with(&place.log("web"), &trace);
    assert!(answered.iter().any(|line| line.contains("\"status\":201") && line.contains("\"id\"")), "{answered:?}");

    let told = format!("{spans:?}");
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
    let (collector, endpoint) = Collector::open().await;
    let traced = "select (select count(*) from outbox where headers::text like '%traceparent%')
        + (select count(*) from email_messages where traceparent is not null)";
    for (sampler, is_traced) in [("always_off", false), ("parentbased_traceidratio", true)] {
        let mut place = Place::new(&shop, sampler, &endpoint);
        place.set(&[("OTEL_TRACES_SAMPLER", sampler.to_owned())]);
        let serve = place.start("serve");
        until_both_say(&[place.port], "Kiln &amp; Loom").await;
        let before = shop.count("select count(*) from email_messages where state = 'accepted'").await;
        order(&shop, place.port).await;
        until_told(&shop, before + 1).await;
        assert_eq!(serve.stop(), Some(0));
        assert_eq!(shop.count(traced).await > 0, is_traced, "{sampler}");
        assert_eq!(!collector.spans().is_empty(), is_traced, "{sampler}");
        std::fs::remove_dir_all(&place.folder).unwrap();
    }
    shop.done().await;
}
