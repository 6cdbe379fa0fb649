//! Products as staff edit them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{Fields, Merged, Money, PictureId, PictureProblem, ProductId, ProductStatus, TaxClass, VariantId};

use super::super::Image;
use super::query::{fields, href, one_of};

/// What a list of products begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductSort {
    #[default]
    Newest,
    Name,
    /// The lowest first.
    Price,
}

impl ProductSort {
    pub const ALL: [Self; 3] = [Self::Newest, Self::Name, Self::Price];

    /// In an address; nothing where it is as it always is.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "",
            Self::Name => "name",
            Self::Price => "price",
        }
    }
}

/// What the list of products is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProductQuery {
    pub q: Option<String>,
    pub status: Option<ProductStatus>,
    /// A category's slug.
    pub category: Option<String>,
    pub sort: ProductSort,
    /// The product that the page before ended with.
    pub before: Option<ProductId>,
}

impl ProductQuery {
    pub const PATH: &str = "/admin/products";

    pub fn of_search(search: &str) -> Self {
        let mut fields = fields(search);
        Self {
            status: fields.remove("status").as_deref().and_then(ProductStatus::parse),
            category: fields.remove("category"),
            sort: one_of(&mut fields, "sort", ProductSort::ALL, ProductSort::as_str).unwrap_or_default(),
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
                ("sort", self.sort.as_str().to_owned()),
                ("before", self.before.map(|id| id.to_string()).unwrap_or_default()),
            ],
        )
    }

    pub fn is_filtered(&self) -> bool {
        Self { before: None, sort: ProductSort::default(), ..self.clone() } != Self::default()
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
    /// When a draft comes into the shop by itself.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub publish_at: Option<OffsetDateTime>,
    pub image: Option<Image>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffProductList {
    pub query: ProductQuery,
    /// As `query.sort` says.
    pub products: Vec<StaffProductRow>,
    /// Counted up to a thousand and one.
    pub total: u32,
    pub categories: Vec<CategoryChoice>,
    pub next: Option<ProductQuery>,
}

impl StaffProductList {
    /// So many are counted exactly.
    pub const COUNTED: u32 = 1_000;
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
    /// What it costs the shop.
    pub cost: Option<Money>,
    pub weight_grams: u32,
    pub needs_shipping: bool,
    pub stock: u32,
    /// The name of the picture that shows it.
    pub image: Option<String>,
    /// How much it holds, as `Measure` tells it.
    #[serde(default)]
    pub measure: Option<String>,
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
    /// Who makes it; empty: nobody has said.
    pub vendor: String,
    pub tags: Vec<String>,
    /// What search engines are told in place of its name and its description; empty: those.
    pub seo_title: String,
    pub seo_description: String,
    /// It stands on the first page; where none does, the newest do.
    pub featured: bool,
    /// When a draft comes into the shop by itself.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub publish_at: Option<OffsetDateTime>,
    /// The same as its field has it, by the shop's clocks; the database knows of none.
    #[serde(default)]
    pub publish_typed: String,
    pub options: Vec<String>,
    pub images: Vec<Image>,
    /// Counts what staff changed of its pictures.
    pub pictures_version: i64,
    /// Pictures that are not ready, in the order in which they came.
    pub uploads: Vec<PictureUpload>,
    /// At least one, in shelf order.
    pub variants: Vec<StaffVariant>,
    /// Those that were taken out of the shop.
    pub retired: Vec<StaffVariant>,
}

impl StaffProduct {
    /// The fields of its editor. Those of a variant begin with `v` and its id.
    pub fn fields(&self) -> Fields {
        let own = [
            ("name", self.name.clone()),
            ("slug", self.slug.clone()),
            ("description", self.description.clone()),
            ("category", self.category.clone().unwrap_or_default()),
            ("status", self.status.to_string()),
            ("publish_at", self.publish_typed.clone()),
            ("tax_class", self.tax_class.as_str().to_owned()),
            ("vendor", self.vendor.clone()),
            ("tags", self.tags.join(", ")),
            ("seo_title", self.seo_title.clone()),
            ("seo_description", self.seo_description.clone()),
            ("featured", if self.featured { "yes" } else { "no" }.to_owned()),
        ];
        let mut fields: Fields = own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        for variant in &self.variants {
            let amount = |money: Option<Money>| money.map(|money| money.amount().to_string()).unwrap_or_default();
            let shipped = if variant.needs_shipping { "yes" } else { "no" };
            for (name, value) in [
                ("sku", variant.sku.clone()),
                ("price", amount(Some(variant.price))),
                ("compare_at_price", amount(variant.compare_at_price)),
                ("cost", amount(variant.cost)),
                ("weight_grams", variant.weight_grams.to_string()),
                ("needs_shipping", shipped.to_owned()),
                ("measure", variant.measure.clone().unwrap_or_default()),
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
    /// Fields that are not there any more, and what was typed into them: their variant was retired meanwhile.
    pub lost: Vec<(String, String)>,
    /// The same of its pictures.
    pub pictures: Merged,
    /// Its description as its page would show it, where somebody asks for that; the core leaves it empty.
    #[serde(default)]
    pub preview: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_products_has_one_address() {
        let address =
            "/admin/products?q=mug&status=draft&category=glass&sort=name&before=0191d5a0-0000-7000-8000-000000000001";
        let query = ProductQuery::of_search(address.split_once('?').unwrap().1);
        assert_eq!(query.href(), address);
        assert_eq!(ProductQuery::of_search("status=x&sort=x&before=1"), ProductQuery::default());
        assert!(query.is_filtered());
    }
}
