//! What the page of events asks of the core, and what is done there.

use leptos::prelude::*;
use shop::dto::{EventsView, ReplayedEvents};

use crate::ShopError;

/// The dead letters behind this position.
pub async fn load_events(after: i64) -> Result<EventsView, ShopError> {
    crate::ssr::events_page(after).await
}

/// Puts a dead letter back on the topic it came from, for the group that could not read it.
#[server(prefix = "/do", endpoint = "admin-replay-event")]
pub async fn replay_event(#[server(default)] position: i64) -> Result<(), ShopError> {
    use crate::ssr::{Form, as_staff};
    let replayed = as_staff(|shop, by| async move { shop.replay_for(by, position).await });
    let form = Form::new("replay-event", "/admin/events");
    form.lead_saying(replayed, |()| "The event is put back.".into(), |()| "/admin/events".into()).await
}

/// Puts all dead letters back, at most 200 at once.
#[server(prefix = "/do", endpoint = "admin-replay-events")]
pub async fn replay_events() -> Result<ReplayedEvents, ShopError> {
    use super::parts::counted;
    use crate::ssr::{Form, as_staff};
    let replayed = as_staff(|shop, by| async move { shop.replay_all_for(by).await });
    let words = |done: &ReplayedEvents| {
        let back = format!("{} put back.", counted(done.back, "event is", "events are"));
        match done.left {
            0 => back,
            left => format!("{back} {left} could not be: the log of the server says why."),
        }
    };
    Form::new("replay-event", "/admin/events").lead_saying(replayed, words, |_| "/admin/events".into()).await
}

/// Has everything that is held back tried now.
#[server(prefix = "/do", endpoint = "admin-try-events")]
pub async fn try_events() -> Result<u64, ShopError> {
    use crate::ssr::{Form, as_staff};
    let tried = as_staff(|shop, by| async move { shop.end_pauses_for(by).await });
    let words = |count: &u64| format!("{count} events are tried now.");
    Form::new("try-events", "/admin/events").lead_saying(tried, words, |_| "/admin/events".into()).await
}
