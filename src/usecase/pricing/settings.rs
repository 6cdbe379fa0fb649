//! Writing what the shop decides: each set as a whole, and all of them, with the seller and the terms, from a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use crate::domain::{
    FieldError, May, Promotion, PromotionId, Refusal, Seller, ShippingMethodId, ShippingZone, ShippingZoneId, TaxRules,
    permit,
};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Result, SavedTerms, Sellers, Shop, Store, TermWrites, Tx};
use super::{Pricing, PricingRules, SettingsSet};

/// All of it, as a file has it. An id of zeros stands for a new entry, or for the one that has the same name already (of
/// promotions: the same code).
#[derive(Debug, Clone)]
pub struct ShopSettings {
    pub zones: Vec<ShippingZone>,
    pub tax: TaxRules,
    pub promotions: Vec<Promotion>,
    /// None: whoever was it before.
    pub seller: Option<Seller>,
    /// None: as they were.
    pub terms: SavedTerms,
}

/// A set and its version.
pub type VersionedRules<T> = (T, i64);

impl<S: Store> Shop<S> {
    /// All that is decided.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn pricing_rules(&self) -> Result<Arc<PricingRules>> {
        self.store().pricing_rules().await
    }

    /// Replaces all zones with their methods, if the set still has one of the versions the change was made on.
    ///
    /// # Errors
    /// `VersionMismatch`; `Invalid` with fields like `0/methods/1/name`.
    pub async fn replace_shipping_zones(
        &self,
        by: May<permit::Checkout>,
        versions: &[i64],
        zones: Vec<ShippingZone>,
    ) -> Result<VersionedRules<Vec<ShippingZone>>> {
        ShippingZone::check_all(&zones)?;
        check_ids(&zones)?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            self.lock_version(&mut tx, SettingsSet::Shipping, versions).await?;
            let before = tx.rules().await?;
            tx.save_shipping_zones(&self.zones_with_ids(zones.clone(), &before.zones)).await?;
            let after = tx.rules().await?;
            let change = Change::of("shipping.replaced", "settings", "shipping").before(json!(before.zones));
            self.record(&mut tx, by, change.after(json!(after.zones))).await?;
            tx.commit().await?;
            Ok((after.zones.clone(), after.versions.shipping))
        })
        .await
    }

    /// Replaces all rates and what goes with them, as `replace_shipping_zones`.
    ///
    /// # Errors
    /// `VersionMismatch`; `Invalid` with fields like `rates/0/country`.
    pub async fn replace_tax_rules(
        &self,
        by: May<permit::Checkout>,
        versions: &[i64],
        rules: TaxRules,
    ) -> Result<VersionedRules<TaxRules>> {
        rules.check()?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            self.lock_version(&mut tx, SettingsSet::Tax, versions).await?;
            let before = tx.rules().await?;
            tx.save_tax_rules(&rules).await?;
            let after = tx.rules().await?;
            let change = Change::of("tax.replaced", "settings", "tax").before(json!(before.tax));
            self.record(&mut tx, by, change.after(json!(after.tax))).await?;
            tx.commit().await?;
            Ok((after.tax.clone(), after.versions.tax))
        })
        .await
    }

    /// Writes all of it in the place of what was there. The same twice changes nothing.
    ///
    /// # Errors
    /// `Invalid` with every field that will not do, below `shipping_zones`, `tax` or `promotions`.
    pub async fn import_settings(&self, settings: &ShopSettings) -> Result<()> {
        check(settings)?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            self.write_settings(&mut tx, settings).await?;
            tx.commit().await
        })
        .await
    }

    /// The same for a shop where nobody has decided anything and nothing was sold yet. Answers whether it did.
    ///
    /// # Errors
    /// As `import_settings`.
    pub async fn fill_untouched_settings(&self, settings: &ShopSettings) -> Result<bool> {
        check(settings)?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let mut is_touched = tx.has_sold().await?;
            for set in SettingsSet::ALL {
                is_touched |= tx.lock_settings(set).await? > 1;
            }
            if is_touched {
                return Ok(false);
            }
            self.write_settings(&mut tx, settings).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }

    async fn write_settings(&self, tx: &mut S::Tx, settings: &ShopSettings) -> Result<()> {
        for set in SettingsSet::ALL {
            tx.lock_settings(set).await?;
        }
        for (place, promotion) in settings.promotions.iter().enumerate() {
            let known = tx.targets_known(&promotion.products, &promotion.categories).await?;
            super::promotions::check_known(known, &format!("promotions/{place}/"))?;
        }
        let before = tx.rules().await?;
        tx.save_shipping_zones(&self.zones_with_ids(settings.zones.clone(), &before.zones)).await?;
        tx.save_tax_rules(&settings.tax).await?;
        tx.save_promotions(&self.promotions_with_ids(settings.promotions.clone(), &before.promotions)).await?;
        if let Some(seller) = &settings.seller {
            tx.save_seller(seller).await?;
        }
        tx.save_terms(&settings.terms).await
    }

    /// Locks the set against others who write it.
    async fn lock_version(&self, tx: &mut S::Tx, set: SettingsSet, versions: &[i64]) -> Result<()> {
        let current = tx.lock_settings(set).await?;
        if versions.contains(&current) { Ok(()) } else { Err(Refusal::VersionMismatch { current }.into()) }
    }

    /// Zones and methods with their ids: what has the same name stays the same.
    fn zones_with_ids(&self, mut zones: Vec<ShippingZone>, before: &[ShippingZone]) -> Vec<ShippingZone> {
        for zone in &mut zones {
            let known =
                before.iter().find(|known| known.id == zone.id || zone.id.0.is_nil() && known.name == zone.name);
            if zone.id.0.is_nil() {
                zone.id = known.map_or_else(|| ShippingZoneId(self.next_id()), |known| known.id);
            }
            let methods: BTreeMap<_, _> =
                known.iter().flat_map(|known| &known.methods).map(|method| (method.name.as_str(), method.id)).collect();
            for method in zone.methods.iter_mut().filter(|method| method.id.0.is_nil()) {
                let id = methods.get(method.name.as_str()).copied();
                method.id = id.unwrap_or_else(|| ShippingMethodId(self.next_id()));
            }
        }
        zones
    }

    fn promotions_with_ids(&self, mut promotions: Vec<Promotion>, before: &[Promotion]) -> Vec<Promotion> {
        for promotion in promotions.iter_mut().filter(|promotion| promotion.id.0.is_nil()) {
            let is_same = |known: &&Promotion| match &promotion.code {
                Some(code) => known.code.as_ref() == Some(code),
                None => known.code.is_none() && known.name == promotion.name,
            };
            promotion.id = before.iter().find(is_same).map_or_else(|| PromotionId(self.next_id()), |known| known.id);
        }
        promotions
    }
}

impl SettingsSet {
    /// In the order in which they are locked.
    pub const ALL: [Self; 3] = [Self::Shipping, Self::Tax, Self::Promotions];
}

/// Everything that will not do, each field below the set it is in.
fn check(settings: &ShopSettings) -> std::result::Result<(), Refusal> {
    let mut all = Vec::new();
    let mut gather = |place: &str, checked: std::result::Result<(), Refusal>| match checked {
        Err(Refusal::Invalid { fields }) => {
            all.extend(fields.into_iter().map(|f| FieldError { field: format!("{place}/{}", f.field), ..f }));
            Ok(())
        }
        other => other,
    };
    gather("shipping_zones", ShippingZone::check_all(&settings.zones))?;
    gather("tax", settings.tax.check())?;
    for (place, promotion) in settings.promotions.iter().enumerate() {
        gather(&format!("promotions/{place}"), promotion.check())?;
    }
    gather("promotions", super::promotions::check_set(&settings.promotions))?;
    gather("shipping_zones", check_ids(&settings.zones))?;
    if all.is_empty() { Ok(()) } else { Err(Refusal::Invalid { fields: all }) }
}

/// No zone and no method is there twice.
pub(super) fn check_ids(zones: &[ShippingZone]) -> std::result::Result<(), Refusal> {
    let mut seen = std::collections::BTreeSet::<Uuid>::new();
    for (place, zone) in zones.iter().enumerate() {
        let ids = std::iter::once(zone.id.0).chain(zone.methods.iter().map(|method| method.id.0));
        for id in ids.filter(|id| !id.is_nil()) {
            if !seen.insert(id) {
                return Err(Refusal::field(&format!("{place}/id"), crate::domain::Problem::Duplicate));
            }
        }
        let named_before = zones.iter().take(place).any(|other| other.name == zone.name);
        let mut names = std::collections::BTreeSet::new();
        if named_before || !zone.methods.iter().all(|method| names.insert(&method.name)) {
            return Err(Refusal::field(&format!("{place}/name"), crate::domain::Problem::Duplicate));
        }
    }
    Ok(())
}
