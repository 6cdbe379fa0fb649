//! Customers as a table: accounts first, then those who ordered without one, each once by their address.

use crate::domain::{May, UserId, permit};

use super::super::audit::Change;
use super::super::tables::harmless;
use super::super::{Result, Shop, Store, Tx};
use super::{ExportedCustomer, PART, Rows, TablePart, is_full, rfc3339};

const HEAD: [&str; 6] = ["Name", "Email", "Account", "Since", "Orders", "Last order"];

/// The proof that it is written down who took the customers along.
#[derive(Debug, Clone, Copy)]
pub struct CustomersExport(());

/// Behind whom a part begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomersPlace {
    Account(UserId),
    /// By the number of their first order; 0: all guests.
    Guest(i64),
}

impl<S: Store> Shop<S> {
    /// Writes down that all customers are handed out, before any is.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn begin_customers_export(&self, by: May<permit::CustomerData>) -> Result<CustomersExport> {
        let mut tx = self.store().begin().await?;
        self.record(&mut tx, by, Change::of("customers.exported", "customers", "all")).await?;
        tx.commit().await?;
        Ok(CustomersExport(()))
    }

    /// The customers behind this one; of none, from the beginning and with the head.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn export_customers(
        &self,
        _begun: CustomersExport,
        place: Option<CustomersPlace>,
    ) -> Result<TablePart<CustomersPlace>> {
        let mut rows = Rows::with_head(&HEAD, place.is_none())?;
        let account = match place {
            None => None,
            Some(CustomersPlace::Account(id)) => Some(id),
            Some(CustomersPlace::Guest(number)) => {
                let guests = self.store().guests_behind(number, PART).await?;
                for (_, guest) in &guests {
                    rows.push(cells(guest, "no"))?;
                }
                let next = guests.last().map(|(first, _)| CustomersPlace::Guest(*first));
                return Ok(TablePart { csv: rows.finish()?, next: next.filter(|_| is_full(guests.len())) });
            }
        };
        let accounts = self.store().accounts_behind(account, PART).await?;
        for (_, customer) in &accounts {
            rows.push(cells(customer, "yes"))?;
        }
        let next = match accounts.last() {
            Some((id, _)) if is_full(accounts.len()) => CustomersPlace::Account(*id),
            _ => CustomersPlace::Guest(0),
        };
        Ok(TablePart { csv: rows.finish()?, next: Some(next) })
    }
}

fn cells(customer: &ExportedCustomer, account: &str) -> [String; 6] {
    [
        harmless(&customer.name),
        harmless(&customer.email),
        account.to_owned(),
        rfc3339(customer.since),
        customer.orders.to_string(),
        customer.last_order.map(|number| number.to_string()).unwrap_or_default(),
    ]
}
