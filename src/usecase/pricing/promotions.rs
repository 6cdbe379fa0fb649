//! Promotions one at a time, by staff.

use std::collections::BTreeSet;

use serde_json::json;

use crate::domain::{May, Problem, Promotion, PromotionId, Refusal, permit};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::{Pricing, SettingsSet};

/// The most promotions of a shop.
const MOST: u32 = 1_000;

impl<S: Store> Shop<S> {
    /// All promotions, and how often each was used where that is counted.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn promotions(&self, _by: May<permit::Checkout>) -> Result<Vec<(Promotion, u32)>> {
        let rules = self.store().pricing_rules().await?;
        let uses: std::collections::BTreeMap<_, _> = self.store().promotion_uses().await?.into_iter().collect();
        let used = |promotion: &Promotion| uses.get(&promotion.id).copied().unwrap_or(0);
        Ok(rules.promotions.iter().map(|promotion| (promotion.clone(), used(promotion))).collect())
    }

    /// Makes a promotion; its id is a new one.
    ///
    /// # Errors
    /// `Invalid`, also with `code` for one that another promotion has.
    pub async fn create_promotion(&self, by: May<permit::Checkout>, promotion: Promotion) -> Result<(Promotion, u32)> {
        let promotion = Promotion { id: PromotionId(self.next_id()), ..promotion };
        self.change_promotions(by, promotion.id, |promotions, _| {
            promotions.push(promotion.clone());
            Ok(())
        })
        .await?;
        self.promotion(by, promotion.id).await
    }

    /// Changes the promotion of this id, if all of them together still have one of the versions the change was made on, where
    /// it names any. Uses that were counted stay counted. Answers the version of them all.
    ///
    /// # Errors
    /// `NotFound`; `VersionMismatch`; `Invalid` as `create_promotion`.
    pub async fn update_promotion(
        &self,
        by: May<permit::Checkout>,
        versions: Option<&[i64]>,
        promotion: Promotion,
    ) -> Result<((Promotion, u32), i64)> {
        let version = self
            .change_promotions(by, promotion.id, |promotions, set| {
                require_one_of(versions, set)?;
                let known = promotions.iter_mut().find(|known| known.id == promotion.id).ok_or(Refusal::NotFound)?;
                *known = promotion.clone();
                Ok(())
            })
            .await?;
        Ok((self.promotion(by, promotion.id).await?, version))
    }

    /// Takes a promotion away, as `update_promotion`; orders that used it keep their discount.
    ///
    /// # Errors
    /// `NotFound`; `VersionMismatch`.
    pub async fn delete_promotion(
        &self,
        by: May<permit::Checkout>,
        versions: Option<&[i64]>,
        id: PromotionId,
    ) -> Result<()> {
        self.change_promotions(by, id, |promotions, set| {
            require_one_of(versions, set)?;
            let before = promotions.len();
            promotions.retain(|known| known.id != id);
            if promotions.len() < before { Ok(()) } else { Err(Refusal::NotFound.into()) }
        })
        .await
        .map(|_| ())
    }

    pub(super) async fn promotion(&self, by: May<permit::Checkout>, id: PromotionId) -> Result<(Promotion, u32)> {
        let found = self.promotions(by).await?.into_iter().find(|(promotion, _)| promotion.id == id);
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// Whether what the promotion is for is there.
    async fn check_targets(&self, tx: &mut S::Tx, promotions: &[Promotion], id: PromotionId) -> Result<()> {
        let Some(changed) = promotions.iter().find(|promotion| promotion.id == id) else { return Ok(()) };
        check_known(tx.targets_known(&changed.products, &changed.categories).await?, "")
    }

    /// `change` is given all of them, and their version; answers the one that it leaves.
    pub(super) async fn change_promotions(
        &self,
        by: May<permit::Checkout>,
        id: PromotionId,
        change: impl Fn(&mut Vec<Promotion>, i64) -> Result<()> + Send + Sync,
    ) -> Result<i64> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let set = tx.lock_settings(SettingsSet::Promotions).await?;
            let mut promotions = tx.rules().await?.promotions.clone();
            let told = |all: &[Promotion]| json!(all.iter().find(|promotion| promotion.id == id));
            let before = told(&promotions);
            change(&mut promotions, set)?;
            if let Some(changed) = promotions.iter().find(|promotion| promotion.id == id) {
                changed.check()?;
                check_codes(&promotions, id)?;
                if promotions.len() > MOST as usize {
                    return Err(Refusal::field("name", Problem::TooMany { max: MOST }).into());
                }
            }
            self.check_targets(&mut tx, &promotions, id).await?;
            tx.save_promotions(&promotions).await?;
            let action = match (before.is_null(), told(&promotions).is_null()) {
                (true, _) => "promotion.created",
                (false, true) => "promotion.deleted",
                (false, false) => "promotion.changed",
            };
            let change = Change::of(action, "promotion", id).before(before).after(told(&promotions));
            self.record(&mut tx, by, change).await?;
            tx.commit().await?;
            Ok(set.saturating_add(1))
        })
        .await
    }
}

/// `targets_known`, as a refusal.
pub(super) fn check_known((products, categories): (bool, bool), place: &str) -> Result<()> {
    let unknown = |field: &str| Err(Refusal::field(&format!("{place}{field}"), Problem::NotAChoice).into());
    match (products, categories) {
        (false, _) => unknown("products"),
        (_, false) => unknown("categories"),
        (true, true) => Ok(()),
    }
}

fn require_one_of(versions: Option<&[i64]>, current: i64) -> std::result::Result<(), Refusal> {
    match versions {
        Some(versions) if !versions.contains(&current) => Err(Refusal::VersionMismatch { current }),
        _ => Ok(()),
    }
}

/// No other promotion has the code of this one.
pub(super) fn check_codes(promotions: &[Promotion], id: PromotionId) -> std::result::Result<(), Refusal> {
    let changed = promotions.iter().find(|promotion| promotion.id == id).and_then(|promotion| promotion.code.as_ref());
    let is_taken = |code| promotions.iter().any(|other| other.id != id && other.code.as_ref() == Some(code));
    if changed.is_some_and(is_taken) { Err(Refusal::field("code", Problem::Duplicate)) } else { Ok(()) }
}

/// What cannot be seen of one promotion alone.
pub(super) fn check_set(promotions: &[Promotion]) -> std::result::Result<(), Refusal> {
    let (mut codes, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for (place, promotion) in promotions.iter().enumerate() {
        if promotion.code.as_ref().is_some_and(|code| !codes.insert(code)) {
            return Err(Refusal::field(&format!("{place}/code"), Problem::Duplicate));
        }
        if !promotion.id.0.is_nil() && !ids.insert(promotion.id) {
            return Err(Refusal::field(&format!("{place}/id"), Problem::Duplicate));
        }
    }
    if promotions.len() > MOST as usize {
        return Err(Refusal::field("", Problem::TooMany { max: MOST }));
    }
    Ok(())
}
