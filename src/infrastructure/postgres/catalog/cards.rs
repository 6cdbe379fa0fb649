//! What grids and tiles show, as records of plain columns: an array of them is one value of a row, so a page is one
//! statement, and no JSON is written and read in between.

use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{Currency, ProductId};
use crate::dto::{CategoryTile, Image, ProductCard, UnitPrice};
use crate::usecase::Result;

use super::super::{money, to_u32};

/// The record of a row `c` of `product_cards()`. What is not reduced costs no look at what it cost before.
macro_rules! card {
    () => {
        "row(c.id, c.slug, c.name, c.price, c.price_varies,
            row(c.compare_at_price, case when c.compare_at_price is not null then (
                select lowest_price_before(v.id, v.price) from product_variants v
                where v.product_id = c.id and v.retired_at is null order by v.price, v.position limit 1) end,
                (select u.measure from products u where u.id = c.id)),
            c.image, c.choices, c.in_stock)"
    };
}

/// The record of a row `t` of categories.
macro_rules! tile {
    () => {
        "row(t.slug, t.name, t.description, t.image)"
    };
}

/// What is told beside a price: what is struck, what it was before, and how much one gets for it.
type Beside = (Option<Decimal>, Option<Decimal>, Option<String>);

pub(super) type CardRecord = (Uuid, String, String, Decimal, bool, Beside, Option<Json<Image>>, i32, bool);

pub(super) fn card(record: CardRecord, currency: Currency) -> Result<ProductCard> {
    let (id, slug, name, price, price_varies, beside, image, choices, in_stock) = record;
    let ((compare_at_price, lowest_before, measure), price) = (beside, money(price, currency)?);
    Ok(ProductCard {
        id: ProductId(id),
        slug,
        name,
        price,
        price_varies,
        unit_price: measure.and_then(|measure| UnitPrice::of(&measure, price)),
        compare_at_price: compare_at_price.map(|before| money(before, currency)).transpose()?,
        lowest_before: lowest_before.map(|lowest| money(lowest, currency)).transpose()?,
        image: image.map(|json| json.0),
        choices: to_u32(choices.into()),
        in_stock,
    })
}

pub(super) type TileRecord = (String, String, String, Option<Json<Image>>);

pub(super) fn tile((slug, name, description, image): TileRecord) -> CategoryTile {
    CategoryTile { slug, name, description, image: image.map(|json| json.0) }
}
