//! What is chosen for a cart, by a statement that changes it if it is as it was read.

use sqlx::types::Json;

use crate::domain::{CartId, Email, ShippingAddress, ShippingMethodId};
use crate::usecase::{CartChoices, Result, customer_key};

use super::super::PgStore;
use super::super::error::map_sqlx_error;

impl CartChoices for PgStore {
    async fn keep_method(
        &self,
        cart: CartId,
        version: i64,
        method: ShippingMethodId,
        phone: Option<&str>,
    ) -> Result<bool> {
        let done = sqlx::query(concat!(
            "update carts set ",
            touched!(),
            ", shipping_method_id = $3,
                shipping_address = case when $4::text is null then shipping_address
                    else shipping_address || jsonb_build_object('phone', $4::text) end
             where id = $1 and xmin::text::bigint = $2"
        ))
        .bind(cart.0)
        .bind(version)
        .bind(method.0)
        .bind(phone)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn keep_addresses(
        &self,
        cart: CartId,
        version: i64,
        address: &ShippingAddress,
        billing: Option<&ShippingAddress>,
        email: Option<&Email>,
    ) -> Result<bool> {
        let done = sqlx::query(concat!(
            "update carts set ",
            touched!(),
            ", shipping_address = $3, billing_address = $4, email = coalesce($5, email),
                customer_key = coalesce($6, customer_key)
             where id = $1 and xmin::text::bigint = $2"
        ))
        .bind(cart.0)
        .bind(version)
        .bind(Json(address))
        .bind(billing.map(Json))
        .bind(email.map(Email::as_str))
        .bind(email.map(customer_key))
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() == 1)
    }
}
