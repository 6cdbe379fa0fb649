//! The address book: its owner adds, changes and removes. For everybody else it is not there.

use std::future::Future;

use time::OffsetDateTime;

use crate::domain::{AddressBook, AddressChoice, AddressId, Customer, Refusal, SavedAddress, ShippingAddress, UserId};
use crate::dto::AddressForm;

use super::{Result, Shop, Store, Tx};

pub trait AddressViews {
    /// All of the user's, the default first, then as they were added.
    fn saved_addresses(&self, user: UserId) -> impl Future<Output = Result<Vec<SavedAddress>>> + Send;

    /// The user's own.
    fn saved_address(&self, user: UserId, id: AddressId) -> impl Future<Output = Result<Option<SavedAddress>>> + Send;
}

pub trait Addresses {
    /// The user's book, locked for whoever changes it; none for a user who is not there.
    fn lock_address_book(&mut self, user: UserId) -> impl Future<Output = Result<Option<AddressBook>>> + Send;

    fn save_address_book(
        &mut self,
        user: UserId,
        book: &AddressBook,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// The default first, then as they were added.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn addresses(&self, customer: Customer) -> Result<Vec<SavedAddress>> {
        self.store().saved_addresses(customer.0).await
    }

    /// # Errors
    /// `NotFound` for one that is not this customer's.
    pub async fn address(&self, customer: Customer, id: AddressId) -> Result<SavedAddress> {
        self.store().saved_address(customer.0, id).await?.ok_or_else(|| Refusal::NotFound.into())
    }

    /// What is in the book already is not added again.
    ///
    /// # Errors
    /// `Invalid` with every field that will not do, `AddressBookFull`.
    pub async fn add_address(&self, customer: Customer, form: AddressForm, as_default: bool) -> Result<SavedAddress> {
        let address = form.parse()?;
        let new = AddressId(self.next_id());
        self.in_address_book(customer, |book| {
            let id = book.add(new, address, as_default)?;
            book.entry(id).cloned()
        })
        .await
    }

    /// # Errors
    /// `Invalid` with every field that will not do, `NotFound`.
    pub async fn change_address(
        &self,
        customer: Customer,
        id: AddressId,
        form: AddressForm,
        as_default: bool,
    ) -> Result<SavedAddress> {
        let address = form.parse()?;
        self.in_address_book(customer, |book| {
            book.change(id, address, as_default)?;
            book.entry(id).cloned()
        })
        .await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn make_default_address(&self, customer: Customer, id: AddressId) -> Result<()> {
        self.in_address_book(customer, |book| book.make_default(id)).await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn remove_address(&self, customer: Customer, id: AddressId) -> Result<()> {
        self.in_address_book(customer, |book| book.remove(id)).await
    }

    /// The address that is meant, under the lock of the book where that has a part in it.
    pub(super) async fn chosen_address(
        &self,
        tx: &mut S::Tx,
        customer: Customer,
        choice: AddressChoice,
    ) -> Result<ShippingAddress> {
        let (kept, id) = match choice {
            AddressChoice::Typed(address) => return Ok(address),
            AddressChoice::TypedAndKept(address) => (Some(address), AddressId(self.next_id())),
            AddressChoice::Saved(id) => (None, id),
        };
        let mut book = tx.lock_address_book(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
        let Some(address) = kept else { return Ok(book.entry(id)?.address.clone()) };
        book.add(id, address.clone(), false)?;
        tx.save_address_book(customer.0, &book, self.now()).await?;
        Ok(address)
    }

    async fn in_address_book<T: Send>(
        &self,
        customer: Customer,
        change: impl FnOnce(&mut AddressBook) -> std::result::Result<T, Refusal> + Send,
    ) -> Result<T> {
        let mut tx = self.store().begin().await?;
        let mut book = tx.lock_address_book(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
        let changed = change(&mut book)?;
        tx.save_address_book(customer.0, &book, self.now()).await?;
        tx.commit().await?;
        Ok(changed)
    }
}
