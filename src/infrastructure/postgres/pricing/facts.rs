//! The rules, and what of the past they depend on.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::PromotionId;
use crate::usecase::{PricingFacts, PricingRules, PromotionUse, Result};

use super::super::to_u32;
use super::rules::{KnownRules, RulesRow};

#[derive(Debug, sqlx::FromRow)]
pub(super) struct FactsRow {
    #[sqlx(flatten)]
    rules: RulesRow,
    uses: Vec<(Uuid, i32, i32)>,
    has_ordered: bool,
}

impl FactsRow {
    pub(super) fn facts(self, known: &KnownRules, before: Option<Arc<PricingRules>>) -> Result<PricingFacts> {
        let uses = self.uses.into_iter().map(|(id, in_all, by_customer)| PromotionUse {
            promotion: PromotionId(id),
            in_all: to_u32(in_all.into()),
            by_customer: to_u32(by_customer.into()),
        });
        let uses = uses.collect();
        Ok(PricingFacts { rules: known.updated(before, self.rules)?, uses, has_ordered: self.has_ordered })
    }
}

/// The versions of what is known, for the parameters of `rules!`; 0 is the version of nothing.
pub(super) fn versions(known: Option<&Arc<PricingRules>>) -> [i64; 3] {
    known.map_or([0; 3], |rules| {
        let versions = rules.versions;
        [versions.shipping, versions.tax, versions.promotions]
    })
}
