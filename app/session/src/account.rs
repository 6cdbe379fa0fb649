//! What people do with their own account: a forgotten password, whose the address is, and changing either.

use std::sync::Arc;

use shop::domain::{Email, Freshness, Problem, Refusal};
use shop::usecase::{Account, Error, LinkToken, Result};
use tracing::Instrument as _;

use crate::auth::SignedIn;
use crate::caller::{Caller, FRESH_KEY, broken};
use crate::limited::Letter;

impl Caller {
    /// Has the link to a new password mailed, if somebody has an account with this address. Neither the answer nor its time
    /// tells whether: all of it is done by a task that nobody waits for.
    ///
    /// # Errors
    /// `Invalid` (email), `TooManyTries`.
    pub async fn request_password_reset(&self, typed: &str) -> Result<()> {
        self.check_person()?;
        let email = Email::parse(typed).map_err(|problem| Refusal::field("email", problem))?;
        self.count_letter(Letter::NewPassword, email.as_str()).await?;
        let (shop, turns) = (self.site.shop.clone(), Arc::clone(&self.site.reset_turns));
        let mailed = async move {
            // Never closed; a letter that nobody waits for has shoppers wait for no connection.
            let Ok(_turn) = turns.acquire_owned().await else { return };
            let mut mailed = shop.mail_password_reset(&email).await;
            if matches!(mailed, Err(Error::Unavailable(_))) {
                mailed = shop.mail_password_reset(&email).await;
            }
            if let Err(error) = mailed {
                tracing::error!(error = ?error, "the link to a new password could not be mailed");
            }
        };
        self.site.tracker.spawn(mailed.in_current_span());
        Ok(())
    }

    /// Gives an account another password by the link of a mail. It signs nobody in, but this browser is known from now on: while
    /// strangers guess, its owner comes in.
    ///
    /// # Errors
    /// `LinkOver`, `Invalid` (password), `Busy`.
    pub async fn reset_password(&self, token: LinkToken, password: String) -> Result<()> {
        self.check_person()?;
        let shop = self.site.shop.clone();
        let account = self.tracked(Box::pin(async move { shop.reset_password(&token, &password).await })).await?;
        self.keep_device(&account)
    }

    /// Has the link mailed that confirms the address of whoever is signed in.
    ///
    /// # Errors
    /// `SignInNeeded`, `TooManyTries`.
    pub async fn send_verification(&self) -> Result<()> {
        let (customer, shop) = (self.customer()?, self.site.shop.clone());
        // By account: nobody who asks for another's address uses these up.
        self.count_letter(Letter::Confirmation, &format!("of {}", customer.0)).await?;
        self.tracked(async move { shop.mail_verification(customer).await }).await
    }

    /// Asks for another address of mail. The password comes first: without it nothing is counted for that address. Whether it is
    /// taken is told once it is counted, so nobody asks that without end.
    ///
    /// # Errors
    /// `Invalid` (email, email_password), `EmailTaken`, `TooManyTries`, `SignInNeeded`, `Busy`.
    pub async fn request_email_change(&self, typed: String, password: String) -> Result<()> {
        let (customer, mine) = (self.customer()?, self.user()?.email.as_str().to_owned());
        let shop = self.site.shop.clone();
        let checked = async move { shop.check_email_change(customer, &typed, &password).await };
        let change = beside("email_password", self.password_limited(&mine, Box::pin(checked)).await)?;
        self.count_letter(Letter::Confirmation, change.to.as_str()).await?;
        let shop = self.site.shop.clone();
        let asked = async move { shop.request_email_change(change).await };
        beside("email_password", self.tracked(Box::pin(asked)).await)
    }

    /// Changes the password of whoever is signed in. All their sessions end, and this one goes on as another.
    ///
    /// # Errors
    /// `Invalid` (current_password, password), `TooManyTries`, `SignInNeeded`, `Busy`.
    pub async fn change_password(&mut self, current: String, password: String) -> Result<()> {
        let (customer, mine) = (self.customer()?, self.user()?.email.as_str().to_owned());
        let shop = self.site.shop.clone();
        let changed = async move { shop.change_password(customer, &current, &password).await };
        let account = beside("current_password", self.password_limited(&mine, Box::pin(changed)).await)?;
        self.renew_session(account).await
    }

    /// A session under another id, of the account as it is now. When its owner signed in is not now.
    pub(crate) async fn renew_session(&mut self, account: Account) -> Result<()> {
        let before: Option<Freshness> = self.auth.session.get(FRESH_KEY).await.map_err(broken)?;
        self.auth.session.cycle_id().await.map_err(broken)?;
        let kept = account.clone();
        self.auth.login(&SignedIn::new(account)).await.map_err(broken)?;
        self.keep_device(&kept)?;
        if let Some(before) = before {
            let fresh = Freshness { confirmed: self.shop().fresh().confirmed, ..before };
            self.auth.session.insert(FRESH_KEY, fresh).await.map_err(broken)?;
        }
        Ok(())
    }
}

/// A wrong password, told beside the field that it was typed into.
pub(crate) fn beside<T>(field: &str, answer: Result<T>) -> Result<T> {
    answer.map_err(|error| match error {
        Error::Refused(Refusal::WrongCredentials) => Refusal::field(field, Problem::NotYourPassword).into(),
        other => other,
    })
}
