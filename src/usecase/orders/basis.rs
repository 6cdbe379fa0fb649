//! What an order is made from, read at once, and writing it at once: two statements in all.
//!
//! Nothing is locked between the two. What is read has a version (of the cart) or is counted again as it is written (uses
//! of promotions); if anything of it has changed, nothing is written and all of it is tried again.

use std::future::Future;

use crate::domain::{CartId, Email, ProductId};

use super::super::{KeyOwner, KeyUse, PricingFacts, Result};
use super::{CheckoutChoices, NewOrder, OrderLine};

/// Who asks for an order, and for what.
#[derive(Debug, Clone)]
pub struct OrderBasisQuery<'a> {
    pub owner: KeyOwner,
    pub key: &'a str,
    pub request: &'a str,
    /// None: for what is in the cart.
    pub products: Option<Vec<ProductId>>,
    /// A guest's, given with the question; none: the one that the cart keeps.
    pub email: Option<&'a Email>,
}

/// A cart as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CartVersion {
    pub id: CartId,
    /// Another one after each transaction that had the cart.
    pub version: i64,
}

/// Everything that an order depends on, as one statement found it.
#[derive(Debug, Clone)]
pub struct OrderBasis {
    pub key_use: KeyUse,
    /// Of the account; none: nobody has it.
    pub account: Option<Email>,
    pub cart: Option<CartVersion>,
    /// Kept with the cart.
    pub choices: CheckoutChoices,
    /// Of the cart; or all variants of the products that were asked for, of each none yet. At today's prices.
    pub lines: Vec<OrderLine>,
    pub pricing: PricingFacts,
    /// The version of the shop's terms.
    pub terms_version: Option<i64>,
    /// What the order is called. There are gaps where none was placed.
    pub number: i64,
}

pub trait OrderPlacing {
    fn order_basis(&self, question: &OrderBasisQuery<'_>) -> impl Future<Output = Result<OrderBasis>> + Send;

    /// Writes the order with its items, the first entry of its history, its key, its counted uses and its event, and
    /// empties the cart that it was made from. A transaction that holds the same key is waited for.
    ///
    /// # Errors
    /// `Contended`, and nothing is written, if the key was taken, the cart, the rules or the terms are of another version or a
    /// promotion has no use left, for all or for this customer.
    fn place_order(&self, order: &NewOrder) -> impl Future<Output = Result<()>> + Send;
}
