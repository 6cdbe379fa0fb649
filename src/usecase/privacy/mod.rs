//! What somebody may have of the shop about themselves: everything that is kept of them, as a file (`file`), and that it goes
//! (`close`). Each for their own account alone, by whoever is signed in to it and gives the password anew.

mod close;
mod file;

use std::future::Future;

use serde_json::Value;
use time::{Duration, OffsetDateTime};

use crate::domain::{CartId, Customer, EventId, OrderId, Refusal, User, UserId};
use crate::dto::PrivacyView;

use super::shop::retried;
use super::{AccountWrites, Result, Shop, Store, Tx, mail_account};

/// So long a file can be had.
const KEPT: Duration = Duration::days(7);
/// So long after one was asked for it is not made anew.
const PAUSE: Duration = Duration::minutes(10);
/// So long whoever has taken one is waited for.
const LEASE: Duration = Duration::minutes(2);
/// One that was begun so often and came to nothing is given up.
const MOST_TRIES: u32 = 3;

/// A file that somebody has taken to make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataExportJob {
    pub user: UserId,
    /// This time counted.
    pub tries: u32,
}

/// Each is one statement.
pub trait PrivacyViews {
    fn privacy_view(
        &self,
        user: UserId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<PrivacyView>>> + Send;

    /// The file of this account, where it is made and not over.
    fn data_export(&self, user: UserId, now: OffsetDateTime) -> impl Future<Output = Result<Option<Vec<u8>>>> + Send;

    /// All that is kept of them, wishes and sessions too; none: the account is gone.
    fn own_data(&self, user: UserId) -> impl Future<Output = Result<Option<Value>>> + Send;

    /// Lets a file be made, in the place of one that was asked for before `last_before` or failed. One that is being made stays.
    fn request_data_export(
        &self,
        user: UserId,
        now: OffsetDateTime,
        last_before: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Takes the oldest that waits and that nobody has, until then.
    fn take_data_export(
        &self,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<DataExportJob>>> + Send;

    /// It is given up; that is told until then.
    fn fail_data_export(&self, job: DataExportJob, until: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;
}

pub trait PrivacyWrites {
    /// Keeps the file. False: somebody else has taken it by now, or its account asked anew. Lock the account first.
    fn finish_data_export(
        &mut self,
        job: DataExportJob,
        content: &[u8],
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// What was ordered with this account, and by a guest with its address where it has shown that this is its own.
    fn orders_of_account(&mut self, user: UserId) -> impl Future<Output = Result<Vec<OrderId>>> + Send;

    /// Removes the account, which is locked with its cart, and all that is theirs; the carts of guests with its address, locked,
    /// where it has shown that this is its own. Its orders, locked, are a guest's from then on, and say when.
    fn close_account(
        &mut self,
        user: UserId,
        carts: &[CartId],
        orders: &[OrderId],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// What is kept of whoever asks, and whether their account can go.
    ///
    /// # Errors
    /// `SignInNeeded` where the account is gone.
    pub async fn privacy(&self, customer: Customer) -> Result<PrivacyView> {
        self.store().privacy_view(customer.0, self.now()).await?.ok_or_else(|| Refusal::SignInNeeded.into())
    }

    /// Tells an account's owner by mail that somebody has signed in on a device that nobody did on before.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn mail_new_device(&self, user: &User, device: &str, network: Option<&str>) -> Result<()> {
        let at = self.local_time(self.now());
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let Some(account) = tx.lock_account(user.id).await? else { return Ok(()) };
            let owner = account.user;
            let message = mail_account::new_device(&self.named_settings(), &owner.name, device, network, &at);
            self.mail_account(&mut tx, owner.id, EventId(self.next_id()), owner.email, message).await?;
            tx.commit().await
        })
        .await
    }
}
