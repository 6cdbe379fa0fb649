//! What forms ask of the catalogue and of accounts: whom and what a promotion is for, and what a sample cart holds.

use std::future::Future;

use crate::domain::{Email, Money, ProductId, Slug, TotalsLine, UserId};

use super::super::super::Result;

/// What lies in a sample cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleGoods {
    Dearest,
    Cheapest,
    /// Goods for an amount, of no product.
    Amount(Money),
}

/// One of a product that is for sale.
#[derive(Debug, Clone)]
pub struct SampleLine {
    /// With the choice of its options: `Tea Towel, Moss`.
    pub name: String,
    pub line: TotalsLine,
}

/// Whom and what was typed, as far as it is there.
#[derive(Debug, Clone, Default)]
pub struct TypedTargets {
    /// In the order in which they were asked for; none: no product has it as its address or a SKU.
    pub products: Vec<Option<ProductId>>,
    pub customer: Option<UserId>,
}

/// Each is one statement.
pub trait RuleFormViews {
    /// The dearest variant that is for sale, or the cheapest, among these products and those of these categories and below;
    /// among all where both are empty.
    fn sample_line(
        &self,
        dearest: bool,
        products: &[ProductId],
        categories: &[Slug],
    ) -> impl Future<Output = Result<Option<SampleLine>>> + Send;

    /// Products by address or SKU, and an account by its address.
    fn find_targets(
        &self,
        products: &[String],
        customer: Option<&Email>,
    ) -> impl Future<Output = Result<TypedTargets>> + Send;

    /// The addresses of these products, in their order, and of this account.
    fn name_targets(
        &self,
        products: &[ProductId],
        customer: Option<UserId>,
    ) -> impl Future<Output = Result<(Vec<String>, Option<String>)>> + Send;
}
