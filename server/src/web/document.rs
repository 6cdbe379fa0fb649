//! Renders a page, whole. Leptos appends its own scripts when a document has ended; they belong at the end of its body.
//! And what a page says of itself, in its head, is known when its body is.

use std::pin::{Pin, pin};
use std::sync::Arc;

use app::{Assets, Location, PageHead, shell};
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures::stream::once;
use futures::{Stream, StreamExt as _};
use http::StatusCode;
use leptos::prelude::*;
use leptos_axum::handle_response_inner;
use session::Site;

use super::owners::in_context;
use super::visits::Visit;

type Chunks = Pin<Box<dyn Stream<Item = String> + Send>>;
type Page = Pin<Box<dyn Future<Output = Response> + Send>>;

/// What every document ends with.
const END: &str = "</body></html>";
/// Most pages are shorter, and none is copied while it grows.
const ROOM: usize = 32 * 1024;

/// A handler for every address of `app`.
pub(super) fn render(site: &Site, assets: &Assets) -> impl Fn(Request) -> Page + Clone + Send + Sync + 'static {
    // Handlers and what Leptos is given are copied for every request.
    let of_all = Arc::new((site.clone(), assets.clone()));
    move |request: Request<Body>| {
        let (site, assets) = &*of_all;
        // Each of these answers one request alone.
        let shop = site.shown_shop(request.extensions(), request.headers());
        let (site, assets) = (Arc::new(Site { shop, ..site.clone() }), assets.clone());
        let visit = Visit::of(&site, &request).map(|visit| (visit, site.shop.clone()));
        let here = Location::new(request.uri().path(), request.uri().query().unwrap_or_default());
        let in_context = move || {
            provide_context(here.clone());
            in_context(&site);
        };
        let page = handle_response_inner(in_context, move || shell(assets), request, whole);
        let seen: Page = Box::pin(async move {
            let page = page.await;
            if let Some((visit, shop)) = visit.filter(|_| page.status() == StatusCode::OK) {
                visit.note(&shop);
            }
            page
        });
        seen
    }
}

fn whole<V: IntoView + 'static>(
    app: V,
    scripts: Box<dyn FnOnce() -> Chunks + Send>,
    _: bool,
) -> Pin<Box<dyn Future<Output = Chunks> + Send>> {
    let app = app.to_html_stream_in_order();
    Box::pin(async move {
        let mut app = pin!(app);
        let mut page = String::with_capacity(ROOM);
        while let Some(piece) = app.next().await {
            page.push_str(&piece);
        }
        let is_document = page.ends_with(END);
        if let Some(end) = page.find("</head>") {
            page.insert_str(end, &PageHead::html());
        }
        page.truncate(page.len() - if is_document { END.len() } else { 0 });
        let mut scripts = scripts();
        while let Some(script) = scripts.next().await {
            page.push_str(&script);
        }
        page.push_str(if is_document { END } else { "" });
        Box::pin(once(async move { page })) as Chunks
    })
}
