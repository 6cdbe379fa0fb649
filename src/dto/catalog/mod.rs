//! The home page, listings and product pages; products as staff and programs see them in a file of their own.

mod image;
mod products;

use serde::{Deserialize, Serialize};

use crate::domain::{Money, ProductId, Sort, VariantId};

pub use image::Image;
pub use products::{Page, ProductForm, ProductRecord, StockForm, VariantRecord};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryTile {
    pub slug: String,
    pub name: String,
    pub description: String,
    pub image: Option<Image>,
}

/// A product as it stands in a grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCard {
    pub id: ProductId,
    pub slug: String,
    pub name: String,
    /// The lowest price of its variants.
    pub price: Money,
    /// Whether variants differ in price ("from $12.00").
    pub price_varies: bool,
    /// What the cheapest variant used to cost.
    pub compare_at_price: Option<Money>,
    pub image: Option<Image>,
    /// How many variants there are to choose from.
    pub choices: u32,
    pub in_stock: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    pub categories: Vec<CategoryTile>,
    pub featured: Vec<ProductCard>,
}

/// What a listing shows, as its address says it. Values that make no sense are as good as absent: a listing has no
/// wrong addresses, only emptier ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListingQuery {
    /// Words searched for, trimmed, at most 100 characters.
    pub q: Option<String>,
    /// A category's slug.
    pub category: Option<String>,
    /// Plain amounts in the shop's currency: `"12.50"`.
    pub min_price: Option<String>,
    pub max_price: Option<String>,
    pub in_stock: bool,
    pub sort: Sort,
    /// From 1.
    pub page: u32,
}

impl ListingQuery {
    /// The address of this listing; `page` 1 and defaults are left out, so that each listing has one address.
    pub fn href(&self) -> String {
        let page = (self.page > 1).then(|| self.page.to_string());
        let sort = (self.sort != Sort::default()).then(|| self.sort.as_str().to_owned());
        let in_stock = self.in_stock.then(|| "true".to_owned());
        let fields = [
            ("q", self.q.clone()),
            ("category", self.category.clone()),
            ("min_price", self.min_price.clone()),
            ("max_price", self.max_price.clone()),
            ("in_stock", in_stock),
            ("sort", sort),
            ("page", page),
        ];
        let pairs: Vec<_> =
            fields.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", escape(&value?)))).collect();
        if pairs.is_empty() { "/products".into() } else { format!("/products?{}", pairs.join("&")) }
    }

    /// The same listing on another page.
    #[must_use]
    pub fn on_page(&self, page: u32) -> Self {
        Self { page, ..self.clone() }
    }

    /// Another category (or none) from its first page.
    #[must_use]
    pub fn in_category(&self, category: Option<&str>) -> Self {
        Self { category: category.map(str::to_owned), page: 1, ..self.clone() }
    }

    #[must_use]
    pub fn sorted(&self, sort: Sort) -> Self {
        Self { sort, page: 1, ..self.clone() }
    }

    /// Whether anything narrows the listing.
    pub const fn is_filtered(&self) -> bool {
        self.q.is_some()
            || self.category.is_some()
            || self.min_price.is_some()
            || self.max_price.is_some()
            || self.in_stock
    }
}

/// Percent-encodes what is not unreserved (RFC 3986), byte by byte.
fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

/// A category and how many products of this listing's other filters stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryCount {
    pub slug: String,
    pub name: String,
    pub count: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingView {
    /// What was asked for, cleaned; `page` is one that exists.
    pub query: ListingQuery,
    /// The category asked for, if there is one of that name.
    pub category: Option<CategoryTile>,
    pub products: Vec<ProductCard>,
    pub total: u32,
    /// At least 1.
    pub pages: u32,
    pub categories: Vec<CategoryCount>,
}

/// One option and its values, in the order in which variants name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionGroup {
    pub name: String,
    pub values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantView {
    pub id: VariantId,
    pub sku: String,
    /// One value per option group, in their order.
    pub options: Vec<String>,
    pub price: Money,
    pub compare_at_price: Option<Money>,
    pub stock: u32,
    /// The name of the picture that shows it.
    pub image: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductView {
    pub id: ProductId,
    pub slug: String,
    pub name: String,
    /// Paragraphs separated by empty lines.
    pub description: String,
    pub category: Option<CategoryTile>,
    pub images: Vec<Image>,
    pub options: Vec<OptionGroup>,
    /// At least one, in shelf order.
    pub variants: Vec<VariantView>,
    pub related: Vec<ProductCard>,
}

impl ProductView {
    /// The variant an address asks for by sku, else the first in stock, else the first.
    pub fn chosen(&self, sku: Option<&str>) -> Option<&VariantView> {
        let asked = sku.and_then(|sku| self.variants.iter().find(|v| v.sku == sku));
        asked.or_else(|| self.variants.iter().find(|v| v.stock > 0)).or_else(|| self.variants.first())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_has_one_address() {
        let all = ListingQuery { page: 1, ..ListingQuery::default() };
        assert_eq!(all.href(), "/products");
        let query = ListingQuery { q: Some("tea & ö".into()), sort: Sort::PriceUp, page: 2, ..all };
        assert_eq!(query.href(), "/products?q=tea%20%26%20%C3%B6&sort=price_up&page=2");
        assert_eq!(
            query.in_category(Some("glass")).href(),
            "/products?q=tea%20%26%20%C3%B6&category=glass&sort=price_up"
        );
    }
}
