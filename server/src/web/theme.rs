//! The shop's own colour: a stylesheet of one rule beside the others. Its address says which colour, so a browser may keep it.

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use shop::domain::Accent;

pub(super) fn routes() -> Router {
    Router::new().route("/theme/{file}", get(theme))
}

/// Each colour has one address, and only one that words can be read on has any.
async fn theme(Path(file): Path<String>) -> Response {
    let accent = file.strip_suffix(".css").and_then(|code| Accent::parse(code).ok().filter(|a| a.code() == code));
    match accent {
        Some(accent) => {
            let headers =
                [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, css(accent)).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Outside of the layers that the shop's stylesheet has, so it wins. By night that takes names of its own (`style/tokens.css`):
/// a browser that keeps this of an earlier release has the shop's own clay then.
fn css(accent: Accent) -> String {
    let (deep, night, deep_by_night) = (accent.deep(), accent.by_night(), accent.deep_by_night());
    format!(
        ":root{{--clay:{accent};--clay-deep:{deep};--clay-by-night:{night};--clay-deep-by-night:{deep_by_night}}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_one_rule() {
        let css = css(Accent::parse("#1f5c96").unwrap());
        let (by_day, by_night) = css.split_once(";--clay-by-night:").unwrap();
        assert_eq!(by_day, ":root{--clay:#1f5c96;--clay-deep:#184978");
        let blue = Accent::parse("#1f5c96").unwrap();
        assert_eq!(by_night, format!("{};--clay-deep-by-night:{}}}\n", blue.by_night(), blue.deep_by_night()));
    }
}
