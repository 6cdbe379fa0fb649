//! The lines of the cart and what they come to. Without scripts each line's forms post and the page comes back; with
//! them, quantities and totals follow in place, and the focus stays where it was.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shop::dto::CartView;

use super::api::{change_line, remove_line};
use super::cart_line::Line;
use super::{Totals, announce_count};
use crate::ShopError;
use crate::ui::{Flash, Notice};

/// The cart as the island holds it.
#[derive(Clone, Copy)]
pub struct Desk {
    pub cart: RwSignal<CartView>,
    /// What went wrong last, with the id of the line it is about.
    pub error: RwSignal<Option<(String, ShopError)>>,
    pub pending: RwSignal<bool>,
    told: RwSignal<Option<Notice>>,
    /// Counts the questions asked, so that only the newest answer is shown.
    asked: StoredValue<u32>,
}

impl Desk {
    pub fn change(self, item: String, quantity: String) {
        self.ask(item.clone(), Notice::CartUpdated, change_line(item, quantity));
    }

    pub fn remove(self, item: String) {
        self.ask(item.clone(), Notice::Removed, remove_line(item));
    }

    fn ask(
        self,
        item: String,
        notice: Notice,
        question: impl Future<Output = Result<CartView, ShopError>> + 'static,
    ) {
        self.asked.update_value(|n| *n += 1);
        let mine = self.asked.get_value();
        self.pending.set(true);
        self.told.set(None);
        spawn_local(async move {
            let answer = question.await;
            if mine != self.asked.get_value() {
                return;
            }
            self.pending.set(false);
            match answer {
                Ok(cart) => {
                    announce_count(cart.count);
                    self.cart.set(cart);
                    self.error.set(None);
                    self.told.set(Some(notice));
                }
                Err(error) => self.error.set(Some((item, error))),
            }
        });
    }
}

#[island]
pub fn CartLines(cart: CartView, flash: Flash) -> impl IntoView {
    let item = flash.value("item_id").unwrap_or_default().to_owned();
    let desk = Desk {
        cart: RwSignal::new(cart),
        error: RwSignal::new(flash.error.map(|error| (item, error))),
        pending: RwSignal::new(false),
        told: RwSignal::new(None),
        asked: StoredValue::new(0),
    };
    let is_empty = Memo::new(move |_| desk.cart.with(CartView::is_empty));
    view! {
        <p class="visually-hidden" role="status">
            {move || desk.told.get().map(Notice::words)}
        </p>
        <Show when=move || !is_empty.get() fallback=EmptyCart>
            <div class="cart" aria-busy=move || desk.pending.get().then_some("true")>
                <ul class="lines">
                    <For
                        each=move || desk.cart.with(|c| c.lines.clone())
                        key=|line| line.id
                        children=move |line| view! { <Line line desk /> }
                    />
                </ul>
                <Summary desk />
            </div>
        </Show>
    }
}

#[component]
fn Summary(desk: Desk) -> impl IntoView {
    let total = Memo::new(move |_| desk.cart.with(|c| c.total));
    let orderable = Memo::new(move |_| desk.cart.with(CartView::is_orderable));
    view! {
        <aside class="summary" aria-label="Summary">
            <Totals total />
            <Show
                when=move || orderable.get()
                fallback=|| view! { <p class="field-problem">"Please look at the marked lines before you go on."</p> }
            >
                <a class="button" href="/checkout">"Checkout"</a>
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
            <p><a class="button" href="/products">"Look around"</a></p>
        </div>
    }
}
