//! Whole products, for staff and programs, as records of plain columns.

use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{Currency, ProductId, VariantId};
use crate::dto::{Image, ProductRecord, VariantRecord};
use crate::usecase::{Error, Result};

use super::super::{money, to_u32};

/// The record of a row `p` of products. Its price is the lowest of its variants'.
macro_rules! record {
    () => {
        "row(p.id, p.version, p.slug, p.name, coalesce(p.description, ''), p.category, p.options, p.images, array(
            select row(v.id, v.sku, v.options, v.price, coalesce(i.stock, 0))
            from product_variants v left join inventory i on i.variant_id = v.id
            where v.product_id = p.id order by v.position, v.id
        ))"
    };
}

pub(super) type Record = (
    Uuid,
    i64,
    String,
    String,
    String,
    Option<String>,
    Vec<String>,
    Json<Vec<Image>>,
    Vec<(Uuid, String, Vec<String>, Decimal, i32)>,
);

pub(super) fn record(found: Record, currency: Currency) -> Result<ProductRecord> {
    let (id, version, slug, name, description, category, options, images, variants) = found;
    let variant = |(id, sku, options, price, stock): (Uuid, String, Vec<String>, Decimal, i32)| {
        let price = money(price, currency)?;
        Ok(VariantRecord { id: VariantId(id), sku, options, price, stock: to_u32(stock.into()) })
    };
    let variants = variants.into_iter().map(variant).collect::<Result<Vec<_>>>()?;
    let lowest = variants.iter().map(|v| v.price).min_by_key(|price| price.amount());
    let price = lowest.ok_or_else(|| Error::Broken(anyhow::anyhow!("product {id} has no variant")))?;
    let (id, images) = (ProductId(id), images.0);
    Ok(ProductRecord { id, version, slug, name, description, category, price, options, images, variants })
}
