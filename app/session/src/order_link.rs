//! The link to an order, out of the address as soon as a browser opens it: the token waits in a cookie that is sent to that order's
//! addresses alone (its page, its papers, its stream, the way back from the payment provider). So it is in no history, no referrer
//! and no picture of a screen, and neither the provider nor a table ever has it.
//!
//! No request but one to that order's addresses brings it, so a second cookie names the orders whose links are kept, by their ids,
//! which open nothing: whoever signs out takes these links along.

use http::header::{ACCEPT, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use shop::domain::OrderId;
use shop::usecase::OrderToken;

use crate::cookies::{brought_cookies, kept_cookie};

/// Whoever pays by a link that was mailed a month ago is away for as long as any provider keeps its page open.
const SECONDS: i64 = 86_400;

/// One browser keeps the links of so many orders; with one more the oldest goes.
const MOST: usize = 8;

/// `__Host-` wants a path that is every order's.
const fn name(secure: bool) -> &'static str {
    if secure { "__Secure-order-link" } else { "order-link" }
}

/// Of the orders whose links are kept.
const fn list_name(secure: bool) -> &'static str {
    if secure { "__Host-order-links" } else { "order-links" }
}

/// The cookie that opens this order; none: it is no token.
pub fn keep_order_link(order: OrderId, token: &str, secure: bool) -> Option<HeaderValue> {
    let is_token = (1..=200).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric());
    is_token.then(|| kept_cookie(name(secure), token, &path_of(order), SECONDS, secure)).flatten()
}

/// The orders whose links a browser keeps, the oldest first.
pub fn kept_order_links(headers: &HeaderMap, secure: bool) -> Vec<OrderId> {
    let list = brought_cookies(headers, list_name(secure)).next();
    list.iter().flat_map(|list| list.value().split('.')).filter_map(|id| id.parse().ok()).take(MOST).collect()
}

/// Adds the orders whose links an answer hands out to those whose links this browser keeps.
pub fn note_order_links(kept: &[OrderId], answer: &mut HeaderMap, secure: bool) {
    let new = handed_out(answer, secure);
    if new.is_empty() {
        return;
    }
    let mut all: Vec<_> =
        kept.iter().copied().filter(|order| !new.contains(order)).chain(new.iter().copied()).collect();
    let too_many = all.len().saturating_sub(MOST);
    let mut cookies: Vec<_> = all.drain(..too_many).map(|order| gone(order, secure)).collect();
    let list = all.iter().map(OrderId::to_string).collect::<Vec<_>>().join(".");
    cookies.push(kept_cookie(list_name(secure), &list, "/", SECONDS, secure));
    append(answer, cookies);
}

/// Takes away all links that this browser keeps: whoever signs out leaves none.
pub fn forget_order_links(kept: &[OrderId], answer: &mut HeaderMap, secure: bool) {
    if kept.is_empty() {
        return;
    }
    let mut cookies: Vec<_> = kept.iter().map(|order| gone(*order, secure)).collect();
    cookies.push(kept_cookie(list_name(secure), "", "/", 0, secure));
    append(answer, cookies);
}

fn handed_out(answer: &HeaderMap, secure: bool) -> Vec<OrderId> {
    let mut orders = Vec::new();
    for cookie in answer.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok()) {
        let of_link = cookie.strip_prefix(name(secure)).filter(|rest| rest.starts_with('='));
        let path = of_link.and_then(|rest| rest.split("; ").find_map(|part| part.strip_prefix("Path=/orders/")));
        orders.extend(path.and_then(|id| id.parse::<OrderId>().ok()).filter(|order| !orders.contains(order)));
    }
    orders
}

fn path_of(order: OrderId) -> String {
    format!("/orders/{order}")
}

fn gone(order: OrderId, secure: bool) -> Option<HeaderValue> {
    kept_cookie(name(secure), "", &path_of(order), 0, secure)
}

fn append(answer: &mut HeaderMap, cookies: Vec<Option<HeaderValue>>) {
    for cookie in cookies.into_iter().flatten() {
        answer.append(SET_COOKIE, cookie);
    }
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

    fn cookies(answer: &HeaderMap) -> Vec<&str> {
        answer.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect()
    }

    fn order(number: usize) -> OrderId {
        format!("0191d5a0-0000-7000-8000-{number:012}").parse().unwrap()
    }

    /// What a browser brings that was answered so.
    fn bringing(answer: &HeaderMap) -> HeaderMap {
        let list = cookies(answer).into_iter().find(|cookie| cookie.starts_with("__Host-order-links=")).unwrap();
        let pair = list.split(';').next().unwrap();
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&format!("a=b; {pair}")).unwrap())])
    }

    #[test]
    fn whoever_signs_out_takes_all_links_along() {
        let mut kept = Vec::new();
        for number in 0..=MOST {
            let mut answer = HeaderMap::new();
            answer.append(SET_COOKIE, HeaderValue::from_static("__Host-flash=x; Path=/"));
            answer.append(SET_COOKIE, keep_order_link(order(number), "abc123", true).unwrap());
            note_order_links(&kept, &mut answer, true);
            let told = cookies(&answer);
            let list = told.iter().find(|cookie| cookie.starts_with("__Host-order-links=")).unwrap();
            assert!(list.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=86400"), "{list}");
            let oldest = "__Secure-order-link=; HttpOnly; SameSite=Lax; Secure; \
                Path=/orders/0191d5a0-0000-7000-8000-000000000000; Max-Age=0";
            assert_eq!(told.contains(&oldest), number == MOST, "{told:?}");
            kept = kept_order_links(&bringing(&answer), true);
        }
        assert_eq!(kept, (1..=MOST).map(order).collect::<Vec<_>>());
        let mut again = HeaderMap::from_iter([(SET_COOKIE, keep_order_link(order(1), "abc123", true).unwrap())]);
        note_order_links(&kept, &mut again, true);
        assert_eq!(kept_order_links(&bringing(&again), true).last(), Some(&order(1)), "the newest now");
        let mut left = HeaderMap::new();
        forget_order_links(&kept, &mut left, true);
        let told = cookies(&left);
        assert_eq!(told.len(), MOST + 1);
        assert!(
            told.iter().all(|cookie| cookie.contains("=; HttpOnly") && cookie.ends_with("; Max-Age=0")),
            "{told:?}"
        );
        for number in 1..=MOST {
            let path = format!("; Path=/orders/{};", order(number));
            assert!(told.iter().any(|cookie| cookie.contains(&path)), "{path} {told:?}");
        }
    }

    #[test]
    fn nothing_is_noted_where_there_is_nothing_and_nonsense_is_none() {
        let mut answer =
            HeaderMap::from_iter([(SET_COOKIE, HeaderValue::from_static("order-links=x; Path=/orders/y"))]);
        note_order_links(&[], &mut answer, false);
        forget_order_links(&[], &mut answer, false);
        assert_eq!(cookies(&answer).len(), 1);
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("order-links=x.../;.1"))]);
        assert!(kept_order_links(&headers, false).is_empty());
    }

    #[test]
    fn browsers_ask_for_pages_and_programs_do_not() {
        let asks = |accept| asks_for_page(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]));
        assert!(asks("text/html,application/xhtml+xml") && asks("application/xml, text/html;q=0.9"));
        assert!(!asks("text/event-stream") && !asks("*/*") && !asks_for_page(&HeaderMap::new()));
    }
}
