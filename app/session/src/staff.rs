//! Whoever works in the shop: what proves what they may, the password once more, and how somebody who is invited
//! begins.

use shop::domain::{Fields, Freshness, Proof, Staff, User};
use shop::dto::LoginForm;
use shop::usecase::{LinkToken, Result};

use crate::caller::{Caller, FRESH_KEY, broken};

impl Caller {
    /// The proof that a member of staff asks, and that they may do what it is needed for. A program's key is what it is
    /// asked anew with every call, so it need not have signed in lately.
    ///
    /// # Errors
    /// `SignInNeeded`, also for a sign-in that is too old, `StaffOnly`, `NotPermitted`, `FactorNeeded`, `ConfirmNeeded`.
    pub async fn staff<P: Proof>(&self) -> Result<P> {
        if let Some(program) = &self.program {
            let proof = P::of_key(program.key());
            return Ok(proof.inspect_err(|why| tracing::info!(%why, "a key was refused work of the staff"))?);
        }
        let user = self.user()?;
        let proof = P::of(user).inspect_err(|why| {
            tracing::info!(user.id = %user.id, %why, "somebody was refused work of the staff");
        })?;
        let fresh = self.auth.session.get(FRESH_KEY).await.map_err(broken)?;
        self.shop().check_fresh(fresh, P::PERMISSION)?;
        Ok(proof)
    }

    /// Keeps what whoever works here typed, also while they have to show first who they are: only they are shown it again.
    /// Answers what it is found by.
    ///
    /// # Errors
    /// `SignInNeeded` for who is nobody, `StaffOnly`, `NotPermitted` for programs.
    pub async fn keep_form(&self, fields: &Fields) -> Result<String> {
        let (by, shop, fields) = (Staff::of(self.user()?)?, self.site.shop.clone(), fields.clone());
        let kept = self.tracked(async move { shop.keep_form(by, &fields).await }).await?;
        Ok(kept.to_string())
    }

    /// Whoever is signed in gives their password once more.
    ///
    /// # Errors
    /// `SignInNeeded`, `WrongCredentials`, `TooManyTries`, `Busy`.
    pub async fn confirm_password(&self, password: String) -> Result<()> {
        let email = self.user()?.email.as_str().to_owned();
        let (shop, form) = (self.site.shop.clone(), LoginForm { email: email.clone(), password });
        self.password_limited(&email, async move { shop.authenticate(form).await }).await?;
        let (now, before) = (self.shop().fresh(), self.auth.session.get(FRESH_KEY).await.map_err(broken)?);
        let fresh = before.map_or(now, |before: Freshness| Freshness { confirmed: now.confirmed, ..before });
        self.auth.session.insert(FRESH_KEY, fresh).await.map_err(broken)
    }

    /// Opens the account of somebody who is invited to work here, and signs in.
    ///
    /// # Errors
    /// `InvitationOver`, `Invalid` (name, password), `EmailTaken`, `TooManyTries`, `Busy`.
    pub async fn accept_invitation(&mut self, token: LinkToken, name: String, password: String) -> Result<User> {
        let shop = self.site.shop.clone();
        shop.invitation(&token).await?;
        let accepted = async move { shop.accept_invitation(&token, &name, &password).await };
        self.sign_in_new(Box::pin(accepted)).await
    }

    /// Whoever is signed in works here from now on, by an invitation to their address. The session knows until when it may
    /// without a second factor, as one does that begins.
    ///
    /// # Errors
    /// `SignInNeeded`, `InvitationOver`.
    pub async fn join_staff(&self, token: LinkToken) -> Result<()> {
        let (customer, shop) = (self.customer()?, self.site.shop.clone());
        let joined = Box::pin(async move { shop.join_staff(customer, &token).await });
        let user = self.tracked(joined).await?;
        // Where there is a second factor, every session has shown one: the others ended when it was set up.
        let with_factor = self.shop().needs_factor(user.id).await?;
        let factor_due = self.factor_due(&user, with_factor).await?;
        let fresh: Option<Freshness> = self.auth.session.get(FRESH_KEY).await.map_err(broken)?;
        if let Some(fresh) = fresh {
            self.auth.session.insert(FRESH_KEY, Freshness { factor_due, ..fresh }).await.map_err(broken)?;
        }
        Ok(())
    }
}
