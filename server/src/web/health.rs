//! For machines: whether the process lives, whether it can serve, and where crawlers should not go.

use axum::extract::State as FromState;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde::Serialize;
use shop::dto::TaskView;

use super::State;

const ROBOTS: &str = "User-agent: *\nDisallow: /cart\nDisallow: /checkout\nDisallow: /orders\nDisallow: /account\n\
                      Disallow: /login\nDisallow: /register\nDisallow: /do/\nAllow: /\n";

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    /// "ok", "unreachable", or why the schema does not fit.
    database: String,
    tasks: Vec<TaskView>,
}

pub fn routes(state: State) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/health", get(async || Json(serde_json::json!({"status": "ok"}))))
        .route("/readyz", get(readiness))
        .route("/robots.txt", get(robots))
        .with_state(state)
}

async fn robots(FromState(state): FromState<State>) -> String {
    format!("{ROBOTS}\nSitemap: {}/sitemap.xml\n", state.site.base_url)
}

/// Ready while the database answers with a schema this release can work on, and nobody has told the process to stop.
/// Background work that is being started again is shown, but pages do not wait for it.
async fn readiness(FromState(state): FromState<State>) -> (StatusCode, Json<Readiness>) {
    let database = match state.site.shop.store().schema_fit().await {
        Ok(fit) if fit.fits() => "ok".to_owned(),
        Ok(fit) => fit.to_string(),
        Err(_) => "unreachable".to_owned(),
    };
    let ready = database == "ok" && !state.stop.is_cancelled();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, database, tasks: state.board.snapshot() }))
}
