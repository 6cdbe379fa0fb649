//! Renders a page, whole, and makes an answer of it: one piece of which the length is known.
//!
//! What Leptos' own handlers do is done here with less: they hand a page through five streams and wait for the executor once, copy
//! the request and twice the page, and append their scripts when the document has ended, which belong at the end of its body.

use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::sync::{Arc, PoisonError};

use app::ssr::provide;
use app::{App, Assets, Location, PageHead, document_start};
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures::future::join_all;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use hydration_context::SsrSharedContext;
use leptos::nonce::{provide_nonce, use_nonce};
use leptos::prelude::*;
use leptos::tachys::ssr::{StreamBuilder, StreamChunk};
use leptos::tachys::view::Position;
use leptos_axum::{ResponseOptions, ResponseParts};
use session::Site;

use super::owners::Owned;
use super::visits::Visit;

type Chunks = VecDeque<StreamChunk>;
type Rendering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// What islands look at before they wake. It says of data that it came along with the page: there is none, for pages have no
/// resources and no boundaries of errors.
const NO_DATA: &str = "__RESOLVED_RESOURCES=[];__SERIALIZED_ERRORS=[];__PENDING_RESOURCES=[];__RESOURCE_RESOLVERS=[];\
                       __INCOMPLETE_CHUNKS=[];";
/// Most pages are shorter, and none is copied while it grows.
const ROOM: usize = 32 * 1024;

/// A handler for every address of `app`.
pub(super) fn render(site: &Site, assets: &Assets) -> impl Fn(Request) -> Rendering + Clone + Send + Sync + 'static {
    // A handler is copied for every request.
    let of_all = Arc::new((site.clone(), assets.clone()));
    move |request: Request<Body>| {
        let of_all = Arc::clone(&of_all);
        let rendering: Rendering = Box::pin(async move {
            let (site, assets) = &*of_all;
            // Each of these answers one request alone.
            let shop = site.page_shop(request.extensions(), request.headers());
            let visit = Visit::of(site, &request);
            let page = answer(Site { shop, ..site.clone() }, assets, request.into_parts().0).await;
            if let Some(visit) = visit.filter(|_| page.status() == StatusCode::OK) {
                visit.note(&site.shop);
            }
            page
        });
        rendering
    }
}

async fn answer(site: Site, assets: &Assets, request: Parts) -> Response {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    // It was put in place by that, for whatever else this thread does meanwhile.
    owner.clone().unset();
    let options = ResponseOptions::default();
    let said = options.clone();
    let work = pin!(async move {
        provide_context(Location::new(request.uri.path(), request.uri.query().unwrap_or_default()));
        provide_context(request);
        provide_context(said);
        provide_context(assets.parts.clone());
        provide_nonce();
        provide(site);
        whole(assets).await
    });
    let html = Owned { owner: owner.clone(), work }.await;
    owner.unset_with_forced_cleanup();
    let ResponseParts { status, headers } =
        std::mem::take(&mut *options.0.write().unwrap_or_else(PoisonError::into_inner));
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status.unwrap_or_default();
    *response.headers_mut() = headers;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().entry(CONTENT_TYPE).or_insert(kind);
    response
}

/// The page, of which the end of the head is known last. Its pieces are copied once, into the one text that is sent.
async fn whole(assets: &Assets) -> String {
    let (chunks, end_of_head) = begun(assets);
    let pieces = pieces(chunks).await;
    let nonce = use_nonce().map(|nonce| format!(" nonce=\"{nonce}\"")).unwrap_or_default();
    let said = PageHead::html();
    let room: usize = pieces.iter().map(String::len).sum();
    let mut page = String::with_capacity(room + said.len() + nonce.len() + NO_DATA.len() + 64);
    let mut pieces = pieces.iter().map(String::as_str);
    // The head waits for nothing, so it stands in the first.
    let first = pieces.next().unwrap_or_default();
    let (head, body) = first.split_at_checked(end_of_head).unwrap_or((first, ""));
    page.extend([head, &said, body]);
    page.extend(pieces);
    page.extend(["<script", nonce.as_str(), ">", NO_DATA, "</script></body></html>"]);
    page
}

/// The pieces in their order. All are awaited at once: each was begun when the one before it had to wait, and may hold what that one
/// waits for (the lock of the session, a connection), so in turn they could wait for each other until the page is given up.
fn pieces(chunks: Chunks) -> Pin<Box<dyn Future<Output = Vec<String>> + Send>> {
    Box::pin(async move {
        let awaited = chunks.into_iter().map(|chunk| async move {
            match chunk {
                StreamChunk::Sync(html) => vec![html],
                StreamChunk::Async { chunks } => pieces(chunks.await).await,
                // Of another way to render.
                StreamChunk::OutOfOrder { .. } => Vec::new(),
            }
        });
        join_all(awaited).await.into_iter().flatten().collect()
    })
}

/// The document with what of its body is still awaited, and where what its page says of itself belongs.
fn begun(assets: &Assets) -> (Chunks, usize) {
    let (mut document, mut end_of_head) = (StreamBuilder::with_capacity(ROOM, None), 0);
    document.with_buf(|html| {
        document_start(assets, html);
        end_of_head = html.len();
        html.push_str("</head><body>");
    });
    App().to_html_async_with_buf::<false>(&mut document, &mut Position::FirstChild, true, false, Vec::new());
    (document.take_chunks(), end_of_head)
}

#[cfg(test)]
mod tests {
    use std::fs::{read_dir, read_to_string};
    use std::path::Path;

    use std::time::Duration;

    use futures::{FutureExt as _, StreamExt as _};
    use hydration_context::SharedContext as _;
    use tokio::sync::Mutex;
    use tokio::task::yield_now;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn islands_are_told_of_no_data_as_leptos_tells_them() {
        let told: Vec<String> = SsrSharedContext::new_islands().pending_data().unwrap().collect().await;
        assert_eq!(told.concat(), NO_DATA);
    }

    /// A piece that had to wait when it was begun, as Leptos begins it.
    fn begun_piece(work: impl Future<Output = &'static str> + Send + 'static) -> StreamChunk {
        let mut piece = Box::pin(work.map(|html| Chunks::from([StreamChunk::Sync(html.to_owned())])));
        assert!(piece.as_mut().now_or_never().is_none(), "it waits");
        StreamChunk::Async { chunks: piece }
    }

    #[tokio::test(start_paused = true)]
    async fn a_piece_that_holds_what_an_earlier_one_waits_for_goes_on_meanwhile() {
        let lock = Arc::new(Mutex::new(()));
        let (of_first, of_last) = (Arc::clone(&lock), lock);
        let first = begun_piece(async move {
            yield_now().await;
            drop(of_first.lock().await);
            "top, "
        });
        let last = begun_piece(async move {
            let _held = of_last.lock().await;
            yield_now().await;
            "bottom"
        });
        let sync = |html: &str| StreamChunk::Sync(html.to_owned());
        let page = pieces(Chunks::from([sync("head, "), first, sync("page, "), last]));
        let page = timeout(Duration::from_secs(1), page).await.unwrap();
        assert_eq!(page.concat(), "head, top, page, bottom");
    }

    /// What would come along with the page is not written into it.
    #[test]
    fn pages_have_no_resources_and_no_boundaries_of_errors() {
        fn look(folder: &Path, seen: &mut usize) {
            for entry in read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    look(&path, seen);
                    continue;
                }
                let source = read_to_string(&path).unwrap();
                for word in ["Resource::new", "ErrorBoundary", "<Suspense", "<Transition", "<Await", "SharedValue"] {
                    assert!(!source.contains(word), "{word} in {}", path.display());
                }
                *seen += 1;
            }
        }
        let mut seen = 0;
        look(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../app/src")), &mut seen);
        assert!(seen > 100, "only {seen} files were found");
    }
}
