//! Who sells.

use sqlx::types::Json;

use crate::domain::Seller;
use crate::usecase::{Result, SellerViews, Sellers};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx};

/// Who sells, in the shape of the domain.
macro_rules! seller {
    () => {
        "select json_build_object('address', address, 'vat_id', vat_id, 'tax_number', tax_number,
            'registration', registration, 'email', email, 'invoice_series', invoice_series,
            'credit_note_series', credit_note_series)
         from seller"
    };
}

impl SellerViews for PgStore {
    async fn seller(&self) -> Result<Option<Seller>> {
        let seller: Option<Json<Seller>> =
            sqlx::query_scalar(seller!()).fetch_optional(&self.pool).await.map_err(map_sqlx_error)?;
        Ok(seller.map(|json| json.0))
    }
}

impl Sellers for PgTx {
    async fn current_seller(&mut self) -> Result<Option<Seller>> {
        let seller: Option<Json<Seller>> =
            sqlx::query_scalar(seller!()).fetch_optional(&mut *self.tx).await.map_err(map_sqlx_error)?;
        Ok(seller.map(|json| json.0))
    }

    async fn save_seller(&mut self, seller: &Seller) -> Result<()> {
        sqlx::query(
            "insert into seller (address, vat_id, tax_number, registration, email, invoice_series, credit_note_series)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (only_row) do update set address = excluded.address, vat_id = excluded.vat_id,
                tax_number = excluded.tax_number, registration = excluded.registration, email = excluded.email,
                invoice_series = excluded.invoice_series, credit_note_series = excluded.credit_note_series",
        )
        .bind(Json(&seller.address))
        .bind(&seller.vat_id)
        .bind(&seller.tax_number)
        .bind(&seller.registration)
        .bind(&seller.email)
        .bind(&seller.invoice_series)
        .bind(&seller.credit_note_series)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
