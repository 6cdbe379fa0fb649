//! Where a request that changes something comes from.
//!
//! `tower_http::csrf` refuses what a browser says comes from another site. What says nothing at all it lets through: a
//! program, most likely. With a session's cookie that is not good enough for what a form could send: every browser of the
//! last years names the origin of a form's post. A program that signs in talks JSON, which no form can send.

use axum::extract::Request;
use http::header::{CONTENT_TYPE, ORIGIN};
use http::{HeaderName, Method};
use session::brought_cookies;

pub const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a request would change something in a session's name and does not say where it comes from.
pub fn is_unattributed(request: &Request, session_cookie: &str) -> bool {
    let headers = request.headers();
    let is_said = |name| headers.get(name).is_some_and(|value: &http::HeaderValue| !value.is_empty());
    !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
        && !is_said(ORIGIN)
        && !is_said(FETCH_SITE)
        && brought_cookies(headers, session_cookie).next().is_some()
        && can_be_a_form(request)
}

/// A form sends POST alone, and names one of three kinds; below `/api` nothing else may be a form. Whatever is not below
/// `/api` is one of ours.
fn can_be_a_form(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let of_form = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"].contains(&kind.as_str());
    !request.uri().path().starts_with("/api/") || request.method() == Method::POST && of_form
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn refused(method: &str, path: &str, headers: &[(&str, &str)]) -> bool {
        let request = Request::builder().method(method).uri(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        is_unattributed(&request.body(Body::empty()).unwrap(), "session")
    }

    #[test]
    fn what_a_form_could_send_names_its_origin() {
        let (cookie, form) = (("cookie", "flash=x; session=abc"), ("content-type", "text/plain; charset=utf-8"));
        let json = ("content-type", "application/json");
        assert!(refused("POST", "/do/logout", &[cookie]));
        assert!(refused("POST", "/do/logout", &[cookie, json]), "server functions belong to pages");
        assert!(refused("POST", "/do/logout", &[cookie, ("origin", "")]));
        assert!(refused("POST", "/api/v1/orders", &[cookie, form]));
        for passes in [
            refused("GET", "/", &[cookie]),
            refused("POST", "/do/login", &[("cookie", "flash=x; session2=abc")]),
            refused("POST", "/do/logout", &[cookie, ("origin", "https://shop.example")]),
            refused("POST", "/do/logout", &[cookie, ("sec-fetch-site", "same-origin")]),
            refused("POST", "/api/v1/orders", &[cookie, json]),
            refused("POST", "/api/v1/orders/1/cancel", &[cookie]),
            refused("DELETE", "/api/v1/cart/items/1", &[cookie, form]),
        ] {
            assert!(!passes);
        }
    }
}
