//! The cookie by which a browser is known again on which somebody signed in before: it has tries of its own, so nobody who
//! guesses from elsewhere locks its owner out. It signs nobody in.

use std::sync::{Arc, OnceLock};

use http::{HeaderMap, HeaderValue};
use shop::usecase::DeviceToken;

use crate::cookies::{brought_cookies, kept_cookie};

/// A year.
const SECONDS: i64 = 31_536_000;

/// Where whoever signs somebody in leaves what their browser is to keep, for whoever sends the answer. There is one with
/// each request that may sign in.
#[derive(Debug, Clone, Default)]
pub struct NewDevice(Arc<OnceLock<HeaderValue>>);

impl NewDevice {
    /// What is to be set.
    pub fn cookie(&self) -> Option<HeaderValue> {
        self.0.get().cloned()
    }

    pub(crate) fn keep(&self, token: &DeviceToken, secure: bool) {
        if let Some(cookie) = kept_cookie(name(secure), token.as_str(), "/", SECONDS, secure) {
            // Nobody signs in twice with one request.
            let _ = self.0.set(cookie);
        }
    }
}

/// What a browser brings.
pub(crate) fn brought_device(headers: &HeaderMap, secure: bool) -> Option<DeviceToken> {
    brought_cookies(headers, name(secure)).find_map(|cookie| DeviceToken::brought(cookie.value()))
}

const fn name(secure: bool) -> &'static str {
    if secure { "__Host-device" } else { "device" }
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    #[test]
    fn what_is_kept_is_what_is_brought() {
        let token = DeviceToken::brought(&format!("{}.{}", "0a".repeat(16), "0b".repeat(32))).unwrap();
        for (secure, begins) in [(true, "__Host-device="), (false, "device=")] {
            let kept = NewDevice::default();
            assert!(kept.cookie().is_none());
            kept.keep(&token, secure);
            let cookie = kept.cookie().unwrap().to_str().unwrap().to_owned();
            for part in [begins, "; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age="] {
                assert!(cookie.contains(part), "{part}: {cookie}");
            }
            assert_eq!(cookie.contains("; Secure"), secure);
            let mut headers = HeaderMap::new();
            assert!(brought_device(&headers, secure).is_none());
            headers.insert(COOKIE, cookie.split(';').next().unwrap().parse().unwrap());
            assert_eq!(brought_device(&headers, secure), Some(token.clone()));
            assert!(brought_device(&headers, !secure).is_none());
        }
    }
}
