//! What the cart comes to, and what a shopper chooses before the checkout.

use leptos::prelude::*;
use shop::dto::{CartDestination, CartView};

use super::cart_change::CartChange;
use super::editor::CartEditor;
use super::estimate::Estimate;
use super::promotion_code::{AppliedCode, PromotionCode};
use super::{CodePlace, Totals};

#[component]
pub fn Summary(editor: CartEditor, children: Children) -> impl IntoView {
    let missing = Memo::new(move |_| editor.cart.with(|c| c.missing_for_free_shipping));
    let orderable = Memo::new(move |_| editor.cart.with(CartView::is_orderable));
    let applied = Memo::new(move |_| editor.cart.with(AppliedCode::of));
    let problem =
        Memo::new(move |_| editor.failure.get().filter(|f| f.change.is_of_code()).map(|failed| failed.error.words()));
    let typed = editor.failure.with_untracked(|failed| match failed.as_ref().map(|failed| &failed.change) {
        Some(CartChange::ApplyCode { typed }) => typed.clone(),
        _ => String::new(),
    });
    view! {
        <aside class="summary" aria-label="Summary">
            <CartTotals editor />
            {move || {
                missing
                    .get()
                    .map(|missing| view! { <p class="free-shipping">{format!("{missing} more for free shipping")}</p> })
            }}
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

#[component]
fn CartTotals(editor: CartEditor) -> impl IntoView {
    let parts = Memo::new(move |_| {
        editor.cart.with(|cart| {
            let to = cart.destination.as_ref().map(|d| d.name.clone());
            let unknown = if cart.is_not_shipped() { "We do not ship there" } else { "At checkout" };
            (cart.parts.clone(), cart.total, to, cart.needs_shipping.then_some(unknown))
        })
    });
    move || {
        let (parts, total, to, unknown_shipping) = parts.get();
        view! { <Totals parts total to unknown_shipping /> }
    }
}

/// By which place it was reckoned.
#[component]
fn Destination(editor: CartEditor) -> impl IntoView {
    let shown = Memo::new(move |_| editor.cart.with(|cart| (cart.destination.clone(), cart.needs_shipping)));
    let told = |destination: CartDestination, needs_shipping: bool| {
        let what = if needs_shipping { "Shipping and tax are" } else { "Tax is" };
        let CartDestination { name, is_address, .. } = destination;
        let by = if is_address { "for your address:" } else { "estimated for" };
        view! {
            <p class="summary-note">
                {format!("{what} {by} {name}. ")}
                {is_address.then(|| view! { <a href="/checkout">"Change address"</a> })}
            </p>
        }
    };
    move || {
        let (destination, needs_shipping) = shown.get();
        destination.map(|destination| told(destination, needs_shipping))
    }
}
