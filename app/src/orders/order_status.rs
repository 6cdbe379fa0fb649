//! Watches an order from its page, and reloads the page when the order has moved on.

use std::time::Duration;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::closure::Closure;
use shop::domain::OrderId;
use web_sys::{EventSource, MessageEvent};

/// How long the stream has to tell what the shop does at once.
const PATIENCE: Duration = Duration::from_secs(5);

/// `mark` is `OrderView::mark()` of what the page shows; the stream sends the mark of what is true. What opened the page opens it.
#[island]
pub fn OrderStatusWatch(id: OrderId, mark: String) -> impl IntoView {
    Effect::new(move |before: Option<Option<EventSource>>| {
        ASKED.with(Clone::clone).track();
        if let Some(before) = before.flatten() {
            before.close();
        }
        // Without a stream the page is what it is; a reload shows the same.
        let stream = EventSource::new(&format!("/orders/{id}/events")).ok();
        if let Some(stream) = &stream {
            watch(stream, mark.clone());
        }
        stream
    });
}

thread_local! {
    /// Set in the browser only.
    static ASKED: ArcTrigger = ArcTrigger::new();
}

/// Something must have happened: asks anew, also where the stream was given up, and reads the page anew where nothing is
/// heard.
pub fn ask_again() {
    ASKED.with(Clone::clone).notify();
    let reload = || {
        // Without a network the page is better than what the browser would show in its place.
        if window().navigator().on_line() {
            let _ = window().location().reload();
        }
    };
    // As above: not while somebody is on their way elsewhere.
    if let Ok(reload) = set_timeout_with_handle(reload, PATIENCE) {
        let _listener = window_event_listener_untyped("beforeunload", move |_| reload.clear());
    }
}

fn watch(stream: &EventSource, mark: String) {
    let source = stream.clone();
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if event.data().as_string().is_some_and(|now| now != mark) {
            source.close();
            let _ = window().location().reload();
        }
    });
    stream.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // Who is on their way elsewhere is not called back: a reload would break off the visit that has begun.
    let source = stream.clone();
    let _listener = window_event_listener_untyped("beforeunload", move |_| source.close());
    // The page owns it until it is left.
    heard.forget();
}
