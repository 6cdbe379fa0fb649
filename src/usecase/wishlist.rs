//! The wishlist: what somebody with an account wants to find again. For everybody else it is not there.

use std::future::Future;

use time::OffsetDateTime;

use crate::domain::{Customer, Problem, ProductId, Refusal, Slug, UserId};
use crate::dto::WishlistItem;

use super::{Result, Shop, Store};

/// More than anybody looks through.
const MOST: u32 = 200;

/// What became of a product that somebody puts on their list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WishlistAddition {
    pub is_for_sale: bool,
    /// It is on the list, now or since before. Else the list is full.
    pub is_kept: bool,
}

/// Each is one statement.
pub trait Wishlists {
    /// What was put there last comes first.
    fn wishlist(&self, user: UserId) -> impl Future<Output = Result<Vec<WishlistItem>>> + Send;

    /// Puts a product there that is for sale, once, where there are fewer than `most`.
    fn add_to_wishlist(
        &self,
        user: UserId,
        product: &Slug,
        most: u32,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<WishlistAddition>> + Send;

    /// Answers whether it was there.
    fn remove_from_wishlist(&self, user: UserId, product: ProductId) -> impl Future<Output = Result<bool>> + Send;
}

impl<S: Store> Shop<S> {
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn wishlist(&self, customer: Customer) -> Result<Vec<WishlistItem>> {
        self.store().wishlist(customer.0).await
    }

    /// What is there already stays where it is.
    ///
    /// # Errors
    /// `NotFound` for what is not for sale, `Invalid` (product) where the list is full.
    pub async fn add_to_wishlist(&self, customer: Customer, product: &str) -> Result<()> {
        let slug: Slug = product.parse()?;
        let added = self.store().add_to_wishlist(customer.0, &slug, MOST, self.now()).await?;
        match (added.is_for_sale, added.is_kept) {
            (false, _) => Err(Refusal::NotFound.into()),
            (true, true) => Ok(()),
            (true, false) => Err(Refusal::field("product", Problem::TooMany { max: MOST }).into()),
        }
    }

    /// # Errors
    /// `NotFound` where it is not on this customer's list.
    pub async fn remove_from_wishlist(&self, customer: Customer, product: ProductId) -> Result<()> {
        match self.store().remove_from_wishlist(customer.0, product).await? {
            true => Ok(()),
            false => Err(Refusal::NotFound.into()),
        }
    }
}
