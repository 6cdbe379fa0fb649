//! Money given back: what has become of a refund.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Decided and written down; the provider has not answered yet.
    Opened,
    Done,
    /// The provider will not give it back.
    Failed,
}

impl RefundState {
    pub const ALL: [Self; 3] = [Self::Opened, Self::Done, Self::Failed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_spelt_one_way() {
        for (state, word) in RefundState::ALL.into_iter().zip(["opened", "done", "failed"]) {
            assert_eq!((state.as_str(), RefundState::parse(word)), (word, Some(state)));
            assert_eq!(serde_json::to_value(state).unwrap(), word);
        }
        assert_eq!(RefundState::parse("lost"), None);
    }
}
