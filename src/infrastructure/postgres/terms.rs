//! The shop's terms, as far as they are saved.

use sqlx::PgExecutor;
use sqlx::types::Json;

use crate::domain::ManualPayment;
use crate::usecase::{Result, SavedTerms, TermViews, TermWrites};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, to_i32, to_u32};

async fn saved(executor: impl PgExecutor<'_>) -> Result<SavedTerms> {
    type Row = (Option<i32>, Option<Json<Option<ManualPayment>>>);
    let row: Option<Row> = sqlx::query_as("select return_days, manual_payment from shop_terms")
        .fetch_optional(executor)
        .await
        .map_err(map_sqlx_error)?;
    let (return_days, manual) = row.unwrap_or_default();
    Ok(of_columns(return_days, manual))
}

pub(super) fn of_columns(return_days: Option<i32>, manual: Option<Json<Option<ManualPayment>>>) -> SavedTerms {
    SavedTerms { return_days: return_days.map(|days| to_u32(days.into())), manual_payment: manual.map(|json| json.0) }
}

impl TermViews for PgStore {
    async fn saved_terms(&self) -> Result<SavedTerms> {
        saved(&self.pool).await
    }
}

impl TermWrites for PgTx {
    async fn current_terms(&mut self) -> Result<SavedTerms> {
        saved(&mut *self.tx).await
    }

    async fn save_terms(&mut self, terms: &SavedTerms) -> Result<()> {
        if *terms == SavedTerms::default() {
            return Ok(());
        }
        sqlx::query(
            "insert into shop_terms as t (return_days, manual_payment) values ($1, $2)
             on conflict (only_row) do update set return_days = coalesce(excluded.return_days, t.return_days),
                manual_payment = coalesce(excluded.manual_payment, t.manual_payment)",
        )
        .bind(terms.return_days.map(to_i32))
        .bind(terms.manual_payment.as_ref().map(Json))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
