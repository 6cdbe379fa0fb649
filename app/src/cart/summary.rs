//! What the cart comes to, and what a shopper chooses before the checkout.

use leptos::either::Either;
use leptos::prelude::*;

use super::CodePlace;
use super::cart_change::CartChange;
use super::editor::CartEditor;
use super::estimate::Estimate;
use super::promotion_code::PromotionCode;

#[component]
pub fn Summary(editor: CartEditor, children: Children) -> impl IntoView {
    let totals = Memo::new(move |_| editor.cart.with(|c| c.totals.clone()));
    let missing = Memo::new(move |_| editor.cart.with(|c| c.free_shipping.clone()));
    let reckoned_for = Memo::new(move |_| editor.cart.with(|c| c.reckoned_for.clone()));
    let orderable = Memo::new(move |_| editor.cart.with(|c| c.is_orderable));
    let applied = Memo::new(move |_| editor.cart.with(|c| c.code.clone()));
    let problem = Memo::new(move |_| editor.failure.get().filter(|f| f.change.is_of_code()).map(|failed| failed.words));
    let typed = editor.failure.with_untracked(|failed| match failed.as_ref().map(|failed| &failed.change) {
        Some(CartChange::ApplyCode { typed }) => typed.clone(),
        _ => String::new(),
    });
    // Not by `Show`, which brings more into the browser than the two are.
    let onward = move || {
        if orderable.get() {
            Either::Left(view! {
                <a class="button" href="/checkout">
                    "Checkout"
                </a>
            })
        } else {
            Either::Right(view! { <p class="field-problem">"Please look at the marked lines before you go on."</p> })
        }
    };
    view! {
        <aside class="summary" aria-label="Summary">
            <dl class="totals" inner_html=totals></dl>
            {move || missing.get().map(|missing| view! { <p class="free-shipping">{missing}</p> })}
            {move || reckoned_for.get().map(|html| view! { <p class="summary-note" inner_html=html></p> })}
            <div class="choices">
                <Estimate editor>{children()}</Estimate>
                <PromotionCode applied problem place=CodePlace::Cart typed editor />
            </div>
            {onward}
            <p class="summary-note">"Nothing is charged before you have seen everything once more."</p>
        </aside>
    }
}
