//! Why money that came in does not pay its order.

use serde::{Deserialize, Serialize};

/// Why money that came in does not pay its order. It is kept on record and given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentFlaw {
    /// Another amount than was asked for, or another currency.
    Amount,
    /// The order had ended.
    Late,
    /// The order was paid already.
    Second,
}

impl PaymentFlaw {
    pub const ALL: [Self; 3] = [Self::Amount, Self::Late, Self::Second];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Late => "late",
            Self::Second => "second",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flaw| flaw.as_str() == text)
    }
}
