//! Stripe's webhooks: what they tell of. Of money that went back they only say of which payment; the rest is asked.

use serde::Deserialize;

use crate::domain::PaymentId;
use crate::usecase::{BadWebhook, ChargeOutcome, PaymentNews, ProviderNews};

use super::stripe_session::Session;

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

/// A refund, a charge or a dispute.
#[derive(Debug, Deserialize)]
struct OfPayment {
    #[serde(default)]
    payment_intent: Option<String>,
}

fn event(body: &str) -> Result<Event, BadWebhook> {
    serde_json::from_str(body).map_err(|_| BadWebhook::Malformed)
}

pub(super) fn id(body: &str) -> Result<String, BadWebhook> {
    Ok(event(body)?.id)
}

pub(super) fn read(body: &str) -> Result<Option<ProviderNews>, BadWebhook> {
    let event = event(body)?;
    let outcome_of = match event.kind.as_str() {
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => Session::outcome,
        "checkout.session.async_payment_failed" => |_: &Session| Ok(ChargeOutcome::Declined),
        "checkout.session.expired" => |_: &Session| Ok(ChargeOutcome::Expired),
        kind if tells_of_money_back(kind) => return money_back(event),
        _ => return Ok(None),
    };
    let session: Session = serde_json::from_value(event.data.object).map_err(|_| BadWebhook::Malformed)?;
    // The account may also sell elsewhere.
    let ours = session.client_reference_id.as_deref().and_then(|id| id.parse::<PaymentId>().ok());
    let Some(payment) = ours else { return Ok(None) };
    let outcome = outcome_of(&session).map_err(|_| BadWebhook::Malformed)?;
    let is_open = outcome == ChargeOutcome::Open;
    Ok((!is_open).then_some(ProviderNews::Payment(PaymentNews { payment, outcome })))
}

fn tells_of_money_back(kind: &str) -> bool {
    matches!(kind, "charge.refunded" | "charge.refund.updated")
        || kind.starts_with("refund.")
        || kind.starts_with("charge.dispute.")
}

fn money_back(event: Event) -> Result<Option<ProviderNews>, BadWebhook> {
    let OfPayment { payment_intent } = serde_json::from_value(event.data.object).map_err(|_| BadWebhook::Malformed)?;
    Ok(payment_intent.map(|reference| ProviderNews::MoneyBack { reference }))
}
