//! What a use case answers when it does not do what it was asked.

use crate::domain::Refusal;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The shop says no, and can say why. Nothing was changed.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// Two transactions were in each other's way (40001, 40P01), or what one had looked at was another by the time that it
    /// wrote. The whole transaction may be tried again.
    #[error("two transactions were in each other's way")]
    Contended(#[source] anyhow::Error),
    /// A part the shop needs does not answer: nothing was changed, and later it may work.
    #[error("a part of the shop does not answer")]
    Unavailable(#[source] anyhow::Error),
    /// A mistake of ours. Logged once, at the edge, with its chain; never shown.
    #[error("something is broken")]
    Broken(#[source] anyhow::Error),
}

/// The context of a `Broken` whose cause is what was to be written (a value out of its range, a named rule of the
/// database), and not the schema, a permission or the machine.
#[derive(Debug, thiserror::Error)]
#[error("what was to be written cannot be")]
pub struct RuleBroken;

impl Error {
    /// Whether the input alone is at fault, so that trying again, here or elsewhere, cannot help.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Refused(_) => true,
            Self::Broken(cause) => cause.downcast_ref::<RuleBroken>().is_some(),
            Self::Contended(_) | Self::Unavailable(_) => false,
        }
    }

    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Contended(_) | Self::Unavailable(_) | Self::Broken(_) => None,
        }
    }

    /// Whether the same call may succeed later without anybody changing anything.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Contended(_) | Self::Unavailable(_))
    }
}
