//! `/admin/webhooks/{id}`: one endpoint, what was sent there and what it answered.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{EndpointState, endpoint_host};
use shop::dto::{EndpointRow, EndpointView, WebhookDeliveryRow};

use super::forms::{SAVE_WEBHOOK, WEBHOOK};
use super::parts::{DeskHead, Further};
use super::paths::{WEBHOOKS_PATH, webhook_path};
use super::webhooks_api::{
    RemoveWebhook, RetryWebhook, RotateWebhook, SaveWebhook, SwitchWebhook, TestWebhook, load_webhook,
};
use super::webhooks_page::{EndpointFields, StateBadge};
use crate::ui::{FormProblem, Location, Moment, Written, flash_of, loaded};

#[component]
pub fn WebhookPage() -> impl IntoView {
    let id = Location::param("id");
    let before = Location::asked("before").and_then(|text| text.parse().ok()).unwrap_or(0);
    loaded(load_webhook(id, before), move |view| view! { <Webhook view before /> })
}

#[component]
fn Webhook(view: EndpointView, before: i64) -> impl IntoView {
    let EndpointView { endpoint, deliveries, next } = view;
    let id = endpoint.id.to_string();
    let here = webhook_path(&id);
    let next = next.map(|before| format!("{here}?before={before}"));
    let is_active = endpoint.state == EndpointState::Active;
    let state = endpoint.state;
    let test = is_active.then(|| {
        view! {
            <form method="post" action=TestWebhook::url()>
                <input type="hidden" name="id" value=id.clone() />
                <button class="button-quiet" type="submit">
                    "Send a test event"
                </button>
            </form>
        }
    });
    view! {
        <DeskHead title=endpoint_host(&endpoint.url).to_owned() crumb=(WEBHOOKS_PATH, "Webhooks")>
            <StateBadge state />
            {test}
        </DeskHead>
        <p class="desk-when desk-address">{endpoint.url.clone()}</p>
        <FormProblem flash=flash_of(WEBHOOK) />
        <Standing endpoint=endpoint.clone() />
        <div class="desk-columns">
            <div class="desk-work">
                <Log endpoint=id deliveries is_active />
                <Further next first=(before > 0).then_some(here) label="Earlier deliveries" />
            </div>
            <aside class="desk-side" aria-label="About this webhook">
                <Events endpoint=endpoint.clone() />
                <Secret endpoint />
            </aside>
        </div>
    }
    .written()
}

/// Whether something is sent, and the buttons that change it.
#[component]
fn Standing(endpoint: EndpointRow) -> impl IntoView {
    let EndpointRow { id, state, failing_since, .. } = endpoint;
    let (words, on, button) = match state {
        EndpointState::Active => ("Events are sent as they happen.", "no", "Pause"),
        EndpointState::Paused => ("Paused: what happens meanwhile waits, for 30 days at most.", "yes", "Resume"),
        EndpointState::Failing => {
            ("Disabled, for everything failed for three days. What happens now is not kept.", "yes", "Send again")
        }
        EndpointState::Gone => {
            ("Disabled, for it answered that it is gone. What happens now is not kept.", "yes", "Send again")
        }
    };
    let is_disabled = matches!(state, EndpointState::Failing | EndpointState::Gone);
    let since = failing_since.map(|at| {
        view! {
            " Every try has failed since "
            <Moment at />
            "."
        }
    });
    view! {
        <div class="desk-next" class:desk-alarm=is_disabled>
            <p>{words} {since}</p>
            <form method="post" action=SwitchWebhook::url()>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="on" value=on />
                <button class="button-quiet" type="submit">
                    {button}
                </button>
            </form>
        </div>
    }
    .written()
}

#[component]
fn Events(endpoint: EndpointRow) -> impl IntoView {
    let EndpointRow { id, url, events, .. } = endpoint;
    let flash = flash_of(SAVE_WEBHOOK);
    view! {
        <section class="desk-panel" aria-labelledby="events-title">
            <h2 id="events-title">"Address and events"</h2>
            <form class="form" method="post" action=SaveWebhook::url() novalidate>
                <FormProblem flash=flash.clone() />
                <input type="hidden" name="fields[id]" value=id.to_string() />
                <EndpointFields flash url events />
                <button class="button-quiet" type="submit">
                    "Save"
                </button>
            </form>
        </section>
    }
    .written()
}

#[component]
fn Secret(endpoint: EndpointRow) -> impl IntoView {
    let EndpointRow { id, rotated_at, .. } = endpoint;
    let since = rotated_at.map(|at| {
        view! { <p class="desk-quiet">"The secret is of " <Moment at /> "; the one before signed for a day longer."</p> }
    });
    view! {
        <section class="desk-panel" aria-labelledby="secret-title">
            <h2 id="secret-title">"Secret"</h2>
            {since}
            <form method="post" action=RotateWebhook::url()>
                <input type="hidden" name="id" value=id.to_string() />
                <p class="desk-quiet">"A new one is shown once. For 24 hours both sign, so that nothing is lost."</p>
                <button class="button-quiet" type="submit">
                    "Make a new secret"
                </button>
            </form>
        </section>
        <section class="desk-panel" aria-labelledby="remove-title">
            <h2 id="remove-title">"Remove"</h2>
            <form method="post" action=RemoveWebhook::url()>
                <input type="hidden" name="id" value=id.to_string() />
                <p class="desk-quiet">"Nothing is sent there any more, also nothing that waits."</p>
                <button class="button-quiet" type="submit">
                    "Remove this webhook"
                </button>
            </form>
        </section>
    }
    .written()
}

#[component]
fn Log(endpoint: String, deliveries: Vec<WebhookDeliveryRow>, is_active: bool) -> impl IntoView {
    let is_empty = deliveries.is_empty();
    let row = move |delivery: WebhookDeliveryRow| view! { <Delivery endpoint=endpoint.clone() delivery is_active /> };
    let rows = deliveries.into_iter().map(row).collect_view();
    view! {
        <section class="desk-panel" aria-labelledby="log-title">
            <h2 id="log-title">"Deliveries"</h2>
            {is_empty
                .then(|| {
                    view! { <p class="desk-quiet">"Nothing was sent yet. What is sent stands here for 30 days."</p> }
                })}
            {(!is_empty)
                .then(|| {
                    view! {
                        <table class="desk-table">
                            <thead>
                                <tr>
                                    <th scope="col">"Event"</th>
                                    <th scope="col">"State"</th>
                                    <th scope="col">"Last answer"</th>
                                    <th scope="col">
                                        <span class="visually-hidden">"What can be done"</span>
                                    </th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    }
                })}
        </section>
    }
    .written()
}

/// What became of a delivery, in a word and a colour.
fn state(delivery: &WebhookDeliveryRow) -> (&'static str, &'static str) {
    match (delivery.state.as_str(), delivery.attempts) {
        ("delivered", _) => ("Delivered", "badge badge-done"),
        ("given_up", _) => ("Given up", "badge badge-alarm"),
        (_, 0) => ("Waits", "badge badge-waits"),
        _ => ("Tried again", "badge badge-moves"),
    }
}

#[component]
fn Delivery(endpoint: String, delivery: WebhookDeliveryRow, is_active: bool) -> impl IntoView {
    let ((words, class), retryable) = (state(&delivery), delivery.is_retryable() && is_active);
    let waits = delivery.state == "waiting";
    let tries = if delivery.attempts == 1 { "1 try".to_owned() } else { format!("{} tries", delivery.attempts) };
    let took = delivery.took_ms.map(|ms| format!(" after {ms} ms"));
    let said = delivery.tried_at.map(|at| {
        let status = delivery.status.map_or_else(|| "No answer".to_owned(), |status| status.to_string());
        view! {
            {status}
            {took}
            <span class="desk-more">
                <Moment at />
            </span>
        }
    });
    let answer = delivery.answer.filter(|answer| !answer.is_empty());
    let retry = retryable.then(|| {
        view! {
            <form method="post" action=RetryWebhook::url()>
                <input type="hidden" name="id" value=endpoint />
                <input type="hidden" name="position" value=delivery.position.to_string() />
                <button class="link" type="submit">
                    "Try now"
                    <span class="visually-hidden">{format!(": {} {}", delivery.topic, delivery.event)}</span>
                </button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">
                {delivery.topic.clone()} <span class="desk-more">
                    <Moment at=delivery.created_at />
                </span>
            </th>
            <td data-label="State">
                <span class=class>{words}</span>
                <span class="desk-more">{tries}</span>
                {waits
                    .then(|| {
                        view! { <span class="desk-more">"next try " <Moment at=delivery.due_at /></span> }
                    })}
            </td>
            <td data-label="Last answer">
                {said}
                {answer
                    .map(|answer| {
                        view! {
                            <details>
                                <summary>"What it said"</summary>
                                <p class="desk-code">{answer}</p>
                            </details>
                        }
                    })}
            </td>
            <td>{retry}</td>
        </tr>
    }
    .written()
}
