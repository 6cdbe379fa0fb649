//! The link to an order, out of the address as soon as a browser opens it: the token waits in a cookie that is sent to that order's
//! addresses alone (its page, its papers, its stream, the way back from the payment provider). So it is in no history, no referrer
//! and no picture of a screen, and neither the provider nor a table ever has it.
//!
//! No request but one to that order's addresses brings it, so a second cookie, which every request brings and which opens nothing,
//! has the order in its name: whoever signs out, or closes their account, takes these links along. There is one for each order, and
//! not one with a list of them: two tabs that open links at once would each write a list without the other's.

use cookie::Cookie;
use http::header::{ACCEPT, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use shop::domain::OrderId;
use shop::usecase::OrderToken;

use crate::cookies::{brought_cookies, brought_cookies_of, kept_cookie};

/// Whoever pays by a link that was mailed a month ago is away for as long as any provider keeps its page open.
const SECONDS: i64 = 86_400;

/// One browser keeps the links of so many orders; with one more the oldest goes.
const MOST: usize = 8;

/// No more are looked at, whatever a browser brings.
const MOST_BROUGHT: usize = 64;

/// `__Host-` wants a path that is every order's.
const fn name(secure: bool) -> &'static str {
    if secure { "__Secure-order-link" } else { "order-link" }
}

/// How a cookie's name begins that says whose link is kept: the order's id follows.
const fn note_name(secure: bool) -> &'static str {
    if secure { "__Host-order-links-" } else { "order-links-" }
}

/// The orders whose links a browser keeps, the oldest first, each behind a number that grows from one to the next. Two that came at
/// once may have the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptOrderLinks(Vec<(u32, OrderId)>);

/// The cookie that opens this order; none: it is no token.
pub fn keep_order_link(order: OrderId, token: &str, secure: bool) -> Option<HeaderValue> {
    let is_token = (1..=200).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric());
    is_token.then(|| kept_cookie(name(secure), token, &path_of(order), SECONDS, secure)).flatten()
}

impl KeptOrderLinks {
    pub fn brought(headers: &HeaderMap, secure: bool) -> Self {
        let begin = note_name(secure);
        let read = |cookie: Cookie<'_>| {
            Some((
                cookie.value().parse::<u32>().unwrap_or(0),
                cookie.name().strip_prefix(begin)?.parse::<OrderId>().ok()?,
            ))
        };
        let mut kept: Vec<_> = brought_cookies_of(headers, begin).filter_map(read).take(MOST_BROUGHT).collect();
        kept.sort_unstable();
        Self(kept)
    }

    /// Adds the orders whose links an answer hands out.
    pub fn note(&self, answer: &mut HeaderMap, secure: bool) {
        let new = handed_out(answer, secure);
        if new.is_empty() {
            return;
        }
        let others: Vec<_> = self.0.iter().map(|(_, order)| *order).filter(|order| !new.contains(order)).collect();
        let too_many = others.len().saturating_add(new.len()).saturating_sub(MOST);
        let mut cookies: Vec<_> = others.into_iter().take(too_many).flat_map(|order| gone(order, secure)).collect();
        let number = self.0.last().map_or(0, |(number, _)| number.saturating_add(1));
        cookies.extend(new.into_iter().map(|order| noted(order, &number.to_string(), SECONDS, secure)));
        append(answer, cookies);
    }

    /// Takes all of them away: whoever signs out leaves none.
    pub fn forget(&self, answer: &mut HeaderMap, secure: bool) {
        append(answer, self.0.iter().flat_map(|(_, order)| gone(*order, secure)).collect());
    }
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

fn noted(order: OrderId, number: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    kept_cookie(&format!("{}{order}", note_name(secure)), number, "/", seconds, secure)
}

fn gone(order: OrderId, secure: bool) -> [Option<HeaderValue>; 2] {
    [kept_cookie(name(secure), "", &path_of(order), 0, secure), noted(order, "", 0, secure)]
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
    use std::collections::BTreeMap;

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

    /// What a browser keeps, by name and path.
    #[derive(Default)]
    struct Browser(BTreeMap<(String, String), String>);

    impl Browser {
        fn keep(&mut self, answer: &HeaderMap) {
            for cookie in answer.get_all(SET_COOKIE) {
                let cookie = Cookie::parse(cookie.to_str().unwrap()).unwrap();
                let place = (cookie.name().to_owned(), cookie.path().unwrap().to_owned());
                match cookie.max_age().is_some_and(cookie::time::Duration::is_zero) {
                    true => self.0.remove(&place),
                    false => self.0.insert(place, cookie.value().to_owned()),
                };
            }
        }

        /// What a request brings that is to none of the orders.
        fn brings(&self) -> KeptOrderLinks {
            let at_all = self.0.iter().filter(|((_, path), _)| path == "/");
            let pairs: Vec<_> = at_all.map(|((name, _), value)| format!("{name}={value}")).collect();
            let line = HeaderValue::from_str(&format!("a=b; {}", pairs.join("; "))).unwrap();
            KeptOrderLinks::brought(&HeaderMap::from_iter([(COOKIE, line)]), true)
        }

        fn orders(&self) -> Vec<OrderId> {
            self.brings().0.into_iter().map(|(_, order)| order).collect()
        }
    }

    /// What a tab is answered that opens the link of an order.
    fn opened(order: OrderId, kept: &KeptOrderLinks) -> HeaderMap {
        let mut answer = HeaderMap::new();
        answer.append(SET_COOKIE, HeaderValue::from_static("__Host-flash=x; Path=/"));
        answer.append(SET_COOKIE, keep_order_link(order, "abc123", true).unwrap());
        kept.note(&mut answer, true);
        answer
    }

    #[test]
    fn whoever_signs_out_takes_all_links_along() {
        let mut browser = Browser::default();
        for number in 0..=MOST {
            let answer = opened(order(number), &browser.brings());
            let note = format!("__Host-order-links-{}={number}; HttpOnly; ", order(number));
            assert!(cookies(&answer).iter().any(|told| told.starts_with(&note) && told.contains("Max-Age=86400")));
            browser.keep(&answer);
        }
        assert_eq!(browser.orders(), (1..=MOST).map(order).collect::<Vec<_>>(), "the oldest went");
        assert_eq!(browser.0.len(), 2 * MOST + 1, "and its link");
        browser.keep(&opened(order(1), &browser.brings()));
        assert_eq!((browser.orders().len(), browser.orders().last()), (MOST, Some(&order(1))), "the newest now");
        let mut left = HeaderMap::new();
        browser.brings().forget(&mut left, true);
        browser.keep(&left);
        assert_eq!(browser.0.len(), 1, "{:?}", browser.0);
    }

    #[test]
    fn two_tabs_that_open_links_at_once_lose_none() {
        let mut browser = Browser::default();
        browser.keep(&opened(order(9), &browser.brings()));
        let brought = browser.brings();
        let answers = [opened(order(1), &brought), opened(order(2), &brought)];
        answers.iter().for_each(|answer| browser.keep(answer));
        assert_eq!(browser.orders(), [order(9), order(1), order(2)]);
        // Both of one order at once are one.
        let brought = browser.brings();
        let answers = [opened(order(3), &brought), opened(order(3), &brought)];
        answers.iter().for_each(|answer| browser.keep(answer));
        assert_eq!(browser.orders().len(), 4);
        let mut left = HeaderMap::new();
        browser.brings().forget(&mut left, true);
        browser.keep(&left);
        assert!(browser.0.keys().all(|(name, _)| name == "__Host-flash"), "{:?}", browser.0);
    }

    #[test]
    fn nothing_is_noted_where_there_is_nothing_and_nonsense_is_none() {
        let mut answer =
            HeaderMap::from_iter([(SET_COOKIE, HeaderValue::from_static("order-links-x=1; Path=/orders/y"))]);
        KeptOrderLinks::default().note(&mut answer, false);
        KeptOrderLinks::default().forget(&mut answer, false);
        assert_eq!(cookies(&answer).len(), 1);
        let odd = format!("order-links-x=1; order-links-=2; order-links=3; order-links-{}=x", order(1));
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&odd).unwrap())]);
        assert_eq!(KeptOrderLinks::brought(&headers, false), KeptOrderLinks(vec![(0, order(1))]));
        let many: Vec<_> = (0..200).map(|number| format!("order-links-{}=1", order(number))).collect();
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&many.join("; ")).unwrap())]);
        assert_eq!(KeptOrderLinks::brought(&headers, false).0.len(), MOST_BROUGHT);
    }

    #[test]
    fn browsers_ask_for_pages_and_programs_do_not() {
        let asks = |accept| asks_for_page(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]));
        assert!(asks("text/html,application/xhtml+xml") && asks("application/xml, text/html;q=0.9"));
        assert!(!asks("text/event-stream") && !asks("*/*") && !asks_for_page(&HeaderMap::new()));
    }
}
