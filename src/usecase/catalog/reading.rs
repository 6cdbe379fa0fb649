//! What every edit of a product does alike: reading its text, and looking again where somebody was first.

use crate::domain::{Problem, Refusal};

use super::super::Error;

pub(in super::super) const MAX_DESCRIPTION: u32 = 5_000;

pub(in super::super) fn paragraphs(text: &str) -> std::result::Result<String, Problem> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Problem::BadCharacters);
    }
    let max = MAX_DESCRIPTION;
    if text.chars().count() > max as usize { Err(Problem::TooLong { max }) } else { Ok(text) }
}

/// Somebody took the name between the look and the leap: look again.
pub(super) fn overtaken(error: Error) -> Error {
    match error.refusal() {
        Some(Refusal::SlugTaken) => Error::Contended(error.into()),
        _ => error,
    }
}

/// The same of skus that nobody typed: which are in use is asked again.
pub(super) fn sku_overtaken(error: Error) -> Error {
    match error.refusal() {
        Some(Refusal::SkuTaken) => Error::Contended(error.into()),
        _ => error,
    }
}
