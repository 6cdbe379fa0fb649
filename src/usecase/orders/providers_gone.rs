//! Which payment providers are connected and answer, and what is open with one that is not connected any more: who starts the
//! shop is told, and may end attempts to pay there for good. Refunds are left to the staff.

use crate::domain::{Problem, Refusal};

use super::super::shop::retried;
use super::super::{ChargeOutcome, Result, Shop, Store};

/// Attempts and refunds without an end, of a provider that is not connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenElsewhere {
    pub provider: String,
    pub attempts: i64,
    pub refunds: i64,
}

/// The most of one round.
const MOST: u32 = 100;

impl<S: Store> Shop<S> {
    /// Asks each provider that is connected whether it takes us for who we are. Answers their names, that of today first.
    ///
    /// # Errors
    /// `Unavailable` when one does not answer within 10 s, and what one says to a key that it does not know.
    pub async fn try_providers(&self) -> Result<Vec<&'static str>> {
        let names = self.providers();
        for provider in names.iter().filter_map(|name| self.provider(name)) {
            provider.try_account().await?;
        }
        Ok(names)
    }

    /// What has no end with providers that are not connected any more: nobody would hear of it.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn open_elsewhere(&self) -> Result<Vec<OpenElsewhere>> {
        self.store().open_elsewhere(&self.providers()).await
    }

    /// Ends the attempts to pay that are open with a provider that is gone for good, as if nobody had paid: their orders can be
    /// paid anew, or are given up in their time. Answers how many. Of money that came in there nobody hears.
    ///
    /// # Errors
    /// `Invalid` with `provider` where it is connected, for then it is asked; `Unavailable` or `Broken`.
    pub async fn end_attempts_elsewhere(&self, provider: &str) -> Result<u32> {
        if self.provider(provider).is_some() {
            return Err(Refusal::field("provider", Problem::NotAChoice).into());
        }
        let mut ended = 0;
        loop {
            let open = self.store().open_attempts(provider, MOST).await?;
            for started in &open {
                retried(|| self.settle(started, &ChargeOutcome::Expired)).await?;
                tracing::info!(payment.id = %started.id, order.number = started.number, provider, "an attempt to pay was ended");
                ended += 1;
            }
            if open.len() < MOST as usize {
                self.notify_relay();
                return Ok(ended);
            }
        }
    }
}
