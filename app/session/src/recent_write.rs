//! Who has just changed something reads it again: a cookie says so for some seconds, and what their pages show comes from the
//! database that is written to. Everybody else's may come from a replica of it, which is a moment behind.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderValue};
use shop::infrastructure::LiveShop;

use crate::auth::AuthSession;
use crate::cookies::{brought_cookies, kept_cookie};
use crate::program::Program;
use crate::site::Site;

/// What a browser keeps after whatever may have changed something, where a replica is read that may be `most_lag` behind: for
/// two seconds more than that. None: no header can say it.
pub fn recent_write(most_lag: Duration, secure: bool) -> Option<HeaderValue> {
    let seconds = i64::try_from(most_lag.as_secs()).unwrap_or(i64::MAX).saturating_add(2);
    kept_cookie(name(secure), "1", "/", seconds, secure)
}

const fn name(secure: bool) -> &'static str {
    if secure { "__Host-recent-write" } else { "recent-write" }
}

impl Site {
    /// The shop for the one request with these, whose answer is kept for nobody else: what it only shows may come from a replica,
    /// unless whoever asks has just changed something, or works here.
    pub fn shown_shop(&self, extensions: &Extensions, headers: &HeaderMap) -> LiveShop {
        if self.is_shown_as_it_is(extensions, headers) { self.shop.clone() } else { self.shop.reading_replica() }
    }

    /// The same for one of the shop's own pages: to whoever brings a session it shows what it shows everybody as it was a moment ago.
    /// Whoever brings none is shown whole pages that are kept, of which nothing may be older than they are.
    pub fn page_shop(&self, extensions: &Extensions, headers: &HeaderMap) -> LiveShop {
        if self.is_shown_as_it_is(extensions, headers) {
            return self.shop.clone();
        }
        let has_session = extensions.get::<AuthSession>().is_some_and(|auth| auth.session.id().is_some());
        let shop = self.shop.reading_replica();
        if self.keeps_views && has_session { shop.showing_recent() } else { shop }
    }

    fn is_shown_as_it_is(&self, extensions: &Extensions, headers: &HeaderMap) -> bool {
        let person = extensions.get::<AuthSession>().and_then(|session| session.user.as_ref());
        let is_staff = person.is_some_and(|person| person.user().works_as().is_some());
        let is_program = extensions.get::<Program>().is_some();
        let has_written = brought_cookies(headers, name(self.secure)).next().is_some();
        is_staff || is_program || has_written
    }
}

/// That shop, of a request that only looks.
pub struct ShownShop(pub LiveShop);

impl<S: Send + Sync> FromRequestParts<S> for ShownShop
where
    Site: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self(Site::from_ref(state).shown_shop(&parts.extensions, &parts.headers)))
    }
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    #[test]
    fn what_a_browser_keeps_is_longer_than_the_replica_may_be_behind_and_is_what_it_brings() {
        for (secure, begins) in [(true, "__Host-recent-write=1; "), (false, "recent-write=1; ")] {
            let cookie = recent_write(Duration::from_millis(2_900), secure).unwrap().to_str().unwrap().to_owned();
            for part in [begins, "; Max-Age=4", "; Path=/", "; HttpOnly", "; SameSite=Lax"] {
                assert!(cookie.contains(part), "{part}: {cookie}");
            }
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, cookie.split(';').next().unwrap().parse().unwrap());
            assert!(brought_cookies(&headers, name(secure)).next().is_some());
            assert!(brought_cookies(&headers, name(!secure)).next().is_none());
        }
    }
}
