//! Second factors: the sign-in in two steps, and what their owner changes of them.
//!
//! Between the steps a session keeps that the password was right, and nothing else: nobody is signed in, it ends after five
//! minutes, and it is of no use in another session.

use shop::domain::{Customer, Freshness, Limit, PasskeyId, Refusal, User, UserId, shortened_network};
use shop::dto::{LoginForm, SecurityView};
use shop::usecase::{Account, AskedPasskey, CartMerge, CartOwner, HalfSignIn, RecoveryCodes, Result};
use time::OffsetDateTime;

use crate::caller::{Caller, FRESH_KEY, broken};
use crate::limited::refusal_of;
use crate::ownership::note_unowned;
use crate::rate_limit::of_network;

/// Where a session keeps that the password was right.
const HALF_KEY: &str = "half_signed_in";

/// Where a session keeps what a browser was asked, when, and for whose new passkey.
const ASKED_KEY: &str = "asked_for_passkey_of";

/// How many seconds it may take to answer.
const ANSWERED_IN: i64 = 300;

/// How far a sign-in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInStep {
    Done,
    /// A code is needed, too.
    CodeNeeded,
}

impl Caller {
    /// Signs in, and brings the guest's cart along; whoever has a second factor gives a code of it next.
    ///
    /// # Errors
    /// `WrongCredentials`, `TooManyTries`, `Busy`, `Invalid`.
    pub async fn sign_in(&mut self, form: LoginForm, how: CartMerge) -> Result<SignInStep> {
        let account = self.right_password(form).await?;
        if self.shop().needs_factor(account.user.id).await? {
            self.begin_second_step(&account).await?;
            return Ok(SignInStep::CodeNeeded);
        }
        self.start_session_and_mail(account, how, false).await?;
        Ok(SignInStep::Done)
    }

    /// The second step: a code of the app, or a recovery code.
    ///
    /// # Errors
    /// `SignInOver`, `Invalid` (code), `TooManyTries`.
    pub async fn finish_sign_in(&mut self, code: String, how: CartMerge) -> Result<()> {
        self.check_person()?;
        let half = self.half_signed_in().await?.ok_or(Refusal::SignInOver)?;
        let account = self.shop().half_signed_in(&half).await?;
        self.check_code(&account.user, code).await?;
        self.start_session_and_mail(account, how, true).await.map(drop)
    }

    /// Both steps at once, for programs.
    ///
    /// # Errors
    /// As `sign_in` and `finish_sign_in`, and `SecondFactorNeeded` where a code is needed and there is none.
    pub async fn sign_in_at_once(&mut self, form: LoginForm, code: Option<String>, how: CartMerge) -> Result<User> {
        let account = self.right_password(form).await?;
        let needs_factor = self.shop().needs_factor(account.user.id).await?;
        if needs_factor {
            let code = code.ok_or(Refusal::SecondFactorNeeded)?;
            self.check_code(&account.user, code).await?;
        }
        self.start_session_and_mail(account, how, needs_factor).await
    }

    /// Signs in, by whatever was shown. Whose account it is hears of a device on which nobody has before.
    async fn start_session_and_mail(&mut self, account: Account, how: CartMerge, with_factor: bool) -> Result<User> {
        let is_known = match &self.device {
            Some(token) => self.shop().known_device(token, account.user.email.as_str()).await?.is_some(),
            None => false,
        };
        let user = self.start_session(account, how, with_factor).await?;
        if !is_known {
            Box::pin(self.mail_new_device(&user)).await;
        }
        Ok(user)
    }

    /// Asks the browser for a passkey of whoever it belongs to. What is asked waits in the session, which a guest may begin for it.
    ///
    /// # Errors
    /// `NotFound` where the shop has no passkeys, `TooManyTries` where too many sessions are begun.
    pub async fn ask_passkey(&self) -> Result<String> {
        self.check_person()?;
        let asked = self.shop().ask_passkey()?;
        if self.auth.session.id().is_none() {
            let _counted = self.count_new_session().await?;
        }
        self.keep_asked(asked, None).await
    }

    /// Signs in with a passkey alone, and brings the guest's cart along.
    ///
    /// # Errors
    /// `WrongPasskey`, `TooManyTries`.
    pub async fn sign_in_with_passkey(&mut self, answer: String, how: CartMerge) -> Result<()> {
        self.check_person()?;
        let (kept, shop) = (self.take_asked(None).await?, self.site.shop.clone());
        let found = async move { shop.sign_in_with_passkey(&kept, &answer).await };
        let limits = of_network(Limit::SecondFactorPerNetwork, self.address).into_iter().collect();
        let counts = |answer: &Result<Account>| matches!(refusal_of(answer), Some(Refusal::WrongPasskey));
        let answer = self.limited(limits, Box::pin(found), counts).await;
        if let Some(why) = refusal_of(&answer).filter(|why| matches!(why, Refusal::WrongPasskey)) {
            tracing::info!(network = self.network(), %why, "a sign-in was refused");
        }
        let account = answer?;
        self.start_session_and_mail(account, how, true).await.map(drop)
    }

    /// Asks the browser of whoever is signed in to make a passkey.
    ///
    /// # Errors
    /// `SignInNeeded`, `ConfirmNeeded`, `NotFound` where the shop has no passkeys.
    pub async fn ask_new_passkey(&self) -> Result<String> {
        let customer = self.confirmed_customer().await?;
        let asked = self.shop().ask_new_passkey(customer).await?;
        self.keep_asked(asked, Some(customer.0)).await
    }

    /// Adds what the browser has made. All other sessions end, and this one goes on as another.
    ///
    /// # Errors
    /// `SignInNeeded`, `ConfirmNeeded`, `Invalid` (passkey_name), `WrongPasskey`, `NotFound`.
    pub async fn add_passkey(&mut self, answer: String, name: String) -> Result<Option<RecoveryCodes>> {
        let (customer, shop) = (self.confirmed_customer().await?, self.site.shop.clone());
        let kept = self.take_asked(Some(customer.0)).await?;
        let added = Box::pin(async move { shop.add_passkey(customer, &kept, &answer, &name).await });
        let (account, codes) = self.tracked(added).await?;
        self.go_on_as(account, true).await?;
        Ok(codes)
    }

    /// Takes a passkey away. All other sessions end, and this one goes on as another.
    ///
    /// # Errors
    /// `SignInNeeded`, `ConfirmNeeded`, `NotFound`.
    pub async fn remove_passkey(&mut self, id: PasskeyId) -> Result<()> {
        let (customer, shop) = (self.confirmed_customer().await?, self.site.shop.clone());
        let removed = Box::pin(async move { shop.remove_passkey(customer, id).await });
        let removed = note_unowned(CartOwner::Customer(customer), "a passkey", self.tracked(removed).await);
        let (account, has_more) = removed?;
        self.go_on_as(account, has_more).await
    }

    async fn keep_asked(&self, asked: AskedPasskey, whose: Option<UserId>) -> Result<String> {
        let at = self.shop().fresh().confirmed.unix_timestamp();
        self.auth.session.insert(ASKED_KEY, (asked.kept, at, whose)).await.map_err(broken)?;
        Ok(asked.options)
    }

    /// Each is answered once, soon, and by whom it was asked for: a new passkey is of who was signed in then.
    async fn take_asked(&self, whose: Option<UserId>) -> Result<String> {
        let kept: Option<(String, i64, Option<UserId>)> = self.auth.session.remove(ASKED_KEY).await.map_err(broken)?;
        let now = self.shop().fresh().confirmed.unix_timestamp();
        let kept = kept.filter(|(_, at, of)| *of == whose && (0..=ANSWERED_IN).contains(&now.saturating_sub(*at)));
        kept.map(|(kept, ..)| kept).ok_or_else(|| Refusal::WrongPasskey.into())
    }

    /// Whether somebody is about to sign in here.
    ///
    /// # Errors
    /// `Broken` when the session cannot be read.
    pub async fn is_half_signed_in(&self) -> Result<bool> {
        Ok(self.half_signed_in().await?.is_some_and(|half| !self.shop().is_half_over(&half)))
    }

    /// What whoever is signed in has besides their password.
    ///
    /// # Errors
    /// `SignInNeeded`.
    pub async fn security(&self) -> Result<SecurityView> {
        let fresh = self.freshness().await?;
        self.shop().security(self.customer()?, fresh).await
    }

    /// Begins to set up an app.
    ///
    /// # Errors
    /// `SignInNeeded`, `ConfirmNeeded`.
    pub async fn begin_totp(&self) -> Result<()> {
        let (customer, shop) = (self.confirmed_customer().await?, self.site.shop.clone());
        self.tracked(async move { shop.begin_totp(customer).await }).await
    }

    /// Gives the first code of an app. All other sessions end, and this one goes on as another.
    ///
    /// # Errors
    /// `SignInNeeded`, `ConfirmNeeded`, `SignInOver` where it took too long, `Invalid` (code), `TooManyTries`.
    pub async fn confirm_totp(&mut self, code: String) -> Result<RecoveryCodes> {
        let (customer, shop) = (self.confirmed_customer().await?, self.site.shop.clone());
        let user = self.user()?.clone();
        let confirmed = async move { shop.confirm_totp(customer, &code).await };
        let (account, codes) = self.factor_limited(&user, Box::pin(confirmed)).await?;
        self.go_on_as(account, true).await?;
        Ok(codes)
    }

    /// Takes the app and its codes away. All other sessions end, and this one goes on as another.
    ///
    /// # Errors
    /// `SignInNeeded`, `ConfirmNeeded`, `NotFound`.
    pub async fn remove_totp(&mut self) -> Result<()> {
        let (customer, shop) = (self.confirmed_customer().await?, self.site.shop.clone());
        let removed = Box::pin(async move { shop.remove_totp(customer).await });
        let (account, has_more) = self.tracked(removed).await?;
        self.go_on_as(account, has_more).await
    }

    /// Makes recovery codes in the place of those before.
    ///
    /// # Errors
    /// `SignInNeeded`, `ConfirmNeeded`, `NotFound`.
    pub async fn renew_recovery_codes(&self) -> Result<RecoveryCodes> {
        let (customer, shop) = (self.confirmed_customer().await?, self.site.shop.clone());
        self.tracked(Box::pin(async move { shop.renew_recovery_codes(customer).await })).await
    }

    /// Until when somebody may work here with what they have shown; notes that a member of staff has signed in.
    pub(crate) async fn factor_due(&self, user: &User, with_factor: bool) -> Result<Option<OffsetDateTime>> {
        if user.works_as().is_none() {
            return Ok(None);
        }
        let (shop, user) = (self.site.shop.clone(), user.clone());
        let since = self.tracked(async move { shop.note_sign_in(&user).await }).await?;
        Ok(since.filter(|_| !with_factor).map(|since| self.shop().factor_due(since)))
    }

    async fn right_password(&self, form: LoginForm) -> Result<Account> {
        self.check_person()?;
        let (shop, email) = (self.site.shop.clone(), form.email.clone());
        self.password_limited(&email, async move { shop.sign_in(form).await }).await
    }

    /// As much of where somebody comes from as is kept of a session.
    pub(crate) fn network(&self) -> String {
        self.address.map(shortened_network).unwrap_or_default()
    }

    /// Whoever is signed in here is not any more; the guest's cart stays. The session gets another id: whoever knew the one
    /// before has no part in the second step.
    async fn begin_second_step(&mut self, account: &Account) -> Result<()> {
        if self.signed_in().is_some() {
            self.auth.logout().await.map_err(broken)?;
        }
        self.auth.session.cycle_id().await.map_err(broken)?;
        let half = self.shop().half_sign_in(account)?;
        self.auth.session.insert(HALF_KEY, half).await.map_err(broken)
    }

    async fn half_signed_in(&self) -> Result<Option<HalfSignIn>> {
        self.auth.session.get(HALF_KEY).await.map_err(broken)
    }

    async fn check_code(&self, user: &User, code: String) -> Result<()> {
        let (shop, customer) = (self.site.shop.clone(), user.customer());
        let taken = Box::pin(async move { shop.take_factor_code(customer, &code).await });
        let answer = self.factor_limited(user, taken).await;
        if let Some(why) = refusal_of(&answer).filter(|why| matches!(why, Refusal::Invalid { .. })) {
            tracing::info!(user.id = %user.id, network = self.network(), %why, "a sign-in was refused");
        }
        answer
    }

    async fn freshness(&self) -> Result<Option<Freshness>> {
        self.auth.session.get(FRESH_KEY).await.map_err(broken)
    }

    /// Whether whoever is signed in has given their password a short while ago.
    ///
    /// # Errors
    /// `Broken` when the session cannot be read.
    pub async fn is_confirmed(&self) -> Result<bool> {
        Ok(self.shop().check_confirmed(self.freshness().await?).is_ok())
    }

    /// Whoever is signed in and has given their password a short while ago.
    pub(crate) async fn confirmed_customer(&self) -> Result<Customer> {
        let customer = self.customer()?;
        let fresh = self.freshness().await?;
        self.shop().check_confirmed(fresh)?;
        Ok(customer)
    }

    /// All sessions have ended: this one goes on under another id, with what it has shown by now.
    async fn go_on_as(&mut self, account: Account, with_factor: bool) -> Result<()> {
        let factor_due = self.factor_due(&account.user, with_factor).await?;
        self.renew_session(account).await?;
        if let Some(fresh) = self.freshness().await? {
            let fresh = Freshness { factor_due, ..fresh };
            self.auth.session.insert(FRESH_KEY, fresh).await.map_err(broken)?;
        }
        Ok(())
    }
}
