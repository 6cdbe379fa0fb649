//! Pictures that staff send to a place that shows one: a category, the shop's logo, its icon, the picture of its first page. A
//! form with one file; as with those of products, for others there is no such address.

use axum::Router;
use axum::extract::multipart::Multipart;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Path, Request, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::StatusCode;
use session::Caller;
use shop::domain::{MAX_PICTURE_BYTES, PicturePlace, PictureProblem, ShopPicture, Slug};
use shop::dto::Uploaded;
use shop::infrastructure::LiveShop;
use shop::usecase::Result as ShopResult;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::State;
use super::body::announced;
use super::form_files::{TO_ARRIVE, TURN, arrived, read};
use super::staff_only::{nowhere, see_page, turned_away};
use super::unopened::not_now;
use super::uploads::{NAME, upload_refusal};

/// One that is too large is told so, as long as it is not absurd.
const MOST: usize = 2 * MAX_PICTURE_BYTES;

pub fn routes() -> Router<State> {
    let of_category = post(of_category).fallback(nowhere).layer(DefaultBodyLimit::max(MOST));
    let of_shop = post(of_shop).fallback(nowhere).layer(DefaultBodyLimit::max(MOST));
    Router::new()
        .route("/admin/categories/{slug}/picture", of_category)
        .route("/admin/content/pictures/{place}", of_shop)
}

/// A file, or why there is none, and what it was called.
struct Received {
    name: String,
    file: Result<Bytes, &'static str>,
    /// Held for as long as the file is in memory.
    turn: OwnedSemaphorePermit,
}

async fn of_category(
    FromState(state): FromState<State>,
    caller: Caller,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let by = match caller.staff().await {
        Ok(by) => by,
        Err(error) => return turned_away(&error, "/admin/categories"),
    };
    let Ok(slug) = Slug::parse(&slug) else { return StatusCode::NOT_FOUND.into_response() };
    upload(&state, &caller, PicturePlace::Category(slug.clone()), request, move |shop, name, bytes| async move {
        shop.upload_category_picture(by, &slug, &name, bytes).await
    })
    .await
}

async fn of_shop(
    FromState(state): FromState<State>,
    caller: Caller,
    Path(place): Path<String>,
    request: Request,
) -> Response {
    let by = match caller.staff().await {
        Ok(by) => by,
        Err(error) => return turned_away(&error, "/admin/content"),
    };
    let Some(place) = ShopPicture::parse(&place) else { return StatusCode::NOT_FOUND.into_response() };
    upload(&state, &caller, PicturePlace::Shop(place), request, move |shop, name, bytes| async move {
        shop.upload_shop_picture(by, place, &name, bytes).await
    })
    .await
}

/// Takes the file and gives it to `keep`, which is done with it even if whoever sent it is gone.
async fn upload<F>(
    state: &State,
    caller: &Caller,
    place: PicturePlace,
    request: Request,
    keep: impl FnOnce(LiveShop, String, Bytes) -> F,
) -> Response
where
    F: Future<Output = ShopResult<Uploaded>> + Send + 'static,
{
    let Received { name, file, turn } = match receive(state, request).await {
        Ok(received) => received,
        Err(status) => return or_later(status),
    };
    let outcome = match file {
        Ok(bytes) => {
            let kept = keep(caller.shop().clone(), name.clone(), bytes);
            upload_refusal(caller.tracked(kept).await, &page_of(&place))
        }
        Err(why) => Ok(Some(why)),
    };
    drop(turn);
    back(&place, name, outcome, state.site.secure)
}

fn or_later(status: StatusCode) -> Response {
    if status == StatusCode::SERVICE_UNAVAILABLE { not_now() } else { status.into_response() }
}

async fn receive(state: &State, request: Request) -> Result<Received, StatusCode> {
    if announced(request.headers()).is_some_and(|length| length > MOST) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let Ok(Ok(turn)) = timeout(TURN, state.uploads.clone().acquire_owned()).await else {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    };
    let form = Multipart::from_request(request, state).await.map_err(|rejection| rejection.status())?;
    let (name, file) = timeout(TO_ARRIVE, first_file(form)).await.map_err(|_| StatusCode::REQUEST_TIMEOUT)??;
    Ok(Received { name, file, turn })
}

/// The first file of the form.
async fn first_file(mut form: Multipart) -> Result<(String, Result<Bytes, &'static str>), StatusCode> {
    while let Some(field) = arrived(form.next_field()).await? {
        let name: String = field.file_name().unwrap_or_default().to_owned();
        // A browser sends a field for a file of which none was chosen, too.
        if field.name() == Some("picture") && !name.is_empty() {
            let file = read(field, MAX_PICTURE_BYTES).await?;
            return Ok((name, file.ok_or(PictureProblem::TooHeavy.as_str())));
        }
    }
    Ok((String::new(), Err("none")))
}

/// To the page it was sent from, which says what became of it.
fn back(
    place: &PicturePlace,
    name: String,
    outcome: Result<Option<&'static str>, StatusCode>,
    secure: bool,
) -> Response {
    let why = match outcome {
        Ok(why) => why,
        Err(status) => return status.into_response(),
    };
    let said = why.is_none().then(|| "The picture was uploaded. It is shown as soon as its sizes are made.".to_owned());
    let refused: Option<(String, String)> = why.map(|why| (name.chars().take(NAME).collect(), why.to_owned()));
    let cookie = app::ssr::outcome(app::upload_of(place), said, refused.into_iter().collect(), secure);
    see_page(&page_of(place), cookie)
}

/// Where a place's picture stands in the back office.
fn page_of(place: &PicturePlace) -> String {
    match place {
        PicturePlace::Category(slug) => format!("/admin/categories/{slug}#picture-category"),
        PicturePlace::Shop(place) => format!("/admin/content#picture-{}", place.as_str()),
    }
}
