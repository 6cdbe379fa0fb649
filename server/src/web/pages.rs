//! The pages for when something is wrong and Leptos did not render one: small, honest, in the shop's style, and no
//! scripts.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use html_escape::encode_double_quoted_attribute;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

/// What the pages of this shop have in common.
#[derive(Debug, Clone)]
pub struct ErrorPages {
    name: Arc<str>,
    stylesheet: Arc<str>,
}

impl ErrorPages {
    pub fn new(name: &str, stylesheet: &str) -> Self {
        Self {
            name: encode_double_quoted_attribute(name).into(),
            stylesheet: encode_double_quoted_attribute(stylesheet).into(),
        }
    }

    /// The page for a status, with that status.
    pub fn page(&self, status: StatusCode) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        self.render_into(&mut response);
        response
    }

    pub fn render_into(&self, response: &mut Response) {
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
