//! Addresses that no link of ours has: broken percent-encoding, bytes that are no text, control characters, names longer
//! than a file's can be. They are refused before anything tries to make sense of them. And addresses that differ from a
//! page's own in their slashes only.

use http::{StatusCode, Uri};
use percent_encoding::percent_decode_str;

/// File systems take names of 255 bytes; a compressed file's ending is added to ours.
const LONGEST_NAME: usize = 240;
const LONGEST_PATH: usize = 2000;

pub fn refused(uri: &Uri) -> Option<StatusCode> {
    // `OPTIONS *`, and what is asked of a proxy.
    if !uri.path().starts_with('/') || !is_readable_path(uri.path()) || !uri.query().is_none_or(is_readable_query) {
        Some(StatusCode::BAD_REQUEST)
    } else if is_endless(uri.path()) {
        Some(StatusCode::NOT_FOUND)
    } else {
        None
    }
}

/// The address that a page has, where it was asked for with more slashes than that. Programs are not led on.
pub fn one_address(uri: &Uri) -> Option<Uri> {
    let path = uri.path();
    let inner = path.trim_matches('/');
    // Browsers read `/\\host` as another host.
    if path.len() == inner.len() + 1 || inner.starts_with('\\') || path == "/api" || path.starts_with("/api/") {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("/{inner}{query}").parse().ok()
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
    fn what_is_asked_of_no_address_is_refused() {
        for of_none in ["*", "shop.example:443"] {
            assert_eq!(refused(&of_none.parse().unwrap()), Some(StatusCode::BAD_REQUEST), "{of_none}");
        }
        for whole in ["http://shop.example", "http://evil.example/products?q=a", "/"] {
            assert_eq!(refused(&whole.parse().unwrap()), None, "{whole}");
        }
    }

    #[test]
    fn every_page_has_one_address() {
        let of = |address: &str| one_address(&address.parse().unwrap()).map(|uri| uri.to_string());
        for own in ["/", "/?q=a", "/products", "/products?q=a/", "/api/", "/api/v1/products/"] {
            assert_eq!(of(own), None, "{own}");
        }
        for (asked, own) in [
            ("/products/", "/products"),
            ("/products///?q=a%2F&page=2", "/products?q=a%2F&page=2"),
            ("//", "/"),
            ("//products", "/products"),
            ("//evil.example/", "/evil.example"),
        ] {
            assert_eq!(of(asked).as_deref(), Some(own), "{asked}");
        }
        if let Ok(sly) = "/\\\\evil.example/".parse() {
            assert_eq!(one_address(&sly), None);
        }
    }

    #[test]
    fn nothing_has_an_endless_name() {
        assert!(is_endless(&format!("/{}", "b".repeat(300))));
        assert!(is_endless(&"/a".repeat(1500)));
        assert!(!is_endless(&format!("/products/{}", "b".repeat(200))));
    }
}
