//! Whole products, for staff and programs, as records of plain columns.

use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{Currency, ProductId, VariantId};
use crate::dto::{Image, ProductRecord, UnitPrice, VariantRecord};
use crate::usecase::{Error, Result};

use super::super::{money, to_u32};

/// The record of a row `p` of products. Its price is the lowest of its variants'.
macro_rules! record {
    () => {
        "row(p.id, p.version, p.slug, p.name, coalesce(p.description, ''), p.category,
            row(p.options, p.vendor, p.tags), p.images, array(
            select row(v.id, v.sku, v.options, v.price, coalesce(i.stock, 0),
                case when v.compare_at_price > v.price then v.compare_at_price end,
                v.lowest_before, v.measure)
            from product_variants v left join inventory i on i.variant_id = v.id
            where v.product_id = p.id and v.retired_at is null order by v.position, v.id
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
    // Its options, who makes it, its tags.
    (Vec<String>, String, Vec<String>),
    Json<Vec<Image>>,
    Vec<VariantFound>,
);

/// id, sku, options, price, stock; of one that is reduced, what is struck and what is told beside it; how much it holds
type VariantFound = (Uuid, String, Vec<String>, Decimal, i32, Option<Decimal>, Option<Decimal>, Option<String>);

pub(super) fn record(found: Record, currency: Currency) -> Result<ProductRecord> {
    let (id, version, slug, name, description, category, (options, vendor, tags), images, variants) = found;
    let variant = |(id, sku, options, price, stock, before, lowest, measure): VariantFound| {
        let price = money(price, currency)?;
        Ok(VariantRecord {
            id: VariantId(id),
            sku,
            options,
            price,
            compare_at_price: before.map(|before| money(before, currency)).transpose()?,
            lowest_before: lowest.map(|lowest| money(lowest, currency)).transpose()?,
            unit_price: measure.and_then(|measure| UnitPrice::of(&measure, price)),
            stock: to_u32(stock.into()),
        })
    };
    let variants = variants.into_iter().map(variant).collect::<Result<Vec<_>>>()?;
    let lowest = variants.iter().map(|v| v.price).min_by_key(|price| price.amount());
    let price = lowest.ok_or_else(|| Error::Broken(anyhow::anyhow!("product {id} has no variant")))?;
    let (id, images) = (ProductId(id), images.0);
    Ok(ProductRecord { id, version, slug, name, description, category, vendor, tags, price, options, images, variants })
}
