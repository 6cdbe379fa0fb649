//! What is kept of second factors.

use std::future::Future;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{PasskeyId, UserId};
use crate::dto::PasskeyRow;

use super::super::Result;
use super::protocol::MadePasskey;

/// An authenticator app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TotpFactor {
    /// What its secret is made of.
    pub id: Uuid,
    pub created_at: OffsetDateTime,
    /// None: it is being set up, and counts nothing.
    pub confirmed_at: Option<OffsetDateTime>,
    /// The half minute of the last code that was accepted.
    pub last_step: i64,
}

/// What somebody has besides their password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factors {
    pub totp: Option<TotpFactor>,
    /// How many.
    pub passkeys: u32,
    /// How many are left.
    pub recovery_codes: u32,
}

/// Whether somebody may set up their first factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstFactor {
    /// Since when they work here; none: they do not, or nobody has noted it yet.
    pub staff_since: Option<OffsetDateTime>,
    /// Until when they may all the same, who have given a password by a link of mail.
    pub open_until: Option<OffsetDateTime>,
    /// An app or a passkey counts: it is not the first.
    pub has_factor: bool,
}

/// A passkey, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPasskey {
    pub id: PasskeyId,
    pub name: String,
    /// Of the protocol.
    pub data: String,
}

/// A passkey about to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewPasskey<'a> {
    pub id: PasskeyId,
    pub user: UserId,
    pub name: &'a str,
    pub made: &'a MadePasskey,
    pub now: OffsetDateTime,
}

impl Factors {
    /// Whether the sign-in asks for one.
    pub fn are_needed(&self) -> bool {
        self.has_app() || self.passkeys > 0
    }

    pub fn has_app(&self) -> bool {
        self.totp.is_some_and(|totp| totp.confirmed_at.is_some())
    }
}

pub trait FactorViews {
    fn factors(&self, user: UserId) -> impl Future<Output = Result<Factors>> + Send;

    /// None: the account is gone.
    fn first_factor(&self, user: UserId) -> impl Future<Output = Result<Option<FirstFactor>>> + Send;

    /// The oldest first.
    fn passkeys(&self, user: UserId) -> impl Future<Output = Result<Vec<PasskeyRow>>> + Send;

    /// What devices call somebody's passkeys.
    fn credentials(&self, user: UserId) -> impl Future<Output = Result<Vec<Vec<u8>>>> + Send;

    /// Somebody's, by what the device calls it.
    fn passkey(&self, user: UserId, credential: &[u8]) -> impl Future<Output = Result<Option<KeptPasskey>>> + Send;

    /// Writes how it is kept from now on, unless that is not as it was any more; answers whether. One statement.
    fn note_passkey_used(
        &self,
        id: PasskeyId,
        before: &str,
        after: &str,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<bool>> + Send;
}

/// Each behind the lock of its account.
pub trait FactorWrites {
    fn lock_totp(&mut self, user: UserId) -> impl Future<Output = Result<Option<TotpFactor>>> + Send;

    /// In the place of the one before.
    fn save_totp(&mut self, user: UserId, totp: &TotpFactor) -> impl Future<Output = Result<()>> + Send;

    /// Answers whether it counted.
    fn delete_totp(&mut self, user: UserId) -> impl Future<Output = Result<bool>> + Send;

    /// The app, all passkeys and codes; answers whether any counted.
    fn delete_factors(&mut self, user: UserId) -> impl Future<Output = Result<bool>> + Send;

    /// Whether an app or a passkey counts.
    fn has_factor(&mut self, user: UserId) -> impl Future<Output = Result<bool>> + Send;

    /// As `first_factor`.
    fn read_first_factor(&mut self, user: UserId) -> impl Future<Output = Result<Option<FirstFactor>>> + Send;

    /// Lets somebody set up their first factor until then.
    fn open_first_factor(&mut self, user: UserId, until: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;

    /// Counts a wrong code, and answers how many came since the last right one.
    fn note_wrong_code(&mut self, user: UserId) -> impl Future<Output = Result<i32>> + Send;

    /// A right one came.
    fn forget_wrong_codes(&mut self, user: UserId) -> impl Future<Output = Result<()>> + Send;

    /// False: somebody has it already, or its owner has as many as there may be.
    fn insert_passkey(&mut self, new: &NewPasskey<'_>, most: usize) -> impl Future<Output = Result<bool>> + Send;

    /// Answers what it was called; none: there is no such passkey of theirs.
    fn delete_passkey(&mut self, user: UserId, id: PasskeyId) -> impl Future<Output = Result<Option<String>>> + Send;

    /// In the place of those before.
    fn save_recovery_codes(&mut self, user: UserId, hashes: &[Vec<u8>]) -> impl Future<Output = Result<()>> + Send;

    /// Takes a code away, and answers how many are left; none: there is no such code.
    fn take_recovery_code(&mut self, user: UserId, hash: &[u8]) -> impl Future<Output = Result<Option<u32>>> + Send;

    fn end_sessions_of(&mut self, user: UserId) -> impl Future<Output = Result<()>> + Send;
}
