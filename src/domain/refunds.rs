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

/// Who began a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundOrigin {
    Shop,
    /// It was given back at the provider, or taken back by the buyer's bank.
    Provider,
}

impl RefundOrigin {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Provider => "provider",
        }
    }
}

/// How money went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundWay {
    /// By the provider, the way it came.
    AsPaid,
    /// By the staff: a transfer, cash.
    ByStaff,
    /// The buyer's bank took it.
    ByBank,
}

/// What becomes of a refund by what the provider says now; none: nothing. What is said may be older than what is known:
/// only what ends something counts, and that a refund failed after all.
pub const fn learn(known: Option<RefundState>, said: RefundState) -> Option<RefundState> {
    use RefundState::{Done, Failed, Opened};
    match (known, said) {
        (None, Opened) => Some(Opened),
        (None | Some(Opened | Failed), Done) => Some(Done),
        (Some(Opened | Done), Failed) => Some(Failed),
        (None, Failed) | (Some(Opened), Opened) | (Some(Done), Opened | Done) | (Some(Failed), Opened | Failed) => None,
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

    #[test]
    fn a_refund_goes_to_its_end_whatever_is_heard_last() {
        use RefundState::{Done, Failed, Opened};
        for (known, said, expected) in [
            (None, Opened, Some(Opened)),
            (None, Done, Some(Done)),
            (None, Failed, None),
            (Some(Opened), Opened, None),
            (Some(Opened), Done, Some(Done)),
            (Some(Opened), Failed, Some(Failed)),
            (Some(Done), Opened, None),
            (Some(Done), Done, None),
            (Some(Done), Failed, Some(Failed)),
            (Some(Failed), Opened, None),
            (Some(Failed), Done, Some(Done)),
            (Some(Failed), Failed, None),
        ] {
            assert_eq!(learn(known, said), expected, "{known:?} {said:?}");
        }
        for (origin, word) in [(RefundOrigin::Shop, "shop"), (RefundOrigin::Provider, "provider")] {
            assert_eq!((origin.as_str(), serde_json::to_value(origin).unwrap()), (word, word.into()));
        }
        let ways =
            [RefundWay::AsPaid, RefundWay::ByStaff, RefundWay::ByBank].map(|way| serde_json::to_value(way).unwrap());
        assert_eq!(ways, ["as_paid", "by_staff", "by_bank"]);
    }
}
