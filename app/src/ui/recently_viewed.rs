//! What was looked at before in this browser, which alone knows it.

use leptos::prelude::*;
use shop::dto::Image;

use super::hash;

/// The script's address changes with what is in it.
const SCRIPT: u64 = hash(include_bytes!("../../../public/product.js"));

/// Filled by the script. Of a product's page it also notes that product: `name`, `path` and `picture`.
#[component]
pub fn RecentlyViewed(
    #[prop(optional)] name: String,
    #[prop(optional)] path: String,
    #[prop(optional_no_strip)] picture: Option<Image>,
) -> impl IntoView {
    let picture = picture.map(|picture| picture.address(480));
    view! {
        <section
            class="section recent"
            aria-labelledby="recent-title"
            data-recent=""
            data-name=name
            data-path=path
            data-picture=picture
            hidden=true
        >
            <div class="section-head">
                <h2 id="recent-title">"Recently viewed"</h2>
                <p>
                    "Kept in this browser alone. " <button class="link" type="button" data-forget="">
                        "Forget these"
                    </button>
                </p>
            </div>
            <ul class="grid recent-grid"></ul>
        </section>
        <script type="module" src=format!("/product.js?v={SCRIPT:x}")></script>
    }
}
