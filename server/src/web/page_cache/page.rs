//! One page that is kept: all of it that is the same for everybody, with room for a nonce of each answer's own.

use std::sync::OnceLock;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, SET_COOKIE,
};
use http::response::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use leptos::nonce::Nonce;

use super::zipped::Zipped;
use crate::metrics::SeenRoute;

/// As RFC 9211 has it.
const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
/// What a page is compressed by.
pub(super) const GZIP: &str = "gzip";
/// A nonce of Leptos' is 16 random bytes as text: what is shorter is none.
const SHORTEST_NONCE: usize = 22;

pub(super) struct Page {
    /// All but the policy.
    headers: HeaderMap,
    /// What stands before the nonce of the policy, and behind it.
    policy: (String, String),
    /// The nonce stands between each two.
    pieces: Vec<Bytes>,
    /// The same as gzip, once somebody has taken it so.
    zipped: OnceLock<Option<Zipped>>,
    /// That of the answer which it was made of.
    nonce: String,
    bytes: usize,
    /// Which route answers it, where that is counted.
    route: Option<SeenRoute>,
}

/// Whether an answer is a page that nothing was decided about for one visitor alone: it sets no cookie, leads nowhere, and leaves
/// to the layers further out how browsers keep it.
pub(super) fn is_for_everybody(response: &Response) -> bool {
    let headers = response.headers();
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    response.status() == StatusCode::OK
        && is_page
        && !headers.contains_key(SET_COOKIE)
        && !headers.contains_key(LOCATION)
        && !headers.contains_key(CACHE_CONTROL)
        && headers.get_all(CONTENT_SECURITY_POLICY).iter().count() == 1
}

impl Page {
    /// None where it is not known what of it is the nonce.
    pub(super) fn of(head: &Parts, body: &Bytes, route: Option<SeenRoute>) -> Option<Self> {
        let mut headers = head.headers.clone();
        let policy = headers.remove(CONTENT_SECURITY_POLICY)?;
        let policy = policy.to_str().ok()?;
        let (_, nonce) = policy.split_once("'nonce-")?;
        let (nonce, _) = nonce.split_once('\'')?;
        let (before, behind) = policy.split_once(nonce)?;
        if nonce.len() < SHORTEST_NONCE || behind.contains(nonce) {
            return None;
        }
        headers.remove(CONTENT_LENGTH);
        headers.insert(CACHE_STATUS, HeaderValue::from_static("shop; hit"));
        // Of its own length: what was rendered has room for more.
        let kept = Bytes::copy_from_slice(body);
        let (mut pieces, mut from) = (Vec::new(), 0);
        for (at, _) in std::str::from_utf8(&kept).ok()?.match_indices(nonce) {
            pieces.push(kept.slice(from..at));
            from = at + nonce.len();
        }
        pieces.push(kept.slice(from..));
        let (policy, nonce) = ((before.to_owned(), behind.to_owned()), nonce.to_owned());
        Some(Self { headers, policy, pieces, zipped: OnceLock::new(), nonce, bytes: kept.len(), route })
    }

    /// How much it takes, with what it may be compressed to.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes + self.bytes / 4
    }

    pub(super) const fn route(&self) -> Option<&SeenRoute> {
        self.route.as_ref()
    }

    /// The answer which it was made of, as gzip; none: it goes as it is.
    pub(super) fn zipped_as_rendered(&self) -> Option<Vec<u8>> {
        self.zipped(&self.nonce)
    }

    fn zipped(&self, nonce: &str) -> Option<Vec<u8>> {
        self.zipped.get_or_init(|| Zipped::of(&self.pieces)).as_ref()?.with(nonce)
    }

    /// The page for one visitor, as gzip where they take that; where it is asked about alone, without its body, and headed as it would
    /// be with it: a length is that of what would be sent.
    pub(super) fn answer(&self, is_head: bool, takes_gzip: bool) -> Response {
        let nonce = Nonce::new();
        let (before, behind) = &self.policy;
        let mut headers = self.headers.clone();
        // Where it could not be said, the page would have the policy of what has no scripts (`headers.rs`).
        if let Ok(policy) = HeaderValue::try_from(format!("{before}{nonce}{behind}")) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        let zipped = if takes_gzip { self.zipped(&nonce) } else { None };
        if zipped.is_some() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(GZIP));
        }
        let body = zipped.unwrap_or_else(|| self.body(&nonce));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        let mut response = Response::new(if is_head { Body::empty() } else { Body::from(body) });
        *response.headers_mut() = headers;
        response
    }

    fn body(&self, nonce: &str) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.bytes);
        for (place, piece) in self.pieces.iter().enumerate() {
            if place > 0 {
                body.extend_from_slice(nonce.as_bytes());
            }
            body.extend_from_slice(piece);
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::super::zipped::unpacked;
    use super::*;

    const NONCE: &str = "AAAAAAAAAAAAAAAAAAAAAA";
    const BODY: &str =
        "<script nonce=\"AAAAAAAAAAAAAAAAAAAAAA\">ä</script><script nonce=\"AAAAAAAAAAAAAAAAAAAAAA\"></script>";

    fn rendered(policy: &str) -> Response {
        let page =
            Response::builder().header(CONTENT_TYPE, "text/html; charset=utf-8").header("x-robots-tag", "noindex");
        page.header(CONTENT_SECURITY_POLICY, policy).body(Body::from(BODY)).unwrap()
    }

    fn page(policy: &str) -> Option<Page> {
        Page::of(&rendered(policy).into_parts().0, &Bytes::from(BODY), None)
    }

    async fn read(response: Response) -> (HeaderMap, String) {
        let (head, body) = response.into_parts();
        (head.headers, String::from_utf8(to_bytes(body, 1 << 16).await.unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn each_answer_has_a_nonce_of_its_own_and_nothing_of_the_one_before() {
        let page = page(&format!("script-src 'self' 'nonce-{NONCE}' 'wasm-unsafe-eval'; base-uri 'none'")).unwrap();
        let mut nonces = Vec::new();
        for _ in 0..3 {
            let (headers, body) = read(page.answer(false, false)).await;
            let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
            let nonce = policy.strip_prefix("script-src 'self' 'nonce-").unwrap();
            let nonce = nonce.strip_suffix("' 'wasm-unsafe-eval'; base-uri 'none'").unwrap().to_owned();
            assert_eq!(body, BODY.replace(NONCE, &nonce));
            assert_eq!((nonce.len(), headers[CONTENT_LENGTH].to_str().unwrap()), (22, body.len().to_string().as_str()));
            assert_eq!(headers["x-robots-tag"], "noindex");
            assert_eq!(headers[CACHE_STATUS], "shop; hit");
            assert!(!body.contains(NONCE) && !nonces.contains(&nonce), "{nonce}");
            nonces.push(nonce);
        }
        for takes_gzip in [false, true] {
            let (headers, body) = read(page.answer(true, takes_gzip)).await;
            let whole = page.answer(false, takes_gzip);
            assert_eq!((&headers[CONTENT_LENGTH], body.as_str()), (&whole.headers()[CONTENT_LENGTH], ""));
            assert_eq!(headers.get(CONTENT_ENCODING), whole.headers().get(CONTENT_ENCODING));
            assert_eq!(headers.contains_key(CONTENT_ENCODING), takes_gzip);
        }
    }

    #[tokio::test]
    async fn who_takes_gzip_is_answered_so_with_a_nonce_of_their_own() {
        let page = page(&format!("script-src 'nonce-{NONCE}'")).unwrap();
        for _ in 0..2 {
            let (head, body) = page.answer(false, true).into_parts();
            let body = to_bytes(body, 1 << 16).await.unwrap();
            let policy = head.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
            let nonce = policy.strip_prefix("script-src 'nonce-").unwrap().strip_suffix('\'').unwrap();
            assert_eq!(head.headers[CONTENT_ENCODING], "gzip");
            assert_eq!(head.headers[CONTENT_LENGTH].to_str().unwrap(), body.len().to_string());
            assert!(nonce != NONCE && unpacked(&body) == BODY.replace(NONCE, nonce).as_bytes(), "{nonce}");
        }
        assert_eq!(unpacked(&page.zipped_as_rendered().unwrap()), BODY.as_bytes());
    }

    #[test]
    fn a_page_is_kept_only_where_it_is_known_what_its_nonce_is() {
        let twice = format!("script-src 'nonce-{NONCE}'; style-src 'nonce-{NONCE}'");
        for policy in ["script-src 'self'", "script-src 'nonce-'", "script-src 'nonce-AAAA'", "'nonce-", &twice] {
            assert!(page(policy).is_none(), "{policy}");
        }
    }

    #[test]
    fn what_is_for_one_visitor_is_not_for_everybody() {
        let policy = format!("script-src 'nonce-{NONCE}'");
        let with = |name: HeaderName, value: &'static str| {
            let mut response = rendered(&policy);
            response.headers_mut().append(name, HeaderValue::from_static(value));
            is_for_everybody(&response)
        };
        assert!(is_for_everybody(&rendered(&policy)));
        assert!(!with(SET_COOKIE, "session=1"));
        assert!(!with(LOCATION, "/login"));
        assert!(!with(CACHE_CONTROL, "no-store"));
        assert!(!with(CONTENT_SECURITY_POLICY, "default-src 'none'"), "which of both?");
        let mut other = rendered(&policy);
        *other.status_mut() = StatusCode::NOT_FOUND;
        assert!(!is_for_everybody(&other));
        let mut other = rendered(&policy);
        other.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        assert!(!is_for_everybody(&other));
    }
}
