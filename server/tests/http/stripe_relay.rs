//! A small Stripe that keeps its sessions: every request goes on to stripe-mock, which checks it and answers a fixture; what
//! the fixture does not know (what was asked for, what is paid) is kept here, and webhooks are signed here. It says no when it
//! is told to, loses an answer, and remembers keys as Stripe does: what a key was answered first is its answer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::routing::{get, post};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use shop::infrastructure::payments::{StripeAccount, StripePayments, sign};
use time::OffsetDateTime;

use crate::stripe_mock::StripeMock;

const SECRET: &str = "whsec_relay";
pub(crate) const SESSIONS: &str = "/v1/checkout/sessions";
pub(crate) const REFUNDS: &str = "/v1/refunds";

/// The mock knows no other kind of key, and keeps nothing.
const TEST_KEY: &str = "Bearer sk_test_relay";

#[derive(Clone)]
pub struct Relay(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    mock: StripeMock,
    base: Mutex<String>,
    pub(crate) sessions: Mutex<BTreeMap<String, Value>>,
    /// The session that a key has made.
    pub(crate) by_key: Mutex<BTreeMap<String, String>>,
    pub(crate) refunds: Mutex<Vec<Value>>,
    /// What a key of a refund was answered.
    pub(crate) refund_answers: Mutex<BTreeMap<String, Answer>>,
    pub(crate) disputes: Mutex<Vec<Value>>,
    /// With which status and code it says no to what is made at which path, and how often.
    pub(crate) says_no: Mutex<BTreeMap<&'static str, (StatusCode, String, usize)>>,
    /// What becomes of refunds that are made from now on.
    pub(crate) refund_status: Mutex<String>,
    pub(crate) loses_next_answer: AtomicBool,
    pub(crate) hides_refunds: AtomicBool,
    pub(crate) lists_by: AtomicUsize,
}

impl Relay {
    pub async fn start() -> Self {
        let relay = Self(Arc::new(Inner {
            mock: StripeMock::start().await,
            base: Mutex::default(),
            sessions: Mutex::default(),
            by_key: Mutex::default(),
            refunds: Mutex::default(),
            refund_answers: Mutex::default(),
            disputes: Mutex::default(),
            says_no: Mutex::default(),
            refund_status: Mutex::new("succeeded".to_owned()),
            loses_next_answer: AtomicBool::new(false),
            hides_refunds: AtomicBool::new(false),
            lists_by: AtomicUsize::new(100),
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        *relay.0.base.lock().unwrap() = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route(SESSIONS, post(create).get(list))
            .route("/v1/checkout/sessions/{id}", get(read))
            .route("/v1/checkout/sessions/{id}/expire", post(expire))
            .route(REFUNDS, post(refund).get(refunds))
            .route("/v1/disputes", get(disputes))
            .with_state(relay.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        relay
    }

    pub fn payments(&self) -> StripePayments {
        self.payments_by("sk_test_relay")
    }

    /// With another secret key: a live one knows nothing of what was made with one for tests.
    pub fn payments_by(&self, secret_key: &str) -> StripePayments {
        StripePayments::new(StripeAccount {
            secret_key: secret_key.to_owned(),
            webhook_secret: SECRET.to_owned(),
            api_base: Some(self.0.base.lock().unwrap().clone()),
        })
        .unwrap()
    }

    pub fn count(&self) -> usize {
        self.0.sessions.lock().unwrap().len()
    }

    pub fn status(&self, id: &str) -> String {
        self.0.sessions.lock().unwrap()[id]["status"].as_str().unwrap().to_owned()
    }

    /// An object as the mock shows it.
    pub async fn fixture(&self, path: &str) -> Value {
        let by = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(TEST_KEY))]);
        self.checked(Method::GET, path, &by, Bytes::new()).await.unwrap()
    }

    fn refused(&self, path: &'static str) -> Result<(), Answer> {
        match self.0.says_no.lock().unwrap().get_mut(path) {
            Some((status, code, times)) if *times > 0 => {
                *times -= 1;
                Err(no(*status, code))
            }
            _ => Ok(()),
        }
    }

    /// One of a list's pages, as it was asked for.
    fn page(&self, all: &[Value], asked: &BTreeMap<String, String>) -> String {
        let after = asked.get("starting_after").map(|id| all.iter().position(|one| one["id"] == *id).unwrap() + 1);
        let most = asked["limit"].parse::<usize>().unwrap().min(self.0.lists_by.load(Ordering::Relaxed));
        let rest = &all[after.unwrap_or(0)..];
        let page = &rest[..most.min(rest.len())];
        json!({ "object": "list", "data": page, "has_more": page.len() < rest.len() }).to_string()
    }

    async fn checked(&self, method: Method, path: &str, headers: &HeaderMap, body: Bytes) -> Result<Value, Answer> {
        let mut request = reqwest::Client::new().request(method, format!("{}{path}", self.0.mock.base));
        if headers.contains_key(AUTHORIZATION) {
            request = request.header(AUTHORIZATION, TEST_KEY);
        }
        for name in ["content-type", "stripe-version", "idempotency-key"] {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value.as_bytes());
            }
        }
        let answer = request.body(body.to_vec()).send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        if status == 200 {
            return Ok(serde_json::from_str(&text).unwrap());
        }
        Err((StatusCode::from_u16(status).unwrap(), text))
    }
}

pub(crate) fn event(id: &str, kind: &str, object: &Value, at: OffsetDateTime) -> (String, String) {
    let event = json!({ "id": id, "type": kind, "data": { "object": object } }).to_string();
    (sign(SECRET.as_bytes(), at, &event), event)
}

type Answer = (StatusCode, String);

/// As Stripe says no.
fn no(status: StatusCode, code: &str) -> Answer {
    let error = json!({ "type": "invalid_request_error", "code": code, "message": format!("told to say {code}") });
    (status, json!({ "error": error }).to_string())
}

fn missing() -> Answer {
    no(StatusCode::NOT_FOUND, "resource_missing")
}

fn is_live(headers: &HeaderMap) -> bool {
    !headers[AUTHORIZATION].to_str().unwrap().contains("_test_")
}

fn read_form(text: &[u8]) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(text).into_owned().collect()
}

async fn create(State(relay): State<Relay>, headers: HeaderMap, body: Bytes) -> Result<String, Answer> {
    let mut session = relay.checked(Method::POST, SESSIONS, &headers, body.clone()).await?;
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    let mut by_key = relay.0.by_key.lock().unwrap();
    let mut sessions = relay.0.sessions.lock().unwrap();
    let asked = read_form(&body);
    if let Some(id) = by_key.get(&key) {
        let known = &sessions[id];
        if known["asked"] != json!(asked) {
            let why = r#"{"error":{"type":"idempotency_error","message":"Keys for idempotent requests can only be used with the same parameters"}}"#;
            return Err((StatusCode::BAD_REQUEST, why.to_owned()));
        }
        return Ok(known.to_string());
    }
    relay.refused(SESSIONS)?;
    let mode = if is_live(&headers) { "live" } else { "test" };
    let id = format!("cs_{mode}_relay_{}", sessions.len());
    let amount: i64 = asked["line_items[0][price_data][unit_amount]"].parse().unwrap();
    for (name, value) in [
        ("id", json!(id)),
        ("url", json!(format!("{}/pay/{id}", relay.0.base.lock().unwrap()))),
        ("amount_total", json!(amount)),
        ("currency", json!(asked["line_items[0][price_data][currency]"])),
        ("client_reference_id", json!(asked["client_reference_id"])),
        ("asked", json!(asked)),
    ] {
        session[name] = value;
    }
    by_key.insert(key, id.clone());
    sessions.insert(id, session.clone());
    Ok(session.to_string())
}

async fn list(State(relay): State<Relay>, headers: HeaderMap, RawQuery(query): RawQuery) -> Result<String, Answer> {
    let query = query.unwrap_or_default();
    relay.checked(Method::GET, &format!("{SESSIONS}?{query}"), &headers, Bytes::new()).await?;
    let all: Vec<_> = relay.0.sessions.lock().unwrap().values().cloned().collect();
    Ok(relay.page(&all, &read_form(query.as_bytes())))
}

async fn refund(State(relay): State<Relay>, headers: HeaderMap, body: Bytes) -> Answer {
    let fixture = match relay.checked(Method::POST, REFUNDS, &headers, body.clone()).await {
        Ok(fixture) => fixture,
        Err(answer) => return answer,
    };
    // Whoever sends none is told anew each time.
    let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned());
    let mut answers = relay.0.refund_answers.lock().unwrap();
    if let Some(answer) = key.as_ref().and_then(|key| answers.get(key)) {
        return answer.clone();
    }
    let answer = match relay.refused(REFUNDS) {
        Err(answer) => answer,
        Ok(()) => (StatusCode::OK, give_back(&relay, fixture, &read_form(&body))),
    };
    answers.extend(key.map(|key| (key, answer.clone())));
    if relay.0.loses_next_answer.swap(false, Ordering::Relaxed) {
        return no(StatusCode::INTERNAL_SERVER_ERROR, "lost");
    }
    answer
}

fn give_back(relay: &Relay, mut refund: Value, asked: &BTreeMap<String, String>) -> String {
    let mut refunds = relay.0.refunds.lock().unwrap();
    for (name, value) in [
        ("id", json!(format!("re_relay_{}", refunds.len()))),
        ("amount", json!(asked["amount"].parse::<i64>().unwrap())),
        ("currency", json!("usd")),
        ("payment_intent", json!(asked["payment_intent"])),
        ("status", json!(*relay.0.refund_status.lock().unwrap())),
        ("metadata", json!({ "refund": asked["metadata[refund]"] })),
    ] {
        refund[name] = value;
    }
    refunds.push(refund.clone());
    refund.to_string()
}

/// Those of the payment that is asked about, the newest first.
fn of_payment(relay: &Relay, all: &[Value], query: &str) -> String {
    let asked = read_form(query.as_bytes());
    let of_it = all.iter().rev().filter(|one| one["payment_intent"] == asked["payment_intent"]);
    relay.page(&of_it.cloned().collect::<Vec<_>>(), &asked)
}

async fn refunds(State(relay): State<Relay>, headers: HeaderMap, RawQuery(query): RawQuery) -> Result<String, Answer> {
    let query = query.unwrap_or_default();
    relay.checked(Method::GET, &format!("{REFUNDS}?{query}"), &headers, Bytes::new()).await?;
    let all = match relay.0.hides_refunds.load(Ordering::Relaxed) {
        true => Vec::new(),
        false => relay.0.refunds.lock().unwrap().clone(),
    };
    Ok(of_payment(&relay, &all, &query))
}

async fn disputes(State(relay): State<Relay>, headers: HeaderMap, RawQuery(query): RawQuery) -> Result<String, Answer> {
    let query = query.unwrap_or_default();
    relay.checked(Method::GET, &format!("/v1/disputes?{query}"), &headers, Bytes::new()).await?;
    Ok(of_payment(&relay, &relay.0.disputes.lock().unwrap(), &query))
}

/// What was made with a key for tests is nowhere for a live one, and the other way round.
fn session_or_none(relay: &Relay, headers: &HeaderMap, id: &str) -> Result<Value, Answer> {
    let is_of_mode = id.starts_with("cs_live_") == is_live(headers);
    relay.0.sessions.lock().unwrap().get(id).filter(|_| is_of_mode).cloned().ok_or_else(missing)
}

async fn read(State(relay): State<Relay>, headers: HeaderMap, Path(id): Path<String>) -> Result<String, Answer> {
    relay.checked(Method::GET, &format!("{SESSIONS}/{id}"), &headers, Bytes::new()).await?;
    Ok(session_or_none(&relay, &headers, &id)?.to_string())
}

async fn expire(
    State(relay): State<Relay>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<String, Answer> {
    relay.checked(Method::POST, &format!("{SESSIONS}/{id}/expire"), &headers, body).await?;
    let mut session = session_or_none(&relay, &headers, &id)?;
    if session["status"] != "open" {
        let why = r#"{"error":{"message":"only open sessions can be expired"}}"#;
        return Err((StatusCode::BAD_REQUEST, why.to_owned()));
    }
    session["status"] = json!("expired");
    relay.0.sessions.lock().unwrap().insert(id, session.clone());
    Ok(session.to_string())
}
