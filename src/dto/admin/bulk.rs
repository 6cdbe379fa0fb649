//! Many products changed at once: which, how, and what they would be then.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{Fields, Money, PriceFlaw, ProductId, ProductStatus, Refusal, VariantId};

use super::query::fields;
use super::{CategoryChoice, ProductQuery, ProductSort};

/// Which products are to be changed, and how, as the page's address says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BulkQuery {
    /// All that the filter lets through, and not those that are chosen.
    pub all: bool,
    pub filter: ProductQuery,
    pub chosen: Vec<ProductId>,
    /// Of `EDIT`, as typed.
    pub edit: Fields,
    /// A change that was refused, and is shown again.
    pub kept: String,
}

impl BulkQuery {
    pub const PATH: &str = "/admin/products/bulk";
    /// So many products are changed at once, with so many variants together.
    pub const MOST: usize = 1_000;
    pub const MOST_VARIANTS: usize = 5_000;
    /// The fields of a change; one that is empty leaves everything as it is.
    pub const EDIT: [&str; 4] = ["price", "value", "to_status", "to_category"];
    /// As a category: in none.
    pub const NO_CATEGORY: &str = "-";

    pub fn of_search(search: &str) -> Self {
        let mut fields = fields(search);
        let edit = Self::EDIT.into_iter().filter_map(|name| Some((name.to_owned(), fields.remove(name)?))).collect();
        let all = fields.get("all").is_some_and(|all| all == "yes");
        let chosen = |name: &String| name.strip_prefix("p-")?.parse::<ProductId>().ok();
        Self {
            all,
            filter: ProductQuery { sort: ProductSort::Newest, before: None, ..ProductQuery::of_search(search) },
            chosen: fields.keys().filter(|_| !all).filter_map(chosen).take(Self::MOST).collect(),
            edit,
            kept: fields.remove("kept").unwrap_or_default(),
        }
    }

    /// The name of a product's box in a list.
    pub fn field(id: ProductId) -> String {
        format!("p-{id}")
    }

    /// The fields that say which products are meant.
    pub fn selection(&self) -> Vec<(String, String)> {
        if !self.all {
            return self.chosen.iter().map(|id| (Self::field(*id), "yes".to_owned())).collect();
        }
        let filter = [
            ("all", "yes".to_owned()),
            ("q", self.filter.q.clone().unwrap_or_default()),
            ("status", self.filter.status.map_or("", ProductStatus::as_str).to_owned()),
            ("category", self.filter.category.clone().unwrap_or_default()),
        ];
        let given = filter.into_iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// What is typed into a field of the change.
    pub fn typed(&self, field: &str) -> &str {
        self.edit.get(field).map_or("", String::as_str)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkVariant {
    pub id: VariantId,
    pub sku: String,
    pub options: Vec<String>,
    pub price: Money,
}

/// A product, as far as many are changed at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkProduct {
    pub id: ProductId,
    pub version: i64,
    pub name: String,
    pub status: ProductStatus,
    /// Its slug.
    pub category: Option<String>,
    pub variants: Vec<BulkVariant>,
}

/// What a change makes of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductAfter {
    pub status: ProductStatus,
    pub category: Option<String>,
    /// One for each variant.
    pub prices: Vec<Result<Money, PriceFlaw>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkRow {
    pub product: BulkProduct,
    /// None: nobody has said yet what is to be changed, or it makes no sense.
    pub after: Option<ProductAfter>,
}

impl BulkRow {
    /// Whether anything of it becomes another.
    pub fn changes(&self) -> bool {
        let Some(after) = &self.after else { return false };
        let prices = self.product.variants.iter().map(|variant| Ok::<_, PriceFlaw>(variant.price));
        after.status != self.product.status
            || after.category != self.product.category
            || !prices.eq(after.prices.iter().copied())
    }

    /// Whether it has a price that cannot be changed so.
    pub fn is_flawed(&self) -> bool {
        self.after.as_ref().is_some_and(|after| after.prices.iter().any(Result::is_err))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkEditView {
    pub query: BulkQuery,
    /// By name; none where there are too many.
    pub rows: Vec<BulkRow>,
    pub categories: Vec<CategoryChoice>,
    /// There are more products or variants than are changed at once.
    pub too_many: bool,
    /// What is wrong with the change.
    pub problem: Option<Refusal>,
}

impl BulkEditView {
    /// The products and the versions that are shown, in one field: `id.version_id.version`.
    pub fn versions(&self) -> String {
        let one = |row: &BulkRow| format!("{}.{}", row.product.id.0.simple(), row.product.version);
        self.rows.iter().map(one).collect::<Vec<_>>().join("_")
    }

    /// Reads what `versions` wrote; what is none is left out.
    pub fn read_versions(text: &str) -> Vec<(ProductId, i64)> {
        let one = |part: &str| {
            let (id, version) = part.split_once('.')?;
            Some((ProductId(Uuid::try_parse(id).ok()?), version.parse().ok()?))
        };
        text.split('_').filter_map(one).take(BulkQuery::MOST).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_said_in_the_address_and_read_from_it() {
        let id = "0191d5a0-0000-7000-8000-000000000001";
        let query = BulkQuery::of_search(&format!("?p-{id}=yes&p-x=yes&price=raise_percent&value=5&q=mug&before={id}"));
        assert_eq!((query.all, query.chosen.len(), query.typed("value")), (false, 1, "5"));
        assert_eq!(query.selection(), [(format!("p-{id}"), "yes".to_owned())]);
        let all = BulkQuery::of_search(&format!("all=yes&p-{id}=yes&q=mug&status=draft"));
        assert!(all.all && all.chosen.is_empty() && all.filter.before.is_none());
        let pairs: Vec<_> = all.selection().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(pairs, ["all=yes", "q=mug", "status=draft"]);
    }

    #[test]
    fn versions_are_read_as_they_were_written() {
        let product = |n: u128, version| BulkRow {
            product: BulkProduct {
                id: ProductId(Uuid::from_u128(n)),
                version,
                name: String::new(),
                status: ProductStatus::Active,
                category: None,
                variants: Vec::new(),
            },
            after: None,
        };
        let view = BulkEditView {
            query: BulkQuery::default(),
            rows: vec![product(1, 3), product(2, 12)],
            categories: Vec::new(),
            too_many: false,
            problem: None,
        };
        let read = BulkEditView::read_versions(&view.versions());
        assert_eq!(read, [(ProductId(Uuid::from_u128(1)), 3), (ProductId(Uuid::from_u128(2)), 12)]);
        assert!(BulkEditView::read_versions("x.1_1_.").is_empty());
    }
}
