//! What may be sent to us: forms and JSON, not more than they need, and answered in time.

use std::time::Duration;

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, Method, StatusCode};
use tokio::time::timeout;

use super::pages::ErrorPages;

const MOST: usize = 64 * 1024;
/// In the back office: a hundred variants of a product, as they were and as they are to be.
const MOST_OF_STAFF: usize = 512 * 1024;
/// At sign-in: a name, an address and a password fit into this many times over.
const MOST_AT_SIGN_IN: usize = 4 * 1024;
/// How long the body may take to arrive.
const TO_ARRIVE: Duration = Duration::from_secs(10);
/// How long an answer may take to begin.
const TO_ANSWER: Duration = Duration::from_secs(15);

/// Reads the body here, whole, within its limits, so that nobody behind has to think of them; and lets an answer take its
/// time to begin. Not for streams: they begin at once and go on for long.
pub async fn limit(State(pages): State<ErrorPages>, request: Request, next: Next) -> Response {
    let answered = timeout(TO_ANSWER, async {
        if request.body().is_end_stream() && !takes_body(request.method()) {
            return next.run(request).await;
        }
        match Box::pin(read(request)).await {
            Ok(request) => next.run(request).await,
            Err(status) => pages.page(status),
        }
    });
    answered.await.unwrap_or_else(|_| {
        tracing::warn!("not answered in time");
        pages.page(StatusCode::SERVICE_UNAVAILABLE)
    })
}

async fn read(request: Request) -> Result<Request, StatusCode> {
    let (mut parts, body) = request.into_parts();
    let most = most_for(parts.uri.path());
    if announced(&parts.headers).is_some_and(|length| length > most) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    if takes_body(&parts.method) && parts.uri.path().starts_with("/do/") && !is_known_kind(&parts.headers) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    match timeout(TO_ARRIVE, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => {
            parts.headers.remove(http::header::TRANSFER_ENCODING);
            Ok(Request::from_parts(parts, Body::from(bytes)))
        }
        Ok(Err(cause)) if is_too_long(&cause) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        // The sender broke off.
        Ok(Err(_)) => Err(StatusCode::BAD_REQUEST),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

fn takes_body(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

fn most_for(path: &str) -> usize {
    if is_of_accounts(path) {
        MOST_AT_SIGN_IN
    } else if path.starts_with("/do/admin-") {
        MOST_OF_STAFF
    } else {
        MOST
    }
}

/// Whether somebody brings a password, or asks for another.
pub(super) fn is_of_accounts(path: &str) -> bool {
    let of_accounts = [
        "/do/login",
        "/do/register",
        "/do/forgot-password",
        "/do/reset-password",
        "/do/change-email",
        "/do/change-password",
        "/do/confirm-account",
        "/do/request-data",
        "/do/delete-account",
        "/do/open-account",
        "/do/accept-invitation",
        "/do/admin-confirm",
        "/api/v1/auth/login",
        "/api/v1/auth/register",
    ];
    of_accounts.contains(&path)
}

pub(super) fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_known_kind(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") || kind.eq_ignore_ascii_case("application/json")
}

fn is_too_long(cause: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(cause);
    while let Some(error) = cause {
        if error.to_string().contains("length limit exceeded") {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &'static str) -> bool {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, http::HeaderValue::from_static(text))]);
        is_known_kind(&headers)
    }

    #[test]
    fn only_forms_and_json_are_read() {
        assert!(kind("application/x-www-form-urlencoded"));
        assert!(kind("Application/JSON; charset=utf-8"));
        assert!(!kind("text/plain"));
        assert!(!kind("multipart/form-data; boundary=x"));
        assert!(!is_known_kind(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn a_body_that_is_too_long_is_told_from_one_that_broke_off() {
        let long = to_bytes(Body::from("123456"), 5).await.unwrap_err();
        assert!(is_too_long(&long));
        let broken =
            Body::from_stream(futures::stream::once(async { Err::<String, _>(std::io::Error::other("gone")) }));
        assert!(!is_too_long(&to_bytes(broken, 5).await.unwrap_err()));
    }
}
