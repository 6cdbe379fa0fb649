//! Renders a page, whole. Leptos appends its own scripts when a document has ended; they belong at the end of its body.
//! And a page that loads itself again where no script runs says so in its head, which leptos_meta cannot do.

use std::pin::Pin;

use app::{Assets, ReloadWithoutScripts, shell};
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures::stream::once;
use futures::{Stream, StreamExt as _};
use leptos::prelude::*;
use leptos::reactive::owner::with_context;
use leptos_axum::handle_response_inner;
use session::Site;

use super::owners::in_context;

type Chunks = Pin<Box<dyn Stream<Item = String> + Send>>;

/// What every document ends with.
const END: &str = "</body></html>";

/// A handler for every address of `app`.
pub(super) fn render(
    site: &Site,
    assets: &Assets,
) -> impl Fn(Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Clone + Send + Sync + 'static {
    let (site, assets) = (site.clone(), assets.clone());
    move |request: Request<Body>| {
        let (site, assets) = (site.clone(), assets.clone());
        handle_response_inner(move || in_context(&site), move || shell(assets), request, whole)
    }
}

fn whole<V: IntoView + 'static>(
    app: V,
    scripts: Box<dyn FnOnce() -> Chunks + Send>,
    _: bool,
) -> Pin<Box<dyn Future<Output = Chunks> + Send>> {
    let app = app.to_html_stream_in_order();
    Box::pin(async move {
        let mut page: String = app.collect().await;
        let is_document = page.ends_with(END);
        if let (Some(reload), Some(end)) = (with_context(ReloadWithoutScripts::html).flatten(), page.find("</head>")) {
            page.insert_str(end, &reload);
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
