//! What proves an account, and how its owner changes it: a forgotten password (`reset`), whose the address is and another one
//! (`email`), the name and the password.

mod email;
mod links;
mod ports;
mod reset;

use crate::domain::{AccountLinkKind, Customer, EventId, FieldReader, Password, Refusal, User};
use crate::dto::{AccountView, LoginForm};

use super::shop::retried;
use super::{Account, Error, Result, Shop, Store, Tx, mail_account};

pub use email::EmailChange;
pub use ports::{AccountLink, AccountViews, AccountWrites, NewAccountLink};

impl<S: Store> Shop<S> {
    /// Somebody's own account.
    ///
    /// # Errors
    /// `SignInNeeded` where it is gone.
    pub async fn my_account(&self, customer: Customer) -> Result<AccountView> {
        self.store().account_view(customer.0, self.now()).await?.ok_or_else(|| Refusal::SignInNeeded.into())
    }

    /// Who signs in with these credentials, as `authenticate`. A hash of another cost than today's is made anew: the password
    /// is known only now.
    ///
    /// # Errors
    /// `WrongCredentials`, `Busy`.
    pub async fn sign_in(&self, form: LoginForm) -> Result<Account> {
        let typed = form.password.clone();
        let account = self.authenticate(form).await?;
        if !self.passwords().is_outdated(&account.password_hash) {
            return Ok(account);
        }
        let hash = match self.passwords().rehash(typed).await {
            Ok(hash) => hash,
            // The next sign-in will do.
            Err(Error::Refused(Refusal::Busy)) => return Ok(account),
            Err(error) => return Err(error),
        };
        match self.store().upgrade_password_hash(account.user.id, &account.password_hash, &hash).await? {
            true => Ok(Account { password_hash: hash, ..account }),
            false => Ok(account),
        }
    }

    /// # Errors
    /// `Invalid` (name), `SignInNeeded`.
    pub async fn change_name(&self, customer: Customer, name: &str) -> Result<()> {
        let mut fields = FieldReader::default();
        let name = fields.required("name", name, User::NAME_MAX);
        let name = fields.finish(name)?;
        let mut tx = self.store().begin().await?;
        tx.lock_account(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
        tx.set_name(customer.0, &name).await?;
        tx.commit().await
    }

    /// Gives an account another password: all sessions end, and so do the links that were mailed; a mail says so. Answers the
    /// account, to sign in with where it was changed.
    ///
    /// # Errors
    /// `WrongCredentials` for a wrong present one, `Invalid` (password), `SignInNeeded`, `Busy`.
    pub async fn change_password(&self, customer: Customer, current: &str, password: &str) -> Result<Account> {
        let password = Password::parse(password).map_err(|problem| Refusal::field("password", problem))?;
        let before = self.check_password(customer, current).await?;
        let about = self.guessed_first(&before.user.name, &before.user.email);
        let hash = self.passwords().hash(password, about).await?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let account = tx.lock_account(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
            // What was typed was the password then.
            if account.password_hash != before.password_hash {
                return Err(Refusal::WrongCredentials.into());
            }
            let account = self.set_new_password(&mut tx, account, &hash).await?;
            tx.commit().await?;
            Ok(account)
        })
        .await
    }

    /// Whoever has a session shows that they know the password.
    pub(super) async fn check_password(&self, customer: Customer, typed: &str) -> Result<Account> {
        let account = self.store().account(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
        let form = LoginForm { email: account.user.email.to_string(), password: typed.to_owned() };
        let found = self.authenticate(form).await?;
        if found.user.id == customer.0 { Ok(found) } else { Err(Refusal::WrongCredentials.into()) }
    }

    /// Of an account that is locked; answers it as it is then. What somebody else may have asked for with the password before
    /// ends with it.
    async fn set_new_password(&self, tx: &mut S::Tx, account: Account, hash: &str) -> Result<Account> {
        let (user, now) = (account.user, self.now());
        tx.set_password(user.id, hash, now).await?;
        tx.delete_account_links(user.id, &[AccountLinkKind::ResetPassword, AccountLinkKind::ChangeEmail]).await?;
        let message = mail_account::password_changed(&self.named_settings(), &user.name);
        self.mail_account(tx, user.id, EventId(self.next_id()), user.email.clone(), message).await?;
        Ok(Account { user, password_hash: hash.to_owned(), password_set_at: Some(now) })
    }
}
