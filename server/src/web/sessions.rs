//! Sessions: a cookie with a secret id, and what the database knows under it. A request without the cookie costs the
//! database nothing.

use axum_login::{AuthManagerLayer, AuthManagerLayerBuilder};
use http::HeaderValue;
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
    let sessions = SessionManagerLayer::new(state.site.sessions.clone())
        .with_name(cookie_name(state.site.secure))
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(state.site.secure)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE));
    AuthManagerLayerBuilder::new(Backend::new(state.site.shop.clone()), sessions).build()
}

/// What takes the session's cookie away.
pub const fn expired_cookie(secure: bool) -> HeaderValue {
    HeaderValue::from_static(if secure {
        "__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
    } else {
        "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    })
}
