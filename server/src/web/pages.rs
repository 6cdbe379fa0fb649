//! The pages for when something is wrong and Leptos did not render one: small, honest, in the shop's style, and no
//! scripts.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};

/// What the pages of this shop have in common.
#[derive(Debug, Clone)]
pub struct ErrorPages {
    name: Arc<str>,
    stylesheet: Arc<str>,
}

impl ErrorPages {
    pub fn new(name: &str, stylesheet: &str) -> Self {
        Self { name: escaped(name).into(), stylesheet: escaped(stylesheet).into() }
    }

    /// The page for a status, with that status.
    pub fn page(&self, status: StatusCode) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        self.render_into(&mut response);
        response
    }

    fn render_into(&self, response: &mut Response) {
        let status = response.status();
        *response.body_mut() = Body::from(self.html(status));
        let headers = response.headers_mut();
        headers.remove(CONTENT_LENGTH);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.entry(RETRY_AFTER).or_insert(HeaderValue::from_static("2"));
        }
    }

    fn html(&self, status: StatusCode) -> String {
        let Self { name, stylesheet } = self;
        let (title, text) = words(status);
        format!(
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · {name}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{stylesheet}">
</head>
<body>
<main id="main">
<section class="plain-page">
<h1>{title}</h1>
<p>{text}</p>
<p><a href="/">Back to {name}</a></p>
</section>
</main>
</body>
</html>
"#
        )
    }
}

/// Gives a page to every error that has none, if it is a browser that asks. What says something itself is left alone.
pub async fn render_error_pages(State(pages): State<ErrorPages>, request: Request, next: Next) -> Response {
    let asked_for_html = wants_html(request.headers());
    let mut response = next.run(request).await;
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR && says_nothing(response.headers()) {
        // The session layers answer like this when the database does not.
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
    }
    let status = response.status();
    if (status.is_client_error() || status.is_server_error()) && asked_for_html && is_plain(response.headers()) {
        pages.render_into(&mut response);
    }
    response
}

/// Whether a browser asks for a page, as opposed to a script that asks for data.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT).iter().any(|accept| accept.as_bytes().windows(9).any(|w| w == b"text/html"))
}

fn says_nothing(headers: &HeaderMap) -> bool {
    !headers.contains_key(CONTENT_TYPE)
}

fn is_plain(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

const fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::BAD_REQUEST => (
            "We could not read that",
            "Something in this request is not as it should be. Please go back, reload the page and try again.",
        ),
        StatusCode::FORBIDDEN => (
            "That came from elsewhere",
            "This form was not sent from our own pages, so nothing was done. Please try it again from the shop.",
        ),
        StatusCode::NOT_FOUND => ("This page is not here", "The address may be old, or mistyped."),
        StatusCode::METHOD_NOT_ALLOWED => ("Not like this", "This address cannot be used in this way."),
        StatusCode::REQUEST_TIMEOUT => {
            ("That took too long", "We waited for the rest of your request. Please try again.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => ("That is too much", "What was sent is larger than anything our forms need."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("We cannot read that kind of thing", "Please use the form in the shop."),
        StatusCode::SERVICE_UNAVAILABLE => ("We are busy right now", "Nothing is lost. Please try again in a moment."),
        status if status.as_u16() < 500 => ("That did not work", "Please go back and try again."),
        _ => ("Something went wrong", "The fault is ours, and it has been noted. Please try again in a moment."),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_the_shop_and_its_stylesheet() {
        let html = ErrorPages::new("Kiln & Loom", "/pkg/shop.abc.css").html(StatusCode::NOT_FOUND);
        assert!(html.contains("<title>This page is not here · Kiln &amp; Loom</title>"));
        assert!(html.contains(r#"href="/pkg/shop.abc.css""#));
        assert!(!html.contains("<script"));
    }
}
