//! On a phone, while the buy box is out of sight: what is chosen, and its button once more. A part of the same form, so it works
//! where no script runs. Where it stands and when it is there is said in `product.css`.

use leptos::prelude::*;

use super::chosen::Chosen;
use crate::ShopError;

#[component]
pub fn BuyBar(
    chosen: Chosen,
    outcome: RwSignal<Option<Result<(), ShopError>>>,
    pending: RwSignal<bool>,
) -> impl IntoView {
    let has_added = move || outcome.with(|o| matches!(o, Some(Ok(()))));
    let has_failed = move || outcome.with(|o| matches!(o, Some(Err(_))));
    let words = move || {
        let words = chosen.with(|v| (v.stock > 0).then(|| format!("Add for {}", v.price)));
        words.flatten().unwrap_or_else(|| "Sold out".to_owned())
    };
    view! {
        <div class="buy-bar">
            <span class="buy-bar-choice">{move || chosen.with(|v| v.options.join(" / ")).unwrap_or_default()}</span>
            <a href="/cart" hidden=move || !has_added()>
                "Go to cart"
            </a>
            <a href="#buy" hidden=move || !has_failed()>
                "Look at your choice"
            </a>
            <button
                class="button"
                type="submit"
                disabled=move || chosen.is_sold_out()
                aria-busy=move || pending.get().then_some("true")
            >
                {words}
            </button>
        </div>
    }
}
