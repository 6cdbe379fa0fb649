//! The shop's terms: how long items may come back, and how it is paid without a provider. The environment is the default; what
//! is saved in the shop wins. They are set with its other settings (`pricing/settings`).

use std::future::Future;

use time::Duration;

use crate::domain::ManualPayment;

use super::{Result, Shop, Store};

/// What is saved; none: as the environment says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SavedTerms {
    pub return_days: Option<u32>,
    /// Some none: not at all.
    pub manual_payment: Option<Option<ManualPayment>>,
}

/// What holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// How long after its last parcel of an order may be sent back.
    pub return_window: Duration,
    /// None: only by the provider.
    pub manual_payment: Option<ManualPayment>,
}

pub trait TermViews {
    fn saved_terms(&self) -> impl Future<Output = Result<SavedTerms>> + Send;
}

impl SavedTerms {
    /// The longest that items may come back.
    pub const MOST_RETURN_DAYS: u32 = 3650;
}

pub trait TermWrites {
    /// What is saved, as this transaction has left it.
    fn current_terms(&mut self) -> impl Future<Output = Result<SavedTerms>> + Send;

    /// What is none stays as it was.
    fn save_terms(&mut self, terms: &SavedTerms) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// What is saved of them.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn saved_terms(&self) -> Result<SavedTerms> {
        self.store().saved_terms().await
    }

    /// What holds now.
    pub(super) async fn terms(&self) -> Result<Terms> {
        Ok(self.terms_of(self.store().saved_terms().await?))
    }

    /// What is saved, and in the place of what is not, what the environment says.
    pub(super) fn terms_of(&self, saved: SavedTerms) -> Terms {
        let SavedTerms { return_days, manual_payment } = saved;
        let settings = self.settings();
        Terms {
            return_window: return_days.map_or(settings.return_window, |days| Duration::days(days.into())),
            manual_payment: manual_payment.unwrap_or_else(|| settings.manual_payment.clone()),
        }
    }
}
