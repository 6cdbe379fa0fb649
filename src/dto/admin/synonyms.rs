//! Other words for what is sold, as staff write them down.

use serde::{Deserialize, Serialize};

use super::EditorView;

/// A word, and what whoever searches for it finds, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SynonymGroup {
    pub word: String,
    /// `settee, sofa`
    pub means: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SynonymsView {
    /// Of the word that was asked for, known or not; its id is that word.
    pub editor: EditorView,
    /// All of them, in order.
    pub groups: Vec<SynonymGroup>,
}

impl SynonymsView {
    /// Whether the word that was asked for is one of them.
    pub fn is_known(&self) -> bool {
        self.groups.iter().any(|group| group.word == self.editor.id)
    }
}
