//! Money that goes back by Stripe: what the shop asks for, and what somebody gave back there or a bank took.

use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow};
use reqwest::Method;
use serde::Deserialize;

use crate::domain::{Money, RefundId, RefundState};
use crate::usecase::{Error, ProviderRefund, RefundOutcome, RefundRequest, Result};

use super::stripe_api::{Rejected, StripePayments};
use super::stripe_units::{from_units, to_units};

#[derive(Debug, Deserialize)]
struct Given {
    id: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    amount: i64,
    currency: String,
}

#[derive(Debug, Deserialize)]
struct GivenList {
    data: Vec<Given>,
}

/// A buyer's bank asks for the money back.
#[derive(Debug, Deserialize)]
struct Dispute {
    id: String,
    status: String,
    amount: i64,
    currency: String,
}

#[derive(Debug, Deserialize)]
struct DisputeList {
    data: Vec<Dispute>,
}

impl Given {
    fn refund(self) -> Result<ProviderRefund> {
        let state = match self.status.as_deref() {
            Some("failed" | "canceled") => RefundState::Failed,
            Some("pending" | "requires_action") => RefundState::Opened,
            _ => RefundState::Done,
        };
        let refund = self.metadata.get("refund").and_then(|id| id.parse::<RefundId>().ok());
        let amount = amount(self.amount, &self.currency)?;
        Ok(ProviderRefund { reference: self.id, refund, amount, state, is_dispute: false })
    }
}

impl Dispute {
    /// None: the bank only asks, and no money moves.
    fn refund(self) -> Result<Option<ProviderRefund>> {
        let state = match self.status.as_str() {
            "won" => RefundState::Failed,
            "lost" => RefundState::Done,
            asked if asked.starts_with("warning_") => return Ok(None),
            _ => RefundState::Opened,
        };
        let amount = amount(self.amount, &self.currency)?;
        Ok(Some(ProviderRefund { reference: self.id, refund: None, amount, state, is_dispute: true }))
    }
}

fn amount(units: i64, code: &str) -> Result<Money> {
    let code = code.to_uppercase();
    let currency = code.parse().map_err(|_| Error::Broken(anyhow!("{code} is no currency")))?;
    from_units(units, currency).with_context(|| format!("{units} is no amount of {code}")).map_err(Error::Broken)
}

fn outcome_of_refund(id: String, status: Option<&str>) -> RefundOutcome {
    match status {
        Some("failed" | "canceled") => RefundOutcome::Refused,
        _ => RefundOutcome::Done { reference: id },
    }
}

/// What is never given back, however often it is asked for. All else may lie in the account, and pass.
const NEVER_GIVEN_BACK: [&str; 3] = ["charge_disputed", "refund_disputed_payment", "charge_already_refunded"];

impl StripePayments {
    pub(super) async fn give_back(&self, request: RefundRequest) -> Result<RefundOutcome> {
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

    /// All that went back of a payment, and what its buyer's bank took or asks for.
    pub(super) async fn gone_back(&self, reference: &str) -> Result<Vec<ProviderRefund>> {
        let of = |what: &str| format!("/v1/{what}?payment_intent={reference}&limit=100");
        let GivenList { data: given } = self.call(Method::GET, &of("refunds"), &[], None).await?;
        let DisputeList { data: disputes } = self.call(Method::GET, &of("disputes"), &[], None).await?;
        let mut all = given.into_iter().map(Given::refund).collect::<Result<Vec<_>>>()?;
        for dispute in disputes {
            all.extend(dispute.refund()?);
        }
        Ok(all)
    }
}
