//! Notes about an order, by staff and for staff.

use std::future::Future;

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{May, OrderId, Problem, Refusal, Staff, permit};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::Orders;

/// The most characters of a note.
const MAX_NOTE: usize = 1_000;

#[derive(Debug, Clone)]
pub struct NewNote {
    pub id: Uuid,
    pub order: OrderId,
    pub by: Staff,
    pub text: String,
    pub at: OffsetDateTime,
}

pub trait OrderNotes {
    /// Of a locked order.
    fn insert_note(&mut self, note: &NewNote) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// Notes something about an order; no customer reads it.
    ///
    /// # Errors
    /// `Invalid` (note), `NotFound`.
    pub async fn note_order(&self, by: May<permit::Orders>, id: OrderId, text: &str) -> Result<()> {
        let text = read_note(text).map_err(|why| Refusal::field("note", why))?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            tx.lock_orders(&[id]).await?.pop().ok_or(Refusal::NotFound)?;
            let note = NewNote { id: self.next_id(), order: id, by: by.into(), text: text.clone(), at: self.now() };
            tx.insert_note(&note).await?;
            self.record(&mut tx, by, Change::of("order.noted", "order", id).after(json!({ "note": text }))).await?;
            tx.commit().await
        })
        .await
    }
}

pub(in super::super) fn read_note(text: &str) -> std::result::Result<String, Problem> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Err(Problem::Required);
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(Problem::BadCharacters);
    }
    match text.chars().count() > MAX_NOTE {
        true => Err(Problem::TooLong { max: 1_000 }),
        false => Ok(text),
    }
}
