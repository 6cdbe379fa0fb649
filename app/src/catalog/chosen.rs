//! Which variant of a product is chosen, for all that shows it: what reads it is told when another one is.

use leptos::prelude::*;

use super::choice::leads_to_sold_out;
use super::offered::Offered;

/// Read in place: a page asks a dozen times, and a copy of a variant is six texts.
#[derive(Clone, Copy)]
pub struct Chosen {
    variants: StoredValue<Vec<Offered>>,
    place: RwSignal<usize>,
}

impl Chosen {
    pub fn new(variants: Vec<Offered>, place: usize) -> Self {
        Self { variants: StoredValue::new(variants), place: RwSignal::new(place) }
    }

    /// Of the one that is chosen; none: there is none.
    pub fn with<T>(self, read: impl FnOnce(&Offered) -> T) -> Option<T> {
        let place = self.place();
        self.among(|variants| variants.get(place).map(read))
    }

    /// The same for whoever does not follow it.
    pub fn with_untracked<T>(self, read: impl FnOnce(&Offered) -> T) -> Option<T> {
        let place = self.place.get_untracked();
        self.among(|variants| variants.get(place).map(read))
    }

    pub fn among<T>(self, read: impl FnOnce(&[Offered]) -> T) -> T {
        self.variants.with_value(|variants| read(variants))
    }

    /// Its place among the variants.
    pub fn place(self) -> usize {
        self.place.get()
    }

    /// Answers whether another one was before.
    pub fn choose(self, place: usize) -> bool {
        let is_another = place != self.place.get_untracked();
        if is_another {
            self.place.set(place);
        }
        is_another
    }

    pub fn is_sold_out(self) -> bool {
        self.with(|variant| variant.stock == 0).unwrap_or(true)
    }

    /// Whether picking this value of a group leads to what is sold out.
    pub fn leads_to_sold_out(self, group: usize, value: &str) -> bool {
        let place = self.place();
        self.among(|variants| {
            let options = variants.get(place).map(|variant| variant.options.as_slice());
            leads_to_sold_out(variants, options.unwrap_or_default(), group, value)
        })
    }
}
