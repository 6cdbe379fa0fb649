//! What whoever may not is answered at addresses of the back office that are no pages: nobody else learns that there is such an
//! address, by whatever method they ask. Each has a row in `server/tests/http/staff_routes.rs`; one without fails there.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::{HeaderValue, LOCATION, SET_COOKIE};
use shop::domain::Refusal;
use shop::usecase::Error;

/// `page` is where the form stands, a plain path: whoever has to give their password first is led there afterwards.
pub fn turned_away(error: &Error, page: &str) -> Response {
    match error {
        Error::Refused(Refusal::NotPermitted) => StatusCode::FORBIDDEN.into_response(),
        Error::Refused(Refusal::ConfirmNeeded) => Redirect::to(&format!("/admin/confirm?next={page}")).into_response(),
        Error::Refused(Refusal::FactorNeeded) => Redirect::to("/account/security").into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// To a page, with the cookie that tells it what became of the form.
pub fn see_page(page: &str, outcome: Option<HeaderValue>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    for (name, value) in [(LOCATION, HeaderValue::from_str(page).ok()), (SET_COOKIE, outcome)] {
        if let Some(value) = value {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// For every other method: that one is refused would say that there is another.
pub async fn nowhere() -> StatusCode {
    StatusCode::NOT_FOUND
}
