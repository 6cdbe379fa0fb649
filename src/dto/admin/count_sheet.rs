//! The sheet on which somebody writes what lies on the shelves.

use serde::{Deserialize, Serialize};

use crate::domain::{Fields, VariantId};

use super::CategoryChoice;
use super::query::{fields, href};

/// Which variants a sheet has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CountQuery {
    pub q: Option<String>,
    /// A category's slug, with what stands below it.
    pub category: Option<String>,
    /// Where the sheet before ended.
    pub after: Option<String>,
}

impl CountQuery {
    pub const PATH: &str = "/admin/stock/count";

    pub fn of_search(search: &str) -> Self {
        let mut fields = fields(search);
        Self { q: fields.remove("q"), category: fields.remove("category"), after: fields.remove("after") }
    }

    /// As the sheet itself carries it.
    pub fn of_form(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).cloned();
        let said = Self { q: text("q"), category: text("category"), after: text("after") };
        Self::of_search(said.href().split_once('?').map_or("", |(_, search)| search))
    }

    pub fn href(&self) -> String {
        href(Self::PATH, &self.fields().map(|(name, value)| (name, value.to_owned())))
    }

    pub fn fields(&self) -> [(&'static str, &str); 3] {
        [("q", &self.q), ("category", &self.category), ("after", &self.after)]
            .map(|(name, text)| (name, text.as_deref().unwrap_or_default()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountRow {
    pub id: VariantId,
    pub product: String,
    pub options: Vec<String>,
    pub sku: String,
    /// What should lie there, what is held for orders among it.
    pub shelf: u32,
    /// It was taken out of the shop.
    pub is_retired: bool,
    /// Something left or came since it was counted: what was typed is no count of what lies there now.
    #[serde(default)]
    pub moved: bool,
}

impl CountRow {
    /// The field for what was counted.
    pub fn counted(&self) -> String {
        format!("count-{}", self.id)
    }

    /// The field that says what was to lie there when the sheet was made.
    pub fn shown(&self) -> String {
        format!("shelf-{}", self.id)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountSheet {
    pub query: CountQuery,
    /// By sku.
    pub rows: Vec<CountRow>,
    pub next: Option<CountQuery>,
    pub categories: Vec<CategoryChoice>,
    /// What was typed and refused.
    pub fields: Fields,
    /// So that a sheet counts once.
    pub form_key: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_has_one_address_and_carries_it() {
        let address = "/admin/stock/count?q=mug%20%26&category=glass&after=A-1";
        let query = CountQuery::of_search(address.split_once('?').unwrap().1);
        assert_eq!(query.href(), address);
        let carried: Fields = query.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        assert_eq!(CountQuery::of_form(&carried), query);
        assert_eq!(CountQuery::of_form(&Fields::new()).href(), CountQuery::PATH);
    }
}
