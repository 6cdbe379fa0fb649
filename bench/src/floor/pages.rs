//! Product, listing and a constant page: the same things to see as on the shop's, without its ways of making them.

use std::fmt::Write as _;

use axum::extract::{Path, Query};
use axum::response::{Html, IntoResponse as _};
use http::StatusCode;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::answer::{Answer, Pool};

/// About as long as a page of plain text.
pub const CONSTANT: &str = concat!(
    "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Constant</title></head><body><main>",
    include_str!("mod.rs"),
    include_str!("answer.rs"),
    "</main></body></html>"
);

const HEAD: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"stylesheet\" href=\"/pkg/shop.css\">";
const FOOT: &str = "</main><footer><nav><ul><li><a href=\"/pages/returns\">Returns</a></li><li><a href=\"/pages/terms\">\
Terms</a></li><li><a href=\"/pages/imprint\">Imprint</a></li></ul></nav></footer></body></html>";

/// A product as a card shows it.
#[derive(sqlx::FromRow)]
struct Card {
    slug: String,
    name: String,
    image: Option<String>,
    min_price: Decimal,
    max_price: Decimal,
    compare_at_price: Option<Decimal>,
    choices: i32,
    in_stock: bool,
}

#[derive(sqlx::FromRow)]
struct Product {
    slug: String,
    name: String,
    description: String,
    category: Option<String>,
    images: Vec<String>,
    alts: Vec<String>,
    skus: Vec<String>,
    prices: Vec<Decimal>,
    stocks: Vec<i32>,
    labels: Vec<String>,
    near_slugs: Option<Vec<String>>,
    near_names: Option<Vec<String>>,
    near_prices: Option<Vec<Decimal>>,
    near_images: Option<Vec<String>>,
}

pub async fn product(pool: Pool, Path(slug): Path<String>) -> Answer {
    let found: Option<Product> = sqlx::query_as(
        "select p.slug, p.name, p.description, p.category, p.images, p.alts, v.skus, v.prices, v.stocks, v.labels,
            n.slugs as near_slugs, n.names as near_names, n.prices as near_prices, n.images as near_images
         from floor.products p,
         lateral (select array_agg(v.sku order by v.position) as skus, array_agg(v.price order by v.position) as prices,
                array_agg(v.stock order by v.position) as stocks,
                array_agg(array_to_string(v.options, ' / ') order by v.position) as labels
             from floor.variants v where v.product_id = p.id) v,
         lateral (select array_agg(n.slug) as slugs, array_agg(n.name) as names, array_agg(n.min_price) as prices,
                array_agg(coalesce(n.image, '')) as images
             from (select * from floor.products n where n.category = p.category and n.id <> p.id
                order by n.position limit 4) n) n
         where p.slug = $1",
    )
    .bind(slug)
    .fetch_optional(&*pool)
    .await?;
    let Some(product) = found else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    Ok(Html(product_page(&product)?).into_response())
}

fn product_page(product: &Product) -> Result<String, std::fmt::Error> {
    let mut page = String::with_capacity(16 * 1024);
    let name = escaped(&product.name);
    write!(page, "{HEAD}<title>{name}</title></head><body>")?;
    header(&mut page)?;
    write!(page, "<article class=\"product\"><div class=\"gallery\">")?;
    for (image, alt) in product.images.iter().zip(&product.alts) {
        picture(&mut page, image, &escaped(alt))?;
    }
    let category = escaped(product.category.as_deref().unwrap_or_default());
    write!(page, "</div><p><a href=\"/products?category={category}\">{category}</a></p><h1>{name}</h1>")?;
    write!(
        page,
        "<form method=\"post\" action=\"/add\"><input type=\"hidden\" name=\"product\" value=\"{}\">",
        product.slug
    )?;
    let variants = product.skus.iter().zip(&product.prices).zip(&product.stocks).zip(&product.labels);
    for (((sku, price), stock), label) in variants {
        let (sku, label) = (escaped(sku), escaped(label));
        write!(page, "<label><input type=\"radio\" name=\"sku\" value=\"{sku}\">{label} ${price} ({stock})</label>")?;
    }
    write!(page, "<input name=\"quantity\" value=\"1\"><button>Add to cart</button></form>")?;
    for paragraph in product.description.split("\n\n") {
        write!(page, "<p>{}</p>", escaped(paragraph))?;
    }
    write!(page, "</article><ul class=\"grid\">")?;
    if let (Some(slugs), Some(names), Some(prices), Some(images)) =
        (&product.near_slugs, &product.near_names, &product.near_prices, &product.near_images)
    {
        for (((slug, name), price), image) in slugs.iter().zip(names).zip(prices).zip(images) {
            write!(page, "<li class=\"card\"><a href=\"/products/{slug}\">")?;
            picture(&mut page, image, "")?;
            write!(page, "<span>{}</span></a><p>${price}</p></li>", escaped(name))?;
        }
    }
    write!(page, "</ul>{FOOT}")?;
    Ok(page)
}

#[derive(Deserialize)]
pub struct Asked {
    q: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Hit {
    #[sqlx(flatten)]
    card: Card,
    total: i64,
    categories: Vec<String>,
    counts: Vec<i64>,
}

/// A listing: the first page of the rows, how many there are, and how many in each category. `$and` narrows it.
macro_rules! listing {
    ($and:literal) => {
        concat!(
            "select p.slug, p.name, p.image, p.min_price, p.max_price, p.compare_at_price, p.choices, p.in_stock,
                f.total, f.categories, f.counts
             from (select sum(n.count)::bigint as total, array_agg(c.name order by c.position) as categories,
                    array_agg(n.count order by c.position) as counts
                from (select p.category, count(*) as count from floor.products p where true ",
            $and,
            " group by p.category) n
                join floor.categories c on c.slug = n.category) f,
             (select * from floor.products p where true ",
            $and,
            " order by p.created_at desc, p.position, p.id limit 24) p"
        )
    };
}

pub async fn listing(pool: Pool, Query(asked): Query<Asked>) -> Answer {
    let query = match &asked.q {
        Some(q) => sqlx::query_as(listing!("and p.search like '%' || $1 || '%'")).bind(q),
        None => sqlx::query_as(listing!("")),
    };
    let hits: Vec<Hit> = query.fetch_all(&*pool).await?;
    Ok(Html(listing_page(&hits, asked.q.as_deref())?).into_response())
}

fn listing_page(hits: &[Hit], q: Option<&str>) -> Result<String, std::fmt::Error> {
    let mut page = String::with_capacity(24 * 1024);
    write!(page, "{HEAD}<title>All products</title></head><body>")?;
    header(&mut page)?;
    let total = hits.first().map_or(0, |hit| hit.total);
    write!(page, "<h1>{}</h1><p>{total} products</p><ul>", escaped(q.unwrap_or("All products")))?;
    if let Some(first) = hits.first() {
        for (name, count) in first.categories.iter().zip(&first.counts) {
            let name = escaped(name);
            write!(page, "<li><a href=\"/products?category={name}\">{name} ({count})</a></li>")?;
        }
    }
    write!(page, "</ul><ul class=\"grid\">")?;
    for Hit { card, .. } in hits {
        write!(page, "<li class=\"card\"><a href=\"/products/{}\">", card.slug)?;
        picture(&mut page, card.image.as_deref().unwrap_or_default(), "")?;
        let from = if card.min_price < card.max_price { "from " } else { "" };
        write!(page, "<span>{}</span></a><p>{from}${}", escaped(&card.name), card.min_price)?;
        if let Some(before) = card.compare_at_price {
            write!(page, " <s>${before}</s>")?;
        }
        let note = if card.in_stock { format!("{} choices", card.choices) } else { "Sold out".into() };
        write!(page, " <span>{note}</span></p></li>")?;
    }
    write!(page, "</ul>{FOOT}")?;
    Ok(page)
}

fn header(page: &mut String) -> std::fmt::Result {
    write!(
        page,
        "<header><a href=\"/\">Shop</a><nav><ul><li><a href=\"/products\">All products</a></li><li><a href=\"/login\">\
         Sign in</a></li></ul></nav><form action=\"/products\"><input name=\"q\"><button>Search</button></form>\
         <a href=\"/cart\">Cart (0)</a></header><main>"
    )
}

fn picture(page: &mut String, image: &str, alt: &str) -> std::fmt::Result {
    write!(
        page,
        "<img src=\"/pictures/{image}-800.webp\" srcset=\"/pictures/{image}-400.webp 400w, /pictures/{image}-800.webp \
         800w\" sizes=\"46vw\" width=\"800\" height=\"800\" alt=\"{alt}\" loading=\"lazy\">"
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
