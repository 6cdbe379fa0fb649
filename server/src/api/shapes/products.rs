//! Products.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shop::dto::{ProductForm, ProductRecord, StockForm};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Money, PriceInput};

#[derive(Debug, Serialize, ToSchema)]
pub struct Image {
    /// Below the shop's address
    #[schema(example = "/pictures/speckled-mug-960.webp")]
    pub url: String,
    pub alt: String,
}

impl From<shop::dto::Image> for Image {
    fn from(image: shop::dto::Image) -> Self {
        Self { url: image.address(960), alt: image.alt }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Variant {
    pub id: Uuid,
    pub sku: String,
    /// What is chosen of each option, by its name; empty for the only variant of a product
    pub options: BTreeMap<String, String>,
    pub price: Money,
    pub stock: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Product {
    pub id: Uuid,
    /// Counts the changes; a change names the version it was made on. Sales leave it as it is
    #[schema(minimum = 1)]
    pub version: i64,
    #[schema(example = "speckled-mug")]
    pub slug: String,
    pub name: String,
    /// Paragraphs separated by empty lines
    pub description: String,
    /// The category's slug
    pub category: Option<String>,
    /// The lowest price of its variants
    pub price: Money,
    /// The sum over its variants
    pub stock: u32,
    #[schema(min_items = 1)]
    pub variants: Vec<Variant>,
    pub images: Vec<Image>,
}

impl From<ProductRecord> for Product {
    fn from(product: ProductRecord) -> Self {
        let stock = product.stock();
        let names = product.options;
        let variant = |v: shop::dto::VariantRecord| Variant {
            id: v.id.0,
            sku: v.sku,
            options: names.iter().cloned().zip(v.options).collect(),
            price: v.price.into(),
            stock: v.stock,
        };
        Self {
            id: product.id.0,
            version: product.version,
            slug: product.slug,
            name: product.name,
            description: product.description,
            category: product.category,
            price: product.price.into(),
            stock,
            variants: product.variants.into_iter().map(variant).collect(),
            images: product.images.into_iter().map(Into::into).collect(),
        }
    }
}

/// A product of one variant
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewProduct)]
pub struct ProductInput {
    #[schema(min_length = 1, max_length = 120, example = "Speckled mug")]
    name: String,
    /// Paragraphs separated by empty lines
    #[schema(max_length = 5000)]
    description: Option<String>,
    pub price: PriceInput,
    /// What it begins with; afterwards it changes by movements
    #[schema(minimum = 0, maximum = 1_000_000, example = 12)]
    stock: i64,
    /// A category's slug; left out: none
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$", example = "tableware")]
    category: Option<String>,
    /// Left out: made up
    #[schema(pattern = "^[A-Za-z0-9-]{3,32}$", example = "TAB-MUG")]
    sku: Option<String>,
}

impl From<ProductInput> for ProductForm {
    fn from(input: ProductInput) -> Self {
        Self {
            name: input.name,
            description: input.description,
            price: input.price.amount,
            stock: Some(input.stock),
            category: input.category,
            sku: input.sku,
        }
    }
}

/// A product of one variant as it shall be
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductEdit {
    #[schema(min_length = 1, max_length = 120, example = "Speckled mug")]
    name: String,
    /// Paragraphs separated by empty lines
    #[schema(max_length = 5000)]
    description: Option<String>,
    pub price: PriceInput,
    /// Best left out: it is not changed here, and refused unless it is what the stock is at this moment
    #[schema(minimum = 0, maximum = 1_000_000)]
    stock: Option<i64>,
    /// A category's slug; left out: as it is
    #[schema(pattern = "^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$", example = "tableware")]
    category: Option<String>,
    /// Left out: as it is
    #[schema(pattern = "^[A-Za-z0-9-]{3,32}$", example = "TAB-MUG")]
    sku: Option<String>,
    /// The version that was read; If-Match says it as well
    #[schema(minimum = 1, example = 3)]
    pub version: Option<i64>,
}

impl From<ProductEdit> for ProductForm {
    fn from(edit: ProductEdit) -> Self {
        Self {
            name: edit.name,
            description: edit.description,
            price: edit.price.amount,
            stock: edit.stock,
            category: edit.category,
            sku: edit.sku,
        }
    }
}

/// A change of a variant's stock: `change` or `counted`, one of the two
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StockChange)]
pub struct StockInput {
    /// May be left out for a product that has only one
    variant_id: Option<Uuid>,
    /// So many units came, or (negative) went
    #[schema(minimum = -1_000_000, maximum = 1_000_000, example = -2)]
    change: Option<i64>,
    /// So many units lie on the shelf, reserved ones that were not shipped yet among them
    #[schema(minimum = 0, maximum = 1_000_000)]
    counted: Option<i64>,
    #[schema(min_length = 1, max_length = 200, example = "Two were broken in transit")]
    reason: String,
}

impl From<StockInput> for StockForm {
    fn from(input: StockInput) -> Self {
        Self {
            variant_id: input.variant_id.map(shop::domain::VariantId),
            change: input.change,
            counted: input.counted,
            shelf: None,
            reason: input.reason,
        }
    }
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    Newest,
    PriceUp,
    PriceDown,
}

impl From<SortOrder> for shop::domain::Sort {
    fn from(order: SortOrder) -> Self {
        match order {
            SortOrder::Newest => Self::Newest,
            SortOrder::PriceUp => Self::PriceUp,
            SortOrder::PriceDown => Self::PriceDown,
        }
    }
}
