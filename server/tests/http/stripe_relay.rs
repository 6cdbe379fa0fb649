//! A small Stripe that keeps its sessions: every request goes on to stripe-mock, which checks it and answers a fixture; what
//! the fixture does not know (what was asked for, what is paid) is kept here, and webhooks are signed here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use shop::infrastructure::payments::{StripeAccount, StripePayments, sign};
use time::OffsetDateTime;

use crate::stripe_mock::StripeMock;

const SECRET: &str = "whsec_relay";

#[derive(Clone)]
pub struct Relay(Arc<Inner>);

struct Inner {
    mock: StripeMock,
    base: Mutex<String>,
    sessions: Mutex<BTreeMap<String, Value>>,
    by_key: Mutex<BTreeMap<String, String>>,
    refunds: Mutex<Vec<Value>>,
    disputes: Mutex<Vec<Value>>,
}

impl Relay {
    pub async fn start() -> Self {
        let relay = Self(Arc::new(Inner {
            mock: StripeMock::start().await,
            base: Mutex::default(),
            sessions: Mutex::default(),
            by_key: Mutex::default(),
            refunds: Mutex::default(),
            disputes: Mutex::default(),
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        *relay.0.base.lock().unwrap() = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/v1/checkout/sessions", post(create).get(list))
            .route("/v1/checkout/sessions/{id}", get(read))
            .route("/v1/checkout/sessions/{id}/expire", post(expire))
            .route("/v1/refunds", post(refund).get(refunds))
            .route("/v1/disputes", get(disputes))
            .with_state(relay.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        relay
    }

    pub fn payments(&self) -> StripePayments {
        StripePayments::new(StripeAccount {
            secret_key: "sk_test_relay".to_owned(),
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

    /// Somebody pays on the page, or their transfer arrives: the webhook that says so, and its signature.
    pub fn paid(&self, id: &str, at: OffsetDateTime) -> (String, String) {
        let mut sessions = self.0.sessions.lock().unwrap();
        let session = sessions.get_mut(id).unwrap();
        session["status"] = json!("complete");
        session["payment_status"] = json!("paid");
        session["payment_intent"] = json!(format!("pi_{id}"));
        event(&format!("evt_{id}"), "checkout.session.completed", session, at)
    }

    /// The session was asked for in other words than will be used.
    pub fn asked_otherwise(&self, id: &str) {
        self.0.sessions.lock().unwrap().get_mut(id).unwrap()["asked"] = json!({});
    }

    /// It is in no list.
    pub fn forgotten(&self, id: &str) {
        self.0.sessions.lock().unwrap().get_mut(id).unwrap()["client_reference_id"] = json!(null);
    }

    /// Somebody gives back in the dashboard: the webhook that says so.
    pub fn given_back(&self, session: &str, units: i64, at: OffsetDateTime) -> (String, String) {
        let mut refunds = self.0.refunds.lock().unwrap();
        let (intent, id) = (format!("pi_{session}"), format!("re_dashboard_{}", refunds.len()));
        refunds.push(json!({ "id": id, "object": "refund", "amount": units, "currency": "usd", "status": "succeeded",
            "payment_intent": intent, "metadata": {} }));
        let charge = json!({ "object": "charge", "payment_intent": intent, "amount_refunded": units });
        event(&format!("evt_{id}"), "charge.refunded", &charge, at)
    }

    /// The buyer's bank asks for the money, or has decided: the webhook that says so.
    pub fn disputed(&self, session: &str, units: i64, status: &str, at: OffsetDateTime) -> (String, String) {
        let intent = format!("pi_{session}");
        let dispute = json!({ "id": format!("dp_{session}"), "object": "dispute", "amount": units, "currency": "usd",
            "status": status, "payment_intent": intent });
        let mut disputes = self.0.disputes.lock().unwrap();
        disputes.retain(|known| known["id"] != dispute["id"]);
        disputes.push(dispute.clone());
        event(&format!("evt_{session}_{status}"), "charge.dispute.updated", &dispute, at)
    }

    async fn checked(
        &self,
        method: reqwest::Method,
        path: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Value, Refused> {
        let mut request = reqwest::Client::new().request(method, format!("{}{path}", self.0.mock.base));
        for name in ["authorization", "content-type", "stripe-version", "idempotency-key"] {
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

fn event(id: &str, kind: &str, object: &Value, at: OffsetDateTime) -> (String, String) {
    let event = json!({ "id": id, "type": kind, "data": { "object": object } }).to_string();
    (sign(SECRET.as_bytes(), at, &event), event)
}

/// What the mock, or Stripe, says no with.
type Refused = (StatusCode, String);

async fn create(State(relay): State<Relay>, headers: HeaderMap, body: Bytes) -> Result<String, Refused> {
    let mut session = relay.checked(reqwest::Method::POST, "/v1/checkout/sessions", &headers, body.clone()).await?;
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    let mut by_key = relay.0.by_key.lock().unwrap();
    let mut sessions = relay.0.sessions.lock().unwrap();
    let asked: BTreeMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    if let Some(id) = by_key.get(&key) {
        let known = &sessions[id];
        if known["asked"] != json!(asked) {
            let why = r#"{"error":{"type":"idempotency_error","message":"Keys for idempotent requests can only be used with the same parameters"}}"#;
            return Err((StatusCode::BAD_REQUEST, why.to_owned()));
        }
        return Ok(known.to_string());
    }
    let id = format!("cs_relay_{}", sessions.len());
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

async fn list(State(relay): State<Relay>, headers: HeaderMap, RawQuery(query): RawQuery) -> Result<String, Refused> {
    let path = format!("/v1/checkout/sessions?{}", query.unwrap_or_default());
    relay.checked(reqwest::Method::GET, &path, &headers, Bytes::new()).await?;
    let all: Vec<_> = relay.0.sessions.lock().unwrap().values().cloned().collect();
    Ok(json!({ "object": "list", "data": all, "has_more": false }).to_string())
}

async fn refund(State(relay): State<Relay>, headers: HeaderMap, body: Bytes) -> Result<String, Refused> {
    let mut refund = relay.checked(reqwest::Method::POST, "/v1/refunds", &headers, body.clone()).await?;
    let asked: BTreeMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let mut refunds = relay.0.refunds.lock().unwrap();
    refund["id"] = json!(format!("re_relay_{}", refunds.len()));
    refund["amount"] = json!(asked["amount"].parse::<i64>().unwrap());
    refund["currency"] = json!("usd");
    refund["payment_intent"] = json!(asked["payment_intent"]);
    refund["status"] = json!("succeeded");
    refund["metadata"] = json!({ "refund": asked["metadata[refund]"] });
    refunds.push(refund.clone());
    Ok(refund.to_string())
}

/// Those of the payment that is asked about.
fn of_payment(all: &[Value], query: &str) -> String {
    let asked: BTreeMap<String, String> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let of_it: Vec<_> = all.iter().filter(|one| one["payment_intent"] == asked["payment_intent"]).collect();
    json!({ "object": "list", "data": of_it, "has_more": false }).to_string()
}

async fn refunds(State(relay): State<Relay>, headers: HeaderMap, RawQuery(query): RawQuery) -> Result<String, Refused> {
    let query = query.unwrap_or_default();
    relay.checked(reqwest::Method::GET, &format!("/v1/refunds?{query}"), &headers, Bytes::new()).await?;
    Ok(of_payment(&relay.0.refunds.lock().unwrap(), &query))
}

async fn disputes(
    State(relay): State<Relay>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<String, Refused> {
    let query = query.unwrap_or_default();
    relay.checked(reqwest::Method::GET, &format!("/v1/disputes?{query}"), &headers, Bytes::new()).await?;
    Ok(of_payment(&relay.0.disputes.lock().unwrap(), &query))
}

async fn read(State(relay): State<Relay>, headers: HeaderMap, Path(id): Path<String>) -> Result<String, Refused> {
    relay.checked(reqwest::Method::GET, &format!("/v1/checkout/sessions/{id}"), &headers, Bytes::new()).await?;
    Ok(relay.0.sessions.lock().unwrap()[&id].to_string())
}

async fn expire(
    State(relay): State<Relay>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<String, Refused> {
    relay.checked(reqwest::Method::POST, &format!("/v1/checkout/sessions/{id}/expire"), &headers, body).await?;
    let mut sessions = relay.0.sessions.lock().unwrap();
    let session = sessions.get_mut(&id).unwrap();
    if session["status"] != "open" {
        let why = r#"{"error":{"message":"only open sessions can be expired"}}"#;
        return Err((StatusCode::BAD_REQUEST, why.to_owned()));
    }
    session["status"] = json!("expired");
    Ok(session.to_string())
}
