//! Notes about a customer, by staff and for staff.

use std::future::Future;

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{May, PersonId, Refusal, Staff, UserId, permit};

use super::super::audit::Change;
use super::super::orders::read_note;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::CustomerWrites;

/// Whom a note is about: an account, or a guest by their address in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteOf {
    User(UserId),
    Guest(String),
}

#[derive(Debug, Clone)]
pub struct NewCustomerNote {
    pub id: Uuid,
    pub of: NoteOf,
    pub by: Staff,
    pub text: String,
    pub at: OffsetDateTime,
}

pub trait CustomerNotes {
    fn insert_customer_note(&mut self, note: &NewCustomerNote) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// Notes something about a customer; none of them reads it. Its words stay out of the audit log, which forgets nothing,
    /// so that they can be removed with the customer.
    ///
    /// # Errors
    /// `Invalid` (note), `NotFound`.
    pub async fn note_customer(&self, by: May<permit::Customers>, id: PersonId, text: &str) -> Result<()> {
        let text = read_note(text).map_err(|why| Refusal::field("note", why))?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let found = tx.lock_customer(id).await?.ok_or(Refusal::NotFound)?;
            let of = found.user.map_or_else(|| NoteOf::Guest(found.email.to_lowercase()), NoteOf::User);
            let note = NewCustomerNote { id: self.next_id(), of, by: by.into(), text: text.clone(), at: self.now() };
            tx.insert_customer_note(&note).await?;
            let length = text.chars().count();
            let change = Change::of("customer.noted", "customer", id).after(json!({ "characters": length }));
            self.record(&mut tx, by, change).await?;
            tx.commit().await
        })
        .await
    }
}
