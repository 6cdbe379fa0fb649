//! The address book: what a customer keeps, and which of it a checkout begins with.

use serde::{Deserialize, Serialize};

use super::{AddressId, Refusal, ShippingAddress};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedAddress {
    pub id: AddressId,
    pub address: ShippingAddress,
    /// What a checkout begins with. One of a book is, if it has any.
    pub is_default: bool,
}

/// The address of a checkout: typed, or one of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressChoice {
    Typed(ShippingAddress),
    /// It goes into the book as well.
    TypedAndKept(ShippingAddress),
    Saved(AddressId),
}

/// The addresses of one customer, in the order in which they were added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressBook {
    entries: Vec<SavedAddress>,
}

impl AddressBook {
    /// The most addresses of one customer.
    pub const MOST: u32 = 20;

    pub const fn of(entries: Vec<SavedAddress>) -> Self {
        Self { entries }
    }

    pub fn entries(&self) -> &[SavedAddress] {
        &self.entries
    }

    /// # Errors
    /// `NotFound`.
    pub fn entry(&self, id: AddressId) -> Result<&SavedAddress, Refusal> {
        self.entries.iter().find(|entry| entry.id == id).ok_or(Refusal::NotFound)
    }

    /// Adds it under this id; what is in the book already stays as it is, so that nothing is kept twice. The first is the
    /// default. Answers under which id it is kept.
    ///
    /// # Errors
    /// `AddressBookFull`.
    pub fn add(&mut self, id: AddressId, address: ShippingAddress, as_default: bool) -> Result<AddressId, Refusal> {
        let known = self.entries.iter().find(|entry| entry.address == address).map(|entry| entry.id);
        if known.is_none() {
            if self.entries.len() >= Self::MOST as usize {
                return Err(Refusal::AddressBookFull { most: Self::MOST });
            }
            self.entries.push(SavedAddress { id, address, is_default: false });
        }
        let id = known.unwrap_or(id);
        if as_default || self.entries.len() == 1 {
            self.make_default(id)?;
        }
        Ok(id)
    }

    /// # Errors
    /// `NotFound`.
    pub fn change(&mut self, id: AddressId, address: ShippingAddress, as_default: bool) -> Result<(), Refusal> {
        let entry = self.entries.iter_mut().find(|entry| entry.id == id).ok_or(Refusal::NotFound)?;
        entry.address = address;
        if as_default { self.make_default(id) } else { Ok(()) }
    }

    /// Where it was the default, the one added last is next.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn remove(&mut self, id: AddressId) -> Result<(), Refusal> {
        let was_default = self.entry(id)?.is_default;
        self.entries.retain(|entry| entry.id != id);
        if let Some(next) = self.entries.last_mut().filter(|_| was_default) {
            next.is_default = true;
        }
        Ok(())
    }

    /// # Errors
    /// `NotFound`.
    pub fn make_default(&mut self, id: AddressId) -> Result<(), Refusal> {
        self.entry(id)?;
        for entry in &mut self.entries {
            entry.is_default = entry.id == id;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::TypedAddress;

    fn address(number: u8) -> ShippingAddress {
        let line1 = format!("{number} Main Street");
        let typed =
            TypedAddress { name: "Ada", line1: &line1, city: "Dublin", country: "IE", ..TypedAddress::default() };
        ShippingAddress::parse(typed).unwrap()
    }

    fn id(number: u8) -> AddressId {
        AddressId(uuid::Uuid::from_u128(number.into()))
    }

    fn default_of(book: &AddressBook) -> Option<AddressId> {
        book.entries().iter().find(|entry| entry.is_default).map(|entry| entry.id)
    }

    #[test]
    fn the_first_is_the_default_until_another_is_made_it_or_it_goes() {
        let mut book = AddressBook::default();
        for number in 1..=3 {
            assert_eq!(book.add(id(number), address(number), false), Ok(id(number)));
        }
        assert_eq!(default_of(&book), Some(id(1)));
        book.change(id(2), address(9), true).unwrap();
        assert_eq!((default_of(&book), &book.entry(id(2)).unwrap().address), (Some(id(2)), &address(9)));
        book.remove(id(2)).unwrap();
        assert_eq!(default_of(&book), Some(id(3)));
        book.remove(id(1)).unwrap();
        assert_eq!(default_of(&book), Some(id(3)));
        assert_eq!((book.remove(id(1)), book.make_default(id(1))), (Err(Refusal::NotFound), Err(Refusal::NotFound)));
        assert_eq!(book.change(id(1), address(1), false), Err(Refusal::NotFound));
        assert_eq!(AddressBook::of(book.entries().to_vec()), book);
    }

    #[test]
    fn nothing_is_kept_twice_and_a_full_book_says_so() {
        let mut book = AddressBook::default();
        for number in 1..=20 {
            book.add(id(number), address(number), false).unwrap();
        }
        assert_eq!(book.add(id(21), address(7), true), Ok(id(7)), "it is there already");
        assert_eq!((book.entries().len(), default_of(&book)), (20, Some(id(7))));
        assert_eq!(book.add(id(21), address(21), false), Err(Refusal::AddressBookFull { most: 20 }));
    }

    proptest! {
        #[test]
        fn whatever_happens_to_a_book_one_of_it_is_the_default(steps in prop::collection::vec((0_u8..4, 1_u8..30, any::<bool>()), 0..60)) {
            let mut book = AddressBook::default();
            for (fresh, (step, number, flag)) in (100_u8..).zip(steps) {
                // What a book refuses changes nothing, and is not looked at here.
                let _ = match step {
                    0 => book.add(id(fresh), address(number), flag).map(drop),
                    1 => book.change(id(100 + number), address(number + 100), flag),
                    2 => book.remove(id(100 + number)),
                    _ => book.make_default(id(100 + number)),
                };
                let defaults = book.entries().iter().filter(|entry| entry.is_default).count();
                prop_assert_eq!(defaults, usize::from(!book.entries().is_empty()));
                prop_assert!(book.entries().len() <= 20);
            }
        }
    }
}
