//! Addresses that no link of ours has: broken percent-encoding, bytes that are no text, control characters, names longer
//! than a file's can be. They are refused before anything tries to make sense of them.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use percent_encoding::percent_decode_str;

use super::pages::ErrorPages;

/// File systems take names of 255 bytes; a compressed file's ending is added to ours.
const LONGEST_NAME: usize = 240;
const LONGEST_PATH: usize = 2000;

pub async fn refuse_garbled(State(pages): State<ErrorPages>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    if !is_readable_path(uri.path()) || !uri.query().is_none_or(is_readable_query) {
        pages.page(StatusCode::BAD_REQUEST)
    } else if is_endless(uri.path()) {
        pages.page(StatusCode::NOT_FOUND)
    } else {
        next.run(request).await
    }
}

fn is_endless(path: &str) -> bool {
    path.len() > LONGEST_PATH || path.split('/').any(|name| name.len() > LONGEST_NAME)
}

fn is_readable_path(path: &str) -> bool {
    decoded(path).is_some_and(|text| !text.chars().any(char::is_control))
}

/// Line ends are allowed here: a form with a text area may be sent by GET.
fn is_readable_query(query: &str) -> bool {
    decoded(query).is_some_and(|text| !text.contains('\0'))
}

fn decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let encoded = bytes.iter().enumerate().filter(|(_, b)| **b == b'%').all(|(at, _)| hex(at + 1) && hex(at + 2));
    let text = encoded.then(|| percent_decode_str(text).decode_utf8().ok())??;
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_pass() {
        for path in ["/", "/products/blue%20mug", "/orders/0191", "/caf%C3%A9", "//x", "/a+b"] {
            assert!(is_readable_path(path), "{path}");
        }
        for query in ["", "q=blue+mug&page=2", "q=a%0D%0Ab", "q=%E2%82%AC", "=&&="] {
            assert!(is_readable_query(query), "{query}");
        }
    }

    #[test]
    fn garbled_ones_do_not() {
        for path in ["/%", "/%2", "/%zz", "/%00", "/%FF", "/%C3%28", "/%0A", "/%7F"] {
            assert!(!is_readable_path(path), "{path}");
        }
        for query in ["q=100%", "q=%00", "q=%FF"] {
            assert!(!is_readable_query(query), "{query}");
        }
    }

    #[test]
    fn nothing_has_an_endless_name() {
        assert!(is_endless(&format!("/{}", "b".repeat(300))));
        assert!(is_endless(&"/a".repeat(1500)));
        assert!(!is_endless(&format!("/products/{}", "b".repeat(200))));
    }
}
