//! The router: which address is answered by whom, and what every request goes through first.

use std::time::Duration;

use app::ssr::provide;
use app::{Assets, page_paths};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use http::StatusCode;
use leptos_axum::LeptosRoutes;
use session::recent_write;
use shop::usecase::is_traced;
use tower::{Layer as _, ServiceBuilder};
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::ResponseBodyTimeoutLayer;

use super::deferred::DeferredRoutes;
use super::middleware::{Middleware, handle};
use super::order_events::order_events;
use super::order_news::order_news;
use super::overload::{Places, with_place};
use super::page_cache::PageCache;
use super::pages::ErrorPages;
use super::staff_only::nowhere;
use super::{
    State, assets, body, customers, document, exports, feed, health, imports, media, own_data, papers, payments,
    placed_uploads, prints, sandbox, security_txt, sessions, sitemap, suggestions, theme, unsubscribe, uploads,
};
use crate::api;
use crate::metrics::noted;

/// What is sent in pieces is broken off where the next takes longer than this. Pages and what server functions answer are one piece,
/// and need no clock for it.
const BODY: Duration = Duration::from_secs(30);

/// Everything the shop answers. Needs a runtime around it.
///
/// Layers stand around a service, not around each route of a router: there, each of them copies all that lie further in,
/// once for itself and once for every layer around it.
pub fn router(state: State) -> Router {
    let addresses = assets::addresses(&state.leptos);
    let shop = state.site.shop.clone();
    let pages = ErrorPages::new(move || shop.content(), &addresses.stylesheet);
    let worked_on = Router::new()
        .merge(customers::routes(state.clone()).layer(sessions::layer(&state)))
        .merge(exports::routes(state.clone()).layer(sessions::layer(&state)).layer(ResponseBodyTimeoutLayer::new(BODY)))
        .merge(feed::routes(&state.site).layer(ResponseBodyTimeoutLayer::new(BODY)))
        .merge(own_data::routes(state.clone()).layer(sessions::layer(&state)))
        .merge(papers::routes(state.clone()).layer(sessions::layer(&state)))
        .merge(payments::routes(state.clone()))
        .merge(prints::routes(state.clone()).layer(sessions::layer(&state)))
        .merge(sitemap::routes(&state.site).layer(ResponseBodyTimeoutLayer::new(BODY)))
        .merge(suggestions::routes(&state.site))
        .merge(unsubscribe::routes(state.clone()))
        .merge(sandbox::routes(&state, &addresses.stylesheet));
    let is_noted = state.requests.is_some() || is_traced();
    let (of_api, of_pages, stylesheet) = (state.clone(), state.clone(), addresses.stylesheet.clone());
    let api = move || noted(api::routes(&of_api.site, &stylesheet).layer(sessions::layer(&of_api)), is_noted);
    let shown =
        move || Router::new().fallback_service(sessions::layer(&of_pages).layer(shop_pages(&of_pages, &addresses)));
    let worked_on = noted(worked_on, is_noted).fallback_service(DeferredRoutes::new(api, shown));
    // Files and health are answered however busy the shop is.
    let places = Places::new(state.most_requests, pages.clone());
    let limited = Router::new()
        .merge(assets::routes(&state.leptos))
        .merge(theme::routes())
        .merge(health::routes(state.clone()))
        .merge(security_txt::routes(state.clone()))
        .merge(media::routes(state.clone()));
    let limited = noted(limited, is_noted).fallback_service(from_fn_with_state(places, with_place).layer(worked_on));
    // Streams alone: they have no end that could be waited for. And files, which are larger than all else that is sent.
    let everything = Router::new()
        .route("/orders/{id}/events", get(order_events))
        .route("/admin/orders/events", get(order_news).fallback(nowhere))
        .merge(uploads::routes())
        .merge(placed_uploads::routes())
        .merge(imports::routes());
    let everything = noted(everything, is_noted)
        .layer(sessions::layer(&state))
        .with_state(state.clone())
        .fallback_service(from_fn_with_state(pages.clone(), body::limit).layer(limited));
    let elsewhere = pages.clone();
    let same_origin = match CsrfLayer::new().add_trusted_origin(&state.site.base_url) {
        Ok(layer) => layer,
        // The address was checked at start, so it is an origin; without it the request's own host still decides.
        Err(_) => CsrfLayer::new(),
    };
    let most_lag = state.site.shop.store().replica_most_lag();
    let middleware = Middleware::new(pages, state.site.secure, state.hsts_subdomains)
        .counting(state.requests.clone())
        .keeping(PageCache::of(&state.site, state.page_cache_bytes))
        .noting_writes(most_lag.and_then(|most_lag| recent_write(most_lag, state.site.secure)));
    let around = ServiceBuilder::new()
        .layer(from_fn_with_state(middleware, handle))
        .layer(same_origin.with_rejection_response(move |_| elsewhere.page(StatusCode::FORBIDDEN)));
    Router::new().fallback_service(around.service(everything))
}

/// Places of a route as axum writes them.
fn axum_path(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The pages of `app` and its server functions, `/do/…`; and for addresses where nothing is, a file of that name or a 404
/// with a search box.
fn shop_pages(state: &State, assets: &Assets) -> Router {
    let (site, options, pages) = (state.site.clone(), state.leptos.clone(), document::render(&state.site, assets));
    let missing = Router::new().fallback(pages.clone());
    // The server functions; no page of these.
    let functions =
        Router::new().leptos_routes_with_context(&options, Vec::new(), move || provide(site.clone()), || ());
    let shown = page_paths().fold(functions, |shown, path| shown.route(&axum_path(path), get(pages.clone())));
    let shown = noted(shown, state.requests.is_some() || is_traced());
    let other_files = assets::other_files(&state.leptos, missing).layer(ResponseBodyTimeoutLayer::new(BODY));
    shown.fallback_service(other_files).with_state(options)
}
