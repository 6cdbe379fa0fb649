//! `/admin/webhooks`: which other programs are told what happens, and one more.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{ChosenEvents, EndpointState};
use shop::dto::{EndpointList, EndpointRow};

use super::forms::{NEW_WEBHOOK, WEBHOOK};
use super::parts::{DeskField, DeskHead, EmptyList, counted};
use super::paths::webhook_path;
use super::webhooks_api::{AddWebhook, load_webhooks};
use crate::ui::{Flash, FormProblem, Written, flash_of, loaded};

#[component]
pub fn WebhooksPage() -> impl IntoView {
    loaded(load_webhooks(), |list| view! { <Webhooks list /> })
}

#[component]
fn Webhooks(list: EndpointList) -> impl IntoView {
    let EndpointList { endpoints } = list;
    let is_empty = endpoints.is_empty();
    view! {
        <DeskHead title="Webhooks" />
        <FormProblem flash=flash_of(WEBHOOK) />
        <div class="desk-columns">
            <div class="desk-work">
                {is_empty.then(|| view! { <EmptyList line="No other program is told what happens here." /> })}
                {(!is_empty).then(|| view! { <Table endpoints /> })}
            </div>
            <aside class="desk-side" aria-label="Add a webhook">
                <Add />
            </aside>
        </div>
    }
    .written()
}

#[component]
fn Table(endpoints: Vec<EndpointRow>) -> impl IntoView {
    view! {
        <table class="desk-table">
            <thead>
                <tr>
                    <th scope="col">"Address"</th>
                    <th scope="col">"Events"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Waits"</th>
                </tr>
            </thead>
            <tbody>{endpoints.into_iter().map(|row| view! { <Row row /> }).collect_view()}</tbody>
        </table>
    }
    .written()
}

#[component]
fn Row(row: EndpointRow) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">
                <a href=webhook_path(&row.id.to_string())>{row.url}</a>
            </th>
            <td data-label="Events">{row.events.join(", ")}</td>
            <td data-label="State">
                <StateBadge state=row.state />
            </td>
            <td data-label="Waits">{counted(row.waiting, "delivery", "deliveries")}</td>
        </tr>
    }
    .written()
}

/// Whether something is sent, in a word and a colour.
#[component]
pub fn StateBadge(state: EndpointState) -> impl IntoView {
    let (words, class) = match state {
        EndpointState::Active => ("Active", "badge badge-done"),
        EndpointState::Paused => ("Paused", "badge badge-waits"),
        EndpointState::Failing => ("Disabled: it kept failing", "badge badge-alarm"),
        EndpointState::Gone => ("Disabled: it is gone", "badge badge-alarm"),
    };
    view! { <span class=class>{words}</span> }
}

/// What an event tells of.
fn about(topic: &str) -> &'static str {
    match topic {
        "order.created" => "An order was placed",
        "order.paid" => "It was paid",
        "order.cancelled" => "It was cancelled",
        "shipment.created" => "A parcel has left",
        "order.shipped" => "All of an order has left",
        "order.completed" => "It was completed",
        "order.refunded" => "Money was given back",
        "user.registered" => "Somebody opened an account",
        _ => "",
    }
}

#[component]
fn Add() -> impl IntoView {
    let flash = flash_of(NEW_WEBHOOK);
    view! {
        <section class="desk-panel" aria-labelledby="add-title">
            <h2 id="add-title">"Add a webhook"</h2>
            <form class="form" method="post" action=AddWebhook::url() novalidate>
                <FormProblem flash=flash.clone() />
                <EndpointFields flash url="" events=Vec::new() />
                <button class="button" type="submit">
                    "Add webhook"
                </button>
                <p class="desk-quiet">
                    "Each message is signed. The secret is shown once, on the next page. Nothing of a customer but ids is sent."
                </p>
            </form>
        </section>
    }
    .written()
}

/// The address, and what it hears of: as it was typed last, or as it is.
#[component]
pub fn EndpointFields(flash: Flash, #[prop(into)] url: String, events: Vec<String>) -> impl IntoView {
    let typed = flash.error.is_some();
    let url = flash.value("url").map_or(url, str::to_owned);
    view! {
        <DeskField
            name="fields[url]"
            problem_name="url"
            label="Address"
            value=url
            flash=flash.clone()
            kind="url"
            hint="Where the other program listens, such as https://erp.example.org/hooks"
            required=true
        />
        <Choice flash events=if typed { Vec::new() } else { events } />
    }
    .written()
}

#[component]
fn Choice(flash: Flash, events: Vec<String>) -> impl IntoView {
    let problem = flash.problem("events").map(str::to_owned);
    let tick = |topic: &'static str| {
        let name = format!("event-{topic}");
        let checked = flash.value(&name).is_some() || events.iter().any(|event| event == topic);
        view! {
            <li>
                <label class="desk-tick">
                    <input type="checkbox" name=format!("fields[{name}]") value="on" checked=checked />
                    <span>{about(topic)} <span class="desk-more">{topic}</span></span>
                </label>
            </li>
        }
    };
    let ticks = ChosenEvents::all().iter().copied().map(tick).collect_view();
    view! {
        <fieldset class="desk-choice">
            <legend>"Events"</legend>
            {problem.map(|problem| view! { <p class="field-problem">{problem}</p> })}
            <ul class="desk-ticks">{ticks}</ul>
        </fieldset>
    }
    .written()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_is_told_of_in_words() {
        for topic in ChosenEvents::all() {
            assert!(!about(topic).is_empty(), "{topic}");
        }
    }
}
