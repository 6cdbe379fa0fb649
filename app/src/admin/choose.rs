//! Choosing several of a list: a box in each row, and all of them.

use leptos::prelude::*;

/// The box before an order, or a product: its name is read to who does not see the row.
#[component]
pub fn ChooseBox(#[prop(into)] name: String, #[prop(into)] label: String, checked: bool) -> impl IntoView {
    view! {
        <label class="desk-tick">
            <input type="checkbox" name=name value="yes" checked=checked />
            <span class="visually-hidden">{label}</span>
        </label>
    }
}

/// All boxes of the page ticked, or none: a link, so that it needs no script.
#[component]
pub fn ChooseAll(
    /// The address of this page.
    here: String,
    all: bool,
) -> impl IntoView {
    let sign = if here.contains('?') { '&' } else { '?' };
    let (to, words) = match all {
        true => (here, "Choose none"),
        false => (format!("{here}{sign}chosen=all"), "Choose all on this page"),
    };
    view! {
        <p class="desk-choose-all">
            <a href=to>{words}</a>
        </p>
    }
}
