//! What the forms of the rules ask of the catalogue and of accounts.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::domain::{Email, ProductId, Slug, TaxClass, TotalsLine, UserId, VariantId};
use crate::usecase::{Result, RuleFormViews, SampleLine, TypedTargets};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, money, to_u32, unknown_word};

/// product, variant, name, options, price, categories, tax class, weight, whether it is shipped
type Sampled = (Uuid, Uuid, String, Vec<String>, Decimal, Vec<String>, String, i32, bool);

impl RuleFormViews for PgStore {
    async fn sample_line(
        &self,
        dearest: bool,
        products: &[ProductId],
        categories: &[Slug],
    ) -> Result<Option<SampleLine>> {
        let found: Option<Sampled> = sqlx::query_as(
            "select p.id, v.id, p.name, v.options, v.price, coalesce(k.path, '{}'), p.tax_class, v.weight_grams,
                v.needs_shipping
             from product_variants v join products p on p.id = v.product_id left join categories k on k.slug = p.category
             where p.status = 'active' and v.retired_at is null and (cardinality($2::uuid[]) + cardinality($3::text[]) = 0 or p.id = any($2)
                or k.path && $3)
             order by case when $1 then -v.price else v.price end, v.id limit 1",
        )
        .bind(dearest)
        .bind(products.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(categories.iter().map(Slug::as_str).collect::<Vec<_>>())
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let Some((product, variant, name, options, price, categories, tax_class, weight, needs_shipping)) = found
        else {
            return Ok(None);
        };
        let line = TotalsLine {
            variant: VariantId(variant),
            product: ProductId(product),
            categories: categories.iter().filter_map(|slug| Slug::parse(slug).ok()).collect(),
            unit_price: money(price, self.currency)?,
            quantity: 1,
            tax_class: TaxClass::parse(&tax_class).ok_or_else(|| unknown_word("products.tax_class", &tax_class))?,
            weight_grams: to_u32(weight.into()),
            needs_shipping,
        };
        let name = if options.is_empty() { name } else { format!("{name}, {}", options.join(", ")) };
        Ok(Some(SampleLine { name, line }))
    }

    async fn find_targets(&self, products: &[String], customer: Option<&Email>) -> Result<TypedTargets> {
        let (products, customer): (Vec<Option<Uuid>>, Option<Uuid>) = sqlx::query_as(
            "select array(select coalesce(
                        (select p.id from products p where p.slug = lower(asked.typed)),
                        (select a.product_id from product_addresses a where a.slug = lower(asked.typed)),
                        (select v.product_id from product_variants v where v.sku = upper(asked.typed)))
                    from unnest($1::text[]) with ordinality as asked (typed, place) order by asked.place),
                (select u.id from users u where u.email = $2::citext)",
        )
        .bind(products)
        .bind(customer.map(Email::as_str))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let products = products.into_iter().map(|id| id.map(ProductId)).collect();
        Ok(TypedTargets { products, customer: customer.map(UserId) })
    }

    async fn name_targets(
        &self,
        products: &[ProductId],
        customer: Option<UserId>,
    ) -> Result<(Vec<String>, Option<String>)> {
        sqlx::query_as(
            "select array(select p.slug from unnest($1::uuid[]) with ordinality as asked (id, place)
                    join products p on p.id = asked.id order by asked.place),
                (select u.email::text from users u where u.id = $2)",
        )
        .bind(products.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(customer.map(|id| id.0))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }
}
