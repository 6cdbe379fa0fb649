//! What is left to do before a shop opens, on the first page of the back office until all of it is done.

use leptos::prelude::*;
use shop::dto::SetupSteps;

use super::paths::{BUSINESS_PATH, CONTENT, page_path};
use crate::ui::Written;

#[component]
pub fn Setup(steps: SetupSteps) -> impl IntoView {
    let all = [
        (steps.name, "Give it a name, words and a colour", CONTENT.to_owned()),
        (steps.seller, "Say who sells, for invoices", BUSINESS_PATH.to_owned()),
        (steps.pages, "Write its imprint and its terms", page_path("imprint")),
        (steps.product, "Put something up for sale", "/admin/products/new".to_owned()),
        (steps.shipping, "Say where you ship to, and for how much", "/admin/shipping".to_owned()),
        (steps.tax, "Set your taxes", "/admin/tax".to_owned()),
    ];
    let done = all.iter().filter(|(is_done, ..)| *is_done).count();
    let left = format!("{done} of {} done", all.len());
    let step = |(is_done, words, to): (bool, &'static str, String)| {
        view! {
            <li class=is_done.then_some("desk-done")>
                <a href=to>{words}</a>
                {is_done.then(|| view! { <span class="desk-more">"Done"</span> })}
            </li>
        }
    };
    view! {
        <section class="desk-panel desk-setup" aria-labelledby="setup-title">
            <h2 id="setup-title">"Open your shop"</h2>
            <p class="desk-quiet">{left}</p>
            <ol>{all.into_iter().map(step).collect_view()}</ol>
        </section>
    }
    .written()
}
