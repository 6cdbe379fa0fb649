//! That orders came in since the page was shown: a line beside its title, in a place that is kept free for it, so that nothing
//! moves under anybody's hand. It is filled by `public/desk.js`; without scripts it stays empty.

use leptos::prelude::*;
use shop::dto::OrderQuery;

use super::paths::order_news_path;
use crate::ui::{Written, hash};

/// The script's address changes with what is in it.
const SCRIPT: u64 = hash(include_bytes!("../../../public/desk.js"));

/// `newest` is the number of the newest order that the page knows. They are shown among all: a filter might leave them out.
#[component]
pub fn OrderNews(newest: i64) -> impl IntoView {
    view! {
        <p class="desk-news" role="status" data-stream=order_news_path(newest) data-show=OrderQuery::PATH></p>
        <script type="module" src=format!("/desk.js?v={SCRIPT:x}")></script>
    }
    .written()
}
