//! Products as staff edit them.

use serde::{Deserialize, Serialize};

use crate::domain::{Fields, Merged, Money, PictureId, PictureProblem, ProductId, ProductStatus, TaxClass, VariantId};

use super::super::Image;
use super::query::{fields, href};

/// What the list of products is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProductQuery {
    pub q: Option<String>,
    pub status: Option<ProductStatus>,
    /// A category's slug.
    pub category: Option<String>,
    /// Where the page before ended.
    pub before: Option<ProductId>,
}

impl ProductQuery {
    pub const PATH: &str = "/admin/products";

    pub fn of_search(search: &str) -> Self {
        let mut fields = fields(search);
        Self {
            status: fields.remove("status").as_deref().and_then(ProductStatus::parse),
            category: fields.remove("category"),
            before: fields.remove("before").and_then(|text| text.parse().ok()),
            q: fields.remove("q"),
        }
    }

    pub fn href(&self) -> String {
        href(
            Self::PATH,
            &[
                ("q", self.q.clone().unwrap_or_default()),
                ("status", self.status.map_or("", ProductStatus::as_str).to_owned()),
                ("category", self.category.clone().unwrap_or_default()),
                ("before", self.before.map(|id| id.to_string()).unwrap_or_default()),
            ],
        )
    }

    pub fn is_filtered(&self) -> bool {
        Self { before: None, ..self.clone() } != Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffProductRow {
    pub id: ProductId,
    pub name: String,
    pub status: ProductStatus,
    /// Its name.
    pub category: Option<String>,
    pub price: Money,
    pub price_varies: bool,
    pub variants: u32,
    /// Of all variants together.
    pub stock: i64,
    pub image: Option<Image>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffProductList {
    pub query: ProductQuery,
    /// The newest first.
    pub products: Vec<StaffProductRow>,
    /// Counted up to a thousand and one.
    pub total: u32,
    pub categories: Vec<CategoryChoice>,
    pub next: Option<ProductQuery>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryChoice {
    pub slug: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffVariant {
    pub id: VariantId,
    pub sku: String,
    pub options: Vec<String>,
    pub price: Money,
    pub compare_at_price: Option<Money>,
    pub weight_grams: u32,
    pub needs_shipping: bool,
    pub stock: u32,
    /// The name of the picture that shows it.
    pub image: Option<String>,
}

/// A picture that is not ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureUpload {
    pub id: PictureId,
    /// As its sender called it.
    pub file: String,
    /// None: it is being made.
    pub problem: Option<PictureProblem>,
}

/// A product, for sale or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffProduct {
    pub id: ProductId,
    pub version: i64,
    pub slug: String,
    pub name: String,
    pub description: String,
    pub category: Option<String>,
    pub status: ProductStatus,
    pub tax_class: TaxClass,
    pub options: Vec<String>,
    pub images: Vec<Image>,
    /// Counts what staff changed of its pictures.
    pub pictures_version: i64,
    /// Pictures that are not ready, in the order in which they came.
    pub uploads: Vec<PictureUpload>,
    /// At least one, in shelf order.
    pub variants: Vec<StaffVariant>,
}

impl StaffProduct {
    /// The fields of its editor. Those of a variant begin with `v` and its id.
    pub fn fields(&self) -> Fields {
        let own = [
            ("name", self.name.clone()),
            ("description", self.description.clone()),
            ("category", self.category.clone().unwrap_or_default()),
            ("status", self.status.to_string()),
            ("tax_class", self.tax_class.as_str().to_owned()),
        ];
        let mut fields: Fields = own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        for variant in &self.variants {
            let amount = |money: Option<Money>| money.map(|money| money.amount().to_string()).unwrap_or_default();
            let shipped = if variant.needs_shipping { "yes" } else { "no" };
            for (name, value) in [
                ("sku", variant.sku.clone()),
                ("price", amount(Some(variant.price))),
                ("compare_at_price", amount(variant.compare_at_price)),
                ("weight_grams", variant.weight_grams.to_string()),
                ("needs_shipping", shipped.to_owned()),
            ] {
                fields.insert(variant.field(name), value);
            }
        }
        fields
    }
}

impl StaffVariant {
    /// The name of a field of its editor.
    pub fn field(&self, name: &str) -> String {
        format!("v{}-{name}", self.id)
    }
}

/// A product's editor: what stands in its fields, and what somebody else has done to them meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductEditView {
    pub product: StaffProduct,
    pub categories: Vec<CategoryChoice>,
    /// What stands in the fields.
    pub fields: Fields,
    /// Fields that somebody else changed.
    pub theirs: Vec<String>,
    /// Fields that both changed, and what is there now.
    pub both: Vec<(String, String)>,
    /// The same of its pictures.
    pub pictures: Merged,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_products_has_one_address() {
        let address = "/admin/products?q=mug&status=draft&category=glass&before=0191d5a0-0000-7000-8000-000000000001";
        let query = ProductQuery::of_search(address.split_once('?').unwrap().1);
        assert_eq!(query.href(), address);
        assert_eq!(ProductQuery::of_search("status=x&before=1"), ProductQuery::default());
        assert!(query.is_filtered());
    }
}
