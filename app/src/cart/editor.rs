//! The cart as its island holds it: changes are sent one after the other, and their answers are shown in place.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shop::dto::CartView;

use super::announce_count;
use super::api::{change_line, remove_line};
use super::focus::hand_focus_on;
use crate::{Notice, ShopError};

/// What a shopper wants of a line: another quantity, or none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineChange {
    pub item: String,
    /// As it was typed; nothing to remove the line.
    pub quantity: Option<String>,
}

/// A change that was not granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedChange {
    pub change: LineChange,
    pub error: ShopError,
}

/// The cart as the island holds it.
#[derive(Clone, Copy)]
pub struct CartEditor {
    pub cart: RwSignal<CartView>,
    /// What went wrong last.
    pub failure: RwSignal<Option<FailedChange>>,
    pub busy: RwSignal<bool>,
    /// What went well last.
    pub notice: RwSignal<Option<Notice>>,
    queue: StoredValue<Vec<LineChange>>,
}

impl CartEditor {
    pub fn new(cart: CartView, failure: Option<FailedChange>) -> Self {
        Self {
            cart: RwSignal::new(cart),
            failure: RwSignal::new(failure),
            busy: RwSignal::new(false),
            notice: RwSignal::new(None),
            queue: StoredValue::new(Vec::new()),
        }
    }

    /// Asks for it once everything before it is answered, so that the last change of a line is what stays. A change that
    /// is still waiting makes way for a newer one of the same line.
    pub fn send(self, change: LineChange) {
        self.queue.update_value(|queue| {
            queue.retain(|c| c.item != change.item);
            queue.push(change);
        });
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.notice.set(None);
        spawn_local(async move {
            while let Some(change) = self.next() {
                let answer = match change.quantity.clone() {
                    Some(quantity) => change_line(change.item.clone(), quantity).await,
                    None => remove_line(change.item.clone()).await,
                };
                self.receive(change, answer);
            }
            self.busy.set(false);
        });
    }

    fn next(self) -> Option<LineChange> {
        self.queue.try_update_value(|queue| if queue.is_empty() { None } else { Some(queue.remove(0)) }).flatten()
    }

    fn receive(self, change: LineChange, answer: Result<CartView, ShopError>) {
        match answer {
            // What is still asked for will change it again.
            Ok(_) if self.queue.with_value(|queue| !queue.is_empty()) => {}
            Ok(cart) => {
                announce_count(cart.count);
                hand_focus_on(&cart);
                self.cart.set(cart);
                self.failure.set(None);
                self.notice.set(Some(if change.quantity.is_some() { Notice::CartUpdated } else { Notice::Removed }));
            }
            Err(error) => self.failure.set(Some(FailedChange { change, error })),
        }
    }
}
