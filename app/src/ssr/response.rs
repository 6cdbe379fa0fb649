//! What an answer has beside what it says: cookies, its status, and the way elsewhere.

use http::header::SET_COOKIE;
use http::{HeaderValue, StatusCode};
use leptos::prelude::use_context;
use leptos_axum::{ResponseOptions, redirect};

/// Sets it beside others; none changes nothing.
pub(super) fn set_cookie(cookie: Option<HeaderValue>) {
    if let (Some(cookie), Some(response)) = (cookie, use_context::<ResponseOptions>()) {
        response.append_header(SET_COOKIE, cookie);
    }
}

pub(super) fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

/// Leaves a page for another. Leptos redirects only who says that they take HTML; `curl` and crawlers take anything.
pub(super) fn lead_to(path: &str) {
    redirect(path);
    set_status(StatusCode::FOUND);
}
