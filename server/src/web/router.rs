//! The router: which address is answered by whom, and what every request goes through first.

use std::time::Duration;

use app::Assets;
use app::ssr::{provide, routes};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use leptos_axum::LeptosRoutes;
use session::Site;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::ResponseBodyTimeoutLayer;
use tracing::subscriber::{NoSubscriber, with_default};

use super::headers::{Secure, protect};
use super::order_events::order_events;
use super::owners::{remember_owner, with_own_owner};
use super::pages::{ErrorPages, render_error_pages};
use super::sessions::{ExpiredSessionCookie, expire_session_cookie};
use super::{State, assets, body, document, health, outcomes, paths, requests, sessions};
use crate::api;

/// A page whose next piece takes longer than this is broken off.
const BODY: Duration = Duration::from_secs(30);

/// Everything the shop answers. Needs a runtime around it.
pub fn router(state: State) -> Router {
    let addresses = assets::addresses(&state.leptos);
    let pages = ErrorPages::new(&state.site.name, &addresses.stylesheet);
    let limited = Router::new()
        .merge(shop_pages(&state, &addresses))
        .merge(api::routes(&state.site, &addresses.stylesheet).layer(sessions::layer(&state)))
        .merge(assets::routes(&state.leptos))
        .merge(health::routes(state.clone()))
        .fallback_service(assets::other_files(&state.leptos, missing_page(&state, &addresses)))
        .layer(from_fn_with_state(pages.clone(), body::limit_body))
        .layer(from_fn_with_state(pages.clone(), requests::limit_time));
    let streams = Router::new()
        .route("/orders/{id}/events", get(order_events))
        .layer(sessions::layer(&state))
        .with_state(state.clone());
    around(limited.merge(streams), &state, pages)
}

/// What every answer goes through, from the inside out.
fn around(inner: Router, state: &State, pages: ErrorPages) -> Router {
    let refusing = pages.clone();
    let elsewhere = move |_| refusing.page(http::StatusCode::FORBIDDEN);
    let same_origin = match CsrfLayer::new().add_trusted_origin(&state.site.base_url) {
        Ok(layer) => layer,
        // The address was checked at start, so it is an origin; without it the request's own host still decides.
        Err(_) => CsrfLayer::new(),
    };
    let panicking = pages.clone();
    inner
        .layer(from_fn_with_state(pages.clone(), outcomes::correct_server_fn_status))
        .layer(from_fn_with_state(ExpiredSessionCookie::new(state.site.secure), expire_session_cookie))
        .layer(same_origin.with_rejection_response(elsewhere))
        .layer(from_fn_with_state(pages.clone(), paths::refuse_garbled))
        .layer(from_fn_with_state(pages, render_error_pages))
        .layer(CatchPanicLayer::custom(move |panic: Box<dyn std::any::Any + Send>| {
            requests::after_panic(&panicking, &*panic)
        }))
        .layer(from_fn(api::errors_as_problems))
        .layer(from_fn_with_state(Secure(state.site.secure), protect))
        .layer(from_fn(requests::identify))
}

/// The pages of `app` and its server functions, `/do/…`.
fn shop_pages(state: &State, assets: &Assets) -> Router {
    let (site, options, pages) = (state.site.clone(), state.leptos.clone(), document::render(&state.site, assets));
    // Leptos finds them by rendering once without a request; what the app complains of then means nothing.
    let addresses = with_default(NoSubscriber::default(), routes);
    Router::new()
        // The server functions; no page of these.
        .leptos_routes_with_context(&options, Vec::new(), move || in_context(&site), || ())
        .leptos_routes_with_handler(addresses, pages)
        .with_state(options)
        .layer(from_fn(with_own_owner))
        .layer(ResponseBodyTimeoutLayer::new(BODY))
        .layer(sessions::layer(state))
}

/// The page for addresses where nothing is: a 404 with a search box.
fn missing_page(state: &State, assets: &Assets) -> Router {
    let render = document::render(&state.site, assets);
    Router::new().fallback(render).layer(from_fn(with_own_owner)).layer(sessions::layer(state))
}

pub(super) fn in_context(site: &Site) {
    remember_owner();
    provide(site);
}
