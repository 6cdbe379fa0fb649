//! `/pages/{slug}`.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::texts::{Text, text};
use crate::frame::NotFound;
use crate::ui::{Brand, Titled};

#[component]
pub fn InfoPage() -> impl IntoView {
    let slug = use_params_map().with_untracked(|p| p.get("slug")).unwrap_or_default();
    match text(&slug) {
        Some(text) => Either::Left(view! { <Info text slug /> }),
        None => Either::Right(view! { <NotFound /> }),
    }
}

#[component]
fn Info(text: Text, slug: String) -> impl IntoView {
    let name = Brand::get().name;
    let parts = text.parts.iter().map(|(heading, words)| {
        view! {
            <section>
                <h2>{*heading}</h2>
                <p>{words.replace("{shop}", &name)}</p>
            </section>
        }
    });
    view! {
        <Titled title=text.title description=text.description path=format!("/pages/{slug}") />
        <article class="plain-page prose">
            <h1>{text.title}</h1>
            {parts.collect_view()}
        </article>
    }
}
