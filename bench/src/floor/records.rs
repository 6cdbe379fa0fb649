//! A page of whole products for programs, without a word about what it may be narrowed by.

use axum::Json;
use axum::response::IntoResponse as _;
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::answer::{Answer, Pool};

/// Between the options of a variant.
const SEPARATOR: char = '\u{1f}';

#[derive(sqlx::FromRow)]
struct Found {
    id: Uuid,
    slug: String,
    name: String,
    description: String,
    category: Option<String>,
    options: Vec<String>,
    images: Vec<String>,
    alts: Vec<String>,
    min_price: Decimal,
    ids: Vec<Uuid>,
    skus: Vec<String>,
    chosen: Vec<String>,
    prices: Vec<Decimal>,
    before: Vec<Option<Decimal>>,
    stocks: Vec<i32>,
    total: i64,
}

#[derive(Serialize)]
struct Page {
    items: Vec<Product>,
    page: u32,
    per_page: u32,
    total: i64,
}

#[derive(Serialize)]
struct Product {
    id: Uuid,
    slug: String,
    name: String,
    description: String,
    category: Option<String>,
    price: String,
    stock: i32,
    variants: Vec<Variant>,
    images: Vec<Image>,
}

#[derive(Serialize)]
struct Variant {
    id: Uuid,
    sku: String,
    options: Vec<(String, String)>,
    price: String,
    compare_at_price: Option<String>,
    stock: i32,
}

#[derive(Serialize)]
struct Image {
    url: String,
    alt: String,
}

pub async fn listing(pool: Pool) -> Answer {
    let found: Vec<Found> = sqlx::query_as(
        "select p.id, p.slug, p.name, p.description, p.category, p.options, p.images, p.alts, p.min_price,
            v.ids, v.skus, v.chosen, v.prices, v.before, v.stocks, n.total
         from (select count(*) as total from floor.products) n,
         (select * from floor.products p order by p.created_at desc, p.position, p.id limit 24) p,
         lateral (select array_agg(v.id order by v.position) as ids, array_agg(v.sku order by v.position) as skus,
                array_agg(array_to_string(v.options, chr(31)) order by v.position) as chosen,
                array_agg(v.price order by v.position) as prices,
                array_agg(v.compare_at_price order by v.position) as before,
                array_agg(v.stock order by v.position) as stocks
             from floor.variants v where v.product_id = p.id) v
         order by p.created_at desc, p.position, p.id",
    )
    .fetch_all(&*pool)
    .await?;
    let total = found.first().map_or(0, |first| first.total);
    let items = found.into_iter().map(product).collect();
    Ok(Json(Page { items, page: 1, per_page: 24, total }).into_response())
}

fn product(found: Found) -> Product {
    let Found { id, slug, name, description, category, options, images, alts, min_price, .. } = found;
    let stock = found.stocks.iter().sum();
    let told = found.ids.into_iter().zip(found.skus).zip(found.chosen).zip(found.prices).zip(found.before);
    let variants = told.zip(found.stocks).map(|(((((id, sku), chosen), price), before), stock)| Variant {
        id,
        sku,
        options: options.iter().cloned().zip(chosen.split(SEPARATOR).map(str::to_owned)).collect(),
        price: price.to_string(),
        compare_at_price: before.map(|before| before.to_string()),
        stock,
    });
    let variants = variants.collect();
    let image = |(image, alt): (String, String)| Image { url: format!("/pictures/{image}-960.webp"), alt };
    let images = images.into_iter().zip(alts).map(image).collect();
    Product { id, slug, name, description, category, price: min_price.to_string(), stock, variants, images }
}
