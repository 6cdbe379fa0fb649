//! What is being bought, on a phone folded to one line that stays in sight: how much it is, and what it comes to.

use leptos::prelude::*;

/// At a desk the style sheet shows all of it, and no line to unfold it by.
#[component]
pub fn SummaryFold<C>(count: u32, total: Signal<String>, children: TypedChildren<C>) -> impl IntoView
where
    C: IntoView + 'static,
{
    let items = if count == 1 { "1 item".to_owned() } else { format!("{count} items") };
    view! {
        <details class="summary-fold">
            <summary>
                <span>{items}</span>
                <span>"Total " <strong class="summary-total">{move || total.get()}</strong></span>
            </summary>
            <div class="summary-content">{children.into_inner()()}</div>
        </details>
    }
}
