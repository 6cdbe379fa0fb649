//! An account at Stripe, and calls of its API: form-encoded, with what it says no to told apart.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::usecase::{Error, Result};

/// What our requests and webhooks are written for, whatever the account's own default is.
const VERSION: &str = "2024-06-20";
const API: &str = "https://api.stripe.com";

/// An account at Stripe. Its secrets are never shown.
#[derive(Clone)]
pub struct StripeAccount {
    pub secret_key: String,
    pub webhook_secret: String,
    /// Another place than Stripe's own, without a slash at the end: for tests.
    pub api_base: Option<String>,
}

pub struct StripePayments {
    pub(super) account: StripeAccount,
    http: reqwest::Client,
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

/// One page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Page<T> {
    pub(super) data: Vec<T>,
    #[serde(default)]
    pub(super) has_more: bool,
}

/// What Stripe says no to, in its words, without the key.
#[derive(Debug, thiserror::Error)]
#[error("Stripe answered {status}: {code} {message}")]
pub(super) struct Rejected {
    status: StatusCode,
    kind: String,
    pub(super) code: String,
    message: String,
}

impl Rejected {
    pub(super) fn of(error: &Error) -> Option<&Self> {
        let Error::Broken(cause) = error else { return None };
        cause.downcast_ref()
    }

    /// It lies in what was asked for, and not in the account or the way to it. A key that was used for something else says
    /// nothing of that.
    pub(super) fn is_final(&self) -> bool {
        let statuses = [StatusCode::BAD_REQUEST, StatusCode::PAYMENT_REQUIRED];
        statuses.contains(&self.status) && !self.is_about_the_key()
    }

    /// There is no such thing, or not with this key.
    pub(super) fn is_missing(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// The key was used for another request.
    pub(super) fn is_about_the_key(&self) -> bool {
        self.kind == "idempotency_error" && self.status == StatusCode::BAD_REQUEST
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

    /// A key for tests knows nothing of real money, and no other knows anything of tests.
    pub(super) fn is_live(&self) -> bool {
        !self.account.secret_key.contains("_test_")
    }

    pub(super) async fn call<T: DeserializeOwned>(
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
            message: message.unwrap_or_default().replace(&self.account.secret_key, "(the key)"),
        };
        let passes =
            [StatusCode::TOO_MANY_REQUESTS, StatusCode::CONFLICT].contains(&status) || status.is_server_error();
        Err(if passes { Error::Unavailable(told.into()) } else { Error::Broken(told.into()) })
    }
}
