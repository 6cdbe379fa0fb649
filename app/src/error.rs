//! What a server function answers when it does not do what it was asked: small, public, nothing of the inside. In words, for
//! the browser shows them and decides nothing: the core's refusals and all that is said of them stay on the server.

use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use shop::domain::Refusal;
use shop::dto::words;

use crate::wire::JsonText;

/// Why the shop says no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// A sentence to the shopper.
    words: String,
    /// What is wrong with each field, by its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fields: Vec<(String, String)>,
    /// What a page shows in the place of what was asked for.
    instead: Instead,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instead {
    NotFound,
    SignIn,
    /// The password is given once more.
    Confirm,
    /// Staff set up a second factor.
    SetUpFactor,
    Words,
}

impl From<&Refusal> for Refused {
    fn from(refusal: &Refusal) -> Self {
        let fields = match refusal {
            Refusal::Invalid { fields } => {
                fields.iter().map(|error| (error.field.clone(), words::problem(&error.problem))).collect()
            }
            _ => Vec::new(),
        };
        let instead = match refusal {
            Refusal::NotFound => Instead::NotFound,
            Refusal::SignInNeeded => Instead::SignIn,
            Refusal::ConfirmNeeded => Instead::Confirm,
            Refusal::FactorNeeded => Instead::SetUpFactor,
            _ => Instead::Words,
        };
        Self { words: words::refusal(refusal), fields, instead }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ShopError {
    /// The shop says no, and can say why.
    #[error("refused: {}", .0.words)]
    Refused(Refused),
    /// The request was not one of ours.
    #[error("the request makes no sense")]
    Malformed,
    /// A mistake of ours, logged where it happened.
    #[error("something is broken")]
    Broken,
    /// The browser got no answer.
    #[error("the shop does not answer")]
    Unreachable,
    /// The browser cannot read the answer, that of another release for one: what was asked for may have been done.
    #[error("the answer is not to be read")]
    Unreadable,
}

impl ShopError {
    /// Something about a form, in words of its own.
    pub fn saying(words: &str) -> Self {
        Self::Refused(Refused { words: words.to_owned(), fields: Vec::new(), instead: Instead::Words })
    }

    /// What a page shows in the place of what was asked for.
    pub const fn instead(&self) -> Instead {
        match self {
            Self::Refused(refused) => refused.instead,
            Self::Malformed | Self::Broken | Self::Unreachable | Self::Unreadable => Instead::Words,
        }
    }

    /// What is wrong with a field.
    pub fn problem_of(&self, field: &str) -> Option<&str> {
        let Self::Refused(refused) = self else { return None };
        refused.fields.iter().find(|(name, _)| name == field).map(|(_, words)| words.as_str())
    }

    /// A sentence to the shopper.
    pub fn words(&self) -> String {
        match self {
            Self::Refused(refused) => refused.words.clone(),
            Self::Malformed => "We could not read that. Please reload the page and try again.".into(),
            Self::Broken => "Something went wrong on our side. It has been noted; please try again.".into(),
            Self::Unreachable => "We could not reach the shop. Check your connection and try again.".into(),
            Self::Unreadable => {
                "We could not read the shop's answer. Please reload the page to see what was done.".into()
            }
        }
    }
}

impl FromServerFnError for ShopError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::Malformed,
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unreachable,
            ServerFnErrorErr::Deserialization(_) => Self::Unreadable,
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_) => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop::domain::Problem;

    #[test]
    fn an_error_crosses_the_wire_and_tells_nothing_of_the_inside() {
        let refused = ShopError::Refused((&Refusal::field("email", Problem::Required)).into());
        assert_eq!(ShopError::de(refused.ser()), refused);
        assert_eq!(refused.problem_of("email"), Some(words::problem(&Problem::Required).as_str()));
        assert_eq!((refused.problem_of("name"), refused.instead()), (None, Instead::Words));
        let inner = ServerFnErrorErr::ServerError("pool timed out at 10.0.0.7".into());
        assert_eq!(ShopError::from_server_fn_error(inner), ShopError::Broken);
        assert!(!String::from_utf8_lossy(&ShopError::Broken.ser()).contains("10.0.0.7"));
    }

    /// To try again could do it twice.
    #[test]
    fn whoever_cannot_read_an_answer_is_not_told_to_try_again() {
        let unread = ShopError::from_server_fn_error(ServerFnErrorErr::Deserialization("a number".into()));
        assert_eq!(unread, ShopError::Unreadable);
        assert!(unread.words().contains("reload") && !unread.words().contains("again"), "{}", unread.words());
    }
}
