//! Stripe, by its hosted Checkout page: the shopper is led there and comes back, and no card ever touches the shop. Five
//! calls of its API as they are documented, form-encoded, each with an idempotency key where it makes something.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use crate::domain::{Money, PaymentId};
use crate::usecase::{
    Attempt, BadWebhook, BoxFuture, ChargeOutcome, Checkout, Error, PaymentNews, Payments, RefundOutcome,
    RefundRequest, Result,
};

use super::signature::check;
use super::stripe_units::{from_units, to_units};

/// What our requests and webhooks are written for, whatever the account's own default is.
const VERSION: &str = "2024-06-20";
const API: &str = "https://api.stripe.com";
const PAGES: &str = "https://checkout.stripe.com";
/// The shortest that a session may stay open is 30 minutes, counted by Stripe's clock; the longest a day.
const SHORTEST: time::Duration = time::Duration::minutes(31);
const LONGEST: time::Duration = time::Duration::minutes(24 * 60 - 1);

/// An account at Stripe. Its secrets are never shown.
#[derive(Clone)]
pub struct StripeAccount {
    pub secret_key: String,
    pub webhook_secret: String,
    /// Another place than Stripe's own, without a slash at the end: for tests.
    pub api_base: Option<String>,
}

pub struct StripePayments {
    account: StripeAccount,
    http: reqwest::Client,
}

/// A Checkout session, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Session {
    id: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    client_reference_id: Option<String>,
    #[serde(default)]
    status: Option<String>,
    payment_status: String,
    #[serde(default)]
    amount_total: Option<i64>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    payment_intent: Option<String>,
}

impl Session {
    fn outcome(&self) -> anyhow::Result<ChargeOutcome> {
        Ok(match (self.payment_status.as_str(), self.status.as_deref()) {
            ("paid" | "no_payment_required", _) => ChargeOutcome::Approved {
                reference: self.payment_intent.clone().unwrap_or_else(|| self.id.clone()),
                received: self.received()?,
            },
            (_, Some("expired")) => ChargeOutcome::Expired,
            _ => ChargeOutcome::Open,
        })
    }

    fn received(&self) -> anyhow::Result<Money> {
        let units = self.amount_total.context("a paid session without an amount")?;
        let code = self.currency.as_deref().context("a paid session without a currency")?.to_uppercase();
        let currency = code.parse().map_err(|_| anyhow!("{code} is no currency"))?;
        from_units(units, currency).with_context(|| format!("{units} is no amount of {code}"))
    }
}

#[derive(Debug, Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: EventData,
}

#[derive(Debug, Deserialize)]
struct EventData {
    object: serde_json::Value,
}

#[derive(Debug, Default, Deserialize)]
struct Refused {
    #[serde(default)]
    error: Reason,
}

#[derive(Debug, Default, Deserialize)]
struct Reason {
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Given {
    id: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct GivenList {
    data: Vec<Given>,
}

fn outcome_of_refund(id: String, status: Option<&str>) -> RefundOutcome {
    match status {
        Some("failed" | "canceled") => RefundOutcome::Refused,
        _ => RefundOutcome::Done { reference: id },
    }
}

/// What Stripe says no to, in its words, which have no secrets in them.
#[derive(Debug, thiserror::Error)]
#[error("Stripe answered {status}: {code} {message}")]
struct Rejected {
    status: StatusCode,
    kind: String,
    code: String,
    message: String,
}

/// What is never given back, however often it is asked for. All else may lie in the account, and pass.
const NEVER_GIVEN_BACK: [&str; 3] = ["charge_disputed", "refund_disputed_payment", "charge_already_refunded"];

impl Rejected {
    fn of(error: &Error) -> Option<&Self> {
        let Error::Broken(cause) = error else { return None };
        cause.downcast_ref()
    }

    /// It lies in what was asked for, and not in the account or the way to it. A key that was used for something else says
    /// nothing of that.
    fn is_final(&self) -> bool {
        let statuses = [StatusCode::BAD_REQUEST, StatusCode::PAYMENT_REQUIRED];
        statuses.contains(&self.status) && self.kind != "idempotency_error"
    }
}

impl StripePayments {
    pub fn new(account: StripeAccount) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("the HTTPS client")?;
        Ok(Self { account, http })
    }

    async fn open(&self, attempt: &Attempt) -> Result<Session> {
        let units = to_units(attempt.amount).ok_or_else(|| {
            Error::Broken(anyhow!("Stripe does not take {}: its last digit must be 0", attempt.amount))
        })?;
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

    async fn page(&self, attempt: Attempt) -> Result<Checkout> {
        let session = self.open(&attempt).await?;
        let url = session.url.context("a session without a page").map_err(Error::Broken)?;
        Ok(Checkout { id: session.id, url })
    }

    async fn find(&self, attempt: &Attempt) -> Result<Session> {
        match &attempt.checkout {
            Some(id) => self.call(Method::GET, &format!("/v1/checkout/sessions/{id}"), &[], None).await,
            // Nobody wrote down what it was called: asked for again under the same key, it is the same one.
            None => self.open(attempt).await,
        }
    }

    /// None: there is no such session and can be none, for Stripe does not take what would make it.
    async fn session(&self, attempt: &Attempt) -> Result<Option<Session>> {
        match self.find(attempt).await {
            Ok(session) => Ok(Some(session)),
            Err(error) if attempt.checkout.is_none() && Rejected::of(&error).is_some_and(Rejected::is_final) => {
                tracing::warn!(payment.id = %attempt.payment, error = ?error, "Stripe knows nothing of an attempt");
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

    async fn give_back(&self, request: RefundRequest) -> Result<RefundOutcome> {
        let Some(units) = to_units(request.amount) else { return Ok(RefundOutcome::Refused) };
        // Keys are forgotten after a day: what was given back already is looked for by its own name.
        if let Some(Given { id, status, .. }) = self.given_back(&request).await? {
            return Ok(outcome_of_refund(id, status.as_deref()));
        }
        let form = [
            ("payment_intent", request.reference.clone()),
            ("amount", units.to_string()),
            ("metadata[refund]", request.refund.to_string()),
            ("metadata[payment]", request.payment.to_string()),
        ];
        let asked = self.call(Method::POST, "/v1/refunds", &form, Some(format!("refund-{}", request.refund))).await;
        match asked {
            Ok(Given { id, status, .. }) => Ok(outcome_of_refund(id, status.as_deref())),
            Err(error) if Rejected::of(&error).is_some_and(|told| NEVER_GIVEN_BACK.contains(&told.code.as_str())) => {
                tracing::error!(refund.id = %request.refund, error = ?error, "Stripe does not give back");
                Ok(RefundOutcome::Refused)
            }
            Err(error) => Err(error),
        }
    }

    async fn given_back(&self, request: &RefundRequest) -> Result<Option<Given>> {
        let path = format!("/v1/refunds?payment_intent={}&limit=100", request.reference);
        let GivenList { data } = self.call(Method::GET, &path, &[], None).await?;
        let name = request.refund.to_string();
        Ok(data.into_iter().find(|given| given.metadata.get("refund") == Some(&name)))
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        form: &[(&str, String)],
        key: Option<String>,
    ) -> Result<T> {
        let base = self.account.api_base.as_deref().unwrap_or(API);
        let mut request = self.http.request(method.clone(), format!("{base}{path}"));
        request = request.bearer_auth(&self.account.secret_key).header("stripe-version", VERSION);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if method == Method::POST {
            request = request.form(form);
        }
        let gone = |error: reqwest::Error| Error::Unavailable(anyhow!(error.without_url()).context("Stripe"));
        let answer = request.send().await.map_err(gone)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(gone)?;
        if status.is_success() {
            return serde_json::from_slice(&body).context("what Stripe answered").map_err(Error::Broken);
        }
        let Refused { error: Reason { kind, code, message } } = serde_json::from_slice(&body).unwrap_or_default();
        let told = Rejected {
            status,
            kind: kind.unwrap_or_default(),
            code: code.unwrap_or_default(),
            message: message.unwrap_or_default(),
        };
        let passes =
            [StatusCode::TOO_MANY_REQUESTS, StatusCode::CONFLICT].contains(&status) || status.is_server_error();
        Err(if passes { Error::Unavailable(told.into()) } else { Error::Broken(told.into()) })
    }
}

impl Payments for StripePayments {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn page_origin(&self) -> Option<&str> {
        Some(self.account.api_base.as_deref().unwrap_or(PAGES))
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

    fn signature_header(&self) -> &'static str {
        "stripe-signature"
    }

    fn check_webhook(
        &self,
        signature: Option<&str>,
        body: &str,
        now: OffsetDateTime,
    ) -> std::result::Result<String, BadWebhook> {
        check(self.account.webhook_secret.as_bytes(), signature, body, now)?;
        let event: Event = serde_json::from_str(body).map_err(|_| BadWebhook::Malformed)?;
        Ok(event.id)
    }

    fn read_webhook(&self, body: &str) -> std::result::Result<Option<PaymentNews>, BadWebhook> {
        let event: Event = serde_json::from_str(body).map_err(|_| BadWebhook::Malformed)?;
        let outcome_of = match event.kind.as_str() {
            "checkout.session.completed" | "checkout.session.async_payment_succeeded" => Session::outcome,
            "checkout.session.async_payment_failed" => |_: &Session| Ok(ChargeOutcome::Declined),
            "checkout.session.expired" => |_: &Session| Ok(ChargeOutcome::Expired),
            _ => return Ok(None),
        };
        let session: Session = serde_json::from_value(event.data.object).map_err(|_| BadWebhook::Malformed)?;
        // The account may also sell elsewhere.
        let ours = session.client_reference_id.as_deref().and_then(|id| id.parse::<PaymentId>().ok());
        let Some(payment) = ours else { return Ok(None) };
        let outcome = outcome_of(&session).map_err(|_| BadWebhook::Malformed)?;
        Ok((outcome != ChargeOutcome::Open).then_some(PaymentNews { payment, outcome }))
    }
}
