//! Categories as staff arrange them.

use serde::{Deserialize, Serialize};

use super::{CategoryChoice, EditorView, PlacedPicture};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryRow {
    pub slug: String,
    pub name: String,
    /// 0: at the top.
    pub depth: u32,
    /// In itself, not below it; for sale or not. Counted up to a thousand and one.
    pub products: u32,
    /// Among its siblings.
    pub is_first: bool,
    pub is_last: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryEditView {
    pub editor: EditorView,
    /// Below which it may stand, by their full names.
    pub parents: Vec<CategoryChoice>,
    /// All but itself: where its products may go.
    pub others: Vec<CategoryChoice>,
    pub products: u32,
    pub picture: PlacedPicture,
}
