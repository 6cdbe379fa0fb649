//! The files of uploaded pictures. What is behind an address never changes, so a browser never asks again; every byte was
//! written by the shop itself.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use shop::domain::PictureFile;

use super::State;
use super::asked_order::not_now;

pub fn routes(state: State) -> Router {
    Router::new().route("/media/{file}", get(file)).with_state(state)
}

async fn file(FromState(state): FromState<State>, Path(name): Path<String>) -> Response {
    let Some(file) = PictureFile::parse(&name) else { return StatusCode::NOT_FOUND.into_response() };
    match state.site.shop.picture_file(&file).await {
        Ok(Some(found)) => {
            let headers = [
                (CONTENT_TYPE, file.format.media_type().to_owned()),
                (CONTENT_LENGTH, found.length.to_string()),
                (CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
            ];
            (headers, Body::from_stream(found.bytes)).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::warn!(error = format!("{:#}", anyhow::Error::from(error)), name, "a picture cannot be read");
            not_now()
        }
    }
}
