//! Notes about orders.

use crate::usecase::{NewNote, OrderNotes, Result};

use super::super::PgTx;
use super::super::error::map_sqlx_error;

impl OrderNotes for PgTx {
    async fn insert_note(&mut self, note: &NewNote) -> Result<()> {
        sqlx::query("insert into order_notes (id, order_id, user_id, text, created_at) values ($1, $2, $3, $4, $5)")
            .bind(note.id)
            .bind(note.order.0)
            .bind(note.by.0.0)
            .bind(&note.text)
            .bind(note.at)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }
}
