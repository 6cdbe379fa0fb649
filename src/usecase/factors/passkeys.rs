//! Passkeys: added, removed, and signed in with. What a browser is asked and answers is the business of the protocol; what was
//! asked waits in the session of whoever was.

use crate::domain::{Customer, EventId, FieldReader, MAX_PASSKEY_NAME, PasskeyId, Refusal, UserId};

use super::super::shop::retried;
use super::super::{Account, AccountWrites, Result, Shop, Store, Tx, mail_factors};
use super::ports::{FactorWrites, NewPasskey};
use super::protocol::{AskedPasskey, PasskeyCheck};
use super::recovery::RecoveryCodes;

/// More than anybody has devices.
const MOST: usize = 20;

impl<S: Store> Shop<S> {
    /// Asks a browser for a passkey of whoever it belongs to.
    ///
    /// # Errors
    /// `NotFound` where the shop has none.
    pub fn ask_passkey(&self) -> Result<AskedPasskey> {
        self.protocol()?.ask_any()
    }

    /// Who signs in with a passkey, and nothing else.
    ///
    /// # Errors
    /// `WrongPasskey`; where it may have been copied its owner hears of it.
    pub async fn sign_in_with_passkey(&self, kept: &str, answer: &str) -> Result<Account> {
        let (user, credential) = self.protocol()?.named(answer)?;
        let known = self.store().passkey(user, &credential).await?.ok_or(Refusal::WrongPasskey)?;
        let data = match self.protocol()?.check(kept, answer, &known.data)? {
            PasskeyCheck::Right { data } => data,
            PasskeyCheck::Copied => {
                self.queue_copied_passkey_mail(user, &known.name).await?;
                return Err(Refusal::WrongPasskey.into());
            }
        };
        match self.store().note_passkey_used(known.id, &known.data, &data, self.now()).await? {
            true => {
                self.forget_wrong_codes(user).await?;
                self.store().account(user).await?.ok_or_else(|| Refusal::WrongPasskey.into())
            }
            // Another sign-in was quicker: what was checked is not what is kept.
            false => Err(Refusal::WrongPasskey.into()),
        }
    }

    /// Asks the browser of somebody to make one.
    ///
    /// # Errors
    /// `NotFound` where the shop has none, `FactorByMail`, `SignInNeeded`.
    pub async fn ask_new_passkey(&self, customer: Customer) -> Result<AskedPasskey> {
        let user = self.store().account(customer.0).await?.ok_or(Refusal::SignInNeeded)?.user;
        self.checked_first(self.store().first_factor(user.id).await?)?;
        let known = self.store().credentials(customer.0).await?;
        self.protocol()?.ask_new(user.id, user.email.as_str(), &user.name, &known)
    }

    /// Adds one that the browser has made. All sessions end, and a mail says so. Answers the account, to go on with where it was
    /// done, and recovery codes where there were none.
    ///
    /// # Errors
    /// `Invalid` (name), `WrongPasskey`, `NotFound` where the shop has none, `FactorByMail`, `SignInNeeded`.
    pub async fn add_passkey(
        &self,
        customer: Customer,
        kept: &str,
        answer: &str,
        name: &str,
    ) -> Result<(Account, Option<RecoveryCodes>)> {
        let mut fields = FieldReader::default();
        let name = fields.required("passkey_name", name, MAX_PASSKEY_NAME);
        let name = fields.finish(name)?;
        let made = self.protocol()?.check_new(kept, answer)?;
        let (id, codes) = (PasskeyId(self.next_id()), RecoveryCodes::make(self.passwords())?);
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let account = tx.lock_account(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
            let is_first = !self.check_first_factor(&mut tx, customer.0).await?.has_factor;
            let new = NewPasskey { id, user: customer.0, name: &name, made: &made, now: self.now() };
            if !tx.insert_passkey(&new, MOST).await? {
                return Err(Refusal::WrongPasskey.into());
            }
            if is_first {
                tx.save_recovery_codes(customer.0, &codes.hashes(&self.settings().secret_key, customer.0)?).await?;
            }
            let message = mail_factors::passkey_added(&self.named_settings(), &account.user.name, &name);
            self.end_sessions_and_mail(&mut tx, &account.user, message).await?;
            tx.commit().await?;
            Ok((account, is_first.then(|| codes.clone())))
        })
        .await
    }

    /// Takes one away, and with the last factor its recovery codes. All sessions end, and a mail says so. Answers the account, to go
    /// on with where it was done, and whether there is another factor.
    ///
    /// # Errors
    /// `NotFound`, `SignInNeeded`.
    pub async fn remove_passkey(&self, customer: Customer, id: PasskeyId) -> Result<(Account, bool)> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let account = tx.lock_account(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
            let name = tx.delete_passkey(customer.0, id).await?.ok_or(Refusal::NotFound)?;
            let has_more = tx.has_factor(customer.0).await?;
            if !has_more {
                tx.save_recovery_codes(customer.0, &[]).await?;
            }
            let message = mail_factors::passkey_removed(&self.named_settings(), &account.user.name, &name);
            self.end_sessions_and_mail(&mut tx, &account.user, message).await?;
            tx.commit().await?;
            Ok((account, has_more))
        })
        .await
    }

    /// A passkey is as good as a right code: of wrong ones behind it their owner hears anew.
    async fn forget_wrong_codes(&self, user: UserId) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            tx.forget_wrong_codes(user).await?;
            tx.commit().await
        })
        .await
    }

    async fn queue_copied_passkey_mail(&self, user: UserId, name: &str) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let user = tx.lock_account(user).await?.ok_or(Refusal::WrongPasskey)?.user;
            let message = mail_factors::passkey_copied(&self.named_settings(), &user.name, name);
            self.mail_account(&mut tx, user.id, EventId(self.next_id()), user.email, message).await?;
            tx.commit().await
        })
        .await
    }
}
