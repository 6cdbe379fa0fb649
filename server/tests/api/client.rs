//! A program that talks to the shop: it keeps its cookie, sends JSON, and reads JSON.

use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, HOST, IF_MATCH, SET_COOKIE};
use http::{Method, Request};
use serde_json::{Value, json};
use shop::dto::RegisterForm;
use shop::usecase::Embedded;
use tokio::task::JoinHandle;

pub use crate::common::{Answer, ask, router_on};
use crate::harness::TestShop;

pub struct Api {
    pub shop: TestShop,
    pub router: Router,
    delivery: Option<JoinHandle<()>>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The body of an answer that must have this status.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem that this must be.
    #[track_caller]
    pub fn problem(&self, status: u16, kind: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem = self.json();
        assert_eq!(problem["type"], format!("/api/docs#{kind}"), "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        problem
    }

    /// The fields that will not do.
    #[track_caller]
    pub fn fields(&self) -> Vec<String> {
        let problem = self.problem(422, "invalid");
        let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("{problem}"));
        assert!(errors.iter().all(|e| e["message"].as_str().is_some_and(|m| !m.is_empty())), "{problem}");
        errors.iter().map(|e| e["field"].as_str().unwrap().to_owned()).collect()
    }
}

impl Api {
    /// A shop with events delivered as they come.
    pub async fn open() -> Self {
        let mut api = Self::open_without_delivery().await;
        let shop = api.shop.shop.clone();
        api.delivery = Some(tokio::spawn(async move {
            let bus = Embedded::new(shop.clone());
            loop {
                shop.relay(&bus, 200).await.unwrap();
                let _ = tokio::time::timeout(Duration::from_millis(20), shop.relay_wakeup().notified()).await;
            }
        }));
        api
    }

    pub async fn open_without_delivery() -> Self {
        let shop = TestShop::open().await;
        let router = router_on(&shop.url, shop.shop.clone(), false);
        Self { shop, router, delivery: None }
    }

    /// The same shop, served by a process that has lost its database.
    pub async fn without_database(&self) -> Router {
        let shop = self.shop.another_process().await;
        shop.store().close().await;
        router_on(&self.shop.url, shop, false)
    }

    pub fn guest(&self) -> Program<'_> {
        Program { router: &self.router, cookie: Mutex::default() }
    }

    pub async fn customer(&self, name: &str) -> Program<'_> {
        let guest = self.guest();
        let email = format!("{}@example.org", name.to_lowercase());
        let body = json!({"name": name, "email": email, "password": "correct horse"});
        guest.post("/auth/register", &body).await.ok(201);
        guest
    }

    pub async fn staff(&self) -> Program<'_> {
        let form =
            RegisterForm { name: "Staff".into(), email: "staff@example.org".into(), password: "correct horse".into() };
        self.shop.shop.create_staff(form).await.unwrap();
        let guest = self.guest();
        let body = json!({"email": "staff@example.org", "password": "correct horse"});
        guest.post("/auth/login", &body).await.ok(200);
        guest
    }

    /// The product of the one variant with this sku.
    pub async fn product(&self, sku: &str) -> String {
        let id: uuid::Uuid = self.shop.scalar("select product_id from product_variants where sku = $1", sku).await;
        id.to_string()
    }

    /// From now on events wait for whoever delivers them.
    pub async fn stop_delivery(&mut self) {
        if let Some(delivery) = self.delivery.take() {
            delivery.abort();
            let _ = delivery.await;
        }
    }

    pub async fn done(mut self) {
        self.stop_delivery().await;
        self.shop.done().await;
    }
}

pub struct Program<'a> {
    router: &'a Router,
    cookie: Mutex<Option<String>>,
}

impl Program<'_> {
    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap().clone()
    }

    pub fn set_cookie(&self, cookie: Option<String>) {
        *self.cookie.lock().unwrap() = cookie;
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path), Body::empty()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path), Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.json(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.json(Method::PUT, path, body).await
    }

    /// A change with `If-Match`.
    pub async fn put_if(&self, path: &str, tag: &str, body: &Value) -> Answer {
        let request = self.request(Method::PUT, path).header(IF_MATCH, tag);
        self.send(request.header(CONTENT_TYPE, "application/json"), Body::from(body.to_string())).await
    }

    pub async fn json(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path).header(CONTENT_TYPE, "application/json");
        self.send(request, Body::from(body.to_string())).await
    }

    /// Orders with an `Idempotency-Key`.
    pub async fn place(&self, key: &str, body: &Value) -> Answer {
        self.post_once("/orders", key, body).await
    }

    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path).header("idempotency-key", key);
        self.send(request.header(CONTENT_TYPE, "application/json"), Body::from(body.to_string())).await
    }

    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}")).header(HOST, "shop.example");
        match self.cookie() {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    pub async fn send(&self, request: http::request::Builder, body: Body) -> Answer {
        let answer = ask(self.router, request.body(body).unwrap()).await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let pair = cookie.split(';').next().unwrap().to_owned();
            // What it is known by as a device it forgets: programs need not keep it.
            if pair.starts_with("device=") {
                continue;
            }
            self.set_cookie((!cookie.contains("Max-Age=0")).then_some(pair));
        }
        answer
    }
}

pub fn address() -> Value {
    json!({
        "name": "Ada Lovelace", "line1": "12 St James's Square", "city": "London", "postal_code": "SW1Y 4JH",
        "country": "GB"
    })
}
