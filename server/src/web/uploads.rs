//! Pictures that staff send to a product: a form with files, read one file at a time, so that no more than one of each upload is
//! in memory. For others there is no such address, and nothing of what they send is read.

use std::time::Duration;

use axum::Router;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Path, Request, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http::header::{HeaderValue, LOCATION, SET_COOKIE};
use session::Caller;
use shop::domain::{MAX_PICTURE_BYTES, MAX_PICTURES, May, PictureProblem, ProductId, Refusal, permit};
use shop::dto::Uploaded;
use shop::usecase::Error;
use tokio::time::timeout;

use super::State;
use super::asked_order::not_now;
use super::body::announced;

/// A dozen of the largest files, or twenty as people have them.
const MOST: usize = 12 * MAX_PICTURE_BYTES;
/// How long the next piece may take to arrive.
const NEXT_PIECE: Duration = Duration::from_secs(20);
/// How long all of it may take.
pub(super) const TO_ARRIVE: Duration = Duration::from_secs(15 * 60);
/// How long to wait for another upload to end.
pub(super) const TURN: Duration = Duration::from_secs(20);
/// Of a file's name, that many characters come back: all names together have to fit into a cookie.
const NAME: usize = 40;

pub fn routes() -> Router<State> {
    let upload = post(upload).fallback(nowhere).layer(DefaultBodyLimit::max(MOST));
    Router::new().route("/admin/products/{id}/pictures", upload)
}

pub(super) async fn nowhere() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// What became of the files.
#[derive(Default)]
struct Outcome {
    taken: u32,
    /// Files by name, and why not.
    refused: Vec<(String, String)>,
}

async fn upload(
    FromState(state): FromState<State>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let by = match caller.staff().await {
        Ok(by) => by,
        Err(Error::Refused(Refusal::NotPermitted)) => return StatusCode::FORBIDDEN.into_response(),
        Err(_) => return StatusCode::NOT_FOUND.into_response(),
    };
    let Ok(product) = id.parse::<ProductId>() else { return StatusCode::NOT_FOUND.into_response() };
    if announced(request.headers()).is_some_and(|length| length > MOST) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let Ok(Ok(_place)) = timeout(TURN, state.uploads.clone().acquire_owned()).await else { return not_now() };
    let form = match Multipart::from_request(request, &state).await {
        Ok(form) => form,
        Err(rejection) => return rejection.status().into_response(),
    };
    match timeout(TO_ARRIVE, receive(&caller, by, product, form)).await {
        Ok(Ok(outcome)) => back(product, outcome, state.site.secure),
        Ok(Err(status)) => status.into_response(),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

async fn receive(
    caller: &Caller,
    by: May<permit::Products>,
    product: ProductId,
    mut form: Multipart,
) -> Result<Outcome, StatusCode> {
    let mut outcome = Outcome::default();
    while let Some(field) = arrived(form.next_field()).await? {
        let name: String = field.file_name().unwrap_or_default().to_owned();
        // A browser sends a field for files of which none was chosen, too.
        if field.name() != Some("pictures") || name.is_empty() {
            continue;
        }
        let problem = match read(field).await? {
            Err(problem) => Some(problem.as_str()),
            Ok(_) if outcome.count() >= MAX_PICTURES => Some(PictureProblem::TooMany.as_str()),
            Ok(bytes) => keep(caller, by, product, &name, bytes).await?,
        };
        match problem {
            None => outcome.taken += 1,
            Some(problem) if outcome.refused.len() < MAX_PICTURES as usize => {
                outcome.refused.push((name.chars().take(NAME).collect(), problem.to_owned()));
            }
            Some(_) => {}
        }
    }
    if outcome.count() == 0 {
        outcome.refused.push((String::new(), "none".to_owned()));
    }
    Ok(outcome)
}

impl Outcome {
    fn count(&self) -> u32 {
        self.taken.saturating_add(u32::try_from(self.refused.len()).unwrap_or(u32::MAX))
    }
}

/// Reads a file to its end, and keeps no more of it than is taken.
async fn read(mut field: Field<'_>) -> Result<Result<Bytes, PictureProblem>, StatusCode> {
    let (mut bytes, mut is_heavy) = (BytesMut::new(), false);
    while let Some(piece) = arrived(field.chunk()).await? {
        is_heavy |= bytes.len().saturating_add(piece.len()) > MAX_PICTURE_BYTES;
        if is_heavy {
            bytes = BytesMut::new();
        } else {
            bytes.extend_from_slice(&piece);
        }
    }
    Ok(if is_heavy { Err(PictureProblem::TooHeavy) } else { Ok(bytes.freeze()) })
}

pub(super) async fn arrived<T>(piece: impl Future<Output = Result<T, MultipartError>>) -> Result<T, StatusCode> {
    match timeout(NEXT_PIECE, piece).await {
        Ok(piece) => piece.map_err(|cause| cause.status()),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

/// None: it is taken; else why not.
async fn keep(
    caller: &Caller,
    by: May<permit::Products>,
    product: ProductId,
    name: &str,
    bytes: Bytes,
) -> Result<Option<&'static str>, StatusCode> {
    let (shop, name) = (caller.shop().clone(), name.to_owned());
    match caller.tracked(async move { shop.upload_picture(by, product, &name, bytes).await }).await {
        Ok(Uploaded::Waiting(_)) => Ok(None),
        Ok(Uploaded::NotTaken(problem)) => Ok(Some(problem.as_str())),
        Err(Error::Refused(Refusal::NotFound)) => Err(StatusCode::NOT_FOUND),
        Err(error) => {
            tracing::error!(product.id = %product, error = format!("{:#}", anyhow::Error::from(error)), "a picture was not kept");
            Ok(Some("busy"))
        }
    }
}

/// To the editor, which says what became of them.
fn back(product: ProductId, Outcome { taken, refused }: Outcome, secure: bool) -> Response {
    let said = match taken {
        0 => None,
        1 => Some("1 picture was uploaded. It is shown as soon as its sizes are made.".to_owned()),
        taken => Some(format!("{taken} pictures were uploaded. They are shown as soon as their sizes are made.")),
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let place = format!("/admin/products/{product}#pictures");
    let headers = [(LOCATION, HeaderValue::from_str(&place).ok())];
    let cookie = app::ssr::outcome(app::UPLOAD, said, refused, secure);
    for (name, value) in headers.into_iter().chain([(SET_COOKIE, cookie)]) {
        if let Some(value) = value {
            response.headers_mut().append(name, value);
        }
    }
    response
}
