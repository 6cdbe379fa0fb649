//! Second factors: an authenticator app, with codes for whoever has lost it. What the sign-in asks for stands in `sign_in`.

mod first;
mod passkeys;
mod ports;
mod protocol;
mod recovery;
mod sign_in;
mod totp;
mod typed;

use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::domain::{
    Actor, Customer, Email, EventId, FactorCode, Freshness, May, Refusal, Staff, StaffRole, User, UserId, permit,
};
use crate::dto::{SecurityView, StaffFactor, TotpView};

use super::audit::Change;
use super::shop::retried;
use super::{Account, AccountWrites, MailMessage, Result, Shop, Store, Teams, Tx, mail_factors};
use totp::TotpSecret;
use typed::{parsed, wrong_code};

pub use ports::{FactorViews, FactorWrites, Factors, FirstFactor, KeptPasskey, NewPasskey, TotpFactor};
pub use protocol::{AskedPasskey, MadePasskey, PasskeyCheck, PasskeyProtocol};
pub use recovery::RecoveryCodes;
pub use sign_in::HalfSignIn;

/// How long an app may take to be set up.
const SET_UP_IN: Duration = Duration::minutes(15);

impl<S: Store> Shop<S> {
    /// What somebody has besides their password. `fresh` is what their session says of when they gave it.
    ///
    /// # Errors
    /// `SignInNeeded` where the account is gone.
    pub async fn security(&self, customer: Customer, fresh: Option<Freshness>) -> Result<SecurityView> {
        let user = self.store().account(customer.0).await?.ok_or(Refusal::SignInNeeded)?.user;
        let factors = self.store().factors(user.id).await?;
        let (now, has_factor) = (self.now(), factors.are_needed());
        let is_confirmed = fresh.is_some_and(|fresh| fresh.is_confirmed(now));
        let totp = match factors.totp {
            Some(TotpFactor { confirmed_at: Some(at), .. }) => TotpView::Since { at },
            // Whoever shows the page later has not asked for it.
            Some(totp) if is_confirmed && self.may_be_set_up(&totp) => {
                let secret = TotpSecret::of(&self.settings().secret_key, totp.id)?;
                let uri = secret.uri(&self.named_settings().name, user.email.as_str());
                TotpView::SettingUp { secret: secret.text(), uri }
            }
            _ => TotpView::None,
        };
        let due = fresh.and_then(|fresh| fresh.factor_due);
        let staff = if user.works_as().is_some() {
            let first = self.store().first_factor(user.id).await?.ok_or(Refusal::SignInNeeded)?;
            let by_mail = !self.may_have_first_factor(&first);
            Some(StaffFactor { due, is_over: due.is_some_and(|due| now >= due), has_factor, by_mail })
        } else {
            None
        };
        Ok(SecurityView {
            email: user.email.to_string(),
            totp,
            passkeys: self.store().passkeys(user.id).await?,
            recovery_codes: factors.recovery_codes,
            is_confirmed,
            has_factor,
            staff,
        })
    }

    /// Whether somebody has given their password a short while ago, and may change what proves them.
    ///
    /// # Errors
    /// `ConfirmNeeded`.
    pub fn check_confirmed(&self, fresh: Option<Freshness>) -> Result<()> {
        match fresh.is_some_and(|fresh| fresh.is_confirmed(self.now())) {
            true => Ok(()),
            false => Err(Refusal::ConfirmNeeded.into()),
        }
    }

    /// Begins to set up an app, with a secret of its own; nothing where there is one. It counts once a code of it is given.
    ///
    /// # Errors
    /// `FactorByMail`, `SignInNeeded`.
    pub async fn begin_totp(&self, customer: Customer) -> Result<()> {
        let id = self.next_id();
        retried(|| async {
            let mut tx = self.store().begin().await?;
            tx.lock_account(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
            if tx.lock_totp(customer.0).await?.is_some_and(|totp| totp.confirmed_at.is_some()) {
                return Ok(());
            }
            self.check_first_factor(&mut tx, customer.0).await?;
            let totp = TotpFactor { id, created_at: self.now(), confirmed_at: None, last_step: 0 };
            tx.save_totp(customer.0, &totp).await?;
            tx.commit().await
        })
        .await
    }

    /// The first code of an app: from now on the sign-in asks for one. All sessions end, and a mail says so. Answers the account,
    /// to go on with where it was done, and its recovery codes.
    ///
    /// # Errors
    /// `Invalid` (code), `SignInOver` where it took too long, `FactorByMail`, `SignInNeeded`.
    pub async fn confirm_totp(&self, customer: Customer, typed: &str) -> Result<(Account, RecoveryCodes)> {
        let typed = parsed(typed)?;
        let codes = RecoveryCodes::make(self.passwords())?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let account = tx.lock_account(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
            let totp = tx.lock_totp(customer.0).await?;
            let totp = totp.filter(|totp| self.may_be_set_up(totp)).ok_or(Refusal::SignInOver)?;
            self.check_first_factor(&mut tx, customer.0).await?;
            let FactorCode::Totp(code) = &typed else { return Err(wrong_code()) };
            let secret = TotpSecret::of(&self.settings().secret_key, totp.id)?;
            let step = secret.accepts(code, self.now(), totp.last_step)?.ok_or_else(wrong_code)?;
            let confirmed = TotpFactor { confirmed_at: Some(self.now()), last_step: step, ..totp };
            tx.save_totp(customer.0, &confirmed).await?;
            let hashes = codes.hashes(&self.settings().secret_key, customer.0)?;
            tx.save_recovery_codes(customer.0, &hashes).await?;
            let message = mail_factors::factor_added(&self.named_settings(), &account.user.name);
            self.end_sessions_and_mail(&mut tx, &account.user, message).await?;
            tx.commit().await?;
            Ok((account, codes.clone()))
        })
        .await
    }

    /// Takes the app away, and with the last factor its recovery codes. All sessions end, and a mail says so. Answers the account,
    /// to go on with where it was done, and whether there is another factor.
    ///
    /// # Errors
    /// `NotFound` where there is none, `SignInNeeded`.
    pub async fn remove_totp(&self, customer: Customer) -> Result<(Account, bool)> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let account = tx.lock_account(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
            if !tx.delete_totp(customer.0).await? {
                return Err(Refusal::NotFound.into());
            }
            let has_more = tx.has_factor(customer.0).await?;
            if !has_more {
                tx.save_recovery_codes(customer.0, &[]).await?;
            }
            let message = mail_factors::factor_removed(&self.named_settings(), &account.user.name);
            self.end_sessions_and_mail(&mut tx, &account.user, message).await?;
            tx.commit().await?;
            Ok((account, has_more))
        })
        .await
    }

    /// Gives somebody recovery codes in the place of those before; a mail says so.
    ///
    /// # Errors
    /// `NotFound` for who has no second factor, `SignInNeeded`.
    pub async fn renew_recovery_codes(&self, customer: Customer) -> Result<RecoveryCodes> {
        let codes = RecoveryCodes::make(self.passwords())?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let user = tx.lock_account(customer.0).await?.ok_or(Refusal::SignInNeeded)?.user;
            if !tx.has_factor(user.id).await? {
                return Err(Refusal::NotFound.into());
            }
            tx.save_recovery_codes(user.id, &codes.hashes(&self.settings().secret_key, user.id)?).await?;
            let message = mail_factors::recovery_codes_made(&self.named_settings(), &user.name);
            self.mail_account(&mut tx, user.id, EventId(self.next_id()), user.email, message).await?;
            tx.commit().await?;
            Ok(codes.clone())
        })
        .await
    }

    /// Ends all sessions of somebody: a customer, or who works here and has no more than whoever does this may give. They sign in
    /// again with what they have.
    ///
    /// # Errors
    /// `NotPermitted` for who has more, `NotFound`.
    pub async fn sign_out_everywhere(&self, by: May<permit::Team>, whom: UserId) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let team = tx.lock_team().await?;
            if let Some(role) = team.role_of(whom) {
                team.gives(by.user(), role)?;
            }
            tx.lock_account(whom).await?.ok_or(Refusal::NotFound)?;
            tx.end_sessions_of(whom).await?;
            self.record(&mut tx, by, Change::of("user.signed_out", "user", whom)).await?;
            tx.commit().await
        })
        .await
    }

    /// Takes away what somebody has lost who works here: they sign in with their password, and set up another.
    ///
    /// # Errors
    /// `NotPermitted` for who could not remove them, or for oneself; `NotFound`, also where there is nothing to take away.
    pub async fn reset_factors(&self, by: May<permit::Team>, whom: UserId) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let team = tx.lock_team().await?;
            team.gives(by.user(), team.role_of(whom).ok_or(Refusal::NotFound)?)?;
            // One's own is removed where one's password is asked for.
            if by.user() == whom {
                return Err(Refusal::NotPermitted.into());
            }
            self.reset_factors_of(&mut tx, by.into(), whom, "back office").await?;
            tx.commit().await
        })
        .await
    }

    /// The same for whoever has an account with this address. Whoever may run the program may do this.
    ///
    /// # Errors
    /// `Invalid` (email), `NotFound`.
    pub async fn reset_factors_by_address(&self, email: &str) -> Result<User> {
        let email = Email::parse(email).map_err(|problem| Refusal::field("email", problem))?;
        let user = self.store().account_by_email(&email).await?.ok_or(Refusal::NotFound)?.user;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            self.reset_factors_of(&mut tx, Staff(user.id).into(), user.id, "command line").await?;
            tx.commit().await
        })
        .await?;
        Ok(user)
    }

    async fn reset_factors_of(&self, tx: &mut S::Tx, by: Actor, whom: UserId, through: &str) -> Result<()> {
        let user = tx.lock_account(whom).await?.ok_or(Refusal::NotFound)?.user;
        if !tx.delete_factors(whom).await? {
            return Err(Refusal::NotFound.into());
        }
        let message = mail_factors::factor_reset(&self.named_settings(), &user.name);
        self.end_sessions_and_mail(tx, &user, message).await?;
        let role = user.works_as().map(StaffRole::as_str);
        let change = Change::of("staff.factors_reset", "user", whom).before(json!({ "role": role }));
        self.record(tx, by, change.after(json!({ "role": role, "through": through }))).await
    }

    /// Of an account that is locked.
    async fn end_sessions_and_mail(&self, tx: &mut S::Tx, user: &User, message: MailMessage) -> Result<()> {
        tx.end_sessions_of(user.id).await?;
        // What was wrong before is over: of the next ones they hear anew.
        tx.forget_wrong_codes(user.id).await?;
        self.mail_account(tx, user.id, EventId(self.next_id()), user.email.clone(), message).await
    }

    /// Whether browsers of this shop can have passkeys.
    pub fn has_passkeys(&self) -> bool {
        self.passkeys().is_some()
    }

    fn protocol(&self) -> Result<&dyn PasskeyProtocol> {
        self.passkeys().ok_or_else(|| Refusal::NotFound.into())
    }

    fn may_be_set_up(&self, totp: &TotpFactor) -> bool {
        totp.confirmed_at.is_none() && self.now() < totp.created_at.saturating_add(SET_UP_IN)
    }

    /// Until when somebody may work here who has shown a password alone.
    pub fn factor_due(&self, since: OffsetDateTime) -> OffsetDateTime {
        since.saturating_add(self.settings().factor_grace)
    }
}
