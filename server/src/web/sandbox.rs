//! The sandbox's own page: where its shoppers say what a provider would have said. It works without scripts, belongs to no
//! page of the shop, and says that no money moves.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Form, Path, State as FromState};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use html_escape::{encode_double_quoted_attribute, encode_text};
use http::StatusCode;
use serde::Deserialize;
use shop::domain::PaymentId;
use shop::infrastructure::payments::{SandboxAnswer, SandboxDelivery, SandboxPayments};
use shop::infrastructure::postgres::SandboxCheckout;
use shop::usecase::Result;
use tokio_util::task::TaskTracker;

use super::State;

/// The longest that anything is put off.
const DAY: u32 = 86_400;

#[derive(Clone)]
struct Sandbox {
    payments: SandboxPayments,
    writes: TaskTracker,
    stylesheet: Arc<str>,
}

/// Nothing where another provider takes the money.
pub fn routes(state: &State, stylesheet: &str) -> Router {
    let Some(payments) = state.sandbox.clone() else { return Router::new() };
    let stylesheet = encode_double_quoted_attribute(stylesheet).into();
    let sandbox = Sandbox { payments, writes: state.site.tracker.clone(), stylesheet };
    Router::new().route("/sandbox/{payment}", get(show).post(answer)).with_state(sandbox)
}

#[derive(Deserialize)]
struct Said {
    answer: String,
    #[serde(default)]
    after: Option<u32>,
    #[serde(default)]
    times: Option<u8>,
    #[serde(default)]
    delay: Option<u32>,
    #[serde(default)]
    reordered: Option<String>,
}

impl Said {
    /// None: that is no answer.
    fn read(&self) -> Option<(SandboxAnswer, SandboxDelivery)> {
        let (after, delay, times) = (self.after.unwrap_or(10), self.delay.unwrap_or(0), self.times.unwrap_or(1));
        if after > DAY || delay > DAY || !(1..=5).contains(&times) {
            return None;
        }
        let answer = match self.answer.as_str() {
            "approve" => SandboxAnswer::Approve,
            "decline" => SandboxAnswer::Decline,
            "late" => SandboxAnswer::ApproveLater(Duration::from_secs(after.into())),
            _ => return None,
        };
        let (delay, reordered) = (Duration::from_secs(delay.into()), self.reordered.is_some());
        Some((answer, SandboxDelivery { times, delay, reordered }))
    }
}

async fn show(FromState(sandbox): FromState<Sandbox>, Path(payment): Path<String>) -> Response {
    match find(&sandbox, &payment).await {
        Ok(Some((_, page))) => Html(html(&payment, &page, &sandbox.stylesheet)).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => busy(error),
    }
}

async fn answer(
    FromState(sandbox): FromState<Sandbox>,
    Path(payment): Path<String>,
    Form(said): Form<Said>,
) -> Response {
    let Some((answer, how)) = said.read() else { return StatusCode::UNPROCESSABLE_ENTITY.into_response() };
    let (payment, page) = match find(&sandbox, &payment).await {
        Ok(Some(found)) => found,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => return busy(error),
    };
    let payments = sandbox.payments.clone();
    match sandbox.writes.spawn(async move { payments.answer(payment, answer, how).await }).await {
        Ok(Ok(())) => Redirect::to(&page.return_url).into_response(),
        Ok(Err(error)) => busy(error),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn find(sandbox: &Sandbox, payment: &str) -> Result<Option<(PaymentId, SandboxCheckout)>> {
    let Ok(payment) = payment.parse::<PaymentId>() else { return Ok(None) };
    Ok(sandbox.payments.checkout(payment).await?.map(|page| (payment, page)))
}

fn busy(error: shop::usecase::Error) -> Response {
    tracing::warn!(error = format!("{:#}", anyhow::Error::from(error)), "the sandbox does not answer");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

fn html(payment: &str, page: &SandboxCheckout, stylesheet: &str) -> String {
    let (label, amount) = (encode_text(&page.label), page.amount.to_string());
    let (amount, back) = (encode_text(&amount), encode_double_quoted_attribute(&page.return_url));
    let (form, way_back) = if page.is_answered {
        ("<p>This was answered already.</p>".to_owned(), "Go back to the shop")
    } else {
        (form(&encode_double_quoted_attribute(payment)), "Go back to the shop without an answer")
    };
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Sandbox payment</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{stylesheet}">
</head>
<body>
<main id="main">
<section class="plain-page">
<h1>Sandbox payment</h1>
<p class="line-notice">This is a sandbox: no card is asked for and no money moves.</p>
<p>{label}: <strong>{amount}</strong></p>
{form}
<p><a href="{back}">{way_back}</a></p>
</section>
</main>
</body>
</html>
"#
    )
}

fn form(payment: &str) -> String {
    format!(
        r#"<form class="form" method="post" action="/sandbox/{payment}">
<div class="panel-actions">
<button class="button" type="submit" name="answer" value="approve">Approve</button>
<button class="button-quiet" type="submit" name="answer" value="decline">Decline</button>
</div>
<details>
<summary>Late money, and webhooks that misbehave</summary>
<div class="form">
<div class="field"><label for="after">Seconds until a late approval</label>
<input id="after" name="after" type="number" min="1" max="86400" value="10"></div>
<button class="button-quiet" type="submit" name="answer" value="late">Approve late</button>
<div class="field"><label for="times">How often each webhook is sent</label>
<input id="times" name="times" type="number" min="1" max="5" value="1"></div>
<div class="field"><label for="delay">Seconds before webhooks are sent</label>
<input id="delay" name="delay" type="number" min="0" max="86400" value="0"></div>
<p><label><input type="checkbox" name="reordered" value="yes"> The last webhook first</label></p>
</div>
</details>
</form>"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(answer: &str, times: u8, after: u32) -> Option<(SandboxAnswer, SandboxDelivery)> {
        let said = Said { answer: answer.into(), after: Some(after), times: Some(times), delay: None, reordered: None };
        said.read()
    }

    #[test]
    fn only_what_the_page_offers_is_an_answer() {
        assert_eq!(said("approve", 1, 10), Some((SandboxAnswer::Approve, SandboxDelivery::default())));
        let late = SandboxAnswer::ApproveLater(Duration::from_secs(10));
        assert_eq!(said("late", 5, 10), Some((late, SandboxDelivery { times: 5, ..SandboxDelivery::default() })));
        for odd in [said("approve", 0, 10), said("approve", 6, 10), said("late", 1, DAY + 1), said("free", 1, 1)] {
            assert_eq!(odd, None);
        }
    }

    #[test]
    fn the_page_says_that_no_money_moves_and_escapes_what_it_shows() {
        let amount = shop::domain::Money::parse("24.00", shop::domain::Currency::USD).unwrap();
        let page = |is_answered| SandboxCheckout {
            label: "<b>".into(),
            amount,
            return_url: "/orders/1?a=\"&b".into(),
            is_answered,
        };
        for is_answered in [false, true] {
            let html = html("0190", &page(is_answered), "/pkg/shop.css");
            assert!(html.contains("no money moves") && html.contains("&lt;b&gt;") && !html.contains("\"&b"), "{html}");
            assert_eq!(html.contains("value=\"approve\""), !is_answered);
            assert!(!html.contains("<script"));
        }
    }
}
