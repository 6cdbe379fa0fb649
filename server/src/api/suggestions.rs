//! What is offered while somebody types into a search.

use axum::Json;
use http::HeaderName;
use http::header::CACHE_CONTROL;
use serde::Deserialize;
use session::{ShownShop, Site};
use utoipa::IntoParams;

use super::input::Filters;
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::shapes::Suggestions;

/// As long as the shop's own search field may keep them; by the caller alone, for an answer of the API may bring a cookie.
const KEPT: &str = "private, max-age=1";

pub fn routes() -> Routes<Site> {
    Routes::new().routes(routes!(suggest))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Typed {
    /// What is typed so far: words, of which eight count, or their beginnings; a single letter finds nothing
    #[serde(default)]
    #[param(required = false, max_length = 100, example = "stonew")]
    q: String,
}

/// Suggest products and categories
///
/// What fits the words that somebody is typing: at most five products and three categories that have all of them, or words that
/// begin so. Where nothing fits, `meant` is what may have been meant, and the suggestions are of that.
#[utoipa::path(
    get, path = "/search/suggestions", operation_id = "suggest", tag = "Products", params(Typed),
    responses((status = OK, body = Suggestions, headers(("Cache-Control" = String))))
)]
async fn suggest(
    ShownShop(shop): ShownShop,
    Filters(typed): Filters<Typed>,
) -> Result<([(HeaderName, &'static str); 1], Json<Suggestions>), Problem> {
    if typed.q.chars().count() > 100 {
        return Err(Problem::field("q", "At most 100 characters, please."));
    }
    Ok(([(CACHE_CONTROL, KEPT)], Json(shop.suggest(&typed.q).await?.into())))
}
