//! How server functions answer: a form that a browser sent by itself is led on with 303; a request that was not one of
//! ours gets a 400, not a way back with the error in its address, and not a 500.

use app::ShopError;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::LOCATION;
use http::{HeaderMap, Method, StatusCode};
use leptos::server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};

use super::pages::ErrorPages;

/// No error of ours is longer.
const MOST: usize = 64 * 1024;

pub async fn correct_server_fn_status(State(pages): State<ErrorPages>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let response = next.run(request).await;
    let mut response = if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        replace_unread(&pages, response).await
    } else {
        response
    };
    if response.status() == StatusCode::FOUND {
        *response.status_mut() = StatusCode::SEE_OTHER;
    }
    response
}

/// The core's own errors have their status or their way back already; what is left are arguments that could not be
/// read, and faults.
async fn replace_unread(pages: &ErrorPages, response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MOST).await else {
        return pages.page(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let error = ShopError::de(bytes.clone());
    let unread = matches!(error, ShopError::Malformed | ShopError::Unreachable);
    match parts.status {
        StatusCode::FOUND if unread || carries_error(&parts.headers) => pages.page(status_of(&error)),
        StatusCode::INTERNAL_SERVER_ERROR => {
            parts.status = status_of(&error);
            Response::from_parts(parts, Body::from(bytes))
        }
        _ => Response::from_parts(parts, Body::from(bytes)),
    }
}

/// Leptos leads a form back to where it came from and puts the error into that address.
fn carries_error(headers: &HeaderMap) -> bool {
    let location = headers.get(LOCATION).and_then(|l| l.to_str().ok());
    let query = location.and_then(|l| l.split_once('?')).map_or("", |(_, query)| query);
    query.split(['&', '#']).any(|pair| pair.starts_with("__err="))
}

/// `Unreachable` is what a body that is no text becomes.
const fn status_of(error: &ShopError) -> StatusCode {
    match error {
        ShopError::Malformed | ShopError::Unreachable => StatusCode::BAD_REQUEST,
        ShopError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        ShopError::Broken => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use leptos::server_fn::error::ServerFnUrlError;

    use super::*;

    fn carries(location: &str) -> bool {
        carries_error(&HeaderMap::from_iter([(LOCATION, location.parse().unwrap())]))
    }

    #[test]
    fn an_error_in_the_way_back_is_found() {
        let back = ServerFnUrlError::new("/do/login", ShopError::Malformed).to_url("http://shop/login?next=/").unwrap();
        assert!(carries(back.as_str()));
        assert!(!carries("/cart?page=1"));
        assert!(!carries("/cart?my__err=1"));
    }
}
