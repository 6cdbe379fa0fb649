//! What staff typed into a form that was refused, kept for a day: some of it is too long for a cookie.

use std::future::Future;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Fields, Staff, UserId};

use super::{Result, Shop, Store};

/// Each is one statement.
pub trait KeptForms {
    /// Keeps a form, and lets go of those that are older than `before`.
    fn keep_form(
        &self,
        id: Uuid,
        user: UserId,
        fields: &Fields,
        now: OffsetDateTime,
        before: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// None: nobody kept it, or somebody else.
    fn kept_form(&self, id: Uuid, user: UserId) -> impl Future<Output = Result<Option<Fields>>> + Send;
}

impl<S: Store> Shop<S> {
    /// Keeps what was typed; answers what it is found by.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn keep_form(&self, by: Staff, fields: &Fields) -> Result<Uuid> {
        let (id, now) = (self.next_id(), self.now());
        self.store().keep_form(id, by.0, fields, now, now.saturating_sub(time::Duration::DAY)).await?;
        Ok(id)
    }

    /// What was kept under this id; nothing for what is none.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn kept_form(&self, by: Staff, id: &str) -> Result<Option<Fields>> {
        match Uuid::try_parse(id) {
            Ok(id) => self.store().kept_form(id, by.0).await,
            Err(_) => Ok(None),
        }
    }
}
