//! What the back office shows of the shop's words and its pages of text.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{Fields, ShopPicture};

use super::pictures::PlacedPicture;

/// The form of the shop's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentEditView {
    pub version: i64,
    /// As they are saved.
    pub saved: Fields,
    /// What holds where a field is empty.
    pub defaults: Fields,
    /// What stands in the fields.
    pub fields: Fields,
    /// Fields that somebody else changed.
    pub theirs: Vec<String>,
    /// Fields that both changed, and what is there now.
    pub both: Vec<(String, String)>,
    /// Names of time zones.
    pub zones: Vec<String>,
    pub pages: Vec<StaffPageRow>,
    /// Each place once.
    pub pictures: Vec<(ShopPicture, PlacedPicture)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffPageRow {
    pub slug: String,
    pub title: String,
    pub version: i64,
    /// `footer`, `unlinked` or `hidden`.
    pub place: String,
    #[serde(with = "time::serde::rfc3339")]
    pub saved_at: OffsetDateTime,
}

/// A version of a page, and who wrote it; none: it came with the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageVersionRow {
    pub version: i64,
    pub by: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A page with the version that is looked at, and all there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffPage {
    pub slug: String,
    /// The one that the shop shows.
    pub version: i64,
    pub title: String,
    pub description: String,
    /// Markdown.
    pub body: String,
    pub place: String,
    /// The newest first.
    pub versions: Vec<PageVersionRow>,
}

impl StaffPage {
    /// The fields of its editor.
    pub fn fields(&self) -> Fields {
        let fields =
            [("title", &self.title), ("description", &self.description), ("body", &self.body), ("place", &self.place)];
        fields.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }
}

/// A page's editor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageEditView {
    /// As it is; none: it is not there yet.
    pub page: Option<StaffPage>,
    /// What stands in the fields.
    pub fields: Fields,
    pub theirs: Vec<String>,
    pub both: Vec<(String, String)>,
    /// An earlier version, which is looked at.
    pub earlier: Option<i64>,
    /// What is looked at: an earlier version, or what was typed and not saved. Markdown from the core, HTML for the page.
    pub preview: Option<String>,
}
