//! What somebody sees of their sessions and of what is kept of them, what of it they end, and what they want to hear of.

use std::collections::BTreeMap;

use shop::domain::{Email, Limit, Refusal, User, VariantId, shortened_network};
use shop::dto::SessionRow;
use shop::usecase::{CartOwner, Result};

use crate::account::beside;
use crate::auth::SignedIn;
use crate::caller::{Caller, broken};
use crate::limited::Letter;
use crate::ownership::note_unowned;

impl Caller {
    /// Where, and on what, somebody is: as coarsely as they need to know themselves again.
    pub(crate) fn seen(&self) -> BTreeMap<&'static str, String> {
        let network = self.address.map(|address| ("network", shortened_network(address)));
        let device = self.on.clone().map(|on| ("device", on));
        network.into_iter().chain(device).collect()
    }

    /// Tells an account's owner of a sign-in on a new device. They are signed in all the same where that fails, or where they
    /// were told too often.
    pub(crate) async fn mail_new_device(&self, user: &User) {
        let of = format!("a new device of {}", user.id);
        if self.shop().take_tries(vec![(Limit::LettersPerAddress, of)]).await.map(drop).is_err() {
            return;
        }
        let (shop, user, mut seen) = (self.site.shop.clone(), user.clone(), self.seen());
        let (network, device) = (seen.remove("network"), seen.remove("device").unwrap_or_default());
        let told = async move { shop.mail_new_device(&user, &device, network.as_deref()).await };
        if let Err(error) = self.tracked(told).await {
            tracing::error!(error = ?error, "nobody was told of a new device");
        }
    }

    /// Where whoever asks is signed in.
    ///
    /// # Errors
    /// `SignInNeeded`.
    pub async fn sessions(&self) -> Result<Vec<SessionRow>> {
        let customer = self.customer()?;
        self.site.sessions.of_user(customer.0, self.auth.session.id().as_ref()).await
    }

    /// Ends another session of whoever asks.
    ///
    /// # Errors
    /// `SignInNeeded`, `ConfirmNeeded`, `NotFound`.
    pub async fn end_session(&self, handle: &str) -> Result<()> {
        let customer = self.confirmed_customer().await?;
        let ended = self.site.sessions.end_one(customer.0, handle, self.auth.session.id().as_ref()).await?;
        let answer = if ended { Ok(()) } else { Err(Refusal::NotFound.into()) };
        note_unowned(CartOwner::Customer(customer), "a session", answer)
    }

    /// Ends all other sessions of whoever asks.
    ///
    /// # Errors
    /// `SignInNeeded`, `ConfirmNeeded`.
    pub async fn end_other_sessions(&self) -> Result<u64> {
        let customer = self.confirmed_customer().await?;
        self.site.sessions.end_others(customer.0, self.auth.session.id().as_ref()).await
    }

    /// Asks for a file with everything that is kept of whoever asks.
    ///
    /// # Errors
    /// `Invalid` (export_password), `AddressUnconfirmed`, `TooManyTries`, `SignInNeeded`, `Busy`.
    pub async fn request_data_export(&self, password: String) -> Result<()> {
        let (customer, mine) = (self.customer()?, self.user()?.email.as_str().to_owned());
        let shop = self.site.shop.clone();
        let asked = async move { shop.request_data_export(customer, &password).await };
        beside("export_password", self.password_limited(&mine, Box::pin(asked)).await)
    }

    /// Deletes the account of whoever asks, and signs them out.
    ///
    /// # Errors
    /// `Invalid` (delete_password), `OrdersUnderWay`, `WorksHereStill`, `TooManyTries`, `SignInNeeded`, `Busy`.
    pub async fn close_account(&mut self, password: String) -> Result<()> {
        let (customer, mine) = (self.customer()?, self.user()?.email.as_str().to_owned());
        let shop = self.site.shop.clone();
        let closed = async move { shop.close_account(customer, &password).await };
        beside("delete_password", self.password_limited(&mine, Box::pin(closed)).await)?;
        self.auth.logout().await.map(drop).map_err(broken)
    }

    /// Somebody wants to hear when a variant is back; answers whether they wait already, or have to confirm the address.
    ///
    /// # Errors
    /// `Invalid` (email), `TooManyTries`, `NotFound`.
    pub async fn wish_stock(&self, variant: &str, typed: &str) -> Result<bool> {
        self.check_person()?;
        let email = Email::parse(typed).map_err(|problem| Refusal::field("email", problem))?;
        let variant: VariantId = variant.parse()?;
        self.count_letter(Letter::StockWish, email.as_str()).await?;
        let (by, shop) = (self.signed_in().map(SignedIn::customer), self.site.shop.clone());
        self.tracked(Box::pin(async move { shop.wish_stock(by, variant, &email).await })).await
    }
}
