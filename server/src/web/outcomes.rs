//! How server functions answer: a form that a browser sent by itself is led on with 303; a request that was not one of
//! ours gets a 400, not a way back with the error in its address, and not a 500.

use app::ShopError;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::LOCATION;
use http::{Method, StatusCode};
use leptos::server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER, ServerFnUrlError};

use super::pages::ErrorPages;

/// No error of ours is longer.
const MOST: usize = 64 * 1024;

pub async fn set_right(State(pages): State<ErrorPages>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let mut response = next.run(request).await;
    if let Some(error) = error_in_location(&response) {
        return pages.page(status_of(&error));
    }
    match response.status() {
        StatusCode::FOUND => {
            *response.status_mut() = StatusCode::SEE_OTHER;
            response
        }
        StatusCode::INTERNAL_SERVER_ERROR if response.headers().contains_key(SERVER_FN_ERROR_HEADER) => {
            judge(response).await
        }
        _ => response,
    }
}

/// The core's own errors have their status already; what is left are arguments that could not be read, and faults.
async fn judge(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MOST).await else {
        return Response::from_parts(parts, Body::empty());
    };
    parts.status = status_of(&ShopError::de(bytes.clone()));
    Response::from_parts(parts, Body::from(bytes))
}

/// Leptos leads a form back to where it came from and puts the error into that address.
fn error_in_location(response: &Response) -> Option<ShopError> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let (_, query) = location.split_once('?')?;
    let error = query.split(['&', '#']).find_map(|pair| pair.strip_prefix("__err="))?;
    let error = percent_encoding::percent_decode_str(error).decode_utf8().ok()?;
    Some(ServerFnUrlError::<ShopError>::decode_err(&error))
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
    use super::*;

    fn led_to(location: &str) -> Response {
        Response::builder().status(302).header(LOCATION, location).body(Body::empty()).unwrap()
    }

    #[test]
    fn an_error_in_the_way_back_is_found() {
        let back = ServerFnUrlError::new("/do/login", ShopError::Malformed).to_url("http://shop/login?next=/").unwrap();
        assert_eq!(error_in_location(&led_to(back.as_str())), Some(ShopError::Malformed));
        assert_eq!(error_in_location(&led_to("/cart?page=1")), None);
        assert_eq!(error_in_location(&led_to("/cart?my__err=1")), None);
    }
}
