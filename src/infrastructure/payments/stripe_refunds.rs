//! Money that goes back by Stripe: what the shop asks for, and what somebody gave back there or a bank took.

use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow};
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::domain::{Money, RefundId, RefundState};
use crate::usecase::{Error, ProviderRefund, RefundOutcome, RefundRequest, Result};

use super::stripe_api::{Page, Rejected, StripePayments};
use super::stripe_units::{NotCountable, from_units, to_units};

#[derive(Debug, Deserialize)]
struct Given {
    id: String,
    #[serde(default)]
    status: Option<String>,
    /// Null, or nothing, where nobody has noted anything.
    #[serde(default)]
    metadata: Option<BTreeMap<String, String>>,
    amount: i64,
    currency: String,
}

/// A buyer's bank asks for the money back.
#[derive(Debug, Deserialize)]
struct Dispute {
    id: String,
    status: String,
    amount: i64,
    currency: String,
}

impl Given {
    /// What we call it; none: we have not asked for it.
    fn name(&self) -> Option<&str> {
        self.metadata.as_ref()?.get("refund").map(String::as_str)
    }

    fn refund(self) -> Result<ProviderRefund> {
        let state = match self.status.as_deref() {
            Some("failed" | "canceled") => RefundState::Failed,
            Some("pending" | "requires_action") => RefundState::Opened,
            _ => RefundState::Done,
        };
        let refund = self.name().and_then(|id| id.parse::<RefundId>().ok());
        let amount = amount(self.amount, &self.currency)?;
        Ok(ProviderRefund { reference: self.id, refund, amount, state, is_dispute: false })
    }
}

impl Dispute {
    /// None: the bank only asks, and no money moves.
    fn refund(self) -> Result<Option<ProviderRefund>> {
        let state = match self.status.as_str() {
            "won" | "prevented" => RefundState::Failed,
            "lost" => RefundState::Done,
            "needs_response" | "under_review" => RefundState::Opened,
            "warning_needs_response" | "warning_under_review" | "warning_closed" => return Ok(None),
            status => {
                tracing::error!(
                    dispute = self.id,
                    status,
                    "a dispute stands as the shop does not know: look at Stripe"
                );
                return Ok(None);
            }
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

/// A payment with more refunds than on so many pages of a hundred is none of a shop's.
const MOST_PAGES: u32 = 20;

/// What a no comes to; none: it says nothing of this refund.
fn refused(error: &Error) -> Option<RefundOutcome> {
    if NotCountable::is(error) {
        return Some(RefundOutcome::Refused);
    }
    let told = Rejected::of(error)?;
    if NEVER_GIVEN_BACK.contains(&told.code.as_str()) {
        return Some(RefundOutcome::Refused);
    }
    (told.is_final() || told.is_missing()).then_some(RefundOutcome::RefusedForNow)
}

impl StripePayments {
    pub(super) async fn give_back(&self, request: RefundRequest) -> Result<RefundOutcome> {
        match self.ask_back(&request).await {
            Ok(Given { id, status, .. }) => Ok(outcome_of_refund(id, status.as_deref())),
            Err(error) => {
                let outcome = refused(&error);
                if outcome.is_some() {
                    tracing::warn!(refund.id = %request.refund, ?error, ?outcome, "Stripe does not give back");
                }
                outcome.ok_or(error)
            }
        }
    }

    async fn ask_back(&self, request: &RefundRequest) -> Result<Given> {
        let units = to_units(request.amount).ok_or_else(|| Error::Broken(NotCountable(request.amount).into()))?;
        // Keys are forgotten after a day: what was given back already is looked for by its own name.
        let name = request.refund.to_string();
        let known = self.refunds(&request.reference).await?;
        if let Some(given) = known.into_iter().find(|given| given.name() == Some(name.as_str())) {
            return Ok(given);
        }
        let form = [
            ("payment_intent", request.reference.clone()),
            ("amount", units.to_string()),
            ("metadata[refund]", name),
            ("metadata[payment]", request.payment.to_string()),
        ];
        self.call(Method::POST, "/v1/refunds", &form, Some(format!("refund-{}", request.refund))).await
    }

    async fn refunds(&self, reference: &str) -> Result<Vec<Given>> {
        self.all_of("refunds", reference, |given: &Given| &given.id).await
    }

    /// Every one of a payment's, page by page.
    async fn all_of<T: DeserializeOwned>(&self, what: &str, reference: &str, id: fn(&T) -> &str) -> Result<Vec<T>> {
        let (mut all, mut after) = (Vec::new(), String::new());
        for _ in 0..MOST_PAGES {
            let path = format!("/v1/{what}?payment_intent={reference}&limit=100{after}");
            let Page { data, has_more } = self.call(Method::GET, &path, &[], None).await?;
            all.extend(data);
            match all.last().filter(|_| has_more) {
                Some(last) => after = format!("&starting_after={}", id(last)),
                None => return Ok(all),
            }
        }
        Err(Error::Unavailable(anyhow!("Stripe has more {what} of one payment than are looked through")))
    }

    /// All that went back of a payment, and what its buyer's bank took or asks for.
    pub(super) async fn gone_back(&self, reference: &str) -> Result<Vec<ProviderRefund>> {
        let given = self.refunds(reference).await?;
        let disputes = self.all_of("disputes", reference, |dispute: &Dispute| &dispute.id).await?;
        let mut all = given.into_iter().map(Given::refund).collect::<Result<Vec<_>>>()?;
        for dispute in disputes {
            all.extend(dispute.refund()?);
        }
        Ok(all)
    }
}
