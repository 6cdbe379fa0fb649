//! The code that a shopper types for a promotion.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::Problem;

/// 3 to 32 capital letters, digits, dashes and underscores: `WELCOME10`. Small letters are read as capitals.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PromotionCode(String);

impl PromotionCode {
    pub const MIN: usize = 3;
    pub const MAX: usize = 32;

    /// # Errors
    /// `BadCharacters` for anything else. No promotion has such a code: to a shopper it is unknown.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let code = text.trim().to_ascii_uppercase();
        let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        if !(Self::MIN..=Self::MAX).contains(&code.len()) || !code.bytes().all(plain) {
            return Err(Problem::BadCharacters);
        }
        Ok(Self(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PromotionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PromotionCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|_| "a code is 3 to 32 letters, digits, dashes and underscores")
    }
}

impl From<PromotionCode> for String {
    fn from(code: PromotionCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for (typed, code) in
            [(" welcome10 ", "WELCOME10"), ("a-b", "A-B"), ("X_1", "X_1"), (&"z".repeat(32), &"Z".repeat(32))]
        {
            let read = PromotionCode::parse(typed).unwrap();
            assert_eq!((read.as_str(), read.to_string().as_str()), (code, code));
            assert_eq!(serde_json::to_value(&read).unwrap(), code);
            assert_eq!(serde_json::from_value::<PromotionCode>(typed.into()).unwrap(), read);
        }
        for bad in ["", "ab", " a ", "a b", "a.b", "äbc", "ab\0", "ab\n\ncd", &"z".repeat(33)] {
            assert_eq!(PromotionCode::parse(bad), Err(Problem::BadCharacters), "{bad:?}");
            assert!(serde_json::from_value::<PromotionCode>(bad.into()).is_err());
        }
    }
}
