//! The link to an order, out of the address as soon as a browser opens it: the token waits in a cookie that is sent to that order's
//! addresses alone (its page, its papers, its stream, the way back from the payment provider). So it is in no history, no referrer
//! and no picture of a screen, and neither the provider nor a table ever has it.

use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue};
use shop::domain::OrderId;
use shop::usecase::OrderToken;

use crate::cookies::{brought_cookies, kept_cookie};

/// Whoever pays by a link that was mailed a month ago is away for as long as any provider keeps its page open.
const SECONDS: i64 = 86_400;

/// `__Host-` wants a path that is every order's.
const fn name(secure: bool) -> &'static str {
    if secure { "__Secure-order-link" } else { "order-link" }
}

/// The cookie that opens this order; none: it is no token.
pub fn keep_order_link(order: OrderId, token: &str, secure: bool) -> Option<HeaderValue> {
    let is_token = (1..=200).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric());
    is_token.then(|| kept_cookie(name(secure), token, &format!("/orders/{order}"), SECONDS, secure)).flatten()
}

/// What a browser brings of it.
pub fn brought_order_link(headers: &HeaderMap, secure: bool) -> Option<OrderToken> {
    brought(headers, name(secure))
}

/// What one brings that went to the payment provider from a page of the release before.
pub fn brought_payment_return(headers: &HeaderMap) -> Option<OrderToken> {
    brought(headers, "payment-return")
}

/// Whether a page is asked for, by a browser that keeps cookies. Programs have the token where they put it.
pub fn asks_for_page(headers: &HeaderMap) -> bool {
    let is_html = |accept: &HeaderValue| accept.as_bytes().windows(9).any(|words| words == b"text/html");
    headers.get_all(ACCEPT).iter().any(is_html)
}

fn brought(headers: &HeaderMap, name: &str) -> Option<OrderToken> {
    brought_cookies(headers, name).find_map(|cookie| OrderToken::brought(cookie.value()))
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    #[test]
    fn a_token_is_kept_for_the_addresses_of_its_order_alone() {
        let order: OrderId = "0191d5a0-0000-7000-8000-000000000001".parse().unwrap();
        let kept = keep_order_link(order, "abc123", true).unwrap();
        let kept = kept.to_str().unwrap();
        let path = format!("Path=/orders/{order};");
        for part in ["__Secure-order-link=abc123;", &path, "HttpOnly", "SameSite=Lax", "; Secure", "Max-Age=86400"] {
            assert!(kept.contains(part), "{part}: {kept}");
        }
        for odd in ["", "a b", "a;b", "a\r\nb", "ä", &"a".repeat(201)] {
            assert!(keep_order_link(order, odd, true).is_none(), "{odd:?}");
        }
        let mut headers = HeaderMap::new();
        assert!(brought_order_link(&headers, false).is_none());
        headers.insert(COOKIE, HeaderValue::from_static("session=1; order-link=abc123; payment-return=def456"));
        assert_eq!(brought_order_link(&headers, false).unwrap().as_str(), "abc123");
        assert!(brought_order_link(&headers, true).is_none(), "another name behind HTTPS");
        assert_eq!(brought_payment_return(&headers).unwrap().as_str(), "def456");
    }

    #[test]
    fn browsers_ask_for_pages_and_programs_do_not() {
        let asks = |accept| asks_for_page(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]));
        assert!(asks("text/html,application/xhtml+xml") && asks("application/xml, text/html;q=0.9"));
        assert!(!asks("text/event-stream") && !asks("*/*") && !asks_for_page(&HeaderMap::new()));
    }
}
