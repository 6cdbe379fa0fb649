//! Drafts that come into the shop by themselves, at the time that staff have set.

use serde_json::json;
use time::OffsetDateTime;

use crate::domain::{Actor, FieldReader, Fields, ProductId, ProductStatus};
use crate::dto::StaffProduct;

use super::super::audit::Change;
use super::super::editor::text;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::writing::ProductEdits;

impl<S: Store> Shop<S> {
    /// Puts drafts into the shop whose time has come, at most so many; answers how many. The audit log says that nobody did it.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn publish_products(&self, most: u32) -> Result<u32> {
        let count = retried(|| async {
            let mut tx = self.store().begin().await?;
            let due = tx.publish_due(self.now(), most).await?;
            if due.is_empty() {
                return Ok(0);
            }
            let status = |status: ProductStatus| json!({ "status": status });
            let change = |id: &ProductId| {
                let change = Change::of("product.published", "product", id);
                change.before(status(ProductStatus::Draft)).after(status(ProductStatus::Active))
            };
            let changes = due.iter().map(change).collect();
            self.record_all(&mut tx, Actor::Shop, changes).await?;
            tx.commit().await?;
            Ok(due.len())
        })
        .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// With its time as the shop's clocks show it, for the editor's field.
    pub(in super::super) fn with_local_time(&self, product: StaffProduct) -> StaffProduct {
        let publish_typed = product.publish_at.map(|at| self.local_time(at).typed()).unwrap_or_default();
        StaffProduct { publish_typed, ..product }
    }

    /// When it comes into the shop by itself: only a draft does. `known` is when it would.
    pub(super) fn read_publish_at(
        &self,
        reader: &mut FieldReader,
        fields: &Fields,
        known: Option<OffsetDateTime>,
        status: Option<ProductStatus>,
    ) -> Option<Option<OffsetDateTime>> {
        let at = reader.read("publish_at", self.moment(text(fields, "publish_at"), known))?;
        Some(at.filter(|_| status == Some(ProductStatus::Draft)))
    }
}
