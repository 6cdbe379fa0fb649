//! Somebody with a browser: keeps cookies, follows where they are led, and sends forms with scripts or without.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, REFERER, SET_COOKIE};
use http::{Method, Request, StatusCode};
use shop::dto::RegisterForm;

pub use crate::common::{Answer, ask, router_on};
use crate::harness::TestShop;
use crate::suite_log;

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
        suite_log::begin();
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

    /// Olga, whose shop it is, signed in.
    pub async fn owner(&self) -> Visitor<'_> {
        let (email, password) = ("olga@example.org", "correct horse");
        let form = RegisterForm { name: "Olga".into(), email: email.into(), password: password.into() };
        self.shop.shop.create_staff(form).await.unwrap();
        let visitor = self.visitor();
        let answer = visitor.call("login", &[("email", email), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        visitor
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        ask(&self.router, request).await
    }
}

/// Every cookie there is. The shop needs each of them for what somebody has asked it, so it asks nobody whether it may; the page on
/// privacy tells of a new one, too (`src/tests/content.rs`).
const COOKIES: [&str; 11] = [
    "session",
    "device",
    "flash",
    "reset-link",
    "verify-link",
    "wish-link",
    "invitation-link",
    "review-link",
    "order-link",
    "order-links",
    // Only before a replica of the database, for some seconds.
    "recent-write",
];

pub struct Visitor<'a> {
    pub site: &'a Site,
    /// By their name and the path that they are sent to.
    cookies: Mutex<BTreeMap<(String, String), String>>,
}

/// A form's head as an island sends it.
fn of_island(form: &str) -> http::request::Builder {
    Request::post(format!("/do/{form}"))
        .header(ACCEPT, "application/json")
        .header("sec-fetch-site", "same-origin")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

impl Visitor<'_> {
    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.cookies.lock().unwrap();
        cookies.iter().find(|((kept, _), _)| kept == name).map(|(_, value)| value.clone())
    }

    /// Opens the link to an order as a browser does, which is led to the same address without its token.
    pub async fn open_order(&self, link: &str) -> Answer {
        let (page, token) = link.split_once("?token=").unwrap();
        let opened = self.get(link).await;
        assert!(opened.status.is_redirection() && opened.location() == page, "{} {}", opened.status, opened.text);
        for address in [format!("token={token}"), format!("token%3D{token}")] {
            assert!(!opened.text.contains(&address), "nor has what is left on the way: {}", opened.text);
        }
        assert_eq!((opened.header("cache-control"), opened.header("referrer-policy")), ("no-store", "same-origin"));
        let shown = self.get(page).await;
        assert!(!shown.text.contains(&format!("?token={token}")), "no address has it: {}", shown.text);
        shown
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
        self.send(of_island(form), Body::from(encoded(fields))).await
    }

    /// The same from an address, as a limit by network counts it.
    pub async fn call_from(&self, address: &str, form: &str, fields: &[(&str, &str)]) -> Answer {
        let from = ConnectInfo(SocketAddr::new(address.parse().unwrap(), 1234));
        self.send(of_island(form).extension(from), Body::from(encoded(fields))).await
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

    /// Signs somebody in whose password is that of the tests.
    pub async fn sign_in(&self, email: &str) {
        let answer = self.post("/login", "login", &[("email", email), ("password", "correct horse")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }

    pub async fn send(&self, request: http::request::Builder, body: Body) -> Answer {
        let mut request = request.header(HOST, "shop.example");
        let path = request.uri_ref().map(|uri| uri.path().to_owned()).unwrap_or_default();
        let is_sent = |of: &str| path == of || path.starts_with(&format!("{}/", of.trim_end_matches('/')));
        let cookies = self.cookies.lock().unwrap().clone();
        let cookies: Vec<_> = cookies
            .iter()
            .filter(|((_, of), _)| is_sent(of))
            .map(|((name, _), value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        let request = request.body(body).unwrap();
        let answer = self.site.send(request).await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            let known = name.trim_start_matches("__Host-").trim_start_matches("__Secure-");
            // One for each order, by its id.
            let known = if known.starts_with("order-links-") { "order-links" } else { known };
            assert!(COOKIES.contains(&known), "{name}: what is it needed for?");
            assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax"), "{cookie}");
            let path = cookie.split("; ").find_map(|part| part.strip_prefix("Path=")).unwrap_or("/");
            let kept = (name.to_owned(), path.to_owned());
            if cookie.contains("Max-Age=0") {
                self.cookies.lock().unwrap().remove(&kept);
            } else {
                suite_log::note_secret(name, value);
                self.cookies.lock().unwrap().insert(kept, value.to_owned());
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
