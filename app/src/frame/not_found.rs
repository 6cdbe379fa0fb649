//! A page that is not there, and ways on from it.

use leptos::prelude::*;

use super::api::nothing_here;
use crate::ui::Titled;

#[component]
pub fn NotFound() -> impl IntoView {
    Suspend::new(async {
        let _ = nothing_here().await;
        not_found_text()
    })
}

/// The words alone, where the status is already set.
pub fn not_found_text() -> AnyView {
    view! {
        <Titled title="Page not found" description="This page is not here any more." quiet=true />
        <section class="plain-page">
            <h1>"This page is not here"</h1>
            <p>"The address may be old, or the thing it showed has left the shelf. Try a search:"</p>
            <form class="search search-large" method="get" action="/products" role="search" aria-label="Find a product">
                <label for="search-again">"What are you looking for?"</label>
                <input id="search-again" name="q" type="search" maxlength="100" />
                <button class="button" type="submit">
                    "Find it"
                </button>
            </form>
            <p>
                <a href="/products">"Or look through all products"</a>
                " or "
                <a href="/#categories">"the categories"</a>
                "."
            </p>
        </section>
    }
    .into_any()
}
