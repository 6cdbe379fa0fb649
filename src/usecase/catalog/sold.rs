//! What sells best: how many units of each product were sold lately, reckoned in the background and never on a page.

use std::future::Future;

use time::{Duration, OffsetDateTime};

use crate::domain::ProductId;

use super::super::{Result, Shop, Store};

/// What was sold before says nothing of what sells.
const LATELY: Duration = Duration::days(30);
/// How many numbers are taken from one look at thirty days of orders, which costs what all of them do: twenty megabytes of them. Whoever
/// has more looks again.
const MOST: u32 = 1_000_000;
/// How many are written at once: staff who save one of these products wait so long.
const BATCH: usize = 500;

pub trait SoldCounts {
    /// Products of which another number of units was sold since than is written down, with that number; at most so many. What
    /// was paid counts, given back or not.
    fn sold_otherwise(
        &self,
        since: OffsetDateTime,
        most: u32,
    ) -> impl Future<Output = Result<Vec<(ProductId, u32)>>> + Send;

    /// Writes numbers of units down: one statement.
    fn write_sold(&self, counts: &[(ProductId, u32)]) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// Writes down how many units of each product were sold in the last thirty days. Answers of how many products the number
    /// is another now. What is sold meanwhile is for the next time: a shop that always sells would never be done.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`; what was written stays.
    pub async fn refresh_sold(&self) -> Result<usize> {
        let (since, mut written) = (self.now() - LATELY, 0);
        loop {
            let counts = self.store().sold_otherwise(since, MOST).await?;
            for batch in counts.chunks(BATCH) {
                self.store().write_sold(batch).await?;
            }
            written += counts.len();
            if counts.len() < MOST as usize {
                return Ok(written);
            }
        }
    }
}
