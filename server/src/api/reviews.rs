//! Reviews: anybody reads what is shown, staff decide what is.

use axum::Json;
use axum::extract::Path;
use serde::Deserialize;
use session::{Caller, ShownShop, Site};
use shop::domain::ReviewId;
use shop::dto::{ReviewQuery, StaffReviewQuery};
use utoipa::IntoParams;
use uuid::Uuid;

use super::input::{Filters, Input};
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::products::product_key;
use super::shapes::{
    NewReviewAnswer, NewReviewDecline, NewReviewPublication, ReviewOrder, ReviewStatus, ReviewsForStaff, ReviewsShown,
    StaffReview,
};
use super::users::paging;

pub fn routes() -> Routes<Site> {
    Routes::new()
        .routes(routes!(list))
        .routes(routes!(list_for_staff))
        .routes(routes!(publish))
        .routes(routes!(decline))
        .routes(routes!(answer))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReviewFilters {
    /// Left out: the newest first
    #[param(inline)]
    sort: Option<ReviewOrder>,
    /// Those behind this one, as `next` says
    after: Option<Uuid>,
    /// More than 100 count as 100
    #[param(minimum = 1, maximum = 4_294_967_295_u32, format = Int64, default = 24)]
    per_page: Option<u32>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StaffReviewFilters {
    /// Left out: those that wait to be read
    #[param(inline)]
    status: Option<ReviewStatus>,
    /// Those before this one, as `next` says
    before: Option<Uuid>,
}

/// List reviews of a product
///
/// Those that are shown, by people who bought it. By its id or slug.
#[utoipa::path(
    get, path = "/products/{id}/reviews", operation_id = "list_reviews", tag = "Products",
    params(("id" = String, Path, description = "Id or slug", example = "speckled-mug"), ReviewFilters),
    responses((status = OK, body = ReviewsShown))
)]
async fn list(
    ShownShop(shop): ShownShop,
    Path(id): Path<String>,
    Filters(filters): Filters<ReviewFilters>,
) -> Result<Json<ReviewsShown>, Problem> {
    let (_, per_page) = paging(None, filters.per_page)?;
    let sort = filters.sort.map(Into::into).unwrap_or_default();
    let query = ReviewQuery { sort, after: filters.after.map(ReviewId) };
    Ok(Json(shop.reviews_of(&product_key(&id)?, &query, per_page).await?.into()))
}

/// List reviews of any state
///
/// The newest first, 20 at once. Staff only.
#[utoipa::path(
    get, path = "/reviews", operation_id = "list_reviews_for_staff", tag = "Products", params(StaffReviewFilters),
    security(("session" = ["staff"])), responses((status = OK, body = ReviewsForStaff))
)]
async fn list_for_staff(
    caller: Caller,
    Filters(filters): Filters<StaffReviewFilters>,
) -> Result<Json<ReviewsForStaff>, Problem> {
    let staff = caller.staff().await?;
    let state = filters.status.map(Into::into).unwrap_or_default();
    let query = StaffReviewQuery { state, before: filters.before.map(ReviewId) };
    Ok(Json(caller.shop().staff_reviews(staff, &query).await?.into()))
}

/// Publish a review
///
/// In the version that was read. Staff only.
#[utoipa::path(
    post, path = "/reviews/{id}/publish", operation_id = "publish_review", tag = "Products",
    request_body = NewReviewPublication, security(("session" = ["staff"])), params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = StaffReview), (status = PRECONDITION_FAILED, description = "stale-version"))
)]
async fn publish(
    caller: Caller,
    Path(id): Path<String>,
    Input(input): Input<NewReviewPublication>,
) -> Result<Json<StaffReview>, Problem> {
    let (staff, shop, id) = (caller.staff().await?, caller.site.shop.clone(), id.parse()?);
    let done = caller.tracked(async move { shop.publish_review(staff, id, input.version).await }).await?;
    decided(&caller, done).await
}

/// Decline a review
///
/// It is shown to nobody, or no more; whoever wrote it reads why. Staff only.
#[utoipa::path(
    post, path = "/reviews/{id}/decline", operation_id = "decline_review", tag = "Products",
    request_body = NewReviewDecline, security(("session" = ["staff"])), params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = StaffReview), (status = PRECONDITION_FAILED, description = "stale-version"))
)]
async fn decline(
    caller: Caller,
    Path(id): Path<String>,
    Input(input): Input<NewReviewDecline>,
) -> Result<Json<StaffReview>, Problem> {
    let (staff, shop, id) = (caller.staff().await?, caller.site.shop.clone(), id.parse()?);
    let done = async move { shop.decline_review(staff, id, input.version, &input.reason).await };
    let done = caller.tracked(done).await?;
    decided(&caller, done).await
}

/// Answer a review
///
/// Everybody reads it below the review; an empty answer takes it away. Staff only.
#[utoipa::path(
    post, path = "/reviews/{id}/answer", operation_id = "answer_review", tag = "Products",
    request_body = NewReviewAnswer, security(("session" = ["staff"])), params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = StaffReview), (status = PRECONDITION_FAILED, description = "stale-version"))
)]
async fn answer(
    caller: Caller,
    Path(id): Path<String>,
    Input(input): Input<NewReviewAnswer>,
) -> Result<Json<StaffReview>, Problem> {
    let (staff, shop, id) = (caller.staff().await?, caller.site.shop.clone(), id.parse()?);
    let done = async move { shop.answer_review(staff, id, input.version, &input.answer).await };
    let done = caller.tracked(done).await?;
    decided(&caller, done).await
}

async fn decided(caller: &Caller, id: ReviewId) -> Result<Json<StaffReview>, Problem> {
    Ok(Json(caller.shop().staff_review(caller.staff().await?, id).await?.into()))
}
