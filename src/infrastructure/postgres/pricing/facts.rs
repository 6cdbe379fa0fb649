//! The rules, and what of the past they depend on.

use std::sync::Arc;

use sqlx::{Executor, Postgres};
use uuid::Uuid;

use crate::domain::{Currency, PromotionId};
use crate::usecase::{PricingFacts, PricingRules, PromotionUse, Result};

use super::super::error::map_sqlx_error;
use super::super::to_u32;
use super::rules::KnownRules;

/// The versions of what the shop decided, as a column of a statement that is priced by it: hardly anybody has to be sent
/// more. Whoever does not know them reads the rules next.
macro_rules! versions {
    () => {
        concat!(versions_now!(), " as versions")
    };
}

/// The same as a value.
macro_rules! versions_now {
    () => {
        "array(select version from settings_versions
            order by array_position(array['shipping', 'tax', 'promotions'], name))"
    };
}

#[derive(Debug, Default, sqlx::FromRow)]
pub struct FactsRow {
    versions: Vec<i64>,
    uses: Vec<(Uuid, i32, i32)>,
    has_ordered: bool,
}

impl FactsRow {
    pub async fn facts(
        self,
        place: impl Executor<'_, Database = Postgres>,
        currency: Currency,
        known: &KnownRules,
    ) -> Result<PricingFacts> {
        let rules = match known.now().filter(|rules| rules.versions.is(&self.versions)) {
            Some(rules) => rules,
            None => read(place, currency, known).await?,
        };
        let uses = self.uses.into_iter().map(|(id, in_all, by_customer)| PromotionUse {
            promotion: PromotionId(id),
            in_all: to_u32(in_all.into()),
            by_customer: to_u32(by_customer.into()),
        });
        Ok(PricingFacts { rules, uses: uses.collect(), has_ordered: self.has_ordered })
    }

    /// What is priced by these rules, which ask nothing of the past; none: they hold no more.
    pub fn by(self, rules: Arc<PricingRules>) -> Option<PricingFacts> {
        let holds = rules.versions.is(&self.versions);
        holds.then(|| PricingFacts { rules, uses: Vec::new(), has_ordered: false })
    }
}

/// The rules as they are now.
pub async fn read(
    place: impl Executor<'_, Database = Postgres>,
    currency: Currency,
    known: &KnownRules,
) -> Result<Arc<PricingRules>> {
    let row = sqlx::query_as(concat!("select ", rules!()))
        .bind(currency.code())
        .fetch_one(place)
        .await
        .map_err(map_sqlx_error)?;
    known.updated(row)
}
