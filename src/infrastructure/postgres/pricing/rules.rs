//! Reading what the shop decides, as JSON in the shape of the domain. Each set has a version, which whoever prices something
//! reads with it: who knows the rules of these versions is answered exactly, and need not be sent the whole.

use std::sync::{Arc, PoisonError, RwLock};

use serde::Deserialize;
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::domain::{
    Money, ProductId, Promotion, PromotionCode, PromotionId, PromotionKind, ShippingZone, Slug, TaxRules, UserId,
};
use crate::usecase::{Error, PricingRules, Result, RuleVersions};

/// Columns `versions` (of shipping, tax and promotions) and `zones`, `tax`, `promotions`, with amounts in the currency `$1`.
macro_rules! rules {
    () => {
        "array(select version from settings_versions order by array_position(array['shipping', 'tax', 'promotions'], name))
            as versions,
        (select coalesce(json_agg(json_build_object('id', z.id, 'name', z.name, 'countries', z.countries,
                'regions', z.regions, 'methods', array(select json_build_object('id', m.id, 'name', m.name,
                    'price', case
                        when m.kind in ('flat', 'pick_up') then json_build_object('kind', m.kind, 'price',
                            json_build_object('amount', m.price::text, 'currency', $1::text))
                        else json_build_object('kind', m.kind, 'steps', array(select json_build_object(
                            'up_to_grams', s -> 'up_to_grams',
                            'from', json_build_object('amount', s ->> 'from', 'currency', $1::text),
                            'price', json_build_object('amount', s ->> 'price', 'currency', $1::text))
                            from jsonb_array_elements(m.steps) s))
                        end,
                    'free_from', case when m.free_from is not null
                        then json_build_object('amount', m.free_from::text, 'currency', $1::text) end,
                    'days', json_build_object('min', m.min_days, 'max', m.max_days),
                    'needs_phone', m.needs_phone)
                    from shipping_methods m where m.zone_id = z.id order by m.position)) order by z.position), '[]')
            from shipping_zones z) as zones,
        (select json_build_object('prices_include_tax', t.prices_include_tax, 'shipping_class', t.shipping_class,
                'reverse_charge', t.reverse_charge, 'seller_country', t.seller_country,
                'rates', array(select json_build_object('country', r.country, 'region', nullif(r.region, ''),
                    'class', r.class, 'name', r.name, 'rate', r.rate::text) from tax_rates r order by r.position))
            from tax_settings t) as tax,
        (select coalesce(json_agg(json_build_object('id', p.id, 'name', p.name, 'code', p.code,
                'kind', json_build_object('kind', p.kind, 'percent', p.percent::text, 'buy', p.buy, 'get', p.get,
                    'amount', json_build_object('amount', p.amount::text, 'currency', $1::text)),
                'minimum', case when p.minimum is not null
                    then json_build_object('amount', p.minimum::text, 'currency', $1::text) end,
                'products', p.products, 'categories', p.categories, 'starts_at', p.starts_at, 'ends_at', p.ends_at,
                'first_order_only', p.first_order_only, 'customer', p.user_id, 'limit', p.use_limit,
                'limit_per_customer', p.limit_per_customer, 'stackable', p.stackable, 'active', p.active)
                order by p.position, p.id), '[]')
            from promotions p) as promotions"
    };
}

/// What the statement answers.
#[derive(Debug, sqlx::FromRow)]
pub struct RulesRow {
    versions: Vec<i64>,
    zones: Json<Vec<ShippingZone>>,
    tax: Json<TaxRules>,
    promotions: Json<Vec<PromotionJson>>,
}

/// A promotion with its times as PostgreSQL writes them.
#[derive(Debug, Deserialize)]
struct PromotionJson {
    id: PromotionId,
    name: String,
    code: Option<PromotionCode>,
    kind: PromotionKind,
    minimum: Option<Money>,
    products: Vec<ProductId>,
    categories: Vec<Slug>,
    #[serde(with = "time::serde::rfc3339::option")]
    starts_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    ends_at: Option<OffsetDateTime>,
    first_order_only: bool,
    customer: Option<UserId>,
    limit: Option<u32>,
    limit_per_customer: Option<u32>,
    stackable: bool,
    active: bool,
}

impl From<PromotionJson> for Promotion {
    fn from(json: PromotionJson) -> Self {
        Self {
            id: json.id,
            name: json.name,
            code: json.code,
            kind: json.kind,
            minimum: json.minimum,
            products: json.products,
            categories: json.categories,
            starts_at: json.starts_at,
            ends_at: json.ends_at,
            first_order_only: json.first_order_only,
            customer: json.customer,
            limit: json.limit,
            limit_per_customer: json.limit_per_customer,
            stackable: json.stackable,
            active: json.active,
        }
    }
}

/// What this process knows of the rules, and their versions.
#[derive(Debug, Clone, Default)]
pub struct KnownRules(Arc<RwLock<Option<Arc<PricingRules>>>>);

impl KnownRules {
    pub fn now(&self) -> Option<Arc<PricingRules>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same, where none of them asks what was bought before of whoever has put no code in.
    pub fn without_past(&self) -> Option<Arc<PricingRules>> {
        let asks = |promotion: &Promotion| {
            let is_limited = promotion.limit.is_some() || promotion.limit_per_customer.is_some();
            promotion.active && promotion.code.is_none() && (is_limited || promotion.first_order_only)
        };
        self.now().filter(|rules| !rules.promotions.iter().any(asks))
    }

    /// The rules as a statement found them.
    pub fn updated(&self, row: RulesRow) -> Result<Arc<PricingRules>> {
        let [shipping, tax, promotions] = row.versions[..] else {
            return Err(Error::Broken(anyhow::anyhow!("settings_versions holds {} rows", row.versions.len())));
        };
        let rules = Arc::new(PricingRules {
            versions: RuleVersions { shipping, tax, promotions },
            zones: row.zones.0,
            tax: row.tax.0,
            promotions: row.promotions.0.into_iter().map(Into::into).collect(),
        });
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&rules));
        Ok(rules)
    }
}
