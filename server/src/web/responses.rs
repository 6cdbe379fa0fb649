//! How every answer leaves: the one place where finished responses are changed.
//!
//! A form that a browser sent by itself is led on with 303, and a request that was not one of ours gets a 400, not a way
//! back with the error in its address. A session's cookie is taken away so that browsers believe it. Errors that say
//! nothing get their words: a problem below `/api`, a page for browsers. And all bear the headers of `headers`.

use app::ShopError;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use leptos::server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};
use session::{KeptOrderLinks, asks_for_page};

use super::headers;
use super::pages::ErrorPages;
use super::sessions::{cookie_name, expired_cookie};
use crate::api;

/// No error of ours is longer.
const MOST: usize = 64 * 1024;
/// Where somebody signs out.
const SIGN_OUTS: [&str; 2] = ["/do/logout", "/api/v1/auth/logout"];
/// Where somebody closes their account: it is done where the session goes with it.
const CLOSING: &str = "/do/delete-account";

/// What must be known of a request once it is answered.
#[derive(Debug, Clone)]
pub struct Asked {
    is_post: bool,
    of_api: bool,
    /// A browser asks for a page, as opposed to a script that asks for data.
    wants_html: bool,
    has_cookie: bool,
    /// The token of an order stands in its address, or in the address that it shall lead on to.
    has_token: bool,
    signs_out: bool,
    closes_account: bool,
    /// Whose links the browser keeps.
    order_links: KeptOrderLinks,
}

impl Asked {
    /// `secure`: behind HTTPS.
    pub fn of(request: &Request, secure: bool) -> Self {
        let (path, headers) = (request.uri().path(), request.headers());
        Self {
            is_post: request.method() == Method::POST,
            of_api: path == "/api" || path.starts_with("/api/"),
            wants_html: asks_for_page(headers),
            has_cookie: headers.contains_key(COOKIE),
            has_token: request.uri().query().is_some_and(names_token),
            signs_out: request.method() == Method::POST && SIGN_OUTS.contains(&path),
            closes_account: request.method() == Method::POST && path == CLOSING,
            order_links: KeptOrderLinks::brought(headers, secure),
        }
    }
}

#[derive(Debug)]
pub struct Responses {
    pages: ErrorPages,
    secure: bool,
    /// What is said of HTTPS.
    transport: Option<&'static str>,
    /// How a `Set-Cookie` begins that takes the session's cookie away.
    removal: String,
}

impl Responses {
    pub fn new(pages: ErrorPages, secure: bool, subdomains: bool) -> Self {
        let transport = headers::transport(secure, subdomains);
        Self { pages, secure, transport, removal: format!("{}=;", cookie_name(secure)) }
    }

    pub const fn pages(&self) -> &ErrorPages {
        &self.pages
    }

    pub const fn secure(&self) -> bool {
        self.secure
    }

    pub const fn session_cookie(&self) -> &'static str {
        cookie_name(self.secure)
    }

    pub async fn finish(&self, asked: &Asked, mut response: Response) -> Response {
        if asked.is_post {
            response = Box::pin(self.lead_on(response)).await;
        }
        self.expire_session_cookie(response.headers_mut());
        self.list_order_links(asked, &mut response);
        if response.status().is_client_error() || response.status().is_server_error() {
            response = self.explain(asked, response);
        }
        if asked.has_token {
            headers::conceal(response.headers_mut());
        }
        headers::protect(response.headers_mut(), asked.has_cookie, self.transport);
        response
    }

    async fn lead_on(&self, mut response: Response) -> Response {
        if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
            response = self.replace_unread(response).await;
        }
        if response.status() == StatusCode::FOUND {
            *response.status_mut() = StatusCode::SEE_OTHER;
        }
        response
    }

    /// The core's own errors have their status or their way back already; what is left are arguments that could not be
    /// read, and faults.
    async fn replace_unread(&self, response: Response) -> Response {
        let (mut parts, body) = response.into_parts();
        let Ok(bytes) = to_bytes(body, MOST).await else {
            return self.pages.page(StatusCode::INTERNAL_SERVER_ERROR);
        };
        let error = ShopError::de(bytes.clone());
        let unread = matches!(error, ShopError::Malformed | ShopError::Unreachable | ShopError::Unreadable);
        match parts.status {
            StatusCode::FOUND if unread || carries_error(&parts.headers) => self.pages.page(status_of(&error)),
            StatusCode::INTERNAL_SERVER_ERROR => {
                parts.status = status_of(&error);
                Response::from_parts(parts, Body::from(bytes))
            }
            _ => Response::from_parts(parts, Body::from(bytes)),
        }
    }

    /// The library's way to remove the cookie lacks `Secure`, and browsers do not believe it under a `__Host-` name. This
    /// puts ours in its place.
    fn expire_session_cookie(&self, headers: &mut HeaderMap) {
        if self.takes_session_away(headers) {
            let others: Vec<_> = headers.get_all(SET_COOKIE).iter().filter(|c| !self.is_removal(c)).cloned().collect();
            headers.insert(SET_COOKIE, expired_cookie(self.secure));
            for other in others {
                headers.append(SET_COOKIE, other);
            }
        }
    }

    fn takes_session_away(&self, headers: &HeaderMap) -> bool {
        headers.get_all(SET_COOKIE).iter().any(|cookie| self.is_removal(cookie))
    }

    fn is_removal(&self, cookie: &HeaderValue) -> bool {
        cookie.as_bytes().starts_with(self.removal.as_bytes())
    }

    /// Of the orders whose links the browser keeps: those that this answer hands out are added, and all go with whoever signs out.
    fn list_order_links(&self, asked: &Asked, response: &mut Response) {
        let is_done = !response.status().is_client_error() && !response.status().is_server_error();
        let is_left = asked.closes_account && self.takes_session_away(response.headers());
        if is_left || (asked.signs_out && is_done) {
            asked.order_links.forget(response.headers_mut(), self.secure);
        } else {
            asked.order_links.note(response.headers_mut(), self.secure);
        }
    }

    /// Gives words to an error that has none. What says something itself is left alone.
    fn explain(&self, asked: &Asked, mut response: Response) -> Response {
        if response.status() == StatusCode::INTERNAL_SERVER_ERROR && !response.headers().contains_key(CONTENT_TYPE) {
            // The session layers answer like this when the database does not.
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
        }
        if asked.of_api {
            return api::as_problem(response);
        }
        let is_plain =
            response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
        if asked.wants_html && is_plain {
            self.pages.render_into(&mut response);
        }
        response
    }
}

/// Leptos leads a form back to where it came from and puts the error into that address.
fn carries_error(headers: &HeaderMap) -> bool {
    let location = headers.get(LOCATION).and_then(|l| l.to_str().ok());
    let query = location.and_then(|l| l.split_once('?')).map_or("", |(_, query)| query);
    query.split(['&', '#']).any(|pair| pair.starts_with("__err="))
}

/// `token=…`, also within a `next=` that the sign-in carries on.
pub(super) fn names_token(query: &str) -> bool {
    query.split(['&', '?']).any(|pair| pair.starts_with("token=")) || query.to_ascii_lowercase().contains("token%3d")
}

/// `Unreachable` or `Unreadable` is what a body that is no text becomes.
const fn status_of(error: &ShopError) -> StatusCode {
    match error {
        ShopError::Malformed | ShopError::Unreachable | ShopError::Unreadable => StatusCode::BAD_REQUEST,
        ShopError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        ShopError::Broken => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use leptos::server_fn::error::ServerFnUrlError;

    use super::*;

    fn carries(location: &str) -> bool {
        carries_error(&HeaderMap::from_iter([(LOCATION, location.parse().unwrap())]))
    }

    #[test]
    fn an_error_in_the_way_back_is_found() {
        let back = ServerFnUrlError::new("/do/login", ShopError::Malformed).to_url("http://shop/login?next=/").unwrap();
        assert!(carries(back.as_str()));
        assert!(!carries("/cart?page=1"));
        assert!(!carries("/cart?my__err=1"));
    }

    #[test]
    fn other_cookies_stay_when_the_sessions_is_taken_away() {
        let responses = Responses::new(ErrorPages::new(std::sync::Arc::default, "/pkg/shop.css"), true, false);
        let mut headers = HeaderMap::new();
        for cookie in ["__Host-flash=x; Path=/", "__Host-session=; Path=/; Max-Age=0", "other=y"] {
            headers.append(SET_COOKIE, HeaderValue::from_static(cookie));
        }
        responses.expire_session_cookie(&mut headers);
        let left: Vec<_> = headers.get_all(SET_COOKIE).iter().map(|c| c.to_str().unwrap().to_owned()).collect();
        assert_eq!(left.len(), 3, "{left:?}");
        assert!(left.iter().any(|c| c.starts_with("__Host-session=;") && c.contains("Secure")), "{left:?}");
        assert!(
            left.contains(&"__Host-flash=x; Path=/".to_owned()) && left.contains(&"other=y".to_owned()),
            "{left:?}"
        );
    }
}
