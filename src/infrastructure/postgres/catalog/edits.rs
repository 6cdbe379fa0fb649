//! Products with all of their variants, as staff edit them.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{ProductId, Refusal, Slug};
use crate::dto::{BulkProduct, StaffProduct};
use crate::usecase::{Catalogs, NewVariant, OptionsWrite, ProductEdit, ProductEdits, ProductRewrite, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, to_i32};

/// The `StaffVariant`s of a row `p` of products whose `retired_at` is so; their money is in the currency `$2`.
macro_rules! staff_variants {
    ($retired_at:literal) => {
        concat!(
            "array(select json_build_object('id', v.id, 'sku', v.sku, 'options', v.options,
                    'price', json_build_object('amount', v.price::text, 'currency', $2::text),
                    'compare_at_price', case when v.compare_at_price is not null then
                        json_build_object('amount', v.compare_at_price::text, 'currency', $2::text) end,
                    'cost', case when v.cost is not null then
                        json_build_object('amount', v.cost::text, 'currency', $2::text) end,
                    'weight_grams', v.weight_grams, 'needs_shipping', v.needs_shipping,
                    'stock', coalesce(i.stock, 0), 'image', v.image, 'measure', v.measure)
                from product_variants v left join inventory i on i.variant_id = v.id
                where v.product_id = p.id and v.retired_at ",
            $retired_at,
            " order by v.position, v.id)"
        )
    };
}

/// `StaffProduct` of a row `p` of products; its money is in the currency `$2`.
macro_rules! staff_product {
    () => {
        concat!(
            "json_build_object('id', p.id, 'version', p.version, 'slug', p.slug, 'name', p.name,
            'description', coalesce(p.description, ''), 'category', p.category, 'status', p.status,
            'tax_class', p.tax_class, 'vendor', p.vendor, 'tags', p.tags, 'seo_title', p.seo_title,
            'seo_description', p.seo_description, 'featured', p.featured, 'publish_at', p.publish_at, 'options', p.options,
            'images', p.images,
            'pictures_version', p.pictures_version,
            'uploads', array(select json_build_object('id', u.id, 'file', u.file, 'problem', u.problem)
                from pictures u where u.product_id = p.id and u.state in ('waiting', 'failed') order by u.id),
            'variants', ",
            staff_variants!("is null"),
            ", 'retired', ",
            staff_variants!("is not null"),
            ")"
        )
    };
}

/// `BulkProduct` of a row `p` of products; its money is in the currency `$2`.
macro_rules! bulk_product {
    () => {
        "json_build_object('id', p.id, 'version', p.version, 'name', p.name, 'status', p.status,
            'category', p.category,
            'variants', array(select json_build_object('id', v.id, 'sku', v.sku, 'options', v.options,
                    'price', json_build_object('amount', v.price::text, 'currency', $2::text))
                from product_variants v where v.product_id = p.id and v.retired_at is null order by v.position, v.id))"
    };
}

impl ProductEdits for PgTx {
    async fn lock_staff_product(&mut self, id: ProductId) -> Result<Option<StaffProduct>> {
        // By a statement of its own: whoever held the lock before has written all of it by now.
        sqlx::query("select 1 from products where id = $1 for no key update")
            .bind(id.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        let found: Option<Json<StaffProduct>> =
            sqlx::query_scalar(concat!("select ", staff_product!(), " from products p where p.id = $1"))
                .bind(id.0)
                .bind(self.currency.code())
                .fetch_optional(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        Ok(found.map(|json| json.0))
    }

    async fn lock_bulk_products(&mut self, ids: &[ProductId]) -> Result<Vec<BulkProduct>> {
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        // By a statement of its own, as above; by what never changes, as all who lock several.
        sqlx::query("select from products where id = any($1) order by id for no key update")
            .bind(&ids)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        let found: Vec<Json<BulkProduct>> = sqlx::query_scalar(concat!(
            "select ",
            bulk_product!(),
            " from products p where p.id = any($1) order by p.slug"
        ))
        .bind(&ids)
        .bind(self.currency.code())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|json| json.0).collect())
    }

    async fn rewrite_products(&mut self, products: &[ProductRewrite]) -> Result<()> {
        sqlx::query(
            "update products p set status = e.status, category = e.category, version = p.version + 1,
                publish_at = case when e.status = 'draft' and p.status = 'draft' then p.publish_at end
             from unnest($1::uuid[], $2::text[], $3::text[]) as e (id, status, category) where p.id = e.id",
        )
        .bind(products.iter().map(|product| product.id.0).collect::<Vec<_>>())
        .bind(products.iter().map(|product| product.status.as_str()).collect::<Vec<_>>())
        .bind(products.iter().map(|product| product.category.as_deref()).collect::<Vec<_>>())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let prices: Vec<_> = products.iter().flat_map(|product| &product.prices).collect();
        // A product takes its prices from its variants after each of them: a statement has its time.
        for part in prices.chunks(200) {
            sqlx::query(
                "update product_variants v set price = e.price
                 from unnest($1::uuid[], $2::numeric[]) as e (id, price) where v.id = e.id",
            )
            .bind(part.iter().map(|(variant, _)| variant.0).collect::<Vec<_>>())
            .bind(part.iter().map(|(_, price)| price.amount()).collect::<Vec<_>>())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        }
        Ok(())
    }

    async fn save_product(&mut self, id: ProductId, edit: &ProductEdit) -> Result<()> {
        sqlx::query(
            "update products set name = $2, description = $3, category = $4, status = $5, tax_class = $6, vendor = $7,
                tags = $8, seo_title = $9, seo_description = $10, featured = $11, publish_at = $12, version = version + 1
             where id = $1",
        )
        .bind(id.0)
        .bind(&edit.name)
        .bind(edit.description.as_deref())
        .bind(edit.category.as_ref().map(Slug::as_str))
        .bind(edit.status.as_str())
        .bind(edit.tax_class.as_str())
        .bind(&edit.facts.vendor)
        .bind(&edit.facts.tags)
        .bind(&edit.facts.seo_title)
        .bind(&edit.facts.seo_description)
        .bind(edit.facts.featured)
        .bind(edit.publish_at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let moved = edit.variants.iter().map(|variant| variant.id.0).collect::<Vec<_>>();
        let skus = edit.variants.iter().map(|variant| variant.sku.as_str()).collect::<Vec<_>>();
        refuse_taken_skus(self, id, &skus).await?;
        // Two variants may swap their skus: what is free at the end is not free on the way. Whoever gives one another sku waits
        // for those who refer to it, so they are taken in the one order.
        sqlx::query(
            "select from product_variants v join unnest($1::uuid[], $2::text[]) as e (id, sku) on v.id = e.id
             where v.product_id = $3 and v.sku <> e.sku order by v.id for update of v",
        )
        .bind(&moved)
        .bind(&skus)
        .bind(id.0)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query(
            "update product_variants v set sku = v.sku || '/' || v.id
             from unnest($1::uuid[], $2::text[]) as e (id, sku) where v.id = e.id and v.product_id = $3 and v.sku <> e.sku",
        )
        .bind(&moved)
        .bind(&skus)
        .bind(id.0)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query(
            "update product_variants v set sku = e.sku, price = e.price, compare_at_price = e.before,
                weight_grams = e.grams, needs_shipping = e.shipped, cost = e.cost, measure = e.measure
             from unnest($1::uuid[], $2::text[], $3::numeric[], $4::numeric[], $5::int[], $6::bool[], $7::numeric[],
                $9::text[]) as e (id, sku, price, before, grams, shipped, cost, measure)
             where v.id = e.id and v.product_id = $8",
        )
        .bind(&moved)
        .bind(&skus)
        .bind(edit.variants.iter().map(|variant| variant.price.amount()).collect::<Vec<_>>())
        .bind(edit.variants.iter().map(|variant| variant.compare_at_price.map(|m| m.amount())).collect::<Vec<_>>())
        .bind(edit.variants.iter().map(|variant| to_i32(variant.weight_grams)).collect::<Vec<_>>())
        .bind(edit.variants.iter().map(|variant| variant.needs_shipping).collect::<Vec<_>>())
        .bind(edit.variants.iter().map(|variant| variant.cost.map(|m| m.amount())).collect::<Vec<_>>())
        .bind(id.0)
        .bind(edit.variants.iter().map(|variant| variant.measure.map(|m| m.to_string())).collect::<Vec<_>>())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn publish_due(&mut self, now: OffsetDateTime, most: u32) -> Result<Vec<ProductId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "with due as (select id from products where publish_at <= $1 and status = 'draft'
                order by id limit $2 for no key update skip locked)
             update products p set status = 'active', publish_at = null, version = p.version + 1
             from due where p.id = due.id returning p.id",
        )
        .bind(now)
        .bind(to_i32(most))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(ProductId).collect())
    }

    async fn readdress_product(&mut self, id: ProductId, from: &str, to: &Slug, now: OffsetDateTime) -> Result<bool> {
        // Nobody is waited for who gives it up just now: it would still lead to theirs, and they may be waiting for ours.
        let is_anothers: bool = sqlx::query_scalar("select exists (select from products where slug = $2 and id <> $1)")
            .bind(id.0)
            .bind(to.as_str())
            .fetch_one(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        if is_anothers {
            return Ok(false);
        }
        sqlx::query("update products set slug = $2 where id = $1")
            .bind(id.0)
            .bind(to.as_str())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        // Only now: whoever gave it up meanwhile had to be done before it was free.
        let is_taken: bool =
            sqlx::query_scalar("select exists (select from product_addresses where slug = $2 and product_id <> $1)")
                .bind(id.0)
                .bind(to.as_str())
                .fetch_one(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        if is_taken {
            return Ok(false);
        }
        sqlx::query("delete from product_addresses where slug = $1")
            .bind(to.as_str())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        // A release that knows nothing of it may have given this one what another was called before.
        sqlx::query(
            "insert into product_addresses (slug, product_id, changed_at) values ($1, $2, $3)
             on conflict (slug) do update set product_id = excluded.product_id, changed_at = excluded.changed_at",
        )
        .bind(from)
        .bind(id.0)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(true)
    }

    async fn save_options(&mut self, id: ProductId, write: &OptionsWrite, now: OffsetDateTime) -> Result<()> {
        sqlx::query("update products set options = $2, version = version + 1 where id = $1")
            .bind(id.0)
            .bind(&write.options)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        sqlx::query("select from product_variants where product_id = $1 order by id for no key update")
            .bind(id.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        insert_variants(self, id, 0, &write.new).await?;
        sqlx::query(
            "update product_variants v set options = e.options, position = e.position,
                retired_at = case when e.is_retired then coalesce(v.retired_at, $3::timestamptz) end
             from jsonb_to_recordset($2) as e (id uuid, options text[], position int, is_retired bool)
             where v.id = e.id and v.product_id = $1
                and (v.options, v.position, v.retired_at is not null) is distinct from (e.options, e.position, e.is_retired)",
        )
        .bind(id.0)
        .bind(Json(&write.variants))
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn skus_in_use(&mut self, skus: &[String]) -> Result<Vec<String>> {
        sqlx::query_scalar("select sku from product_variants where sku = any($1)")
            .bind(skus)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }
}

/// # Errors
/// `SkuTaken` where a variant of another product has one of them, also if somebody gives it up just now: who waited for that
/// might be waited for, by somebody who wants what is given up here.
pub(super) async fn refuse_taken_skus(tx: &mut PgTx, product: ProductId, skus: &[&str]) -> Result<()> {
    let is_taken: bool =
        sqlx::query_scalar("select exists (select from product_variants where sku = any($2) and product_id <> $1)")
            .bind(product.0)
            .bind(skus)
            .fetch_one(&mut *tx.tx)
            .await
            .map_err(map_sqlx_error)?;
    if is_taken { Err(Refusal::SkuTaken.into()) } else { Ok(()) }
}

/// Variants of a locked product, behind so many that it has, each with its first stock. In the order of their skus, so that
/// two who make the same ones wait for each other and not around.
pub(super) async fn insert_variants(
    tx: &mut PgTx,
    product: ProductId,
    behind: usize,
    variants: &[NewVariant],
) -> Result<()> {
    let mut placed: Vec<_> = (behind..).zip(variants).collect();
    placed.sort_by(|(_, a), (_, b)| a.sku.as_str().cmp(b.sku.as_str()));
    for (place, variant) in placed {
        sqlx::query(
            "insert into product_variants (id, product_id, sku, options, price, compare_at_price, position, weight_grams,
                needs_shipping, cost)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(variant.id.0)
        .bind(product.0)
        .bind(variant.sku.as_str())
        .bind(&variant.options)
        .bind(variant.price.amount())
        .bind(variant.compare_at_price.map(|m| m.amount()))
        .bind(i32::try_from(place).unwrap_or(i32::MAX))
        .bind(to_i32(variant.weight_grams))
        .bind(variant.needs_shipping)
        .bind(variant.cost.map(|m| m.amount()))
        .execute(&mut *tx.tx)
        .await
        .map_err(map_sqlx_error)?;
        tx.open_stock(variant.id, variant.stock).await?;
    }
    Ok(())
}
