//! Somebody with a browser: keeps cookies, follows where they are led, and sends forms with scripts or without.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::Router;
use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, REFERER, SET_COOKIE};
use http::{Method, Request, StatusCode};

pub use crate::common::{Answer, ask, router_on};
use crate::harness::TestShop;

pub struct Site {
    pub shop: TestShop,
    pub router: Router,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }
}

impl Site {
    pub async fn open() -> Self {
        Self::open_as(false).await
    }

    /// A shop behind HTTPS where `secure`.
    pub async fn open_as(secure: bool) -> Self {
        let shop = TestShop::open().await;
        let router = router_on(&shop.url, shop.shop.clone(), secure);
        Self { shop, router }
    }

    /// The same shop, served by a process that has lost its database.
    pub async fn without_database(&self) -> Router {
        let shop = self.shop.another_process().await;
        shop.store().close().await;
        router_on(&self.shop.url, shop, false)
    }

    pub fn visitor(&self) -> Visitor<'_> {
        Visitor { site: self, cookies: Mutex::default() }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        ask(&self.router, request).await
    }
}

pub struct Visitor<'a> {
    pub site: &'a Site,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Visitor<'_> {
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).header(ACCEPT, "text/html"), Body::empty()).await
    }

    /// A form as a browser sends it, from `page`.
    pub async fn post(&self, page: &str, form: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(format!("/do/{form}"))
            .header(ACCEPT, "text/html,application/xhtml+xml")
            .header("sec-fetch-site", "same-origin")
            .header(REFERER, format!("http://shop.example{page}"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(encoded(fields))).await
    }

    /// The same form as an island sends it.
    pub async fn call(&self, form: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(format!("/do/{form}"))
            .header(ACCEPT, "application/json")
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(encoded(fields))).await
    }

    /// Sends a form and looks at the page it leads to.
    pub async fn submit(&self, page: &str, form: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post(page, form, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{form}: {}", answer.text);
        let to = answer.location().trim_start_matches("http://shop.example").to_owned();
        self.get(&to).await
    }

    pub async fn register(&self, name: &str) {
        let email = format!("{}@example.org", name.to_lowercase());
        let fields = [("name", name), ("email", &email), ("password", "correct horse")];
        let answer = self.post("/register", "register", &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{}", answer.text);
    }

    pub async fn send(&self, request: http::request::Builder, body: Body) -> Answer {
        let cookies: Vec<_> = self.cookies.lock().unwrap().iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut request = request.header(HOST, "shop.example");
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        let request = request.body(body).unwrap();
        let answer = self.site.send(request).await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.lock().unwrap().remove(name);
            } else {
                self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

pub fn encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The value of a hidden field of a page.
pub fn hidden(page: &str, name: &str) -> String {
    let at = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name}: {page}"));
    let tag = &page[page[..at].rfind('<').unwrap()..];
    let tag = &tag[..tag.find('>').unwrap()];
    let value = tag.split_once("value=\"").unwrap_or_else(|| panic!("{tag} has no value")).1;
    value[..value.find('"').unwrap()].to_owned()
}

pub const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH];
