//! Where options are asked for, cards show the variant that has them, and lead to it: who looks for what is blue does not see the
//! one in red, at its price.

use std::collections::HashMap;

use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use crate::dto::{Image, ProductCard, UnitPrice};
use crate::usecase::Result;

use super::super::error::map_sqlx_error;
use super::super::{PgStore, money};
use super::filters::{Filters, pairs};

/// Of each product the variant with one of these values for each of so many options, within the prices: one that can be had before
/// others, and the cheapest of those. A variant has one value of an option, so it has all of them where it has as many of the values.
const ASKED: &str = "select v.product_id, v.sku, v.price, v.price_varies, v.compare_at_price,
        v.lowest_before, v.measure, v.in_stock,
        (select shown.image from products p, jsonb_array_elements(p.images) shown (image)
            where p.id = v.product_id and shown.image ->> 'name' = v.image limit 1) as image
     from (
        select distinct on (v.product_id) v.id, v.product_id, v.sku, v.price, v.lowest_before, v.measure, v.image,
            case when v.compare_at_price > v.price then v.compare_at_price end as compare_at_price,
            max(v.price) over (partition by v.product_id) > v.price as price_varies,
            coalesce(i.stock > 0, false) as in_stock
        from product_variants v left join inventory i on i.variant_id = v.id
        where v.product_id = any($1) and v.retired_at is null
            and case when $3::bigint = 1 then v.facets && $2
                else (select count(*) from unnest(v.facets) f where f = any($2)) = $3 end
            and ($4::numeric is null or v.price >= $4) and ($5::numeric is null or v.price <= $5)
            and (not $6 or i.stock > 0)
        order by v.product_id, in_stock desc, v.price, v.position, v.id
     ) v";

#[derive(sqlx::FromRow)]
struct AskedVariant {
    product_id: Uuid,
    sku: String,
    price: Decimal,
    price_varies: bool,
    compare_at_price: Option<Decimal>,
    lowest_before: Option<Decimal>,
    measure: Option<String>,
    in_stock: bool,
    image: Option<Json<Image>>,
}

/// One statement more, of the few products of a page, and none where no option is asked for. What comes in one variant shows it anyway.
pub(super) async fn show(store: &PgStore, filters: &Filters, cards: &mut [ProductCard]) -> Result<()> {
    let several: Vec<Uuid> = cards.iter().filter(|card| card.choices > 1).map(|card| card.id.0).collect();
    if filters.options.is_empty() || several.is_empty() {
        return Ok(());
    }
    let options = i64::try_from(filters.options.iter().count()).unwrap_or(i64::MAX);
    let found: Vec<AskedVariant> = sqlx::query_as(ASKED)
        .bind(several)
        .bind(filters.options.iter().flat_map(pairs).collect::<Vec<_>>())
        .bind(options)
        .bind(filters.min_price)
        .bind(filters.max_price)
        .bind(filters.in_stock)
        .fetch_all(&store.pool)
        .await
        .map_err(map_sqlx_error)?;
    let mut found: HashMap<Uuid, AskedVariant> = found.into_iter().map(|asked| (asked.product_id, asked)).collect();
    for card in cards {
        let Some(asked) = found.remove(&card.id.0) else { continue };
        let in_shop = |amount: Option<Decimal>| amount.map(|amount| money(amount, store.currency)).transpose();
        card.price = money(asked.price, store.currency)?;
        card.price_varies = asked.price_varies;
        card.unit_price = asked.measure.and_then(|measure| UnitPrice::of(&measure, card.price));
        card.compare_at_price = in_shop(asked.compare_at_price)?;
        card.lowest_before = in_shop(asked.lowest_before)?;
        card.in_stock = asked.in_stock;
        // One without a picture of its own is shown by the first.
        if let Some(Json(image)) = asked.image {
            card.image = Some(image);
        }
        card.sku = Some(asked.sku);
    }
    Ok(())
}
