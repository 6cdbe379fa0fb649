//! What is bought together: reckoned of orders in the background, and never on a page.

use std::future::Future;

use time::{Duration, OffsetDateTime};

use crate::domain::ProductId;

use super::super::{Result, Shop, Store};

/// What was ordered before says little of what goes together now.
const LATELY: Duration = Duration::days(90);
/// Of so many orders at most, the newest: pairs of them are counted within a statement's time.
const ORDERS: u32 = 20_000;
/// So many are written at once.
const BATCH: usize = 500;

pub trait BoughtTogether {
    /// Products with which others are bought than is written down, with those, what most orders had beside it first; none where
    /// nothing is any more. What was paid since then counts, and of it the newest orders, so many at most.
    fn bought_together_otherwise(
        &self,
        since: OffsetDateTime,
        orders: u32,
    ) -> impl Future<Output = Result<Vec<(ProductId, Vec<ProductId>)>>> + Send;

    /// Writes them down: one statement.
    fn write_bought_together(&self, lists: &[(ProductId, Vec<ProductId>)]) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// Writes down what is bought together. Answers of how many products others are told now.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`; what was written stays.
    pub async fn refresh_bought_together(&self) -> Result<usize> {
        let lists = self.store().bought_together_otherwise(self.now() - LATELY, ORDERS).await?;
        for batch in lists.chunks(BATCH) {
            self.store().write_bought_together(batch).await?;
        }
        Ok(lists.len())
    }
}
