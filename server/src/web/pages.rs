//! The pages for when something is wrong and Leptos did not render one: small, honest, in the shop's style, and no
//! scripts.

use std::fmt;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use html_escape::encode_double_quoted_attribute;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use shop::domain::IconFile;
use shop::dto::ShopContent;

/// What the pages of this shop have in common.
#[derive(Clone)]
pub struct ErrorPages {
    /// What the shop says of itself now.
    content: Arc<dyn Fn() -> Arc<ShopContent> + Send + Sync>,
    stylesheet: Arc<str>,
}

impl fmt::Debug for ErrorPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorPages").field("stylesheet", &self.stylesheet).finish_non_exhaustive()
    }
}

impl ErrorPages {
    pub fn new(content: impl Fn() -> Arc<ShopContent> + Send + Sync + 'static, stylesheet: &str) -> Self {
        Self { content: Arc::new(content), stylesheet: encode_double_quoted_attribute(stylesheet).into() }
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
        let (content, stylesheet) = ((self.content)(), &self.stylesheet);
        let name = encode_double_quoted_attribute(&content.name);
        let theme = content.accent.map(|accent| {
            let code = accent.code();
            format!("<link rel=\"stylesheet\" href=\"/theme/{code}.css\">\n")
        });
        let theme = theme.unwrap_or_default();
        let icon = content.pictures.icon_address(IconFile::SIDES[0]);
        let icon = icon.as_deref().unwrap_or("/favicon.svg");
        let (title, text) = words(status);
        format!(
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · {name}</title>
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="{stylesheet}">
{theme}</head>
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
        let content = ShopContent { name: "Kiln & Loom".into(), ..ShopContent::default() };
        let blue = ShopContent { accent: shop::domain::Accent::parse("#1f5c96").ok(), ..content.clone() };
        let (content, blue) = (Arc::new(content), Arc::new(blue));
        let themed = ErrorPages::new(move || Arc::clone(&blue), "/pkg/shop.css").html(StatusCode::NOT_FOUND);
        assert!(themed.contains(r#"href="/theme/1f5c96.css""#), "{themed}");
        let html = ErrorPages::new(move || Arc::clone(&content), "/pkg/shop.abc.css").html(StatusCode::NOT_FOUND);
        assert!(!html.contains("/theme/"));
        assert!(html.contains("<title>This page is not here · Kiln &amp; Loom</title>"));
        assert!(html.contains(r#"href="/pkg/shop.abc.css""#));
        assert!(!html.contains("<script"));
    }
}
