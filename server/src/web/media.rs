//! The files of uploaded pictures. What is behind an address never changes, so a browser never asks again; every byte was
//! written by the shop itself. And the one address that every browser asks for an icon, whatever the pages say.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use shop::domain::{IconFile, PictureFile};
use shop::usecase::{MediaFile, Result};

use super::unopened::not_now;
use super::{State, assets};

pub fn routes(state: State) -> Router {
    Router::new().route("/media/{file}", get(file)).route("/favicon.ico", get(icon)).with_state(state)
}

/// The shop's own, as the address of today; what comes with the program is soon asked for again.
async fn icon(FromState(state): FromState<State>) -> Response {
    match state.site.shop.content().pictures.icon_address(IconFile::SIDES[0]) {
        Some(address) => {
            let headers = [(LOCATION, address), (CACHE_CONTROL, "no-cache".to_owned())];
            (StatusCode::FOUND, headers).into_response()
        }
        None => assets::icon().into_response(),
    }
}

async fn file(FromState(state): FromState<State>, Path(name): Path<String>) -> Response {
    if let Some(file) = PictureFile::parse(&name) {
        answer(&name, file.format.media_type(), state.site.shop.picture_file(&file).await)
    } else if let Some(file) = IconFile::parse(&name) {
        answer(&name, "image/png", state.site.shop.icon_file(&file).await)
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

fn answer(name: &str, media_type: &str, file: Result<Option<MediaFile>>) -> Response {
    match file {
        Ok(Some(found)) => {
            let headers = [
                (CONTENT_TYPE, media_type.to_owned()),
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
