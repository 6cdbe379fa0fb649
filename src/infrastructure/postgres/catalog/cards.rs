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

/// The columns of a card, of a row `c` of `product_cards()`.
macro_rules! card_columns {
    () => {
        "c.id, c.slug, c.name, c.price, c.price_varies, c.compare_at_price, c.lowest_before, c.measure, c.image, c.choices, c.in_stock,
            c.rated"
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
