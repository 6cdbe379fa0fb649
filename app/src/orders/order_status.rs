//! Watches an order from its page, and reloads the page when the order has moved on.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::wasm_bindgen::closure::Closure;
use shop::domain::OrderId;
use web_sys::{EventSource, MessageEvent};

/// `token` is the one that opened the page, if one did; `mark` is `OrderView::mark()` of what the page shows; the stream sends the mark of what is true.
#[island]
pub fn OrderStatusWatch(id: OrderId, mark: String, token: String) -> impl IntoView {
    Effect::new(move |_| {
        // Without a stream the page is what it is; a reload shows the same.
        let query = if token.is_empty() { String::new() } else { format!("?token={token}") };
        if let Ok(stream) = EventSource::new(&format!("/orders/{id}/events{query}")) {
            watch(&stream, mark.clone());
        }
    });
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
