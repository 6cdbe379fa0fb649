//! How many things are in the cart, in the header of every page. Other islands tell it when that changes.

use std::sync::LazyLock;

use leptos::either::Either;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

thread_local! {
    /// Set in the browser only: on the server a thread serves many shoppers, and the count comes with the page.
    static COUNT: ArcRwSignal<Option<u32>> = ArcRwSignal::new(None);
}

/// Tells the header what the cart holds now.
pub fn announce_count(count: u32) {
    COUNT.with(Clone::clone).set(Some(count));
}

/// The count as a page brings it. Most visitors have nothing in their cart yet: what says so is the same for all of them, and
/// written once.
#[component]
pub fn CountInHeader(count: u32) -> impl IntoView {
    static OF_NONE: LazyLock<String> =
        LazyLock::new(|| Owner::new().with(|| view! { <CartCount count=0 /> }.to_html()));
    match count {
        0 => Either::Left(InertElement::new(OF_NONE.as_str())),
        count => Either::Right(view! { <CartCount count /> }),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_is_written_once_stands_as_it_would_be_rendered() {
        for count in [0, 1, 2] {
            let (written, rendered) = Owner::new().with(|| {
                let written = view! { <a>"Cart " <CountInHeader count /> " and on"</a> };
                let rendered = view! { <a>"Cart " <CartCount count /> " and on"</a> };
                (written.to_html(), rendered.to_html())
            });
            assert_eq!(written, rendered);
            let said = format!("{{&quot;count&quot;:{count}}}");
            assert!(written.contains("<leptos-island data-component=") && written.contains(&said), "{written}");
        }
    }
}
