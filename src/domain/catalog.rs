//! What is for sale: the names of products in addresses and on shelves, and the orders a listing can stand in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Problem;

/// A product's or category's name in an address: `speckled-stoneware-mug`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// # Errors
    /// `BadCharacters` unless 1 to 100 of `a-z 0-9 -`, not at either end a dash.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.is_empty() || text.len() > 100 || !text.chars().all(plain) || text.starts_with('-') || text.ends_with('-')
        {
            return Err(Problem::BadCharacters);
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a variant is called on the shelf: `TAB-MUG-MOSS`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sku(String);

impl Sku {
    /// # Errors
    /// `BadCharacters` unless 3 to 32 of `A-Z 0-9 -`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        if !(3..=32).contains(&text.len()) || !text.chars().all(plain) {
            return Err(Problem::BadCharacters);
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The orders a listing can stand in. What is not one of them is the default, so that old links keep working.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Newest,
    PriceUp,
    PriceDown,
}

impl Sort {
    pub const ALL: [Self; 3] = [Self::Newest, Self::PriceUp, Self::PriceDown];

    /// As it stands in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::PriceUp => "price_up",
            Self::PriceDown => "price_down",
        }
    }
}

impl FromStr for Sort {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or(Problem::NotAChoice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_and_skus_keep_to_their_letters() {
        assert!(Slug::parse("speckled-mug-2").is_ok());
        for bad in ["", "-a", "a-", "A", "a b", "a/b", "ä", "a\0"] {
            assert!(Slug::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Sku::parse("TAB-MUG").is_ok());
        for bad in ["", "AB", "tab-mug", "A B C", "ÄBC"] {
            assert!(Sku::parse(bad).is_err(), "{bad:?}");
        }
    }
}
