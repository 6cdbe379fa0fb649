//! What a page says where there is nothing, and the way on.

use leptos::prelude::*;

#[component]
pub fn Empty(#[prop(into)] line: String, path: &'static str, way: &'static str) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-line">{line}</p>
            <p>
                <a class="button" href=path>
                    {way}
                </a>
            </p>
        </div>
    }
}
