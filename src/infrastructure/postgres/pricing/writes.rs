//! Writing what the shop decides: each set as a whole. What stays keeps its row, so that choices in carts and counted uses
//! stay, too.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::{
    Money, Problem, Promotion, PromotionKind, Refusal, ShippingMethod, ShippingPrice, ShippingZone, Slug, TaxRules,
};
use crate::usecase::{Error, Result, SettingsSet};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, to_i32};

async fn raise_version(tx: &mut PgTx, set: SettingsSet) -> Result<()> {
    sqlx::query("update settings_versions set version = version + 1 where name = $1")
        .bind(set.as_str())
        .execute(&mut *tx.tx)
        .await
        .map_err(map_sqlx_error)?;
    Ok(())
}

pub(super) async fn zones(tx: &mut PgTx, zones: &[ShippingZone]) -> Result<()> {
    let ids: Vec<_> = zones.iter().map(|zone| zone.id.0).collect();
    let methods: Vec<_> = zones.iter().flat_map(|zone| zone.methods.iter().map(move |m| (zone.id.0, m))).collect();
    let method_ids: Vec<_> = methods.iter().map(|(_, method)| method.id.0).collect();
    sqlx::query(
        "with gone as (delete from shipping_methods where id <> all($2))
         delete from shipping_zones where id <> all($1)",
    )
    .bind(&ids)
    .bind(&method_ids)
    .execute(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    // Arrays of arrays would be flattened: places travel as JSON.
    let places: Vec<Value> = zones.iter().map(|z| json!({"countries": z.countries, "regions": z.regions})).collect();
    sqlx::query(
        "insert into shipping_zones (id, name, countries, regions, position)
         select z.id, z.name, array(select jsonb_array_elements_text(z.places -> 'countries')),
            array(select jsonb_array_elements_text(z.places -> 'regions')), z.place
         from unnest($1::uuid[], $2::text[], $3::jsonb[]) with ordinality as z (id, name, places, place)
         on conflict (id) do update set name = excluded.name, countries = excluded.countries,
            regions = excluded.regions, position = excluded.position",
    )
    .bind(&ids)
    .bind(zones.iter().map(|zone| zone.name.as_str()).collect::<Vec<_>>())
    .bind(places)
    .execute(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    let rows: Vec<_> = methods.iter().map(|(_, method)| price_of(method)).collect();
    sqlx::query(
        "insert into shipping_methods (id, zone_id, name, kind, price, steps, free_from, min_days, max_days, needs_phone,
            position)
         select m.id, m.zone, m.name, m.kind, m.price, m.steps, m.free_from, m.min, m.max, m.needs_phone, m.place
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::numeric[], $6::jsonb[], $7::numeric[],
            $8::int[], $9::int[], $10::bool[]) with ordinality
            as m (id, zone, name, kind, price, steps, free_from, min, max, needs_phone, place)
         on conflict (id) do update set zone_id = excluded.zone_id, name = excluded.name, kind = excluded.kind,
            price = excluded.price, steps = excluded.steps, free_from = excluded.free_from,
            min_days = excluded.min_days, max_days = excluded.max_days, needs_phone = excluded.needs_phone,
            position = excluded.position",
    )
    .bind(&method_ids)
    .bind(methods.iter().map(|(zone, _)| *zone).collect::<Vec<_>>())
    .bind(methods.iter().map(|(_, m)| m.name.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.1).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.2.clone()).collect::<Vec<_>>())
    .bind(methods.iter().map(|(_, m)| m.free_from.map(|from| from.amount())).collect::<Vec<_>>())
    .bind(methods.iter().map(|(_, m)| i32::from(m.days.min)).collect::<Vec<_>>())
    .bind(methods.iter().map(|(_, m)| i32::from(m.days.max)).collect::<Vec<_>>())
    .bind(methods.iter().map(|(_, m)| m.needs_phone).collect::<Vec<_>>())
    .execute(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    raise_version(tx, SettingsSet::Shipping).await
}

/// Kind, price and steps. Amounts are in the shop's currency, which is written down once for all.
fn price_of(method: &ShippingMethod) -> (&'static str, Option<Decimal>, Option<Value>) {
    let amount = |money: Money| money.amount().to_string();
    match &method.price {
        ShippingPrice::Flat { price } => ("flat", Some(price.amount()), None),
        ShippingPrice::PickUp { price } => ("pick_up", Some(price.amount()), None),
        ShippingPrice::ByWeight { steps } => {
            let step = |s: &crate::domain::WeightStep| json!({"up_to_grams": s.up_to_grams, "price": amount(s.price)});
            ("by_weight", None, Some(steps.iter().map(step).collect()))
        }
        ShippingPrice::ByTotal { steps } => {
            let step = |s: &crate::domain::TotalStep| json!({"from": amount(s.from), "price": amount(s.price)});
            ("by_total", None, Some(steps.iter().map(step).collect()))
        }
    }
}

pub(super) async fn tax(tx: &mut PgTx, rules: &TaxRules) -> Result<()> {
    sqlx::query(
        "update tax_settings set prices_include_tax = $1, shipping_class = $2, reverse_charge = $3, seller_country = $4",
    )
    .bind(rules.prices_include_tax)
    .bind(rules.shipping_class.as_str())
    .bind(rules.reverse_charge)
    .bind(&rules.seller_country)
    .execute(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    sqlx::query("delete from tax_rates").execute(&mut *tx.tx).await.map_err(map_sqlx_error)?;
    let rates = &rules.rates;
    sqlx::query(
        "insert into tax_rates (country, region, class, name, rate, position)
         select r.country, coalesce(r.region, ''), r.class, r.name, r.rate, r.place
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[]) with ordinality
            as r (country, region, class, name, rate, place)",
    )
    .bind(rates.iter().map(|r| r.country.as_str()).collect::<Vec<_>>())
    .bind(rates.iter().map(|r| r.region.as_deref()).collect::<Vec<_>>())
    .bind(rates.iter().map(|r| r.class.as_str()).collect::<Vec<_>>())
    .bind(rates.iter().map(|r| r.name.as_str()).collect::<Vec<_>>())
    .bind(rates.iter().map(|r| r.rate.decimal()).collect::<Vec<_>>())
    .execute(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    raise_version(tx, SettingsSet::Tax).await
}

pub(super) async fn promotions(tx: &mut PgTx, promotions: &[Promotion]) -> Result<()> {
    let ids: Vec<Uuid> = promotions.iter().map(|p| p.id.0).collect();
    // In the order of their ids, as orders count their uses.
    sqlx::query("select from promotions order by id for no key update")
        .execute(&mut *tx.tx)
        .await
        .map_err(map_sqlx_error)?;
    sqlx::query("delete from promotions where id <> all($1)")
        .bind(&ids)
        .execute(&mut *tx.tx)
        .await
        .map_err(map_sqlx_error)?;
    // Two that exchange their codes would have the same one in between.
    sqlx::query("update promotions set code = null where code is not null")
        .execute(&mut *tx.tx)
        .await
        .map_err(map_sqlx_error)?;
    let targets: Vec<Value> =
        promotions.iter().map(|p| json!({"products": p.products, "categories": p.categories})).collect();
    sqlx::query(
        "insert into promotions (id, name, code, kind, percent, amount, buy, get, minimum, products, categories,
            starts_at, ends_at, first_order_only, user_id, use_limit, limit_per_customer, stackable, active, position)
         select p.id, p.name, p.code, p.kind, p.percent, p.amount, p.buy, p.get, p.minimum,
            array(select jsonb_array_elements_text(p.targets -> 'products')::uuid),
            array(select jsonb_array_elements_text(p.targets -> 'categories')),
            p.starts_at, p.ends_at, p.first_order_only, p.customer, p.use_limit, p.per_customer, p.stackable, p.active,
            p.place
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::numeric[], $7::int[], $8::int[],
            $9::numeric[], $10::jsonb[], $11::timestamptz[], $12::timestamptz[], $13::bool[], $14::uuid[], $15::int[],
            $16::int[], $17::bool[], $18::bool[]) with ordinality as p (id, name, code, kind, percent, amount, buy, get,
            minimum, targets, starts_at, ends_at, first_order_only, customer, use_limit, per_customer, stackable, active,
            place)
         on conflict (id) do update set name = excluded.name, code = excluded.code, kind = excluded.kind,
            percent = excluded.percent, amount = excluded.amount, buy = excluded.buy, get = excluded.get,
            minimum = excluded.minimum, products = excluded.products, categories = excluded.categories,
            starts_at = excluded.starts_at, ends_at = excluded.ends_at, first_order_only = excluded.first_order_only,
            user_id = excluded.user_id, use_limit = excluded.use_limit,
            limit_per_customer = excluded.limit_per_customer, stackable = excluded.stackable, active = excluded.active,
            position = excluded.position",
    )
    .bind(&ids)
    .bind(promotions.iter().map(|p| p.name.as_str()).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| p.code.as_ref().map(|code| code.as_str())).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| p.kind.as_str()).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| Columns::of(&p.kind).percent).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| Columns::of(&p.kind).amount).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| Columns::of(&p.kind).buy).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| Columns::of(&p.kind).get).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| p.minimum.map(|minimum| minimum.amount())).collect::<Vec<_>>())
    .bind(targets)
    .bind(promotions.iter().map(|p| p.starts_at).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| p.ends_at).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| p.first_order_only).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| p.customer.map(|id| id.0)).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| p.limit.map(to_i32)).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| p.limit_per_customer.map(to_i32)).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| p.stackable).collect::<Vec<_>>())
    .bind(promotions.iter().map(|p| p.active).collect::<Vec<_>>())
    .execute(&mut *tx.tx)
    .await
    .map_err(unless_nobody)?;
    raise_version(tx, SettingsSet::Promotions).await
}

/// A category is called otherwise.
pub(super) async fn retarget(tx: &mut PgTx, from: &Slug, to: &Slug) -> Result<()> {
    // In the order of their ids, as orders count their uses.
    sqlx::query("select from promotions order by id for no key update")
        .execute(&mut *tx.tx)
        .await
        .map_err(map_sqlx_error)?;
    let done =
        sqlx::query("update promotions set categories = array_replace(categories, $1, $2) where $1 = any(categories)")
            .bind(from.as_str())
            .bind(to.as_str())
            .execute(&mut *tx.tx)
            .await
            .map_err(map_sqlx_error)?;
    if done.rows_affected() > 0 { raise_version(tx, SettingsSet::Promotions).await } else { Ok(()) }
}

/// A promotion may be for one customer, who must have an account.
fn unless_nobody(error: sqlx::Error) -> Error {
    match error.as_database_error().and_then(|cause| cause.constraint()) {
        Some("promotions_user_id_fkey") => Refusal::field("customer", Problem::NotAChoice).into(),
        _ => map_sqlx_error(error),
    }
}

/// How much a promotion takes off, in the columns of its kind.
#[derive(Default)]
struct Columns {
    percent: Option<Decimal>,
    amount: Option<Decimal>,
    buy: Option<i32>,
    get: Option<i32>,
}

impl Columns {
    fn of(kind: &PromotionKind) -> Self {
        match kind {
            PromotionKind::Percent { percent } => Self { percent: Some(percent.decimal()), ..Self::default() },
            PromotionKind::Amount { amount } => Self { amount: Some(amount.amount()), ..Self::default() },
            PromotionKind::FreeShipping => Self::default(),
            PromotionKind::BuyXGetY { buy, get } => {
                Self { buy: Some(to_i32(*buy)), get: Some(to_i32(*get)), ..Self::default() }
            }
        }
    }
}

/// Whether all these products, and all these categories, are there.
pub(super) async fn targets_known(tx: &mut PgTx, products: &[Uuid], categories: &[Slug]) -> Result<(bool, bool)> {
    sqlx::query_as(
        "select not exists (select from unnest($1::uuid[]) as asked (id) where id not in (select id from products)),
            not exists (select from unnest($2::text[]) as asked (slug) where slug not in (select slug from categories))",
    )
    .bind(products)
    .bind(categories.iter().map(Slug::as_str).collect::<Vec<_>>())
    .fetch_one(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)
}
