//! What grids and tiles show, as records of plain columns: an array of them is one value of a row, so a page is one
//! statement, and no JSON is written and read in between.

use rust_decimal::Decimal;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::PgRecordDecoder;
use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{Currency, ProductId};
use crate::dto::{CardRating, CategoryTile, Image, ProductCard, UnitPrice};
use crate::usecase::Result;

use super::super::{money, to_u32};
use super::columns::{Columns, FromColumns};

/// What a reduced variant `v` cost before (`lowest_price_before`, migration 0201), written out: PostgreSQL reads and plans what a
/// function consists in anew for every statement that calls it, which took a quarter of a product's page. Nested and not joined:
/// when the reduction began is looked up once, and not for each price there was.
macro_rules! lowest_before {
    () => {
        "(select (select min(h.price) from price_history h
                where h.variant_id = v.id and h.ended_at <= e.ended_at and h.ended_at > e.ended_at - interval '30 days')
            from price_history e
            where e.variant_id = v.id and not (e.price = v.price and coalesce(e.compare_at_price > e.price, false))
            order by e.id desc limit 1)"
    };
}

/// The columns of a card, of a row `c` of `product_cards()`. What is not reduced costs no look at what it cost before. The variant
/// that has the card's price is the first of the cheapest.
macro_rules! card_columns {
    () => {
        concat!(
            "c.id, c.slug, c.name, c.price, c.price_varies, c.compare_at_price,
                case when c.compare_at_price is not null then (select ",
            lowest_before!(),
            " from product_variants v
                where v.product_id = c.id and v.retired_at is null and v.price = c.price order by v.position limit 1) end,
                c.measure, c.image, c.choices, c.in_stock, c.rated"
        )
    };
}

/// The record of them.
macro_rules! card {
    () => {
        concat!("row(", card_columns!(), ")")
    };
}

/// The record of a row `t` of categories.
macro_rules! tile {
    () => {
        "row(t.slug, t.name, t.description, t.image)"
    };
}

/// A card as `card!` tells it.
pub(super) struct CardColumns {
    pub(super) id: Uuid,
    slug: String,
    name: String,
    price: Decimal,
    price_varies: bool,
    compare_at_price: Option<Decimal>,
    lowest_before: Option<Decimal>,
    measure: Option<String>,
    image: Option<Json<Image>>,
    choices: i32,
    in_stock: bool,
    /// `products.rated`
    rated: i32,
}

pub(super) type CardRecord = Columns<CardColumns>;

impl FromColumns for CardColumns {
    fn read(columns: &mut PgRecordDecoder<'_>) -> std::result::Result<Self, BoxDynError> {
        Ok(Self {
            id: columns.try_decode()?,
            slug: columns.try_decode()?,
            name: columns.try_decode()?,
            price: columns.try_decode()?,
            price_varies: columns.try_decode()?,
            compare_at_price: columns.try_decode()?,
            lowest_before: columns.try_decode()?,
            measure: columns.try_decode()?,
            image: columns.try_decode()?,
            choices: columns.try_decode()?,
            in_stock: columns.try_decode()?,
            rated: columns.try_decode()?,
        })
    }
}

/// `products.rated` is the average in tenths of a star so many times, and how many gave stars.
pub(super) const RATED_TENTH: u32 = 1_000_000;

pub(super) fn card(found: CardColumns, currency: Currency) -> Result<ProductCard> {
    let (price, rated) = (money(found.price, currency)?, to_u32(found.rated.into()));
    Ok(ProductCard {
        id: ProductId(found.id),
        slug: found.slug,
        name: found.name,
        price,
        price_varies: found.price_varies,
        unit_price: found.measure.and_then(|measure| UnitPrice::of(&measure, price)),
        compare_at_price: found.compare_at_price.map(|before| money(before, currency)).transpose()?,
        lowest_before: found.lowest_before.map(|lowest| money(lowest, currency)).transpose()?,
        image: found.image.map(|json| json.0),
        choices: to_u32(found.choices.into()),
        in_stock: found.in_stock,
        sku: None,
        rating: (rated > 0).then_some(CardRating { tenths: rated / RATED_TENTH, reviews: rated % RATED_TENTH }),
    })
}

pub(super) type TileRecord = (String, String, String, Option<Json<Image>>);

pub(super) fn tile((slug, name, description, image): TileRecord) -> CategoryTile {
    CategoryTile { slug, name, description, image: image.map(|json| json.0) }
}
