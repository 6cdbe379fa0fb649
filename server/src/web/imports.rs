//! Files of products that staff send: a form with one file, read to its end and kept to be looked at. For others there is no
//! such address, and nothing of what they send is read.

use axum::Router;
use axum::extract::multipart::Multipart;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::StatusCode;
use session::Caller;
use shop::domain::{ImportId, MAX_IMPORT_BYTES, May, permit};
use shop::dto::ImportTaken;
use tokio::time::timeout;

use super::State;
use super::body::announced;
use super::form_files::{TO_ARRIVE, TURN, arrived, read};
use super::staff_only::{nowhere, see_page, turned_away};
use super::unopened::not_now;

/// What is larger than a file may be is read as far as this, so that whoever sent it is told in words.
const MOST: usize = 3 * MAX_IMPORT_BYTES;

pub fn routes() -> Router<State> {
    let upload = post(upload).fallback(nowhere).layer(DefaultBodyLimit::max(MOST));
    Router::new().route("/admin/import/file", upload)
}

/// What became of the file; in a word that the page knows where it was not taken.
type Outcome = Result<ImportId, &'static str>;

async fn upload(FromState(state): FromState<State>, caller: Caller, request: Request) -> Response {
    let by = match caller.staff().await {
        Ok(by) => by,
        Err(error) => return turned_away(&error, "/admin/import"),
    };
    if announced(request.headers()).is_some_and(|length| length > MOST) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let Ok(Ok(_place)) = timeout(TURN, state.uploads.clone().acquire_owned()).await else { return not_now() };
    let form = match Multipart::from_request(request, &state).await {
        Ok(form) => form,
        Err(rejection) => return rejection.status().into_response(),
    };
    match timeout(TO_ARRIVE, receive(&caller, by, form)).await {
        Ok(Ok(outcome)) => back(outcome, state.site.secure),
        Ok(Err(status)) => status.into_response(),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

/// The first file of the form.
async fn receive(caller: &Caller, by: May<permit::Products>, mut form: Multipart) -> Result<Outcome, StatusCode> {
    while let Some(field) = arrived(form.next_field()).await? {
        let name: String = field.file_name().unwrap_or_default().to_owned();
        if field.name() != Some("file") || name.is_empty() {
            continue;
        }
        return Ok(match read(field, MAX_IMPORT_BYTES).await? {
            Some(bytes) => keep(caller, by, name, bytes).await,
            None => Err("large"),
        });
    }
    Ok(Err("none"))
}

async fn keep(caller: &Caller, by: May<permit::Products>, name: String, bytes: Bytes) -> Outcome {
    let shop = caller.shop().clone();
    match caller.tracked(async move { shop.upload_import(by, &name, bytes).await }).await {
        Ok(ImportTaken::Waiting(id)) => Ok(id),
        Ok(ImportTaken::Busy) => Err("busy"),
        Err(error) => {
            tracing::error!(error = format!("{:#}", anyhow::Error::from(error)), "a file of products was not kept");
            Err("later")
        }
    }
}

/// To the page of the import, or back to the form, which says why there is none.
fn back(outcome: Outcome, secure: bool) -> Response {
    let page = outcome.map_or_else(|_| "/admin/import".to_owned(), |id| format!("/admin/import/{id}"));
    let cookie = outcome.err().map(|why| vec![("file".to_owned(), why.to_owned())]);
    see_page(&page, cookie.and_then(|typed| app::ssr::outcome(app::IMPORT, None, typed, secure)))
}
