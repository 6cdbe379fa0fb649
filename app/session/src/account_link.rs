//! The link of a mail, out of the address as soon as it is opened: it waits in a cookie of the browser that opened it, for the
//! form of its page alone. So it is in no referrer, no history and no picture of a screen.

use http::{HeaderMap, HeaderValue};
use shop::usecase::LinkToken;

use crate::cookies::{brought_cookies, kept_cookie};

/// As long as the link to a new password works.
const SECONDS: i64 = 1800;

/// What the link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptLink {
    Reset,
    Verify,
    /// What somebody wants to hear of.
    Wish,
    /// To work here.
    Invitation,
    /// That somebody does not want to be asked for reviews.
    ReviewRequests,
}

impl KeptLink {
    /// Where it leads, and where its form stands.
    pub const fn page(self) -> &'static str {
        match self {
            Self::Reset => "/reset-password",
            Self::Verify => "/verify-email",
            Self::Wish => "/stock-wish",
            Self::Invitation => "/invitation",
            Self::ReviewRequests => "/review-requests",
        }
    }

    const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Reset, true) => "__Host-reset-link",
            (Self::Reset, false) => "reset-link",
            (Self::Verify, true) => "__Host-verify-link",
            (Self::Verify, false) => "verify-link",
            (Self::Wish, true) => "__Host-wish-link",
            (Self::Wish, false) => "wish-link",
            (Self::Invitation, true) => "__Host-invitation-link",
            (Self::Invitation, false) => "invitation-link",
            (Self::ReviewRequests, true) => "__Host-review-link",
            (Self::ReviewRequests, false) => "review-link",
        }
    }
}

/// The cookie that keeps it; none: it is no token.
pub fn keep_link(kept: KeptLink, token: &str, secure: bool) -> Option<HeaderValue> {
    let is_token = (1..=200).contains(&token.len())
        && token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    is_token.then(|| kept_cookie(kept.name(secure), token, "/", SECONDS, secure)).flatten()
}

/// The cookie that takes it away again.
pub fn drop_link(kept: KeptLink, secure: bool) -> Option<HeaderValue> {
    kept_cookie(kept.name(secure), "", "/", 0, secure)
}

/// What they bring.
pub fn brought_link(headers: &HeaderMap, kept: KeptLink, secure: bool) -> Option<LinkToken> {
    let found = brought_cookies(headers, kept.name(secure)).find(|cookie| !cookie.value().is_empty())?;
    Some(LinkToken::brought(found.value()))
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    #[test]
    fn a_link_is_kept_for_its_own_page_and_nothing_else_is() {
        let kept = keep_link(KeptLink::Reset, "0191-aa.bb", true).unwrap();
        let kept = kept.to_str().unwrap();
        for part in ["__Host-reset-link=0191-aa.bb;", "Path=/", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=1800"] {
            assert!(kept.contains(part), "{part}: {kept}");
        }
        for odd in ["", "a b", "a;b", "a\r\nb", "ä", &"a".repeat(201)] {
            assert!(keep_link(KeptLink::Verify, odd, true).is_none(), "{odd:?}");
        }
        let mut headers = HeaderMap::new();
        assert!(brought_link(&headers, KeptLink::Reset, false).is_none());
        headers.insert(COOKIE, HeaderValue::from_static("session=1; reset-link=0191-aa.bb; verify-link="));
        assert_eq!(brought_link(&headers, KeptLink::Reset, false).unwrap().as_str(), "0191-aa.bb");
        assert!(brought_link(&headers, KeptLink::Verify, false).is_none());
        assert!(brought_link(&headers, KeptLink::Reset, true).is_none(), "another name behind HTTPS");
        assert!(drop_link(KeptLink::Reset, false).unwrap().to_str().unwrap().contains("Max-Age=0"));
    }
}
