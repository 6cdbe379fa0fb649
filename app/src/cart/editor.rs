//! The cart as its island holds it: changes are sent one after the other, and their answers are shown in place.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::announce_count;
use super::cart_change::{CartChange, FailedChange};
use super::focus::{hand_focus_on, hand_on_from_code};
use super::shown::CartShown;
use crate::{Notice, ShopError};

/// The cart as the island holds it.
#[derive(Clone, Copy)]
pub struct CartEditor {
    pub cart: RwSignal<CartShown>,
    /// What went wrong last.
    pub failure: RwSignal<Option<FailedChange>>,
    pub busy: RwSignal<bool>,
    /// What went well last.
    pub notice: RwSignal<Option<Notice>>,
    queue: StoredValue<Vec<CartChange>>,
    /// What the last change came to, where more was asked for and it was not shown.
    unshown: StoredValue<Option<CartShown>>,
}

impl CartEditor {
    pub fn new(cart: CartShown, failure: Option<FailedChange>) -> Self {
        Self {
            cart: RwSignal::new(cart),
            failure: RwSignal::new(failure),
            busy: RwSignal::new(false),
            notice: RwSignal::new(None),
            queue: StoredValue::new(Vec::new()),
            unshown: StoredValue::new(None),
        }
    }

    /// Asks for it once everything before it is answered, so that the last change of a thing is what stays. A change that
    /// is still waiting makes way for a newer one of the same.
    pub fn send(self, change: CartChange) {
        self.queue.update_value(|queue| {
            queue.retain(|waiting| !change.replaces(waiting));
            queue.push(change);
        });
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.notice.set(None);
        spawn_local(async move {
            while let Some(change) = self.next() {
                let answer = change.clone().ask().await;
                self.receive(change, answer);
            }
            self.busy.set(false);
        });
    }

    fn next(self) -> Option<CartChange> {
        self.queue.try_update_value(|queue| if queue.is_empty() { None } else { Some(queue.remove(0)) }).flatten()
    }

    fn receive(self, change: CartChange, answer: Result<CartShown, ShopError>) {
        let is_last = self.queue.with_value(Vec::is_empty);
        match answer {
            // What is still asked for will change it again.
            Ok(cart) if !is_last => self.unshown.set_value(Some(cart)),
            Ok(cart) => {
                self.unshown.set_value(None);
                self.show(cart);
                // What was refused of something else is still wrong.
                self.failure.update(|failed| *failed = failed.take().filter(|failed| !change.replaces(&failed.change)));
                self.notice.set(Some(change.notice()));
            }
            Err(error) => {
                // It does not: what was done before it is what there is.
                let before = if is_last { self.unshown.try_update_value(Option::take).flatten() } else { None };
                if let Some(cart) = before {
                    self.show(cart);
                }
                if change.is_of_code() {
                    hand_on_from_code();
                }
                self.failure.set(Some(FailedChange { change, words: error.words() }));
            }
        }
    }

    fn show(self, cart: CartShown) {
        announce_count(cart.count);
        hand_focus_on(&cart);
        if cart.code.is_some() != self.cart.with_untracked(|before| before.code.is_some()) {
            hand_on_from_code();
        }
        self.cart.set(cart);
    }
}
