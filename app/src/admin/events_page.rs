//! `/admin/events`: the backbone: what waits, what is held back and why, and messages that nobody could read.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::{DeadLetterView, EventsView, HeldEventView};

use super::backbone::{Groups, Partitions, Tasks};
use super::events_api::{ReplayEvent, ReplayEvents, TryEvents, load_events};
use super::parts::{DeskHead, Further};
use crate::ui::{FormProblem, Location, Moment, Written, flash_of, loaded};

#[component]
pub fn EventsPage() -> impl IntoView {
    let after = Location::asked("after").and_then(|after| after.parse().ok()).unwrap_or(0);
    loaded(load_events(after), move |view| view! { <Events view after /> })
}

#[component]
fn Events(view: EventsView, after: i64) -> impl IntoView {
    let waiting = match view.waiting {
        0 => "No event waits to be published.".to_owned(),
        1 => format!("1 event waits to be published, for {} s.", view.oldest_seconds),
        many => format!("{many} events wait to be published, the oldest for {} s.", view.oldest_seconds),
    };
    let several = view.dead.len() > 1 || view.next.is_some() || after > 0;
    let is_alarming = view.oldest_seconds > 60;
    let (no_dead, next) = (view.dead.is_empty(), view.next.map(|after| format!("/admin/events?after={after}")));
    view! {
        <DeskHead title="Events" />
        <p class="desk-next" class:desk-alarm=is_alarming>
            {waiting}
        </p>
        <FormProblem flash=flash_of("replay-event") />
        <Groups groups=view.groups />
        <Partitions groups=view.partitions />
        <Held held=view.held />
        <section class="desk-panel" aria-labelledby="dead-title">
            <h2 id="dead-title">"Dead letters"</h2>
            {no_dead
                .then(|| {
                    view! { <p class="desk-quiet">"None. A message that its consumer cannot read would lie here."</p> }
                })}
            {several
                .then(|| {
                    view! {
                        <form method="post" action=ReplayEvents::url()>
                            <button class="button-quiet" type="submit">
                                "Put all of them back"
                            </button>
                        </form>
                    }
                })}
            <ul class="desk-entries">{view.dead.into_iter().map(|dead| view! { <Dead dead /> }).collect_view()}</ul>
        </section>
        <Further next first=(after > 0).then(|| "/admin/events".to_owned()) label="More dead letters" />
        <Tasks tasks=view.tasks />
    }
    .written()
}

#[component]
fn Held(held: Vec<HeldEventView>) -> impl IntoView {
    let row = |event: HeldEventView| {
        let why = event.reason.unwrap_or_else(|| "It waits for an earlier event of the same thing.".to_owned());
        view! {
            <tr>
                <th scope="row">{event.topic} <span class="desk-more">{event.key}</span></th>
                <td data-label="Tries" class="desk-number">
                    {event.attempts}
                </td>
                <td data-label="Next try">
                    <Moment at=event.until />
                </td>
                <td data-label="Why">{why}</td>
            </tr>
        }
    };
    (!held.is_empty()).then(|| {
        view! {
            <section class="desk-panel" aria-labelledby="held-title">
                <h2 id="held-title">"Held back"</h2>
                <p class="desk-quiet">
                    "These could not be published, or wait behind one that could not. The rest flows."
                </p>
                <table class="desk-table">
                    <thead>
                        <tr>
                            <th scope="col">"Event"</th>
                            <th scope="col" class="desk-number">
                                "Tries"
                            </th>
                            <th scope="col">"Next try"</th>
                            <th scope="col">"Why"</th>
                        </tr>
                    </thead>
                    <tbody>{held.into_iter().map(row).collect_view()}</tbody>
                </table>
                <form method="post" action=TryEvents::url()>
                    <button class="button-quiet" type="submit">
                        "Try them now"
                    </button>
                </form>
            </section>
        }
        .written()
    })
}

#[component]
fn Dead(dead: DeadLetterView) -> impl IntoView {
    let group = dead.header("dlq_group").unwrap_or("an unknown group").to_owned();
    let reason = dead.header("dlq_reason").unwrap_or("It said nothing.").to_owned();
    let header = |(name, value): (String, String)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! {
        <li class="desk-dead">
            <p>
                <strong>{dead.topic}</strong>
                <span class="desk-more">{dead.key} ", " <Moment at=dead.at /></span>
            </p>
            <p>{format!("{group} could not read it: {reason}")}</p>
            <details>
                <summary>"Payload and origin"</summary>
                <p class="desk-code">{dead.payload}</p>
                <dl class="facts">{dead.headers.into_iter().map(header).collect_view()}</dl>
            </details>
            <form method="post" action=ReplayEvent::url()>
                <input type="hidden" name="position" value=dead.position.to_string() />
                <button class="button-quiet" type="submit">
                    "Put it back"
                    <span class="visually-hidden">{format!(": number {}", dead.position)}</span>
                </button>
            </form>
        </li>
    }
    .written()
}
