//! The second step of a sign-in: what a session keeps after the right password, which gives no right, and the code.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::domain::{Customer, EventId, FactorCode, Refusal, User, UserId};

use super::super::shop::retried;
use super::super::{Account, AccountWrites, Result, SecretKey, Shop, Store, Tx, mail_factors};
use super::ports::{FactorWrites, TotpFactor};
use super::recovery;
use super::totp::TotpSecret;
use super::typed::{parsed, wrong_code};

/// How long the second step may take.
const VALID: Duration = Duration::minutes(5);

/// So many wrong codes one after the other are no slip of the finger: the account's owner hears of them, and once more of each
/// hundred.
const MAILED_AT: i32 = 5;
const MAILED_EACH: i32 = 100;

/// That somebody gave the right password a moment ago: of whom, and by what the password was kept as.
#[derive(Clone, Serialize, Deserialize)]
pub struct HalfSignIn {
    pub user: UserId,
    proof: Vec<u8>,
    #[serde(with = "time::serde::timestamp")]
    until: OffsetDateTime,
}

impl std::fmt::Debug for HalfSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("HalfSignIn").field(&self.user).finish()
    }
}

impl<S: Store> Shop<S> {
    /// Whether a password alone does not sign somebody in.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn needs_factor(&self, user: UserId) -> Result<bool> {
        Ok(self.store().factors(user).await?.are_needed())
    }

    /// What the session of whoever gave the right password keeps until the code is given.
    ///
    /// # Errors
    /// `Broken`.
    pub fn half_sign_in(&self, account: &Account) -> Result<HalfSignIn> {
        let until = self.now().saturating_add(VALID);
        Ok(HalfSignIn { user: account.user.id, proof: self.half_proof(account)?, until })
    }

    /// Whether the second step can still be made.
    pub fn is_half_over(&self, half: &HalfSignIn) -> bool {
        self.now() >= half.until
    }

    /// Who is about to sign in.
    ///
    /// # Errors
    /// `SignInOver` after five minutes, and where the password is another by now.
    pub async fn half_signed_in(&self, half: &HalfSignIn) -> Result<Account> {
        let account = self.store().account(half.user).await?.ok_or(Refusal::SignInOver)?;
        let holds = !self.is_half_over(half) && self.half_proof(&account)? == half.proof;
        if holds { Ok(account) } else { Err(Refusal::SignInOver.into()) }
    }

    /// Takes a code: of the app, each once; or a recovery code, which is gone then, and a mail says so. Of wrong ones that go on the
    /// owner hears, too: whoever gives them knows the password.
    ///
    /// # Errors
    /// `Invalid` (code), `SignInOver` where the account is gone.
    pub async fn take_factor_code(&self, customer: Customer, typed: &str) -> Result<()> {
        let typed = parsed(typed)?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let user = tx.lock_account(customer.0).await?.ok_or(Refusal::SignInOver)?.user;
            if self.is_right_code(&mut tx, &user, &typed).await? {
                tx.forget_wrong_codes(user.id).await?;
                return tx.commit().await;
            }
            let wrong = tx.note_wrong_code(user.id).await?;
            if wrong == MAILED_AT || wrong % MAILED_EACH == 0 {
                let message = mail_factors::wrong_codes(&self.named_settings(), &user.name, wrong);
                self.mail_account(&mut tx, user.id, EventId(self.next_id()), user.email, message).await?;
            }
            tx.commit().await?;
            Err(wrong_code())
        })
        .await
    }

    /// Of an account that is locked. A right one is used up.
    async fn is_right_code(&self, tx: &mut S::Tx, user: &User, typed: &FactorCode) -> Result<bool> {
        for key in self.settings().secret_key.each() {
            let is_right = match typed {
                FactorCode::Totp(code) => self.is_right_totp(tx, user, &key, code).await?,
                FactorCode::Recovery(code) => self.is_right_recovery_code(tx, user, &key, code).await?,
            };
            if is_right {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn is_right_totp(&self, tx: &mut S::Tx, user: &User, key: &SecretKey, code: &str) -> Result<bool> {
        let totp = tx.lock_totp(user.id).await?;
        let Some(totp) = totp.filter(|totp| totp.confirmed_at.is_some()) else { return Ok(false) };
        let step = TotpSecret::of(key, totp.id)?.accepts(code, self.now(), totp.last_step)?;
        let Some(step) = step else { return Ok(false) };
        tx.save_totp(user.id, &TotpFactor { last_step: step, ..totp }).await?;
        Ok(true)
    }

    async fn is_right_recovery_code(&self, tx: &mut S::Tx, user: &User, key: &SecretKey, code: &str) -> Result<bool> {
        let hash = recovery::hash(key, user.id, code)?;
        let Some(left) = tx.take_recovery_code(user.id, &hash).await? else { return Ok(false) };
        let message = mail_factors::recovery_code_used(&self.named_settings(), &user.name, left);
        self.mail_account(tx, user.id, EventId(self.next_id()), user.email.clone(), message).await?;
        Ok(true)
    }

    fn half_proof(&self, account: &Account) -> Result<Vec<u8>> {
        let purpose = format!("half signed in {} {}", account.user.id, account.password_hash);
        self.settings().secret_key.derived(&purpose)
    }
}
