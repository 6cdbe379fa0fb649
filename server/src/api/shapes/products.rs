//! Products.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shop::dto::{Page, ProductForm, ProductRecord, StockForm};
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

/// What a kilogram, a litre or a metre costs
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitPrice {
    /// How much the variant holds
    #[schema(example = "250 g")]
    pub measure: String,
    pub price: Money,
    /// What that is the price of: `kg`, `l`, `m` or `m²`
    #[schema(example = "kg")]
    pub base: String,
}

impl From<shop::dto::UnitPrice> for UnitPrice {
    fn from(unit: shop::dto::UnitPrice) -> Self {
        Self { measure: unit.measure, price: unit.price.into(), base: unit.base }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Variant {
    pub id: Uuid,
    pub sku: String,
    /// What is chosen of each option, by its name; empty for the only variant of a product
    pub options: BTreeMap<String, String>,
    pub price: Money,
    /// What is struck beside its price; null: it is not reduced
    pub compare_at_price: Option<Money>,
    /// The lowest price of the 30 days before it was reduced, where that is known (Directive 98/6/EC, article 6a)
    pub lowest_price_before: Option<Money>,
    /// Null: it is not said how much the variant holds
    pub unit_price: Option<UnitPrice>,
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
    /// Who makes it; empty where nobody has said
    pub vendor: String,
    pub tags: Vec<String>,
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
            compare_at_price: v.compare_at_price.map(Into::into),
            lowest_price_before: v.lowest_before.map(Into::into),
            unit_price: v.unit_price.map(Into::into),
            stock: v.stock,
        };
        Self {
            id: product.id.0,
            version: product.version,
            slug: product.slug,
            name: product.name,
            description: product.description,
            category: product.category,
            vendor: product.vendor,
            tags: product.tags,
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
    /// Who makes it
    #[schema(max_length = 255, example = "Kiln & Loom")]
    vendor: Option<String>,
    /// Each once, whatever letters it is written in; a comma ends one
    #[schema(max_items = 250, example = json!(["kitchen", "new"]))]
    tags: Option<Vec<String>>,
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
            vendor: input.vendor,
            tags: input.tags,
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
    /// Left out: as it is
    #[schema(max_length = 255, example = "Kiln & Loom")]
    vendor: Option<String>,
    /// Left out: as they are
    #[schema(max_items = 250, example = json!(["kitchen", "new"]))]
    tags: Option<Vec<String>>,
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
            vendor: edit.vendor,
            tags: edit.tags,
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

/// A part of the products, and what leads on from it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductList {
    pub items: Vec<Product>,
    /// From 1, also of a page that was reached by `after`; a page beyond the last is empty
    #[schema(minimum = 1)]
    pub page: u32,
    #[schema(minimum = 1, maximum = 100)]
    pub per_page: u32,
    /// How many there are on all pages; at most 1,000 are counted
    #[schema(maximum = 1000)]
    pub total: u32,
    /// Whether there are no more than that
    pub total_is_exact: bool,
    /// What the next page is `after`; null: this is the last
    pub next: Option<String>,
}

impl From<Page<ProductRecord>> for ProductList {
    fn from(page: Page<ProductRecord>) -> Self {
        let Page { items, page, per_page, total, total_is_exact, next } = page;
        Self { items: items.into_iter().map(Into::into).collect(), page, per_page, total, total_is_exact, next }
    }
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    Newest,
    PriceUp,
    PriceDown,
    BestSelling,
    BestRated,
}

impl From<SortOrder> for shop::domain::Sort {
    fn from(order: SortOrder) -> Self {
        match order {
            SortOrder::Newest => Self::Newest,
            SortOrder::PriceUp => Self::PriceUp,
            SortOrder::PriceDown => Self::PriceDown,
            SortOrder::BestSelling => Self::BestSelling,
            SortOrder::BestRated => Self::BestRated,
        }
    }
}
