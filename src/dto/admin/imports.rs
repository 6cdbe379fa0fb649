//! Files of products as the back office shows them: what was read of one, and what would become of the catalogue.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{ImportId, ImportRemark, ImportState};

/// What there is to say of a cell, a row or a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportNote {
    /// As a spreadsheet counts: the head is row 1. 0: the file as a whole.
    pub row: u32,
    /// As the file calls it; empty: the row as a whole.
    pub column: String,
    pub remark: ImportRemark,
}

/// What was found when a file was looked at, or what was done with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportReport {
    /// Without the head.
    pub rows: u32,
    /// Products that are made.
    pub made: u32,
    /// Products that are changed, and products that stay as they are.
    pub changed: u32,
    pub same: u32,
    /// Variants that are made, of new products and of others.
    pub new_variants: u32,
    pub changed_variants: u32,
    /// Pictures that are fetched afterwards.
    #[serde(default)]
    pub pictures: u32,
    /// Columns of which nothing is read.
    pub left: Vec<String>,
    /// The first of the problems, by row.
    pub problems: Vec<ImportNote>,
    /// All of them.
    pub problem_count: u32,
    /// The first of what is told beside problems.
    pub notes: Vec<ImportNote>,
    pub note_count: u32,
}

/// An import in the list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    pub id: ImportId,
    /// As its sender called it.
    pub file: String,
    pub state: ImportState,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Problems that were found.
    pub problems: u32,
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportView {
    pub id: ImportId,
    pub file: String,
    pub state: ImportState,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Of so many products and variants, so many are written.
    pub done: u32,
    pub total: u32,
    /// None: it was not looked at yet.
    pub report: Option<ImportReport>,
    /// Whether it can still be read: one that was only checked makes room for a newer file.
    pub is_kept: bool,
    /// Pictures that are still to be fetched, and that were.
    pub pictures_waiting: u32,
    pub pictures_fetched: u32,
    /// Those that could not be had.
    pub pictures_failed: Vec<ImportPicture>,
}

/// A picture that could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPicture {
    pub row: u32,
    pub address: String,
    /// `FetchProblem`, as it is spelt.
    pub problem: String,
}

/// What became of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportTaken {
    Waiting(ImportId),
    /// Too many wait already.
    Busy,
}
