//! A Checkout session of Stripe's: the page of an attempt, and what came of it.

use anyhow::{Context as _, anyhow};
use serde::Deserialize;

use crate::domain::Money;
use crate::usecase::ChargeOutcome;

use super::stripe_units::from_units;

/// A Checkout session, as far as it matters here.
#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    #[serde(default)]
    pub(super) url: Option<String>,
    #[serde(default)]
    pub(super) client_reference_id: Option<String>,
    #[serde(default)]
    pub(super) status: Option<String>,
    payment_status: String,
    #[serde(default)]
    amount_total: Option<i64>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    payment_intent: Option<String>,
}

impl Session {
    pub(super) fn outcome(&self) -> anyhow::Result<ChargeOutcome> {
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
