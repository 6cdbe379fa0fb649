//! The sitemap: which addresses there are, for search engines (sitemaps.org). `/sitemap.xml` names its parts: one of pages and
//! categories, and one for each 50,000 products, called by the first of them. A product that comes or goes moves where a
//! part ends: an index that is an hour old has some addresses twice, or lacks the newest.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures::stream::{once, try_unfold};
use futures::{Stream, StreamExt as _};
use html_escape::encode_text;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, StatusCode};
use session::Site;
use shop::domain::ProductId;
use shop::dto::ListingQuery;
use shop::infrastructure::LiveShop;
use shop::usecase::{Result, SitemapPiece, SitemapPlace};

use super::recent::Recent;
use super::unopened::unopened;

/// The most addresses that a part may have.
const MOST: u32 = 50_000;
/// How old the index may be: it is a walk over all products. Whoever asks may keep their copy as long.
const HOUR: Duration = Duration::from_secs(3_600);

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const INDEX: &str = "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
const INDEX_END: &str = "</sitemapindex>\n";
const PART: &str = "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
const PART_END: &str = "</urlset>\n";

#[derive(Clone)]
struct Sitemap {
    shop: LiveShop,
    /// As it stands in XML.
    base: Arc<str>,
    /// With which products the parts began.
    starts: Recent<[ProductId]>,
}

pub fn routes(site: &Site) -> Router {
    let base: Arc<str> = encode_text(&site.base_url).into();
    // It is kept for an hour: what comes a moment late does not matter.
    let sitemap = Sitemap { shop: site.shop.reading_replica(), base, starts: Recent::default() };
    Router::new().route("/sitemap.xml", get(index)).route("/sitemap/{file}", get(part)).with_state(sitemap)
}

impl Sitemap {
    /// Whoever comes while somebody looks waits for that.
    async fn starts(&self) -> Result<Arc<[ProductId]>> {
        self.starts.get(HOUR, async { self.shop.sitemap_starts(MOST).await.map(Arc::from) }).await
    }

    /// Pages and categories: few, and all at once.
    async fn of_the_shop(&self) -> Response {
        let categories = match self.shop.sitemap_categories().await {
            Ok(categories) => categories,
            Err(error) => return unopened(error, "the sitemap"),
        };
        let content = self.shop.content();
        let pages = content.pages.iter().map(|page| format!("/pages/{}", page.slug));
        let categories = categories.iter().map(|slug| ListingQuery::default().in_category(Some(slug.as_str())).href());
        let addresses = ["/".to_owned(), "/products".to_owned()].into_iter().chain(categories).chain(pages);
        let addresses: String = addresses.map(|path| address(&self.base, &path)).collect();
        (headers(), format!("{HEAD}{PART}{addresses}{PART_END}")).into_response()
    }

    /// The first piece is read before the answer begins, so that what fails at once is no part; the others as it is sent.
    async fn of_products(&self, from: ProductId) -> Response {
        let first = match self.shop.sitemap_piece(SitemapPlace { from, left: MOST }).await {
            Ok(first) => first,
            Err(error) => return unopened(error, "the sitemap"),
        };
        if first.slugs.is_empty() {
            return StatusCode::NOT_FOUND.into_response();
        }
        let begin = Bytes::from(format!("{HEAD}{PART}{}", addresses(&self.base, &first)));
        let rest = further(first.next, self.shop.clone(), Arc::clone(&self.base));
        (headers(), Body::from_stream(once(async { Ok(begin) }).chain(rest))).into_response()
    }
}

async fn index(FromState(sitemap): FromState<Sitemap>) -> Response {
    let starts = match sitemap.starts().await {
        Ok(starts) => starts,
        Err(error) => return unopened(error, "the sitemap"),
    };
    let names = std::iter::once("shop".to_owned()).chain(starts.iter().map(ToString::to_string));
    let parts: String = names.map(|name| part_of_index(&sitemap.base, &name)).collect();
    (headers(), format!("{HEAD}{INDEX}{parts}{INDEX_END}")).into_response()
}

async fn part(FromState(sitemap): FromState<Sitemap>, Path(file): Path<String>) -> Response {
    let name = file.strip_suffix(".xml").unwrap_or_default();
    if name == "shop" {
        return sitemap.of_the_shop().await;
    }
    // Each has one name.
    match name.parse::<ProductId>().ok().filter(|from| from.to_string() == name) {
        Some(from) => sitemap.of_products(from).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn headers() -> [(HeaderName, &'static str); 2] {
    [(CONTENT_TYPE, "application/xml; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")]
}

fn part_of_index(base: &str, name: &str) -> String {
    format!("<sitemap><loc>{base}/sitemap/{name}.xml</loc></sitemap>\n")
}

/// What comes behind the first piece. A part that breaks off on the way is no XML, and says so by breaking off.
fn further(
    next: Option<SitemapPlace>,
    shop: LiveShop,
    base: Arc<str>,
) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
    try_unfold((next, shop, base), |(next, shop, base)| async move {
        let Some(place) = next else { return Ok(None) };
        let piece = shop.sitemap_piece(place).await.inspect_err(|error| {
            tracing::error!(%error, "the sitemap broke off");
        })?;
        Ok(Some((Bytes::from(addresses(&base, &piece)), (piece.next, shop, base))))
    })
}

/// A piece as it stands in its part, which ends with the last.
fn addresses(base: &str, piece: &SitemapPiece) -> String {
    let end = if piece.next.is_none() { PART_END } else { "" };
    let products = piece.slugs.iter().map(|slug| address(base, &format!("/products/{slug}")));
    products.chain(std::iter::once(end.to_owned())).collect()
}

/// Slugs and what stands around them mean nothing else in XML.
fn address(base: &str, path: &str) -> String {
    format!("<url><loc>{base}{path}</loc></url>\n")
}
