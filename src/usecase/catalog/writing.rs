//! The shapes in which products are written, and the port that writes them with all of their variants.

use std::future::Future;

use serde::Serialize;
use time::OffsetDateTime;

use crate::domain::{Measure, Money, ProductId, ProductStatus, Sku, Slug, TaxClass, VariantId};
use crate::dto::{BulkProduct, StaffProduct};

use super::super::Result;

/// A product about to be written, with at least one variant.
#[derive(Debug, Clone)]
pub struct NewProduct {
    pub id: ProductId,
    pub slug: Slug,
    pub name: String,
    pub description: Option<String>,
    pub category: Option<Slug>,
    pub status: ProductStatus,
    pub tax_class: TaxClass,
    pub facts: ProductFacts,
    /// The names of the options, in the order in which variants give their values.
    pub options: Vec<String>,
    pub variants: Vec<NewVariant>,
    /// When it comes into the shop by itself.
    pub publish_at: Option<OffsetDateTime>,
    pub created_at: OffsetDateTime,
}

#[derive(Debug, Clone)]
pub struct NewVariant {
    pub id: VariantId,
    pub sku: Sku,
    pub options: Vec<String>,
    pub price: Money,
    pub compare_at_price: Option<Money>,
    /// What it costs the shop.
    pub cost: Option<Money>,
    pub weight_grams: u32,
    pub needs_shipping: bool,
    /// What it begins with.
    pub stock: u32,
}

/// What an editor says of a product, read.
#[derive(Debug, Clone)]
pub struct ProductEdit {
    pub name: String,
    /// None: it stays; of a product that is new, it is made of the name.
    pub slug: Option<Slug>,
    pub description: Option<String>,
    pub category: Option<Slug>,
    pub status: ProductStatus,
    pub tax_class: TaxClass,
    pub facts: ProductFacts,
    /// When it comes into the shop by itself; only a draft does.
    pub publish_at: Option<OffsetDateTime>,
    pub variants: Vec<VariantEdit>,
}

/// Plain facts, each empty where nobody has said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductFacts {
    pub vendor: String,
    pub tags: Vec<String>,
    pub seo_title: String,
    pub seo_description: String,
    /// It stands on the first page.
    pub featured: bool,
}

#[derive(Debug, Clone)]
pub struct VariantEdit {
    pub id: VariantId,
    pub sku: Sku,
    pub price: Money,
    pub compare_at_price: Option<Money>,
    pub cost: Option<Money>,
    pub weight_grams: u32,
    pub needs_shipping: bool,
    /// How much it holds.
    pub measure: Option<Measure>,
}

/// What becomes of a product when many are changed at once.
#[derive(Debug, Clone)]
pub struct ProductRewrite {
    pub id: ProductId,
    pub status: ProductStatus,
    pub category: Option<String>,
    /// Of variants whose price becomes another.
    pub prices: Vec<(VariantId, Money)>,
}

/// What becomes of a product's options and of its variants.
#[derive(Debug, Clone)]
pub struct OptionsWrite {
    /// Their names.
    pub options: Vec<String>,
    pub new: Vec<NewVariant>,
    /// All of them, those that are new among them.
    pub variants: Vec<ShelfVariant>,
}

/// Where a variant stands, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShelfVariant {
    pub id: VariantId,
    pub options: Vec<String>,
    pub position: u32,
    pub is_retired: bool,
}

/// Writing products with their variants.
pub trait ProductEdits {
    /// The product, for sale or not, its row locked.
    fn lock_staff_product(&mut self, id: ProductId) -> impl Future<Output = Result<Option<StaffProduct>>> + Send;

    /// Those of these products that there are, their rows locked in the order of their ids; in the order of their slugs.
    fn lock_bulk_products(&mut self, ids: &[ProductId]) -> impl Future<Output = Result<Vec<BulkProduct>>> + Send;

    /// Writes the next version of each of these locked products.
    fn rewrite_products(&mut self, products: &[ProductRewrite]) -> impl Future<Output = Result<()>> + Send;

    /// Writes the next version.
    ///
    /// # Errors
    /// `SkuTaken`.
    fn save_product(&mut self, id: ProductId, edit: &ProductEdit) -> impl Future<Output = Result<()>> + Send;

    /// Puts drafts into the shop whose time has come, at most so many, each as its next version, and answers which. Those that
    /// somebody has locked are left for later.
    fn publish_due(&mut self, now: OffsetDateTime, most: u32) -> impl Future<Output = Result<Vec<ProductId>>> + Send;

    /// Gives a locked product another slug: the one before leads to it from then on, and one that it had before is its own
    /// again. False: another product had it before.
    ///
    /// # Errors
    /// `SlugTaken`.
    fn readdress_product(
        &mut self,
        id: ProductId,
        from: &str,
        to: &Slug,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Writes the options, adds what is new, and says of every variant where it stands, what it is called, and whether it is
    /// retired: the next version. Its variants are locked in the order of their ids.
    ///
    /// # Errors
    /// `SkuTaken`.
    fn save_options(
        &mut self,
        id: ProductId,
        write: &OptionsWrite,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Those of these skus that some variant has.
    fn skus_in_use(&mut self, skus: &[String]) -> impl Future<Output = Result<Vec<String>>> + Send;
}
