//! On a phone, while the buy box is out of sight: what is chosen, and its button once more. A part of the same form, so it works
//! where no script runs. Where it stands and when it is there is said in `product.css`.

use leptos::prelude::*;

use super::offered::Offered;
use crate::ShopError;

#[component]
pub fn BuyBar(
    variant: Memo<Option<Offered>>,
    outcome: RwSignal<Option<Result<(), ShopError>>>,
    pending: RwSignal<bool>,
) -> impl IntoView {
    let has_added = move || outcome.with(|o| matches!(o, Some(Ok(()))));
    let has_failed = move || outcome.with(|o| matches!(o, Some(Err(_))));
    let words = move || match variant.get() {
        Some(v) if v.stock > 0 => format!("Add for {}", v.price),
        _ => "Sold out".to_owned(),
    };
    view! {
        <div class="buy-bar">
            <span class="buy-bar-choice">
                {move || variant.get().map(|v| v.options.join(" / ")).unwrap_or_default()}
            </span>
            <a href="/cart" hidden=move || !has_added()>
                "Go to cart"
            </a>
            <a href="#buy" hidden=move || !has_failed()>
                "Look at your choice"
            </a>
            <button
                class="button"
                type="submit"
                disabled=move || variant.get().is_none_or(|v| v.stock == 0)
                aria-busy=move || pending.get().then_some("true")
            >
                {words}
            </button>
        </div>
    }
}
