//! Stock as people change it: by an adjustment or a count, each with a reason.

use serde_json::json;

use crate::domain::{FieldReader, MAX_STOCK, May, Problem, ProductId, Refusal, StockChange, VariantId, permit};
use crate::dto::StockForm;

use super::super::audit::Change;
use super::super::editor::whole;
use super::super::idempotency::check_key;
use super::super::shop::retried;
use super::super::{Inventory, Result, Shop, Store, Tx};
use super::{Products, choose_among};

/// Why stock was changed.
pub(super) const MAX_REASON: u32 = 200;

impl<S: Store> Shop<S> {
    /// Records an adjustment of a variant's stock, or a count of what lies on its shelf: not one that began when something
    /// else was to lie there. With a key once, however often it is asked with it.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `NotEnoughStock`, `CountBelowReserved`, `KeyReused`.
    pub async fn change_stock(
        &self,
        by: May<permit::Stock>,
        product: ProductId,
        form: &StockForm,
        key: Option<&str>,
    ) -> Result<()> {
        let (change, reason) = read_stock(form)?;
        key.map(check_key).transpose()?;
        retried(|| self.change_stock_once(by, product, (form.variant_id, form.shelf), (change, &reason), key)).await
    }

    /// Says at how many units a variant is low. Where it is so already, nothing is written down.
    ///
    /// # Errors
    /// `Invalid` (low_at), `NotFound`.
    pub async fn set_low_at(&self, by: May<permit::Stock>, variant: VariantId, typed: &str) -> Result<()> {
        let low_at = whole(typed.trim(), 0, MAX_STOCK).map_err(|problem| Refusal::field("low_at", problem))?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let before = tx.lock_low_at(variant).await?.ok_or(Refusal::NotFound)?;
            if before == low_at {
                return Ok(());
            }
            tx.save_low_at(variant, low_at).await?;
            let said = |low_at: u32| json!({ "low_at": low_at });
            let entry = Change::of("stock.limit_set", "variant", variant).before(said(before)).after(said(low_at));
            self.record(&mut tx, by, entry).await?;
            tx.commit().await
        })
        .await
    }

    async fn change_stock_once(
        &self,
        by: May<permit::Stock>,
        product: ProductId,
        (named, shelf): (Option<VariantId>, Option<u32>),
        (change, reason): (StockChange, &str),
        key: Option<&str>,
    ) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let asked = named.map_or_else(String::new, |v| v.to_string());
        let request = || format!("stock {product} {asked} {change:?} {reason}");
        if !self.first_of_key(&mut tx, by, key, request).await? {
            return Ok(());
        }
        // What is retired lies on a shelf all the same; nobody means it who does not name it.
        let variant = choose_among(&tx.variants_kept(product, named.is_some()).await?, named, "variant_id")?;
        let level = tx.lock_stock_level(variant).await?;
        let now = level.shelf();
        if matches!(change, StockChange::Count(_)) && shelf.is_some_and(|shown| shown != now) {
            return Err(Refusal::field("counted", Problem::ShelfChanged { now }).into());
        }
        let units = level.movement(change)?;
        tx.record_stock_change(variant, change, units, reason, self.now()).await?;
        let said = json!({ "units": units, "counted": matches!(change, StockChange::Count(_)), "reason": reason });
        let entry = Change::of("stock.changed", "variant", variant).before(json!({ "stock": level.stock }));
        self.record(&mut tx, by, entry.after(said)).await?;
        tx.commit().await
    }
}

fn read_stock(form: &StockForm) -> std::result::Result<(StockChange, String), Refusal> {
    let mut fields = FieldReader::default();
    let change = match (form.change, form.counted) {
        (Some(units), None) => fields.read("change", StockChange::adjustment(units)),
        (None, Some(units)) => fields.read("counted", StockChange::count(units)),
        (None, None) => fields.read("change", Err(Problem::Required)),
        (Some(_), Some(_)) => fields.read("counted", Err(Problem::NotBoth)),
    };
    let reason = fields.required("reason", &form.reason, MAX_REASON);
    fields.finish(change.zip(reason))
}
