//! The words for files of products: how far one has come, and what is wrong with its rows.

use crate::domain::{FetchProblem, ImportRemark, ImportState};

use super::picture_words::picture_problem;
use super::words::problem;

pub const fn import_state(state: ImportState) -> &'static str {
    match state {
        ImportState::Waiting => "Being checked",
        ImportState::Checked => "Checked",
        ImportState::Wanted => "Being imported",
        ImportState::Done => "Imported",
        ImportState::Failed => "Failed",
    }
}

/// What there is to say of a cell, a row or a file.
pub fn import_remark(remark: &ImportRemark) -> String {
    match remark {
        ImportRemark::NotUtf8 => {
            "This file is not written in UTF-8. Please save it again as “CSV UTF-8”: umlauts and apostrophes would come \
             in garbled."
                .into()
        }
        ImportRemark::NoRows => "There are no rows in this file.".into(),
        ImportRemark::TooManyRows { max } => format!("There are more than {max} rows. Please split the file."),
        ImportRemark::TooManyColumns { max } => format!("There are more than {max} columns. Please leave some out."),
        ImportRemark::NotCommas => {
            "The columns are not separated by commas. Please save the file with commas between its columns.".into()
        }
        ImportRemark::ColumnTwice => "Two columns mean this. Please remove one of them.".into(),
        ImportRemark::ColumnMissing => "This column is missing: products are known by it.".into(),
        ImportRemark::BadQuotes => {
            "A quotation mark stands where none may, or the one that ends the cell is missing. In a cell it is written twice."
                .into()
        }
        ImportRemark::CellCount { expected, found } => format!("{found} cells, where the first row has {expected}."),
        ImportRemark::Cell(why) => problem(why),
        ImportRemark::Comma => "Please write numbers with a point: 12.50, not 12,50.".into(),
        ImportRemark::NotYesOrNo => "Please write TRUE or FALSE.".into(),
        ImportRemark::NotAStatus => "Please write active, draft or archived.".into(),
        ImportRemark::SkuTwice { row } => format!("Row {row} has this SKU, too."),
        ImportRemark::SkuElsewhere => "Another product of the shop has this SKU.".into(),
        ImportRemark::ChoiceTwice => "Another variant of this product has the same values.".into(),
        ImportRemark::OptionsDiffer => {
            "The product has other options in the shop, and variants that are not in this file. Please put all of its \
             variants into the file."
                .into()
        }
        ImportRemark::TooManyOptions => "A product has at most three options.".into(),
        ImportRemark::HandleTwice { row } => {
            format!("Row {row} begins a product whose address is, or was, the same.")
        }
        ImportRemark::Renamed { to } => format!("Here it is written {to}."),
        ImportRemark::NoCategory => "There is no such category in the shop: the product's category stays as it is.".into(),
        ImportRemark::BelowZero => "Less than nothing cannot lie on a shelf: it begins with 0.".into(),
        ImportRemark::PictureLeft => {
            "This picture is not fetched: its address does not begin with https://, or the product has pictures already."
                .into()
        }
    }
}

/// Why a picture was not fetched, as it is spelt.
pub fn fetch_problem(text: &str) -> &'static str {
    match FetchProblem::parse(text) {
        Some(FetchProblem::Host) => {
            "Nothing is fetched from there. Whoever runs the shop can allow it (IMPORT_PICTURE_HOSTS)."
        }
        Some(FetchProblem::Missing) => "There is nothing at this address.",
        Some(FetchProblem::Picture(problem)) => picture_problem(problem),
        Some(FetchProblem::Unreachable) | None => "Nobody answered at this address, though it was tried several times.",
    }
}
