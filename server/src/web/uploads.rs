//! Pictures that staff send to a product: a form with files, read one file at a time, so that no more than one of each upload is
//! in memory. For others there is no such address, and nothing of what they send is read.

use std::fmt;

use axum::Router;
use axum::extract::multipart::Multipart;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Path, Request, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::StatusCode;
use session::Caller;
use shop::domain::{MAX_PICTURE_BYTES, MAX_PICTURES, May, PictureProblem, ProductId, Refusal, permit};
use shop::dto::Uploaded;
use shop::usecase::{Error, Result as ShopResult};
use tokio::time::timeout;

use super::State;
use super::body::announced;
use super::form_files::{TO_ARRIVE, TURN, arrived, read};
use super::staff_only::{nowhere, see_page, turned_away};
use super::unopened::not_now;

/// A dozen of the largest files, or twenty as people have them.
const MOST: usize = 12 * MAX_PICTURE_BYTES;
/// Of a file's name, that many characters come back: all names together have to fit into a cookie.
pub(super) const NAME: usize = 40;

pub fn routes() -> Router<State> {
    let upload = post(upload).fallback(nowhere).layer(DefaultBodyLimit::max(MOST));
    Router::new().route("/admin/products/{id}/pictures", upload)
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
        Err(error) => return turned_away(&error, "/admin/products"),
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
        let problem = match read(field, MAX_PICTURE_BYTES).await? {
            None => Some(PictureProblem::TooHeavy.as_str()),
            Some(_) if outcome.count() >= MAX_PICTURES => Some(PictureProblem::TooMany.as_str()),
            Some(bytes) => keep(caller, by, product, &name, bytes).await?,
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

async fn keep(
    caller: &Caller,
    by: May<permit::Products>,
    product: ProductId,
    name: &str,
    bytes: Bytes,
) -> Result<Option<&'static str>, StatusCode> {
    let (shop, name) = (caller.shop().clone(), name.to_owned());
    upload_refusal(caller.tracked(async move { shop.upload_picture(by, product, &name, bytes).await }).await, &product)
}

/// None: it is taken; else why not.
pub(super) fn upload_refusal(
    kept: ShopResult<Uploaded>,
    of: &impl fmt::Display,
) -> Result<Option<&'static str>, StatusCode> {
    match kept {
        Ok(Uploaded::Waiting(_)) => Ok(None),
        Ok(Uploaded::NotTaken(problem)) => Ok(Some(problem.as_str())),
        Err(Error::Refused(Refusal::NotFound)) => Err(StatusCode::NOT_FOUND),
        Err(error) => {
            tracing::error!(%of, error = format!("{:#}", anyhow::Error::from(error)), "a picture was not kept");
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
    see_page(&format!("/admin/products/{product}#pictures"), app::ssr::outcome(app::UPLOAD, said, refused, secure))
}
