//! What every answer tells the browser: what it may load, keep, and pass on. Errors and files are no exception.

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, REFERRER_POLICY, SET_COOKIE, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// The policy of answers that are no pages: nothing signed, nothing run.
const NO_SCRIPTS: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'none'; style-src 'self'; img-src 'self' data:; object-src 'none'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// Forms are led back by their Referer, so our own pages must send it to us.
const REFERRER: HeaderValue = HeaderValue::from_static("strict-origin-when-cross-origin");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// For an answer to an address with a secret in it: nobody keeps it, lists it, or tells another site of it. Not
/// `no-referrer`: browsers say the origin `null` of forms on such a page, and we would not know them for ours.
pub fn conceal(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
}

/// How long browsers use HTTPS alone, where the shop is served over it; none where it is not. What stands below its host may be other
/// programs of the owner: those are held to it by who says so.
pub const fn transport(secure: bool, subdomains: bool) -> Option<&'static str> {
    match (secure, subdomains) {
        (false, _) => None,
        (true, false) => Some("max-age=31536000"),
        (true, true) => Some("max-age=31536000; includeSubDomains"),
    }
}

/// Sets what every answer bears. `knows_us`: the browser sent a cookie.
pub fn protect(headers: &mut HeaderMap, knows_us: bool, transport: Option<&'static str>) {
    if let Some(caching) = caching(headers, knows_us) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(NO_SCRIPTS);
    headers.entry(REFERRER_POLICY).or_insert(REFERRER);
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(PERMISSIONS, "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    set(OPENER, "same-origin");
    if let Some(transport) = transport {
        set(STRICT_TRANSPORT_SECURITY, transport);
    }
}

/// A page has a nonce, so nobody shares it; what belongs to a session is not even kept. Most files have decided already.
fn caching(headers: &HeaderMap, knows_us: bool) -> Option<&'static str> {
    if headers.contains_key(CACHE_CONTROL) {
        return None;
    }
    if headers.contains_key(SET_COOKIE) {
        return Some("no-store");
    }
    if headers.contains_key(ETAG) {
        // A file like the icon, whose name never changes.
        return Some("public, max-age=86400");
    }
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page && !knows_us { Some("private, no-cache") } else { Some("no-store") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn pages_of_a_session_are_not_kept_and_no_page_is_shared() {
        let page = with(CONTENT_TYPE, "text/html; charset=utf-8");
        assert_eq!(caching(&page, false), Some("private, no-cache"));
        assert_eq!(caching(&page, true), Some("no-store"));
        assert_eq!(caching(&with(CONTENT_TYPE, "application/json"), false), Some("no-store"));
        assert_eq!(caching(&with(CACHE_CONTROL, "public"), true), None);
        let mut icon = with(ETAG, "\"1\"");
        assert_eq!(caching(&icon, true), Some("public, max-age=86400"));
        icon.insert(SET_COOKIE, HeaderValue::from_static("session=; Max-Age=0"));
        assert_eq!(caching(&icon, true), Some("no-store"), "nobody gets another's cookie out of a cache");
    }

    #[test]
    fn https_is_kept_to_for_a_year_and_below_the_host_where_that_is_said() {
        let told = |secure, subdomains| {
            let mut headers = HeaderMap::new();
            protect(&mut headers, false, transport(secure, subdomains));
            headers.get(STRICT_TRANSPORT_SECURITY).map(|told| told.to_str().unwrap().to_owned())
        };
        assert_eq!((told(false, false), told(false, true)), (None, None));
        assert_eq!(told(true, false).as_deref(), Some("max-age=31536000"));
        assert_eq!(told(true, true).as_deref(), Some("max-age=31536000; includeSubDomains"));
    }

    #[test]
    fn a_page_runs_only_what_its_nonce_signs() {
        let policy = app::ssr::content_security_policy("abc", None);
        assert!(policy.contains("script-src 'self' 'nonce-abc' 'wasm-unsafe-eval';"));
        assert!(policy.contains("form-action 'self';"));
        let elsewhere = app::ssr::content_security_policy("abc", Some("https://pay.example"));
        assert!(elsewhere.contains("form-action 'self' https://pay.example;"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
}
