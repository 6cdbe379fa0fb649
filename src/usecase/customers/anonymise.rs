//! A customer who wishes to be forgotten: what tells who they are goes, what the law wants kept stays.
//!
//! The account goes with its sessions, cart, addresses and promotions; of orders the address of mail and the postal
//! addresses, all but their country; notes, the words of mail, and an invitation to work here. Orders with what was paid and
//! given back, and their invoices and credit notes, stay: whoever sells keeps them for years. So does how often a promotion was
//! used by the SHA-256 of the address: else it could be used anew by whoever is forgotten again and again.

use std::future::Future;

use serde_json::json;
use time::OffsetDateTime;

use crate::domain::{CartId, May, OrderId, OrderStatus, PersonId, Problem, Refusal, UserId, permit};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Orders, Result, Shop, Store, Tx};

/// A customer, their cart and account locked.
#[derive(Debug, Clone)]
pub struct LockedCustomer {
    /// None: they have no account.
    pub user: Option<UserId>,
    pub email: String,
    pub is_staff: bool,
}

pub trait CustomerWrites {
    /// Locks what is found by a customer's address and not by their account: the carts of guests with it, which are answered,
    /// before any other cart, as who signs in does; and an invitation, before an account, as who is invited does.
    fn lock_traces(&mut self, id: PersonId) -> impl Future<Output = Result<Vec<CartId>>> + Send;

    /// None: nobody is found by this. Locks the account and before it its cart; a guest has neither.
    fn lock_customer(&mut self, id: PersonId) -> impl Future<Output = Result<Option<LockedCustomer>>> + Send;

    /// All they ordered, with the account or with its address.
    fn orders_of_customer(&mut self, customer: &LockedCustomer) -> impl Future<Output = Result<Vec<OrderId>>> + Send;

    /// The numbers of those of these orders where money or goods are still on their way: a payment or a refund without an end, a
    /// refund that failed and is owed as before, a return that was not answered or has not come. The oldest first.
    fn unfinished_orders(&mut self, orders: &[OrderId]) -> impl Future<Output = Result<Vec<i64>>> + Send;

    /// Removes the person from all of it. `carts`: of guests, locked.
    fn anonymise_customer(
        &mut self,
        customer: &LockedCustomer,
        carts: &[CartId],
        orders: &[OrderId],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// Makes a customer nobody. `typed` is their e-mail address, by which whoever asks shows that they mean it. The audit
    /// log learns that it was done, and not to whom.
    ///
    /// # Errors
    /// `Invalid` (email), `CustomerHasOpenOrder`, `CustomerIsStaff`, `NotFound`.
    pub async fn anonymise_customer(&self, by: May<permit::CustomerData>, id: PersonId, typed: &str) -> Result<()> {
        retried(|| self.anonymise_once(by, id, typed)).await
    }

    async fn anonymise_once(&self, by: May<permit::CustomerData>, id: PersonId, typed: &str) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let carts = tx.lock_traces(id).await?;
        let customer = tx.lock_customer(id).await?.ok_or(Refusal::NotFound)?;
        if customer.is_staff {
            return Err(Refusal::CustomerIsStaff.into());
        }
        if typed.trim().to_lowercase() != customer.email.to_lowercase() {
            return Err(Refusal::field("email", Problem::NotTheirAddress).into());
        }
        let ids = tx.orders_of_customer(&customer).await?;
        let orders = tx.lock_orders(&ids).await?;
        let is_over = |status| matches!(status, OrderStatus::Completed | OrderStatus::Cancelled);
        let open = orders.iter().find(|order| !is_over(order.status)).map(|order| order.number);
        let open = match open {
            Some(number) => Some(number),
            None => tx.unfinished_orders(&ids).await?.first().copied(),
        };
        if let Some(number) = open {
            return Err(Refusal::CustomerHasOpenOrder { number }.into());
        }
        tx.anonymise_customer(&customer, &carts, &ids, self.now()).await?;
        let change = Change::of("customer.anonymised", "customer", id).after(json!({ "orders": ids.len() }));
        self.record(&mut tx, by, change).await?;
        tx.commit().await
    }
}
