//! A file of products on its way into the catalogue: how far it has come, and what there is to say of its rows.

use serde::{Deserialize, Serialize};

use super::{PictureProblem, Problem};

/// The largest file that is taken: 20 MB.
pub const MAX_IMPORT_BYTES: usize = 20 * 1024 * 1024;
/// The most rows of a file, its head not counted.
pub const MAX_IMPORT_ROWS: u32 = 50_000;
/// The most columns: Shopify's exports have some sixty, and one more for each field of the shop's own.
pub const MAX_IMPORT_COLUMNS: u32 = 300;

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// To be checked.
    Waiting,
    /// It was looked at, and nothing was changed. Where it has problems, it ends here.
    Checked,
    /// Somebody has said that it is to be done.
    Wanted,
    Done,
    /// It could not be looked at or done, though it was tried several times. Nothing was changed.
    Failed,
}

impl ImportState {
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Checked, Self::Wanted, Self::Done, Self::Failed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Checked => "checked",
            Self::Wanted => "wanted",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether somebody is to do something about it who is no person.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Waiting | Self::Wanted)
    }
}

/// What there is to say of a row or a cell of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportRemark {
    /// Bytes that are no UTF-8: Latin-1, say.
    NotUtf8,
    NoRows,
    TooManyRows {
        max: u32,
    },
    TooManyColumns {
        max: u32,
    },
    /// Its columns are separated by something else than commas.
    NotCommas,
    /// Two columns that mean the same.
    ColumnTwice,
    /// There is no such column, and nothing can be read without it.
    ColumnMissing,
    /// A quote that has no other, or stands where none may.
    BadQuotes,
    /// As many cells as this, where the head has `expected`.
    CellCount {
        expected: u32,
        found: u32,
    },
    /// As the field of a form would be refused.
    Cell(Problem),
    /// A comma in a number: `12,50`.
    Comma,
    NotYesOrNo,
    NotAStatus,
    /// Another row of the file has it already.
    SkuTwice {
        row: u32,
    },
    /// Another product of the shop has it.
    SkuElsewhere,
    /// Another row of the product, or another of its variants, has the same values.
    ChoiceTwice,
    /// The product has variants that are not in the file, and their values are not those of the file's options.
    OptionsDiffer,
    /// A product has at most three options.
    TooManyOptions,
    /// Two names of products are the same in addresses.
    HandleTwice {
        row: u32,
    },

    /// No problem: it is written differently here.
    Renamed {
        to: String,
    },
    /// No problem: there is no such category, so the product stands where it stood, or in none.
    NoCategory,
    /// No problem: less than nothing is nothing.
    BelowZero,
    /// No problem: this picture is not fetched. Its address is none over HTTPS, or the product has pictures already.
    PictureLeft,
}

impl ImportRemark {
    /// Whether nothing of the file is imported because of it.
    pub const fn is_problem(&self) -> bool {
        !matches!(self, Self::Renamed { .. } | Self::NoCategory | Self::BelowZero | Self::PictureLeft)
    }
}

/// Why a picture was not fetched from its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchProblem {
    /// It is not on a host that the owner has named, or not over HTTPS.
    Host,
    /// Nobody answers there, though it was tried several times.
    Unreachable,
    /// There is nothing at the address.
    Missing,
    /// It was fetched, and is none.
    Picture(PictureProblem),
}

impl FetchProblem {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Unreachable => "unreachable",
            Self::Missing => "missing",
            Self::Picture(problem) => problem.as_str(),
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let own = [Self::Host, Self::Unreachable, Self::Missing].into_iter().find(|problem| problem.as_str() == text);
        own.or_else(|| PictureProblem::parse(text).map(Self::Picture))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_spelt_one_way() {
        for (state, word) in ImportState::ALL.into_iter().zip(["waiting", "checked", "wanted", "done", "failed"]) {
            assert_eq!((state.as_str(), ImportState::parse(word)), (word, Some(state)));
            assert_eq!(serde_json::to_value(state).unwrap(), word);
        }
        assert_eq!(ImportState::parse("gone"), None);
        assert!(ImportState::Wanted.is_under_way() && !ImportState::Checked.is_under_way());
    }

    #[test]
    fn a_file_is_taken_up_to_so_much() {
        assert_eq!((MAX_IMPORT_BYTES, MAX_IMPORT_ROWS, MAX_IMPORT_COLUMNS), (20_971_520, 50_000, 300));
    }

    #[test]
    fn why_a_picture_was_not_fetched_is_spelt_one_way() {
        let words = [
            (FetchProblem::Host, "host"),
            (FetchProblem::Unreachable, "unreachable"),
            (FetchProblem::Missing, "missing"),
        ];
        for (problem, word) in words.into_iter().chain([(FetchProblem::Picture(PictureProblem::Svg), "svg")]) {
            assert_eq!((problem.as_str(), FetchProblem::parse(word)), (word, Some(problem)));
        }
        assert_eq!(FetchProblem::parse("gone"), None);
    }

    #[test]
    fn what_is_only_told_holds_nothing_up() {
        assert!(!ImportRemark::NoCategory.is_problem() && !ImportRemark::PictureLeft.is_problem());
        assert!(ImportRemark::SkuElsewhere.is_problem() && ImportRemark::Cell(Problem::Required).is_problem());
    }
}
