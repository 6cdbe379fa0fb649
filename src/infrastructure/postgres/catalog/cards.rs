//! What grids and tiles show, as records of plain columns: an array of them is one value of a row, so a page is one
//! statement, and no JSON is written and read in between.

use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{Currency, ProductId};
use crate::dto::{CardRating, CategoryTile, Image, ProductCard, UnitPrice};
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
            c.image, c.choices, row(c.in_stock, c.rated))"
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

/// Whether it can be had, and how it is rated (`products.rated`).
type Standing = (bool, i32);

pub(super) type CardRecord = (Uuid, String, String, Decimal, bool, Beside, Option<Json<Image>>, i32, Standing);

/// `products.rated` is the average in tenths of a star so many times, and how many gave stars.
pub(super) const RATED_TENTH: u32 = 1_000_000;

pub(super) fn card(record: CardRecord, currency: Currency) -> Result<ProductCard> {
    let (id, slug, name, price, price_varies, beside, image, choices, standing) = record;
    let ((compare_at_price, lowest_before, measure), price) = (beside, money(price, currency)?);
    let (in_stock, rated) = (standing.0, to_u32(standing.1.into()));
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
        rating: (rated > 0).then_some(CardRating { tenths: rated / RATED_TENTH, reviews: rated % RATED_TENTH }),
    })
}

pub(super) type TileRecord = (String, String, String, Option<Json<Image>>);

pub(super) fn tile((slug, name, description, image): TileRecord) -> CategoryTile {
    CategoryTile { slug, name, description, image: image.map(|json| json.0) }
}
