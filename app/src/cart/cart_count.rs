//! How many things are in the cart, in the header of every page. Other islands tell it when that changes.

use leptos::prelude::*;

thread_local! {
    /// Set in the browser only: on the server a thread serves many shoppers, and the count comes with the page.
    static COUNT: ArcRwSignal<Option<u32>> = ArcRwSignal::new(None);
}

/// Tells the header what the cart holds now.
pub fn announce_count(count: u32) {
    COUNT.with(Clone::clone).set(Some(count));
}

#[island]
pub fn CartCount(count: u32) -> impl IntoView {
    let shown = RwSignal::new(count);
    Effect::new(move |_| {
        if let Some(count) = COUNT.with(Clone::clone).get() {
            shown.set(count);
        }
    });
    view! {
        <span class="cart-count" class:cart-count-none=move || shown.get() == 0>
            <span class="visually-hidden">"("</span>
            {move || shown.get()}
            <span class="visually-hidden">{move || if shown.get() == 1 { " item)" } else { " items)" }}</span>
        </span>
    }
}
