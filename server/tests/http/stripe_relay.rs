//! A small Stripe that keeps its sessions: every request goes on to stripe-mock, which checks it and answers a fixture; what
//! the fixture does not know (what was asked for, what is paid) is kept here, and webhooks are signed here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
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
}

impl Relay {
    pub async fn start() -> Self {
        let relay = Self(Arc::new(Inner {
            mock: StripeMock::start().await,
            base: Mutex::default(),
            sessions: Mutex::default(),
            by_key: Mutex::default(),
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        *relay.0.base.lock().unwrap() = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/v1/checkout/sessions", post(create))
            .route("/v1/checkout/sessions/{id}", get(read))
            .route("/v1/checkout/sessions/{id}/expire", post(expire))
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
        let data = json!({ "object": session });
        let event =
            json!({ "id": format!("evt_{id}"), "type": "checkout.session.completed", "data": data }).to_string();
        (sign(SECRET.as_bytes(), at, &event), event)
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
        assert_eq!(known["asked"], json!(asked), "Stripe refuses a key with another request");
        return Ok(known.to_string());
    }
    let id = format!("cs_relay_{}", sessions.len());
    let amount: i64 = asked["line_items[0][price_data][unit_amount]"].parse().unwrap();
    for (name, value) in [
        ("id", json!(id)),
        ("url", json!(format!("{}/pay/{id}", relay.0.base.lock().unwrap()))),
        ("amount_total", json!(amount)),
        ("currency", json!(asked["line_items[0][price_data][currency]"])),
        ("asked", json!(asked)),
    ] {
        session[name] = value;
    }
    by_key.insert(key, id.clone());
    sessions.insert(id, session.clone());
    Ok(session.to_string())
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
