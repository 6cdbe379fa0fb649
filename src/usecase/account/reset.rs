//! A forgotten password: a link to the account's address, by which a new one is given. It signs nobody in: that is for the new
//! password, so whoever reads somebody's mail has not shown more than that.

use crate::domain::{AccountLinkKind, Email, Password, Refusal};
use crate::dto::AccountLinkView;

use super::super::shop::retried;
use super::super::{Account, LinkToken, Result, Shop, Store, Tx, mail_account};
use super::links::is_same_address;
use super::ports::{AccountLink, AccountWrites};

impl<S: Store> Shop<S> {
    /// Mails the link to a new password to the account with this address, if there is one. Nobody who asks waits for it: how
    /// long it takes tells whether there is.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn mail_password_reset(&self, email: &Email) -> Result<()> {
        let Some(found) = self.store().account_by_email(email).await? else { return Ok(()) };
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let Some(account) = tx.lock_account(found.user.id).await? else { return Ok(()) };
            let user = account.user;
            if let Some(made) = self.make_link(&mut tx, AccountLinkKind::ResetPassword, user.id, &user.email).await? {
                let message =
                    mail_account::password_reset(&self.named_settings(), &user.name, made.token.as_str(), &made.until);
                self.mail_account(&mut tx, user.id, made.cause, user.email, message).await?;
            }
            tx.commit().await
        })
        .await
    }

    /// What the link to a new password says to who brings it.
    ///
    /// # Errors
    /// `LinkOver`.
    pub async fn reset_link(&self, token: &LinkToken) -> Result<AccountLinkView> {
        let link = self.open_reset_link(token).await?;
        Ok(AccountLinkView { email: link.email.to_string(), is_new: false })
    }

    async fn open_reset_link(&self, token: &LinkToken) -> Result<AccountLink> {
        let link = self.open_link(token).await?;
        if link.kind == AccountLinkKind::ResetPassword { Ok(link) } else { Err(Refusal::LinkOver.into()) }
    }

    /// Gives the account another password, by the link. All its sessions end, and a mail says so. Whoever has the link reads
    /// the mail of its address, so that is confirmed, too, and who works here may set up their first factor for a while. Answers the
    /// account, so that the device is known again that it was given on.
    ///
    /// # Errors
    /// `LinkOver`, `Invalid` (password), `Busy`.
    pub async fn reset_password(&self, token: &LinkToken, password: &str) -> Result<Account> {
        let found = self.open_reset_link(token).await?;
        let password = Password::parse(password).map_err(|problem| Refusal::field("password", problem))?;
        let owner = self.store().account(found.user).await?.ok_or(Refusal::LinkOver)?.user;
        let hash = self.passwords().hash(password, self.guessed_first(&owner.name, &owner.email)).await?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let account = tx.lock_account(found.user).await?.ok_or(Refusal::LinkOver)?;
            let link = self.take_link(&mut tx, token, account.user.id).await?;
            // The account may have another address by now.
            if !is_same_address(&link.email, &account.user.email) {
                return Err(Refusal::LinkOver.into());
            }
            tx.verify_address(account.user.id, self.now()).await?;
            self.open_first_factor(&mut tx, account.user.id).await?;
            let account = self.set_new_password(&mut tx, account, &hash).await?;
            tx.commit().await?;
            Ok(account)
        })
        .await
    }
}
