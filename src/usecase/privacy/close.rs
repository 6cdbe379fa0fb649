//! Somebody deletes their account. What tells who they are goes at once: sessions, cart, addresses, wishes, notes, and the words of
//! mail. Their orders with invoices stay, for the law wants that, and name them until the time is over that the shop has set
//! (`ANONYMISE_AFTER_DAYS`); then housekeeping takes the person out of them, as staff do who anonymise a customer.
//!
//! Of an account that has not shown that its address is its own, nothing goes that is found by the address alone: it may be
//! somebody else's.

use crate::domain::{Customer, OrderStatus, PersonId, Refusal};

use super::super::shop::retried;
use super::super::{AccountWrites, CustomerWrites, Mails, Orders, Result, Shop, Store, Tx, mail_account};
use super::PrivacyWrites;

impl<S: Store> Shop<S> {
    /// Deletes the account of whoever asks. A last letter is queued before the address goes.
    ///
    /// # Errors
    /// `WrongCredentials` for a wrong password, `OrdersUnderWay`, `WorksHereStill`, `SignInNeeded`, `Busy`.
    pub async fn close_account(&self, customer: Customer, password: &str) -> Result<()> {
        let before = self.check_password(customer, password).await?;
        retried(|| self.close_once(customer, &before.password_hash)).await
    }

    async fn close_once(&self, customer: Customer, hash: &str) -> Result<()> {
        let (user, now) = (customer.0, self.now());
        let mut tx = self.store().begin().await?;
        let carts = tx.lock_traces(PersonId(user.0)).await?;
        // With the cart, which comes first.
        let found = tx.lock_customer(PersonId(user.0)).await?.ok_or(Refusal::SignInNeeded)?;
        let account = tx.lock_account(user).await?.ok_or(Refusal::SignInNeeded)?;
        // What was typed was the password then.
        if account.password_hash != hash {
            return Err(Refusal::WrongCredentials.into());
        }
        if found.is_staff {
            return Err(Refusal::WorksHereStill.into());
        }
        let ids = tx.orders_of_account(user).await?;
        let orders = tx.lock_orders(&ids).await?;
        let is_over = |status| matches!(status, OrderStatus::Completed | OrderStatus::Cancelled);
        let open = orders.iter().filter(|order| !is_over(order.status)).map(|order| order.number);
        let mut numbers: Vec<i64> = open.chain(tx.unfinished_orders(&ids).await?).collect();
        if !numbers.is_empty() {
            numbers.sort_unstable();
            numbers.dedup();
            return Err(Refusal::OrdersUnderWay { numbers }.into());
        }
        tx.close_account(user, &carts, &ids, now).await?;
        let message = mail_account::account_closed(&self.named_settings(), &account.user.name, !ids.is_empty());
        tx.queue_mail(&[self.new_mail(None, account.user.email, message)], now).await?;
        tx.commit().await
    }
}
