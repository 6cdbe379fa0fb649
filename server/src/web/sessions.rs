//! Sessions: a cookie with a secret id, and what the database knows under it. A request without the cookie costs the
//! database nothing.

use axum::extract::{Request, State as FromState};
use axum::middleware::Next;
use axum::response::Response;
use axum_login::{AuthManagerLayer, AuthManagerLayerBuilder};
use http::HeaderValue;
use http::header::SET_COOKIE;
use session::Backend;
use shop::infrastructure::postgres::PgSessions;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use super::State;

/// Sessions end after two weeks without a visit that wrote to them.
const IDLE: time::Duration = time::Duration::days(14);

/// The prefix makes browsers insist on `Secure`, `Path=/` and no domain.
pub const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

pub fn layer(state: &State) -> AuthManagerLayer<Backend, PgSessions> {
    let shop = &state.site.shop;
    let sessions = SessionManagerLayer::new(PgSessions::new(shop.store().pool().clone()))
        .with_name(cookie_name(state.site.secure))
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(state.site.secure)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE));
    AuthManagerLayerBuilder::new(Backend::new(shop.clone()), sessions).build()
}

#[derive(Debug, Clone)]
pub struct ExpiredSessionCookie {
    begins: String,
    cookie: HeaderValue,
}

impl ExpiredSessionCookie {
    pub fn new(secure: bool) -> Self {
        let name = cookie_name(secure);
        let cookie = if secure {
            HeaderValue::from_static("__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure")
        } else {
            HeaderValue::from_static("session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
        };
        Self { begins: format!("{name}=;"), cookie }
    }
}

/// The library's way to remove the cookie lacks `Secure`, and browsers do not believe it under a `__Host-` name. This
/// puts ours in its place.
pub async fn expire_session_cookie(
    FromState(expired): FromState<ExpiredSessionCookie>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let is_removal = |cookie: &HeaderValue| cookie.as_bytes().starts_with(expired.begins.as_bytes());
    if headers.get_all(SET_COOKIE).iter().any(is_removal) {
        let others: Vec<_> = headers.get_all(SET_COOKIE).iter().filter(|c| !is_removal(c)).cloned().collect();
        headers.insert(SET_COOKIE, expired.cookie);
        for other in others {
            headers.append(SET_COOKIE, other);
        }
    }
    response
}
