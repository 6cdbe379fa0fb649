//! `/pages/{slug}`.

use leptos::prelude::*;
use shop::dto::PageText;

use super::api::load_page;
use crate::ui::{Location, Titled, Written, loaded};

#[component]
pub fn InfoPage() -> impl IntoView {
    let slug = Location::param("slug");
    loaded(load_page(slug.clone()), |text| view! { <Info text slug /> })
}

#[component]
fn Info(text: PageText, slug: String) -> impl IntoView {
    view! {
        <Titled title=text.title.clone() description=text.description path=format!("/pages/{slug}") />
        <article class="plain-page">
            <h1>{text.title}</h1>
            <div class="prose" inner_html=text.body />
        </article>
    }
    .written()
}
