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

/// Outside of the layers that the shop's stylesheet has, so it wins.
fn css(accent: Accent) -> String {
    format!(":root{{--clay:{accent};--clay-deep:{}}}\n", accent.deep())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_one_rule() {
        let css = css(Accent::parse("#1f5c96").unwrap());
        assert_eq!(css, ":root{--clay:#1f5c96;--clay-deep:#184978}\n");
    }
}
