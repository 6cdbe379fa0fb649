//! The lines of the cart and what they come to. Without scripts each line's forms post and the page comes back; with
//! them, quantities and totals follow in place, and the focus stays where it was.

use leptos::prelude::*;
use shop::dto::CartView;

use super::Totals;
use super::cart_line::Line;
use super::editor::{CartEditor, FailedChange, LineChange};
use crate::Notice;
use crate::ui::Flash;

#[island]
pub fn CartLines(cart: CartView, flash: Flash) -> impl IntoView {
    let value = |field| flash.value(field).map(str::to_owned);
    let change = LineChange { item: value("item_id").unwrap_or_default(), quantity: value("quantity") };
    let editor = CartEditor::new(cart, flash.error.map(|error| FailedChange { change, error }));
    let is_empty = Memo::new(move |_| editor.cart.with(CartView::is_empty));
    view! {
        <p class="visually-hidden" role="status">
            {move || editor.notice.get().map(Notice::words)}
        </p>
        <Show when=move || !is_empty.get() fallback=EmptyCart>
            <div class="cart" aria-busy=move || editor.busy.get().then_some("true")>
                <ul class="lines">
                    <For
                        each=move || editor.cart.with(|c| c.lines.clone())
                        key=|line| line.id
                        children=move |line| view! { <Line line editor /> }
                    />
                </ul>
                <Summary editor />
            </div>
        </Show>
    }
}

#[component]
fn Summary(editor: CartEditor) -> impl IntoView {
    let parts = Memo::new(move |_| editor.cart.with(|c| (c.parts.clone(), c.total)));
    let missing = Memo::new(move |_| editor.cart.with(|c| c.missing_for_free_shipping));
    let orderable = Memo::new(move |_| editor.cart.with(CartView::is_orderable));
    view! {
        <aside class="summary" aria-label="Summary">
            {move || {
                let (parts, total) = parts.get();
                view! { <Totals parts total unknown_shipping="At checkout" /> }
            }}
            {move || {
                missing
                    .get()
                    .map(|missing| {
                        view! { <p class="summary-note">{format!("{missing} more and shipping is free.")}</p> }
                    })
            }}
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
fn EmptyCart() -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-line">"Your cart is empty."</p>
            <p>"Whatever you put in here stays here, on this device, until you come back for it."</p>
            <p>
                <a class="button" href="/products">
                    "Look around"
                </a>
            </p>
        </div>
    }
}
