//! What is kept of what proves an account: its password, its address, and the links that are mailed to it.

use std::future::Future;

use time::OffsetDateTime;

use crate::domain::{AccountLinkId, AccountLinkKind, Email, MailId, UserId};
use crate::dto::AccountView;

use super::super::{Account, Result};

/// A link as it holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLink {
    pub id: AccountLinkId,
    pub user: UserId,
    pub kind: AccountLinkKind,
    /// Where it was mailed to.
    pub email: Email,
    /// How often it was mailed.
    pub generation: i32,
    pub expires_at: OffsetDateTime,
}

/// A link that is to be mailed.
#[derive(Debug, Clone)]
pub struct NewAccountLink {
    pub id: AccountLinkId,
    pub user: UserId,
    pub kind: AccountLinkKind,
    pub email: Email,
    pub sent_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
    /// None is made where one was mailed after this.
    pub last_before: OffsetDateTime,
}

pub trait AccountViews {
    fn account_view(
        &self,
        user: UserId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<AccountView>>> + Send;

    fn account_link(&self, id: AccountLinkId) -> impl Future<Output = Result<Option<AccountLink>>> + Send;

    /// Writes the same password's hash of another cost, unless the password is another by now, and answers whether. Sessions
    /// hold. One statement.
    fn upgrade_password_hash(
        &self,
        user: UserId,
        before: &str,
        hash: &str,
    ) -> impl Future<Output = Result<bool>> + Send;
}

pub trait AccountWrites {
    /// None: it is gone.
    fn lock_account(&mut self, user: UserId) -> impl Future<Output = Result<Option<Account>>> + Send;

    /// Writes it in the place of one of its kind, which ends. None: the account is gone, or one was mailed just now.
    fn save_account_link(&mut self, link: &NewAccountLink) -> impl Future<Output = Result<Option<AccountLink>>> + Send;

    /// None: it was used. Lock its account first.
    fn lock_account_link(&mut self, id: AccountLinkId) -> impl Future<Output = Result<Option<AccountLink>>> + Send;

    fn delete_account_links(
        &mut self,
        user: UserId,
        kinds: &[AccountLinkKind],
    ) -> impl Future<Output = Result<()>> + Send;

    /// Notes when, and ends all sessions, too.
    fn set_password(
        &mut self,
        user: UserId,
        hash: &str,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    fn set_name(&mut self, user: UserId, name: &str) -> impl Future<Output = Result<()>> + Send;

    /// # Errors
    /// `EmailTaken`.
    fn set_email(&mut self, user: UserId, email: &Email) -> impl Future<Output = Result<()>> + Send;

    /// Notes that the account's address is its owner's, and makes theirs what guests have ordered with it, in id order.
    fn verify_address(&mut self, user: UserId, now: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;

    /// Notes whose account a mail is about.
    fn note_mail_of(&mut self, mail: MailId, user: UserId) -> impl Future<Output = Result<()>> + Send;
}
