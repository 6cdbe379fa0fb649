//! Shipping, tax and promotions: what the shop decided, and what a cart or an order is priced by.

#[macro_use]
mod rules;
#[macro_use]
mod uses;
#[macro_use]
mod facts;
#[macro_use]
mod cart;
mod choices;
mod forms;
mod writes;

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::{
    CartId, Destination, OrderId, ProductId, Promotion, PromotionCode, PromotionId, ShippingMethodId, ShippingZone,
    Slug, TaxRules,
};
use crate::usecase::{CartFacts, CartMerge, CartOwner, Pricing, PricingRules, PricingViews, Result, SettingsSet};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, to_u32};
pub(super) use cart::{CartRow, ChoicesRow, cart_keys, of_owner as cart_of};
pub(super) use facts::FactsRow;
pub(super) use rules::KnownRules;

impl PricingViews for PgStore {
    async fn pricing_rules(&self) -> Result<Arc<PricingRules>> {
        facts::read(&self.pool, self.currency, &self.rules).await
    }

    async fn promotion_uses(&self) -> Result<Vec<(PromotionId, u32)>> {
        let rows: Vec<(Uuid, i32)> =
            sqlx::query_as("select id, uses from promotions").fetch_all(&self.pool).await.map_err(map_sqlx_error)?;
        Ok(rows.into_iter().map(|(id, uses)| (PromotionId(id), to_u32(uses.into()))).collect())
    }
}

impl Pricing for PgTx {
    async fn rules(&mut self) -> Result<Arc<PricingRules>> {
        // Past what the process knows: this transaction may have written, and may yet be rolled back.
        facts::read(&mut *self.tx, self.currency, &KnownRules::default()).await
    }

    async fn cart_facts(&mut self, owner: CartOwner) -> Result<CartFacts> {
        cart::in_transaction(self, owner).await
    }

    async fn merge_choices(&mut self, from: CartId, into: CartId, how: CartMerge) -> Result<()> {
        // A method was chosen for its address: they go together.
        sqlx::query(
            "update carts c set coupon = case when w.whole then f.coupon else coalesce(f.coupon, c.coupon) end,
                estimate_country = case when w.estimate then f.estimate_country else c.estimate_country end,
                estimate_region = case when w.estimate then f.estimate_region else c.estimate_region end,
                shipping_address = case when w.addresses then f.shipping_address else c.shipping_address end,
                billing_address = case when w.addresses then f.billing_address else c.billing_address end,
                shipping_method_id = case when w.addresses then f.shipping_method_id else c.shipping_method_id end
             from carts f cross join lateral (select $3::boolean as whole, $3::boolean or f.estimate_country is not null as estimate,
                $3::boolean or f.shipping_address is not null as addresses) w
             where c.id = $2 and f.id = $1",
        )
        .bind(from.0)
        .bind(into.0)
        .bind(how == CartMerge::GuestsAlone)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn set_coupon(&mut self, cart: CartId, code: Option<&PromotionCode>) -> Result<()> {
        sqlx::query("update carts set coupon = $2 where id = $1")
            .bind(cart.0)
            .bind(code.map(PromotionCode::as_str))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn set_shipping_method(&mut self, cart: CartId, method: ShippingMethodId, phone: Option<&str>) -> Result<()> {
        sqlx::query(
            "update carts set shipping_method_id = $2, shipping_address = case when $3::text is null
                then shipping_address else shipping_address || jsonb_build_object('phone', $3::text) end where id = $1",
        )
        .bind(cart.0)
        .bind(method.0)
        .bind(phone)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn set_estimate(&mut self, cart: CartId, destination: Option<&Destination>) -> Result<()> {
        sqlx::query("update carts set estimate_country = $2, estimate_region = $3 where id = $1")
            .bind(cart.0)
            .bind(destination.map(|d| d.country.as_str()))
            .bind(destination.and_then(|d| d.region.as_deref()))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn lock_settings(&mut self, set: SettingsSet) -> Result<i64> {
        sqlx::query_scalar("select version from settings_versions where name = $1 for no key update")
            .bind(set.as_str())
            .fetch_one(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }

    async fn retarget_promotions(&mut self, from: &Slug, to: &Slug) -> Result<()> {
        writes::retarget(self, from, to).await
    }

    async fn save_shipping_zones(&mut self, zones: &[ShippingZone]) -> Result<()> {
        writes::zones(self, zones).await
    }

    async fn save_tax_rules(&mut self, rules: &TaxRules) -> Result<()> {
        writes::tax(self, rules).await
    }

    async fn save_promotions(&mut self, promotions: &[Promotion]) -> Result<()> {
        writes::promotions(self, promotions).await
    }

    async fn targets_known(&mut self, products: &[ProductId], categories: &[Slug]) -> Result<(bool, bool)> {
        let products: Vec<_> = products.iter().map(|id| id.0).collect();
        writes::targets_known(self, &products, categories).await
    }

    async fn has_sold(&mut self) -> Result<bool> {
        sqlx::query_scalar("select exists (select from orders)").fetch_one(&mut *self.tx).await.map_err(map_sqlx_error)
    }

    async fn return_uses(&mut self, orders: &[OrderId]) -> Result<()> {
        uses::give_back(self, orders).await
    }
}
