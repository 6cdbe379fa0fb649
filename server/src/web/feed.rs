//! `/feed.xml`: the product feed, as Google Merchant Center reads it (RSS 2.0 with its `g:` elements), and many others do. An item
//! is a variant, called by its SKU; a piece is read at a time, each behind the one before. The key stands in the query, which no
//! log has.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use futures::stream::{once, try_unfold};
use futures::{Stream, StreamExt as _};
use html_escape::encode_text;
use http::HeaderName;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Deserialize;
use session::Site;
use shop::domain::Money;
use shop::dto::{Page, ProductRecord, VariantRecord};
use shop::infrastructure::LiveShop;
use shop::usecase::Result;

use super::unopened::unopened;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\"><channel>\n";
const END: &str = "</channel></rss>\n";
/// What is longer is cut: so many letters are read.
const LONGEST: usize = 5_000;
/// How wide a picture is at least, where there is one.
const WIDTH: u32 = 1_200;

#[derive(Clone)]
struct Feed {
    shop: LiveShop,
    base: Arc<str>,
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    key: String,
}

pub fn routes(site: &Site) -> Router {
    let feed = Feed { shop: site.shop.clone(), base: Arc::clone(&site.base_url) };
    Router::new().route("/feed.xml", get(file)).with_state(feed)
}

/// The first piece is read before the answer begins, so that what fails at once is no feed; the others as it is sent.
async fn file(FromState(feed): FromState<Feed>, Query(asked): Query<Asked>) -> Response {
    let first = match feed.shop.feed_piece(&asked.key, None).await {
        Ok(first) => first,
        Err(error) => return unopened(error, "the product feed"),
    };
    let begin = Bytes::from(format!("{HEAD}{}{}", feed.of_the_shop(), feed.items(&first)));
    let rest = further(first.next, feed, asked.key);
    (headers(), Body::from_stream(once(async { Ok(begin) }).chain(rest))).into_response()
}

fn headers() -> [(HeaderName, &'static str); 3] {
    [
        (CONTENT_TYPE, "application/xml; charset=utf-8"),
        (CACHE_CONTROL, "private, max-age=3600"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ]
}

/// What comes behind the first piece. A feed that breaks off on the way is no XML, and says so by breaking off.
fn further(next: Option<String>, feed: Feed, key: String) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
    try_unfold((next, feed, key), |(next, feed, key)| async move {
        let Some(after) = next else { return Ok(None) };
        let piece = feed.shop.feed_piece(&key, Some(after)).await.inspect_err(|error| {
            tracing::error!(%error, "the product feed broke off");
        })?;
        Ok(Some((Bytes::from(feed.items(&piece)), (piece.next, feed, key))))
    })
}

impl Feed {
    fn of_the_shop(&self) -> String {
        let content = self.shop.content();
        let said = [
            ("title", content.name.clone()),
            ("link", format!("{}/", self.base)),
            ("description", content.description.clone()),
        ];
        said.iter().map(|(name, text)| element(name, text)).collect()
    }

    /// A piece as it stands in the feed, which ends with the last.
    fn items(&self, piece: &Page<ProductRecord>) -> String {
        let of_product = |product: &ProductRecord| {
            product.variants.iter().map(|variant| self.item(product, variant)).collect::<String>()
        };
        let end = if piece.next.is_none() { END } else { "" };
        piece.items.iter().map(of_product).chain(std::iter::once(end.to_owned())).collect()
    }

    fn item(&self, product: &ProductRecord, variant: &VariantRecord) -> String {
        let (base, sku, slug) = (&self.base, variant.sku.clone(), &product.slug);
        let named: Vec<_> = std::iter::once(&product.name).chain(&variant.options).map(String::as_str).collect();
        let title = named.join(", ");
        let described = if product.description.is_empty() { title.clone() } else { product.description.clone() };
        // What is struck is the price, and what is paid the one of the sale.
        let (price, on_sale) = match variant.compare_at_price {
            Some(before) => (before, Some(variant.price)),
            None => (variant.price, None),
        };
        let availability = if variant.stock > 0 { "in_stock" } else { "out_of_stock" };
        let maker = Some(product.vendor.clone()).filter(|vendor| !vendor.is_empty());
        let said = [
            ("g:id", Some(sku.clone())),
            ("g:item_group_id", (product.variants.len() > 1).then(|| slug.clone())),
            ("title", Some(title)),
            ("description", Some(described)),
            ("link", Some(format!("{base}/products/{slug}?sku={sku}"))),
            ("g:image_link", product.images.first().map(|image| format!("{base}{}", image.address(WIDTH)))),
            ("g:availability", Some(availability.to_owned())),
            ("g:price", Some(amount(price))),
            ("g:sale_price", on_sale.map(amount)),
            ("g:condition", Some("new".to_owned())),
            // Maker and their number together name a product; nobody is told of another number of it.
            ("g:identifier_exists", maker.is_none().then(|| "no".to_owned())),
            ("g:mpn", maker.is_some().then_some(sku)),
            ("g:brand", maker),
        ];
        let said = said.into_iter().filter_map(|(name, text)| Some(element(name, &text?)));
        format!("<item>{}</item>\n", said.collect::<String>())
    }
}

fn amount(money: Money) -> String {
    format!("{} {}", money.amount(), money.currency().code())
}

/// What XML cannot hold is left out.
fn element(name: &str, text: &str) -> String {
    let is_held = |c: &char| (!c.is_control() || matches!(*c, '\n' | '\t')) && !matches!(*c, '\u{fffe}' | '\u{ffff}');
    let text: String = text.chars().filter(is_held).take(LONGEST).collect();
    format!("<{name}>{}</{name}>", encode_text(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup_or_more_than_is_read() {
        assert_eq!(element("title", "A & <b>\u{0}\u{1b}\u{ffff}\n"), "<title>A &amp; &lt;b&gt;\n</title>");
        assert_eq!(element("title", &"é".repeat(6_000)).chars().count(), "<title></title>".len() + LONGEST);
    }
}
