//! Promotions: what a shop takes off an order, for whom, and when.
//!
//! Whether one applies is decided here from facts that are given in (the time, who buys, how often it was used); what it
//! takes off which line, in `discounts`. Uses are counted by the order's transaction, not here.

mod code;
mod conditions;
mod discounts;
mod kind;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use code::PromotionCode;
pub use discounts::{Discount, LeftOut};
pub(super) use discounts::{Discounted, Rest, discounted};
pub use kind::PromotionKind;

use super::{FieldReader, Money, Problem, ProductId, PromotionId, Refusal, Slug, UserId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    pub id: PromotionId,
    /// What the shopper reads beside the discount.
    pub name: String,
    /// None: it applies without being asked for.
    pub code: Option<PromotionCode>,
    pub kind: PromotionKind,
    /// What the lines it is for must come to, before any discount.
    pub minimum: Option<Money>,
    /// It is for these products and for those in these categories and below them; for all if both are empty.
    pub products: Vec<ProductId>,
    pub categories: Vec<Slug>,
    /// From this moment on.
    pub starts_at: Option<OffsetDateTime>,
    /// Until just before this moment.
    pub ends_at: Option<OffsetDateTime>,
    pub first_order_only: bool,
    /// For one customer alone.
    pub customer: Option<UserId>,
    /// How many orders may use it, in all and of one customer.
    pub limit: Option<u32>,
    pub limit_per_customer: Option<u32>,
    /// Whether it goes together with others. Of those that do not, the best one is taken, and those that do are added.
    pub stackable: bool,
    pub active: bool,
}

/// A promotion that may apply, and how often it was used: the automatic ones and the code that was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub promotion: Promotion,
    pub uses: u32,
    /// By this shopper: by account, or by e-mail for guests; 0 as long as nobody knows who it is.
    pub uses_by_customer: u32,
}

/// Who buys, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shopper {
    pub user: Option<UserId>,
    /// Whether no order of theirs stands, as far as is known.
    pub first_order: bool,
    pub now: OffsetDateTime,
}

impl Promotion {
    /// The most characters of a name, and the most products or categories.
    pub const NAME_MAX: u32 = 100;
    pub const MOST: u32 = 500;

    /// For everybody and everything, at any time and without a code; alone, and switched on.
    pub const fn without_conditions(id: PromotionId, name: String, kind: PromotionKind) -> Self {
        Self {
            id,
            name,
            code: None,
            kind,
            minimum: None,
            products: Vec::new(),
            categories: Vec::new(),
            starts_at: None,
            ends_at: None,
            first_order_only: false,
            customer: None,
            limit: None,
            limit_per_customer: None,
            stackable: false,
            active: true,
        }
    }

    /// Checks what staff wrote or a file held.
    ///
    /// # Errors
    /// `Invalid` with `name`, `value`, `ends_at`, `limit`, `limit_per_customer`, `products` or `categories`.
    pub fn check(&self) -> Result<(), Refusal> {
        let mut fields = FieldReader::default();
        fields.required("name", &self.name, Self::NAME_MAX);
        fields.read("value", self.kind.check());
        let ends_later = self.starts_at.zip(self.ends_at).is_none_or(|(start, end)| start < end);
        fields.read("ends_at", ends_later.then_some(()).ok_or(Problem::NotRising));
        let at_least_one = |limit: Option<u32>| match limit {
            Some(0) => Err(Problem::OutOfRange { min: 1, max: u32::MAX }),
            _ => Ok(()),
        };
        fields.read("limit", at_least_one(self.limit));
        fields.read("limit_per_customer", at_least_one(self.limit_per_customer));
        let at_most = |count: usize| match count > Self::MOST as usize {
            true => Err(Problem::TooMany { max: Self::MOST }),
            false => Ok(()),
        };
        fields.read("products", at_most(self.products.len()));
        fields.read("categories", at_most(self.categories.len()));
        fields.finish(Some(()))
    }
}
