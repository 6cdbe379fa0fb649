//! What a server function answers when it does not do what it was asked: small, public, nothing of the inside.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use shop::domain::{Problem, Refusal};
use shop::dto::words;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", content = "refusal", rename_all = "snake_case")]
pub enum ShopError {
    /// The shop says no, and can say why.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The request was not one of ours.
    #[error("the request makes no sense")]
    Malformed,
    /// A mistake of ours, logged where it happened.
    #[error("something is broken")]
    Broken,
    /// The browser got no answer it could read.
    #[error("the shop does not answer")]
    Unreachable,
}

impl ShopError {
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Malformed | Self::Broken | Self::Unreachable => None,
        }
    }

    pub fn problem_of(&self, field: &str) -> Option<&Problem> {
        self.refusal().and_then(|r| r.problem_of(field))
    }

    /// A sentence to the shopper.
    pub fn words(&self) -> String {
        match self {
            Self::Refused(refusal) => words::refusal(refusal),
            Self::Malformed => "We could not read that. Please reload the page and try again.".into(),
            Self::Broken => "Something went wrong on our side. It has been noted; please try again.".into(),
            Self::Unreachable => "We could not reach the shop. Check your connection and try again.".into(),
        }
    }
}

impl FromServerFnError for ShopError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::Malformed,
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::Unreachable
            }
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

    #[test]
    fn an_error_crosses_the_wire_and_tells_nothing_of_the_inside() {
        let refused = ShopError::Refused(Refusal::field("email", Problem::Required));
        assert_eq!(ShopError::de(refused.ser()), refused);
        let inner = ServerFnErrorErr::ServerError("pool timed out at 10.0.0.7".into());
        assert_eq!(ShopError::from_server_fn_error(inner), ShopError::Broken);
        assert!(!String::from_utf8_lossy(&ShopError::Broken.ser()).contains("10.0.0.7"));
    }
}
