//! How far the groups are that events are for, and what the background work of this process is doing.

use leptos::prelude::*;
use shop::dto::{GroupLag, GroupPartitions, TaskState, TaskView};

use super::parts::counted;
use crate::ui::Written;

/// The task that publishes events: where it does not run, nor do the others that a worker runs.
const RELAY: &str = "relay";

#[component]
pub fn Groups(groups: Vec<GroupLag>) -> impl IntoView {
    let row = |lag: GroupLag| {
        let (waiting, age) = match lag.waiting {
            0 => ("None".to_owned(), "–".to_owned()),
            waiting => (counted(waiting, "event", "events"), format!("{} s", lag.oldest_seconds)),
        };
        view! {
            <tr>
                <th scope="row">{lag.group}</th>
                <td data-label="Not handled">{waiting}</td>
                <td data-label="The oldest" class="desk-number">
                    {age}
                </td>
            </tr>
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="groups-title">
            <h2 id="groups-title">"How far each group is"</h2>
            <p class="desk-quiet">"Of the newest 10,000 events, those that a group is to handle and has not."</p>
            <table class="desk-table">
                <thead>
                    <tr>
                        <th scope="col">"Group"</th>
                        <th scope="col">"Not handled"</th>
                        <th scope="col" class="desk-number">
                            "The oldest"
                        </th>
                    </tr>
                </thead>
                <tbody>{groups.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
    .written()
}

/// Nothing where no consumer of Kafka runs in this process, or none has looked yet.
#[component]
pub fn Partitions(groups: Vec<GroupPartitions>) -> impl IntoView {
    let row = |group: GroupPartitions| {
        let ago = format!("{} s ago", group.looked_seconds);
        let place = |place: shop::dto::PartitionLag| {
            view! { <li>{format!("{}, partition {}: {}", place.topic, place.partition, place.waiting)}</li> }
        };
        let waiting: Vec<_> = group.partitions.into_iter().filter(|place| place.waiting > 0).collect();
        let places = match waiting.is_empty() {
            true => "Nothing".written(),
            false => view! { <ul>{waiting.into_iter().map(place).collect_view()}</ul> }.written(),
        };
        view! {
            <tr>
                <th scope="row">{group.group}</th>
                <td data-label="Not committed">{places}</td>
                <td data-label="Looked" class="desk-number">
                    {ago}
                </td>
            </tr>
        }
    };
    (!groups.is_empty()).then(|| {
        view! {
            <section class="desk-panel" aria-labelledby="partitions-title">
                <h2 id="partitions-title">"Partitions"</h2>
                <p class="desk-quiet">
                    "A consumer of this process looks four times a minute: what it has in hand just then may stand here."
                </p>
                <table class="desk-table">
                    <thead>
                        <tr>
                            <th scope="col">"Group"</th>
                            <th scope="col">"Not committed"</th>
                            <th scope="col" class="desk-number">
                                "Looked"
                            </th>
                        </tr>
                    </thead>
                    <tbody>{groups.into_iter().map(row).collect_view()}</tbody>
                </table>
            </section>
        }
        .written()
    })
}

#[component]
pub fn Tasks(tasks: Vec<TaskView>) -> impl IntoView {
    let (is_empty, is_worker) = (tasks.is_empty(), tasks.iter().any(|task| task.name == RELAY));
    let row = |task: TaskView| {
        view! {
            <tr>
                <th scope="row">{task.name}</th>
                <td data-label="State">{state_words(task.state)}</td>
                <td data-label="Restarts" class="desk-number">
                    {task.restarts}
                </td>
                <td data-label="Last heard of" class="desk-number">
                    {format!("{} s ago", task.idle_seconds)}
                </td>
            </tr>
        }
    };
    let table = (!is_empty).then(|| {
        view! {
            <table class="desk-table">
                <thead>
                    <tr>
                        <th scope="col">"Task"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="desk-number">
                            "Restarts"
                        </th>
                        <th scope="col" class="desk-number">
                            "Last heard of"
                        </th>
                    </tr>
                </thead>
                <tbody>{tasks.into_iter().map(row).collect_view()}</tbody>
            </table>
        }
    });
    view! {
        <section class="desk-panel" aria-labelledby="tasks-title">
            <h2 id="tasks-title">"Background work of this process"</h2>
            {(!is_worker)
                .then(|| {
                    view! {
                        <p class="desk-quiet">
                            "This process answers requests and neither publishes events nor sends mail: a worker does, in a process of its own."
                        </p>
                    }
                })}
            {table}
        </section>
    }
    .written()
}

const fn state_words(state: TaskState) -> &'static str {
    match state {
        TaskState::Starting => "Starting",
        TaskState::Running => "Running",
        TaskState::Waiting => "Waiting",
        TaskState::Stopping => "Stopping",
        TaskState::Stopped => "Stopped",
    }
}
