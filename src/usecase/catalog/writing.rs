//! The shapes in which products are written, and the port that writes them with all of their variants.

use std::future::Future;

use time::OffsetDateTime;

use crate::domain::{Money, ProductId, ProductStatus, Sku, Slug, TaxClass, VariantId};
use crate::dto::StaffProduct;

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
    /// The names of the options, in the order in which variants give their values.
    pub options: Vec<String>,
    pub variants: Vec<NewVariant>,
    pub created_at: OffsetDateTime,
}

#[derive(Debug, Clone)]
pub struct NewVariant {
    pub id: VariantId,
    pub sku: Sku,
    pub options: Vec<String>,
    pub price: Money,
    pub compare_at_price: Option<Money>,
    pub weight_grams: u32,
    pub needs_shipping: bool,
    /// What it begins with.
    pub stock: u32,
}

/// What an editor says of a product, read.
#[derive(Debug, Clone)]
pub struct ProductEdit {
    pub name: String,
    pub description: Option<String>,
    pub category: Option<Slug>,
    pub status: ProductStatus,
    pub tax_class: TaxClass,
    pub variants: Vec<VariantEdit>,
}

#[derive(Debug, Clone)]
pub struct VariantEdit {
    pub id: VariantId,
    pub sku: Sku,
    pub price: Money,
    pub compare_at_price: Option<Money>,
    pub weight_grams: u32,
    pub needs_shipping: bool,
}

/// Writing products with their variants.
pub trait ProductEdits {
    /// The product, for sale or not, its row locked.
    fn lock_staff_product(&mut self, id: ProductId) -> impl Future<Output = Result<Option<StaffProduct>>> + Send;

    /// Writes the next version.
    ///
    /// # Errors
    /// `SkuTaken`.
    fn save_product(&mut self, id: ProductId, edit: &ProductEdit) -> impl Future<Output = Result<()>> + Send;

    /// Writes the options and what the variants that are there are called now, and adds new ones: the next version.
    ///
    /// # Errors
    /// `SkuTaken`.
    fn save_variants(
        &mut self,
        id: ProductId,
        options: &[String],
        kept: &[(VariantId, Vec<String>)],
        new: &[NewVariant],
    ) -> impl Future<Output = Result<()>> + Send;

    /// Those of these skus that some variant has.
    fn skus_in_use(&mut self, skus: &[String]) -> impl Future<Output = Result<Vec<String>>> + Send;
}
