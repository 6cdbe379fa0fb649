//! The lines of the cart and what they come to. Without scripts each line's forms post and the page comes back; with
//! them, quantities and totals follow in place, and the focus stays where it was.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shop::dto::CartView;

use super::api::{change_line, remove_line};
use super::cart_line::Line;
use super::{Totals, announce_count};
use crate::ShopError;
use crate::ui::{Flash, Notice};

/// What a shopper wants of a line: another quantity, or none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub item: String,
    /// As it was typed; nothing to remove the line.
    pub quantity: Option<String>,
}

/// A wish that was not granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mishap {
    pub wish: Wish,
    pub error: ShopError,
}

/// The cart as the island holds it.
#[derive(Clone, Copy)]
pub struct Desk {
    pub cart: RwSignal<CartView>,
    /// What went wrong last.
    pub mishap: RwSignal<Option<Mishap>>,
    busy: RwSignal<bool>,
    told: RwSignal<Option<Notice>>,
    queue: StoredValue<Vec<Wish>>,
}

impl Desk {
    /// Asks for it once everything before it is answered, so that the last wish of a line is what stays. A wish that is
    /// still waiting makes way for a newer one of the same line.
    pub fn wish(self, wish: Wish) {
        self.queue.update_value(|queue| {
            queue.retain(|w| w.item != wish.item);
            queue.push(wish);
        });
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.told.set(None);
        spawn_local(async move {
            while let Some(wish) = self.next() {
                let answer = match wish.quantity.clone() {
                    Some(quantity) => change_line(wish.item.clone(), quantity).await,
                    None => remove_line(wish.item.clone()).await,
                };
                self.hear(wish, answer);
            }
            self.busy.set(false);
        });
    }

    fn next(self) -> Option<Wish> {
        self.queue.try_update_value(|queue| if queue.is_empty() { None } else { Some(queue.remove(0)) }).flatten()
    }

    fn hear(self, wish: Wish, answer: Result<CartView, ShopError>) {
        match answer {
            // What is still asked for will change it again.
            Ok(_) if self.queue.with_value(|queue| !queue.is_empty()) => {}
            Ok(cart) => {
                announce_count(cart.count);
                self.cart.set(cart);
                self.mishap.set(None);
                self.told.set(Some(if wish.quantity.is_some() { Notice::CartUpdated } else { Notice::Removed }));
            }
            Err(error) => self.mishap.set(Some(Mishap { wish, error })),
        }
    }
}

#[island]
pub fn CartLines(cart: CartView, flash: Flash) -> impl IntoView {
    let value = |field| flash.value(field).map(str::to_owned);
    let wish = Wish { item: value("item_id").unwrap_or_default(), quantity: value("quantity") };
    let desk = Desk {
        cart: RwSignal::new(cart),
        mishap: RwSignal::new(flash.error.map(|error| Mishap { wish, error })),
        busy: RwSignal::new(false),
        told: RwSignal::new(None),
        queue: StoredValue::new(Vec::new()),
    };
    let is_empty = Memo::new(move |_| desk.cart.with(CartView::is_empty));
    view! {
        <p class="visually-hidden" role="status">
            {move || desk.told.get().map(Notice::words)}
        </p>
        <Show when=move || !is_empty.get() fallback=EmptyCart>
            <div class="cart" aria-busy=move || desk.busy.get().then_some("true")>
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
