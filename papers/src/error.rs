//! Why there is no file.

use crate::check::InvalidPaper;

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The facts contradict each other, or one is missing.
    #[error("this paper is wrong: {0}")]
    Flawed(#[from] InvalidPaper),
    /// A library refused; never seen with facts that pass the check.
    #[error("the file cannot be written: {0}")]
    Unwritable(String),
}
