//! Whoever works in the shop: what proves what they may, the password once more, and how somebody who is invited
//! begins.

use shop::domain::{Freshness, Proof, User};
use shop::dto::LoginForm;
use shop::usecase::{InvitationToken, Result};

use crate::caller::{Caller, FRESH_KEY, broken};

impl Caller {
    /// The proof that a member of staff asks, and that they may do what it is needed for. A program's key is what it is
    /// asked anew with every call, so it need not have signed in lately.
    ///
    /// # Errors
    /// `SignInNeeded`, also for a sign-in that is too old, `StaffOnly`, `NotPermitted`, `ConfirmNeeded`.
    pub async fn staff<P: Proof>(&self) -> Result<P> {
        if let Some(program) = &self.program {
            return Ok(P::of_key(program.key())?);
        }
        let proof = P::of(self.user()?)?;
        let fresh = self.auth.session.get(FRESH_KEY).await.map_err(broken)?;
        self.shop().check_fresh(fresh, P::PERMISSION)?;
        Ok(proof)
    }

    /// Whoever is signed in gives their password once more.
    ///
    /// # Errors
    /// `SignInNeeded`, `WrongCredentials`, `TooManyTries`, `Busy`.
    pub async fn confirm_password(&self, password: String) -> Result<()> {
        let email = self.user()?.email.as_str().to_owned();
        let (shop, form) = (self.site.shop.clone(), LoginForm { email: email.clone(), password });
        self.rate_limited(&email, async move { shop.authenticate(form).await }).await?;
        let (now, before) = (self.shop().fresh(), self.auth.session.get(FRESH_KEY).await.map_err(broken)?);
        let fresh = before.map_or(now, |before: Freshness| Freshness { signed_in: before.signed_in, ..now });
        self.auth.session.insert(FRESH_KEY, fresh).await.map_err(broken)
    }

    /// Opens the account of somebody who is invited to work here, and signs in.
    ///
    /// # Errors
    /// `InvitationOver`, `Invalid` (name, password), `EmailTaken`, `TooManyTries`, `Busy`.
    pub async fn accept_invitation(&mut self, token: InvitationToken, name: String, password: String) -> Result<User> {
        let shop = self.site.shop.clone();
        let email = shop.invitation(&token).await?.email;
        let accepted = async move { shop.accept_invitation(&token, &name, &password).await };
        self.sign_in_new(&email, Box::pin(accepted)).await
    }
}
