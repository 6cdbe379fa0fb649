//! Stripe, by its hosted Checkout page: the shopper is led there and comes back, and no card ever touches the shop. Seven
//! calls of its API as they are documented, form-encoded, each with an idempotency key where it makes something.

use anyhow::{Context as _, anyhow};
use reqwest::Method;
use rust_decimal::Decimal;
use serde::de::IgnoredAny;
use time::OffsetDateTime;

use crate::domain::{Currency, Refusal};
use crate::usecase::{
    Attempt, BadWebhook, BoxFuture, ChargeOutcome, Checkout, Error, Payments, ProviderNews, ProviderRefund,
    RefundOutcome, RefundRequest, Result,
};

use super::signature::check;
use super::stripe_api::{Page, Rejected, StripePayments};
use super::stripe_session::Session;
use super::stripe_units::{NotCountable, step, to_units};
use super::stripe_webhooks;

const PAGES: &str = "https://checkout.stripe.com";
/// The shortest that a session may stay open is 30 minutes, counted by Stripe's clock; the longest a day.
const SHORTEST: time::Duration = time::Duration::minutes(31);
const LONGEST: time::Duration = time::Duration::minutes(24 * 60 - 1);

/// The pages of a hundred sessions that one is looked for in.
const MOST_PAGES: u32 = 20;
/// Whatever Stripe's clock says, a session of that age is closed.
const OLDEST: time::Duration = time::Duration::hours(24);

/// It lies in what was asked for: there is no session for it, and asked again there will be none.
fn is_final(error: &Error) -> bool {
    NotCountable::is(error) || Rejected::of(error).is_some_and(Rejected::is_final)
}

/// A session that was there is not any more, and by now it would be closed: the key is of another account.
fn is_lost(error: &Error, attempt: &Attempt) -> bool {
    Rejected::of(error).is_some_and(Rejected::is_missing) && attempt.asked_at - attempt.began_at > OLDEST
}

impl StripePayments {
    async fn open(&self, attempt: &Attempt) -> Result<Session> {
        let units = to_units(attempt.amount).ok_or_else(|| Error::Broken(NotCountable(attempt.amount).into()))?;
        let payment = attempt.payment.to_string();
        let until = attempt.expires_at.clamp(attempt.began_at + SHORTEST, attempt.began_at + LONGEST);
        let form = [
            ("mode", "payment".to_owned()),
            // Answers at once, unlike transfers, which would keep the items set aside for days.
            ("payment_method_types[0]", "card".to_owned()),
            ("client_reference_id", payment.clone()),
            ("line_items[0][quantity]", "1".to_owned()),
            ("line_items[0][price_data][currency]", attempt.amount.currency().code().to_lowercase()),
            ("line_items[0][price_data][unit_amount]", units.to_string()),
            ("line_items[0][price_data][product_data][name]", format!("Order {}", attempt.number)),
            ("success_url", attempt.return_url.clone()),
            ("cancel_url", attempt.return_url.clone()),
            ("expires_at", until.unix_timestamp().to_string()),
            // What was asked for is what is paid, in the currency of the shop.
            ("adaptive_pricing[enabled]", "false".to_owned()),
            ("metadata[order]", attempt.order.to_string()),
            ("payment_intent_data[metadata][payment]", payment.clone()),
        ];
        self.call(Method::POST, "/v1/checkout/sessions", &form, Some(format!("checkout-{payment}"))).await
    }

    /// A key that was used for another request leads nowhere: an earlier release may have asked in other words. Then the
    /// session is looked for among those of that time; none: there is none.
    async fn open_or_find(&self, attempt: &Attempt) -> Result<Option<Session>> {
        match self.open(attempt).await {
            Err(error) if Rejected::of(&error).is_some_and(Rejected::is_about_the_key) => self.search(attempt).await,
            opened => opened.map(Some),
        }
    }

    async fn search(&self, attempt: &Attempt) -> Result<Option<Session>> {
        // Clocks differ, and a request may have been under way for a while.
        let (from, until) =
            (attempt.began_at - time::Duration::hours(1), attempt.expires_at + time::Duration::hours(1));
        let (from, until) = (from.unix_timestamp(), until.unix_timestamp());
        let name = attempt.payment.to_string();
        let mut after = String::new();
        for _ in 0..MOST_PAGES {
            let path = format!("/v1/checkout/sessions?limit=100&created[gte]={from}&created[lte]={until}{after}");
            let Page::<Session> { data, has_more } = self.call(Method::GET, &path, &[], None).await?;
            let last = data.last().map(|session| session.id.clone());
            if let Some(found) = data.into_iter().find(|s| s.client_reference_id.as_ref() == Some(&name)) {
                return Ok(Some(found));
            }
            match last.filter(|_| has_more) {
                Some(last) => after = format!("&starting_after={last}"),
                None => return Ok(None),
            }
        }
        Err(Error::Unavailable(anyhow!("Stripe has more sessions of that time than are looked through")))
    }

    async fn page(&self, attempt: Attempt) -> Result<Checkout> {
        let session = match self.open_or_find(&attempt).await {
            Err(error) if is_final(&error) => {
                tracing::error!(payment.id = %attempt.payment, amount = %attempt.amount, ?error, "Stripe takes no such payment");
                return Err(Refusal::NotTakenOnline { by_hand: false }.into());
            }
            found => found?,
        };
        let session = session.ok_or_else(|| Error::Unavailable(anyhow!("Stripe has no page for this attempt")))?;
        let url = session.url.context("a session without a page").map_err(Error::Broken)?;
        Ok(Checkout { id: session.id, url })
    }

    async fn find(&self, attempt: &Attempt) -> Result<Option<Session>> {
        match &attempt.checkout {
            Some(id) => self.call(Method::GET, &format!("/v1/checkout/sessions/{id}"), &[], None).await.map(Some),
            // Nobody wrote down what it was called: asked for again under the same key, it is the same one.
            None => self.open_or_find(attempt).await,
        }
    }

    /// None: there is no such session and can be none that somebody pays: Stripe does not take what would make it, it was
    /// one of test mode, or it would be too old.
    async fn session(&self, attempt: &Attempt) -> Result<Option<Session>> {
        if self.is_live() && attempt.checkout.as_deref().is_some_and(|id| id.starts_with("cs_test_")) {
            tracing::warn!(payment.id = %attempt.payment, "an attempt of Stripe's test mode ends, for the key is a live one");
            return Ok(None);
        }
        match self.find(attempt).await {
            Ok(session) => Ok(session),
            Err(error) if attempt.checkout.is_none() && is_final(&error) => {
                tracing::warn!(payment.id = %attempt.payment, ?error, "Stripe knows nothing of an attempt");
                Ok(None)
            }
            Err(error) if is_lost(&error, attempt) => {
                tracing::error!(
                    payment.id = %attempt.payment, order.number = attempt.number, session = attempt.checkout, ?error,
                    "Stripe does not know a session that it once opened: if somebody paid there, nobody hears of it here"
                );
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn said(&self, attempt: Attempt) -> Result<ChargeOutcome> {
        let Some(session) = self.session(&attempt).await? else { return Ok(ChargeOutcome::Expired) };
        session.outcome().map_err(Error::Broken)
    }

    async fn end(&self, attempt: Attempt) -> Result<ChargeOutcome> {
        let Some(session) = self.session(&attempt).await? else { return Ok(ChargeOutcome::Expired) };
        if session.status.as_deref() != Some("open") {
            return session.outcome().map_err(Error::Broken);
        }
        let path = format!("/v1/checkout/sessions/{}/expire", session.id);
        match self.call::<Session>(Method::POST, &path, &[], None).await {
            Ok(expired) => expired.outcome().map_err(Error::Broken),
            // Perhaps it was paid or ended in between.
            Err(refused) => match self.said(Attempt { checkout: Some(session.id), ..attempt }).await? {
                ChargeOutcome::Open => Err(refused),
                ended => Ok(ended),
            },
        }
    }
}

impl Payments for StripePayments {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn page_origin(&self) -> Option<&str> {
        Some(self.account.api_base.as_deref().unwrap_or(PAGES))
    }

    fn step(&self, currency: Currency) -> Option<Decimal> {
        step(currency)
    }

    fn begin(&self, attempt: Attempt) -> BoxFuture<'_, Result<Checkout>> {
        Box::pin(self.page(attempt))
    }

    fn look_up(&self, attempt: Attempt) -> BoxFuture<'_, Result<ChargeOutcome>> {
        Box::pin(self.said(attempt))
    }

    fn expire(&self, attempt: Attempt) -> BoxFuture<'_, Result<ChargeOutcome>> {
        Box::pin(self.end(attempt))
    }

    fn refund(&self, request: RefundRequest) -> BoxFuture<'_, Result<RefundOutcome>> {
        Box::pin(self.give_back(request))
    }

    fn try_account(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            // What is read there in any case, so that a key of few rights has the right to it.
            self.call::<IgnoredAny>(Method::GET, "/v1/checkout/sessions?limit=1", &[], None).await?;
            Ok(())
        })
    }

    fn signature_header(&self) -> &'static str {
        "stripe-signature"
    }

    fn refunds_of(&self, reference: String) -> BoxFuture<'_, Result<Vec<ProviderRefund>>> {
        Box::pin(async move { self.gone_back(&reference).await })
    }

    fn check_webhook(
        &self,
        signature: Option<&str>,
        body: &str,
        now: OffsetDateTime,
    ) -> std::result::Result<String, BadWebhook> {
        check(self.account.webhook_secret.as_bytes(), signature, body, now)?;
        stripe_webhooks::id(body)
    }

    fn read_webhook(&self, body: &str) -> std::result::Result<Option<ProviderNews>, BadWebhook> {
        stripe_webhooks::read(body)
    }
}
