//! What the cart comes to, and what a shopper chooses before the checkout.

use leptos::prelude::*;

use super::CodePlace;
use super::cart_change::CartChange;
use super::editor::CartEditor;
use super::estimate::Estimate;
use super::promotion_code::PromotionCode;
use super::shown::ReckonedFor;

#[component]
pub fn Summary(editor: CartEditor, children: Children) -> impl IntoView {
    let totals = Memo::new(move |_| editor.cart.with(|c| c.totals.clone()));
    let missing = Memo::new(move |_| editor.cart.with(|c| c.free_shipping.clone()));
    let orderable = Memo::new(move |_| editor.cart.with(|c| c.is_orderable));
    let applied = Memo::new(move |_| editor.cart.with(|c| c.code.clone()));
    let problem = Memo::new(move |_| editor.failure.get().filter(|f| f.change.is_of_code()).map(|failed| failed.words));
    let typed = editor.failure.with_untracked(|failed| match failed.as_ref().map(|failed| &failed.change) {
        Some(CartChange::ApplyCode { typed }) => typed.clone(),
        _ => String::new(),
    });
    view! {
        <aside class="summary" aria-label="Summary">
            <dl class="totals" inner_html=totals></dl>
            {move || missing.get().map(|missing| view! { <p class="free-shipping">{missing}</p> })}
            <Destination editor />
            <div class="choices">
                <Estimate editor>{children()}</Estimate>
                <PromotionCode applied problem place=CodePlace::Cart typed editor />
            </div>
            <Show
                when=move || orderable.get()
                fallback=|| view! { <p class="field-problem">"Please look at the marked lines before you go on."</p> }
            >
                <a class="button" href="/checkout">
                    "Checkout"
                </a>
            </Show>
            <p class="summary-note">"Nothing is charged before you have seen everything once more."</p>
        </aside>
    }
}

/// By which place it was reckoned.
#[component]
fn Destination(editor: CartEditor) -> impl IntoView {
    let shown = Memo::new(move |_| editor.cart.with(|cart| cart.reckoned_for.clone()));
    let told = |ReckonedFor { words, is_address }| {
        view! { <p class="summary-note">{words} {is_address.then(|| view! { <a href="/checkout">"Change address"</a> })}</p> }
    };
    move || shown.get().map(told)
}
