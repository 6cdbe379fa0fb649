//! Whose an account's address is, and another in its place. A link to the address shows that mail to it arrives at whoever is
//! signed in: a link alone, which somebody else's registration may have had mailed to them, gives nobody's account anything.

use crate::domain::{AccountLinkKind, Customer, Email, EventId, Problem, Refusal};
use crate::dto::AccountLinkView;

use super::super::shop::retried;
use super::super::{Account, LinkToken, Result, Shop, Store, Tx, mail_account};
use super::links::is_same_address;
use super::ports::AccountWrites;

/// Another address that somebody asks for who has just given their password.
#[derive(Debug, Clone)]
pub struct EmailChange {
    pub to: Email,
    by: Account,
}

impl<S: Store> Shop<S> {
    /// Mails the link that confirms an account's address once more; nothing where that is done, or one was mailed just now.
    ///
    /// # Errors
    /// `SignInNeeded`.
    pub async fn mail_verification(&self, customer: Customer) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let user = tx.lock_account(customer.0).await?.ok_or(Refusal::SignInNeeded)?.user;
            if let Some(made) = self.make_link(&mut tx, AccountLinkKind::VerifyEmail, user.id, &user.email).await? {
                let message =
                    mail_account::verify_email(&self.named_settings(), &user.name, made.token.as_str(), &made.until);
                self.mail_account(&mut tx, user.id, made.cause, user.email, message).await?;
            }
            tx.commit().await
        })
        .await
    }

    /// Whether somebody may ask for another address: they know their password, and it is another. Nothing of the address is
    /// told yet.
    ///
    /// # Errors
    /// `Invalid` (email), `WrongCredentials` for a wrong password, `SignInNeeded`, `Busy`.
    pub async fn check_email_change(&self, customer: Customer, email: &str, password: &str) -> Result<EmailChange> {
        let to = Email::parse(email).map_err(|problem| Refusal::field("email", problem))?;
        let by = self.check_password(customer, password).await?;
        if is_same_address(&to, &by.user.email) {
            return Err(Refusal::field("email", Problem::YourAddress).into());
        }
        Ok(EmailChange { to, by })
    }

    /// Asks for another address: its owner confirms it by a link that is mailed there, and the address before hears of it.
    /// Nothing changes until then.
    ///
    /// # Errors
    /// `EmailTaken`, `WrongCredentials` where the password is another by now, `SignInNeeded`; `FactorByMail` for who works here
    /// without a second factor, though the time to do so is over: the address would get the link that asks for one.
    pub async fn request_email_change(&self, change: EmailChange) -> Result<()> {
        let EmailChange { to: email, by } = change;
        if self.store().account_by_email(&email).await?.is_some() {
            return Err(Refusal::EmailTaken.into());
        }
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let account = tx.lock_account(by.user.id).await?.ok_or(Refusal::SignInNeeded)?;
            // What was typed was the password then.
            if account.password_hash != by.password_hash {
                return Err(Refusal::WrongCredentials.into());
            }
            let user = account.user;
            self.check_first_factor(&mut tx, user.id).await?;
            if let Some(made) = self.make_link(&mut tx, AccountLinkKind::ChangeEmail, user.id, &email).await? {
                let shop = self.named_settings();
                let link = mail_account::email_change(&shop, made.token.as_str(), &made.until);
                self.mail_account(&mut tx, user.id, made.cause, email.clone(), link).await?;
                let told = mail_account::email_change_asked(&shop, &user.name);
                self.mail_account(&mut tx, user.id, made.cause, user.email, told).await?;
            }
            tx.commit().await
        })
        .await
    }

    /// What the link to confirm an address says to who brings it.
    ///
    /// # Errors
    /// `LinkOver`.
    pub async fn verify_link(&self, token: &LinkToken) -> Result<AccountLinkView> {
        let link = self.open_link(token).await?;
        let is_new = match link.kind {
            AccountLinkKind::VerifyEmail => false,
            AccountLinkKind::ChangeEmail => true,
            AccountLinkKind::ResetPassword => return Err(Refusal::LinkOver.into()),
        };
        Ok(AccountLinkView { email: link.email.to_string(), is_new })
    }

    /// Confirms the address that the link was mailed to: the account's own, or another that takes its place, of which the one
    /// before hears. What was ordered with it without an account comes along.
    ///
    /// # Errors
    /// `LinkOver`, also for a link of another account; `EmailTaken`, `SignInNeeded`, `FactorByMail` as above.
    pub async fn confirm_email(&self, customer: Customer, token: &LinkToken) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let user = tx.lock_account(customer.0).await?.ok_or(Refusal::SignInNeeded)?.user;
            let link = self.take_link(&mut tx, token, user.id).await?;
            let told = match link.kind {
                AccountLinkKind::VerifyEmail if is_same_address(&link.email, &user.email) => None,
                AccountLinkKind::ChangeEmail => {
                    self.check_first_factor(&mut tx, user.id).await?;
                    tx.set_email(user.id, &link.email).await?;
                    // They were mailed to the address before.
                    let former = [AccountLinkKind::ResetPassword, AccountLinkKind::VerifyEmail];
                    tx.delete_account_links(user.id, &former).await?;
                    Some(mail_account::email_changed(&self.named_settings(), &user.name))
                }
                AccountLinkKind::VerifyEmail | AccountLinkKind::ResetPassword => return Err(Refusal::LinkOver.into()),
            };
            tx.verify_address(user.id, self.now()).await?;
            if let Some(told) = told {
                self.mail_account(&mut tx, user.id, EventId(self.next_id()), user.email, told).await?;
            }
            tx.commit().await
        })
        .await
    }
}
