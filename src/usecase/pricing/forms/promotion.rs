//! Promotions as staff edit them.

use time::OffsetDateTime;

use crate::domain::{
    Email, FieldReader, Fields, May, Problem, Promotion, PromotionCode, PromotionId, PromotionKind, Refusal, Slug,
    permit,
};
use crate::dto::{ExampleView, PromotionEditView, PromotionList, PromotionQuery, PromotionRow, PromotionState};

use super::super::super::{Result, Shop, Store};
use super::super::{PricingRules, promotions};
use super::example::About;
use super::{amount, is_on, new_id, optional, require_version, shown, text, version_of, whole};

/// How many rows a list shows.
const PER_PAGE: usize = 50;
/// How often a promotion may be used at most: what a column holds.
const MOST_USES: u32 = i32::MAX.unsigned_abs();

impl<S: Store> Shop<S> {
    /// Promotions, the newest first, and where each stands.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn promotion_list(&self, by: May<permit::Checkout>, query: &PromotionQuery) -> Result<PromotionList> {
        let (all, now) = (self.promotions(by).await?, self.now());
        let mut rows = Vec::new();
        for (promotion, uses) in all.into_iter().rev() {
            let state = PromotionState::of(&promotion, uses, now);
            rows.push(PromotionRow { version: version_of(&promotion)?, promotion, state, uses });
        }
        let after = query.before.and_then(|id| rows.iter().position(|row| row.promotion.id == id));
        rows.drain(..after.map_or(0, |place| place + 1));
        rows.retain(|row| query.state.is_none_or(|state| state == row.state));
        let has_more = rows.len() > PER_PAGE;
        rows.truncate(PER_PAGE);
        let last = rows.last().filter(|_| has_more).map(|row| row.promotion.id);
        let next = last.map(|id| PromotionQuery { before: Some(id), ..query.clone() });
        Ok(PromotionList { query: query.clone(), rows, next })
    }

    /// A promotion's editor, with what was typed before and kept; no id for one that is not there yet.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn promotion_editor(
        &self,
        by: May<permit::Checkout>,
        id: Option<PromotionId>,
        kept: &str,
    ) -> Result<PromotionEditView> {
        let known = match id {
            None => None,
            Some(id) => Some(self.promotion(by, id).await?),
        };
        let (now, version, uses) = match &known {
            Some((promotion, uses)) => (self.promotion_fields(promotion).await?, version_of(promotion)?, *uses),
            None => (new_promotion(), self.new_key(), 0),
        };
        let id = id.map(|id| id.to_string()).unwrap_or_default();
        let mut brought = self.merged_editor(by.into(), kept, &id, version, now).await?;
        if brought.is_tried() {
            brought.view.example = shown(self.promotion_example(by, &brought.typed()).await)?;
        }
        let categories = self.store().category_choices().await?;
        Ok(PromotionEditView { editor: brought.view, categories, uses })
    }

    /// Whether it can be told what a sample cart would come to if this promotion were saved and switched on.
    ///
    /// # Errors
    /// `Invalid` with whatever was typed that will not do.
    pub async fn try_promotion(&self, by: May<permit::Checkout>, fields: &Fields) -> Result<()> {
        self.promotion_example(by, fields).await.map(|_| ())
    }

    async fn promotion_example(&self, by: May<permit::Checkout>, fields: &Fields) -> Result<ExampleView> {
        let known = match text(fields, "id") {
            "" => None,
            id => Some(self.promotion(by, id.parse()?).await?),
        };
        let typed = self.read_promotion(fields, known.as_ref().map(|(promotion, _)| promotion)).await?;
        let id = if known.is_some() { typed.id } else { PromotionId(self.next_id()) };
        let typed = Promotion { id, active: true, ..typed };
        let uses = known.map_or(0, |(_, uses)| uses);
        let mut rules = PricingRules::clone(&*self.store().pricing_rules().await?);
        match rules.promotions.iter_mut().find(|promotion| promotion.id == id) {
            Some(known) => *known = typed.clone(),
            None => rules.promotions.push(typed.clone()),
        }
        promotions::check_codes(&rules.promotions, id)?;
        self.example(rules, fields, About { promotion: Some((&typed, uses)), zone: None }).await
    }

    /// Saves what an editor says of a promotion: a new one, or the one it was opened on, if that is still what was read.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `VersionMismatch`.
    pub async fn save_promotion(&self, by: May<permit::Checkout>, fields: &Fields) -> Result<PromotionId> {
        match text(fields, "id") {
            "" => {
                let typed = self.read_promotion(fields, None).await?;
                let id = PromotionId(new_id(fields).unwrap_or_else(|| self.next_id()));
                let new = Promotion { id, ..typed };
                if self.store().pricing_rules().await?.promotions.iter().any(|known| known.id == id) {
                    return Ok(id);
                }
                self.change_promotions(by, id, |promotions, _| {
                    if !promotions.iter().any(|known| known.id == id) {
                        promotions.push(new.clone());
                    }
                    Ok(())
                })
                .await?;
                Ok(id)
            }
            id => {
                let (known, _) = self.promotion(by, id.parse()?).await?;
                let typed = self.read_promotion(fields, Some(&known)).await?;
                self.change_known_promotion(by, fields, typed.id, |known| *known = typed.clone()).await?;
                Ok(typed.id)
            }
        }
    }

    /// Switches a promotion on or off, whatever else somebody has changed of it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn switch_promotion(&self, by: May<permit::Checkout>, id: PromotionId, active: bool) -> Result<()> {
        self.change_promotions(by, id, |promotions, _| {
            let known = promotions.iter_mut().find(|known| known.id == id).ok_or(Refusal::NotFound)?;
            known.active = active;
            Ok(())
        })
        .await
        .map(|_| ())
    }

    /// Takes a promotion away, if it is still what was read; orders that used it keep their discount.
    ///
    /// # Errors
    /// `NotFound`, `VersionMismatch`.
    pub async fn remove_promotion(&self, by: May<permit::Checkout>, fields: &Fields) -> Result<()> {
        let id: PromotionId = text(fields, "id").parse()?;
        self.change_promotions(by, id, |promotions, set| {
            let known = promotions.iter().find(|known| known.id == id).ok_or(Refusal::NotFound)?;
            require_version(known, fields, set)?;
            promotions.retain(|known| known.id != id);
            Ok(())
        })
        .await
        .map(|_| ())
    }

    async fn change_known_promotion(
        &self,
        by: May<permit::Checkout>,
        fields: &Fields,
        id: PromotionId,
        change: impl Fn(&mut Promotion) + Send + Sync,
    ) -> Result<()> {
        self.change_promotions(by, id, |promotions, set| {
            let known = promotions.iter_mut().find(|known| known.id == id).ok_or(Refusal::NotFound)?;
            require_version(known, fields, set)?;
            change(known);
            Ok(())
        })
        .await
        .map(|_| ())
    }

    async fn promotion_fields(&self, promotion: &Promotion) -> Result<Fields> {
        let (products, customer) = self.store().name_targets(&promotion.products, promotion.customer).await?;
        let moment = |at: Option<OffsetDateTime>| at.map(|at| self.local_time(at).typed()).unwrap_or_default();
        let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let mut fields: Fields = [
            ("name", promotion.name.clone()),
            ("code", promotion.code.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("kind", promotion.kind.as_str().to_owned()),
            ("minimum", promotion.minimum.map(|minimum| minimum.amount().to_string()).unwrap_or_default()),
            ("products", products.join("\n")),
            ("starts_at", moment(promotion.starts_at)),
            ("ends_at", moment(promotion.ends_at)),
            ("first_order_only", yes(promotion.first_order_only)),
            ("customer", customer.unwrap_or_default()),
            ("limit", number(promotion.limit)),
            ("limit_per_customer", number(promotion.limit_per_customer)),
            ("stackable", yes(promotion.stackable)),
            ("active", yes(promotion.active)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        for (name, value) in value_fields(&promotion.kind) {
            fields.insert(name.to_owned(), value);
        }
        for category in &promotion.categories {
            fields.insert(format!("category-{}", category.as_str()), "on".to_owned());
        }
        Ok(fields)
    }

    async fn read_promotion(&self, fields: &Fields, known: Option<&Promotion>) -> Result<Promotion> {
        let mut reader = FieldReader::default();
        let (currency, field) = (self.currency(), |name: &str| text(fields, name));
        let name = reader.required("name", field("name"), Promotion::NAME_MAX);
        let code = reader.read("code", optional(field("code"), PromotionCode::parse));
        let kind = self.read_kind(&mut reader, fields);
        let minimum = reader.read("minimum", optional(field("minimum"), |typed| amount(typed, currency)));
        let starts_at = reader.read("starts_at", self.moment(field("starts_at"), known.and_then(|p| p.starts_at)));
        let ends_at = reader.read("ends_at", self.moment(field("ends_at"), known.and_then(|p| p.ends_at)));
        let uses = |typed: &str| optional(typed, |typed| whole(typed, 1, MOST_USES));
        let limit = reader.read("limit", uses(field("limit")));
        let per_customer = reader.read("limit_per_customer", uses(field("limit_per_customer")));
        let email = reader.read("customer", optional(field("customer"), Email::parse));
        let slugs = fields.iter().filter(|(_, value)| !value.is_empty());
        let slugs = slugs.filter_map(|(name, _)| name.strip_prefix("category-")).map(Slug::parse);
        let categories = reader.read("categories", slugs.collect::<std::result::Result<Vec<_>, _>>());
        let typed = field("products").split([',', '\n']).map(str::trim).filter(|text| !text.is_empty());
        let typed: Vec<_> = typed.take(Promotion::MOST as usize + 1).map(str::to_owned).collect();
        let targets = self.store().find_targets(&typed, email.as_ref().and_then(Option::as_ref)).await?;
        let missing = typed.iter().zip(&targets.products).find(|(_, found)| found.is_none());
        let missing = missing.map(|(typed, _)| Problem::NoProduct { typed: typed.chars().take(60).collect() });
        reader.read("products", missing.map_or(Ok(()), Err));
        if matches!(email, Some(Some(_))) && targets.customer.is_none() {
            reader.read::<()>("customer", Err(Problem::NoAccount));
        }
        let mut products = Vec::new();
        for id in targets.products.into_iter().flatten() {
            if !products.contains(&id) {
                products.push(id);
            }
        }
        let promotion = (|| {
            Some(Promotion {
                id: known.map_or(PromotionId(uuid::Uuid::nil()), |known| known.id),
                name: name?,
                code: code?,
                kind: kind?,
                minimum: minimum?,
                products,
                categories: categories?,
                starts_at: starts_at?,
                ends_at: ends_at?,
                first_order_only: is_on(fields, "first_order_only"),
                customer: targets.customer,
                limit: limit?,
                limit_per_customer: per_customer?,
                stackable: is_on(fields, "stackable"),
                active: is_on(fields, "active"),
            })
        })();
        let promotion = reader.finish(promotion)?;
        promotion.check()?;
        Ok(promotion)
    }

    /// The kind, and how much of it: from the fields of that kind.
    fn read_kind(&self, reader: &mut FieldReader, fields: &Fields) -> Option<PromotionKind> {
        let kind = text(fields, "kind");
        let (beside, value) = match kind {
            "amount" => ("amount", text(fields, "amount").to_owned()),
            "buy_x_get_y" => ("buy", format!("{}+{}", text(fields, "buy"), text(fields, "get"))),
            "free_shipping" => ("kind", String::new()),
            _ => ("percent", text(fields, "percent").to_owned()),
        };
        match PromotionKind::parse(kind, &value, self.currency()) {
            Ok(kind) => Some(kind),
            Err(refused) => {
                let of_kind = refused.problem_of("kind").map(|problem| ("kind", problem.clone()));
                let of_value = refused.problem_of("value").map(|problem| (beside, problem.clone()));
                let (field, problem) = of_kind.or(of_value).unwrap_or((beside, Problem::Required));
                reader.read(field, Err(problem))
            }
        }
    }
}

/// What a form for a new one begins with.
fn new_promotion() -> Fields {
    [("kind", "percent"), ("first_order_only", "no"), ("stackable", "no"), ("active", "yes")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn value_fields(kind: &PromotionKind) -> Vec<(&'static str, String)> {
    match kind {
        PromotionKind::Percent { .. } => vec![("percent", kind.value())],
        PromotionKind::Amount { .. } => vec![("amount", kind.value())],
        PromotionKind::FreeShipping => Vec::new(),
        PromotionKind::BuyXGetY { buy, get } => vec![("buy", buy.to_string()), ("get", get.to_string())],
    }
}
