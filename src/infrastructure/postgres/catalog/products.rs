//! Products one at a time: as their keepers and programs see them, and writing them.

use std::collections::BTreeSet;

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{ProductId, Slug, Sort, VariantId};
use crate::dto::{ListingQuery, Page, ProductRecord};
use crate::usecase::{NewProduct, OneVariant, ProductChange, ProductKey, ProductViews, Products, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, PgTx, to_i32};
use super::{price_filter, printable, words};

/// `ProductRecord` of a row `p` of products; `$1` is the currency.
macro_rules! record {
    () => {
        "json_build_object('id', p.id, 'slug', p.slug, 'name', p.name, 'description', coalesce(p.description, ''),
            'category', p.category, 'options', p.options, 'images', p.images,
            'price', json_build_object('amount', p.min_price::text, 'currency', $1::text),
            'variants', (
                select json_agg(json_build_object('id', v.id, 'sku', v.sku, 'options', v.options,
                    'price', json_build_object('amount', v.price::text, 'currency', $1::text),
                    'stock', coalesce(i.stock, 0)) order by v.position, v.id)
                from product_variants v left join inventory i on i.variant_id = v.id where v.product_id = p.id
            ))"
    };
}

macro_rules! record_page {
    ($order:literal) => {
        concat!(
            "select json_build_object(
                'page', $8::bigint, 'per_page', $7::bigint,
                'total', (select count(*) from products p
                    where ",
            filters!(),
            " and p.choices > 0 and ($6::text is null or p.category = $6)),
                'items', coalesce((
                    select json_agg(record order by at) from (
                        select ",
            record!(),
            " as record, row_number() over (order by ",
            $order,
            ") as at
                        from products p
                        where ",
            filters!(),
            " and p.choices > 0 and ($6::text is null or p.category = $6)
                        order by ",
            $order,
            " limit $7 offset ($8::bigint - 1) * $7
                    ) page
                ), '[]'))"
        )
    };
}

impl ProductViews for PgStore {
    async fn product_page(&self, query: &ListingQuery, per_page: u32) -> Result<Page<ProductRecord>> {
        let sql = match query.sort {
            Sort::Newest => record_page!("p.created_at desc, p.position, p.id"),
            Sort::PriceUp => record_page!("p.min_price, p.position, p.id"),
            Sort::PriceDown => record_page!("p.min_price desc, p.position, p.id"),
        };
        let Json(page) = sqlx::query_scalar(sql)
            .bind(self.currency.code())
            .bind(words(query.q.as_deref().unwrap_or_default()))
            .bind(price_filter(query.min_price.as_deref(), self.currency))
            .bind(price_filter(query.max_price.as_deref(), self.currency))
            .bind(query.in_stock)
            .bind(query.category.as_deref().map(printable))
            .bind(i64::from(per_page))
            .bind(i64::from(query.page.max(1)))
            .fetch_one(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        Ok(page)
    }

    async fn product_record(&self, key: &ProductKey) -> Result<Option<ProductRecord>> {
        let (id, slug) = match key {
            ProductKey::Id(id) => (Some(id.0), None),
            ProductKey::Slug(slug) => (None, Some(slug.as_str())),
        };
        let found: Option<Json<ProductRecord>> = sqlx::query_scalar(concat!(
            "select ",
            record!(),
            " from products p
             where (p.id = $2 or p.slug = $3) and p.status = 'active' and p.choices > 0"
        ))
        .bind(self.currency.code())
        .bind(id)
        .bind(slug)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|json| json.0))
    }

    async fn variants_of(&self, product: ProductId) -> Result<Vec<VariantId>> {
        let ids: Vec<Uuid> =
            sqlx::query_scalar("select id from product_variants where product_id = $1 order by position, id")
                .bind(product.0)
                .fetch_all(&self.pool)
                .await
                .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(VariantId).collect())
    }
}

impl Products for PgTx {
    async fn slugs_like(&mut self, slug: &Slug) -> Result<BTreeSet<String>> {
        // A slug holds nothing that LIKE would read as a wildcard.
        let slugs: Vec<String> =
            sqlx::query_scalar("select slug from products where slug = $1 or slug like $1 || '-%'")
                .bind(slug.as_str())
                .fetch_all(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        Ok(slugs.into_iter().collect())
    }

    async fn has_category(&mut self, slug: &Slug) -> Result<bool> {
        sqlx::query_scalar("select exists (select 1 from categories where slug = $1)")
            .bind(slug.as_str())
            .fetch_one(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }

    async fn one_variant(&mut self, product: ProductId) -> Result<Option<OneVariant>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select v.id from product_variants v join products p on p.id = v.product_id
             where p.id = $1 and p.status = 'active' limit 2",
        )
        .bind(product.0)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(match ids.as_slice() {
            [] => None,
            [only] => Some(OneVariant::Only(VariantId(*only))),
            _ => Some(OneVariant::Several),
        })
    }

    async fn insert_product(&mut self, product: &NewProduct) -> Result<()> {
        let change = &product.change;
        sqlx::query(
            "insert into products (id, slug, name, description, category, created_at) values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(product.id.0)
        .bind(product.slug.as_str())
        .bind(&change.name)
        .bind(change.description.as_deref())
        .bind(change.category.as_ref().map(Slug::as_str))
        .bind(product.created_at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query("insert into product_variants (id, product_id, sku, price) values ($1, $2, $3, $4)")
            .bind(product.variant.0)
            .bind(product.id.0)
            .bind(product.sku.as_str())
            .bind(change.price.amount())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        sqlx::query(
            "with opened as (insert into inventory (variant_id, stock) values ($1, $2))
             insert into stock_movements (variant_id, units, cause, at) values ($1, $2, 'initial', $3)",
        )
        .bind(product.variant.0)
        .bind(to_i32(change.stock))
        .bind(product.created_at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn update_product(&mut self, product: ProductId, variant: VariantId, change: &ProductChange) -> Result<()> {
        sqlx::query("update products set name = $2, description = $3, category = coalesce($4, category) where id = $1")
            .bind(product.0)
            .bind(&change.name)
            .bind(change.description.as_deref())
            .bind(change.category.as_ref().map(Slug::as_str))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        // What it used to cost is told only by whoever lowers a price on purpose.
        sqlx::query(
            "update product_variants set price = $2, sku = coalesce($3, sku),
                compare_at_price = case when price = $2 then compare_at_price end
             where id = $1",
        )
        .bind(variant.0)
        .bind(change.price.amount())
        .bind(change.sku.as_ref().map(crate::domain::Sku::as_str))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn correct_stock(&mut self, variant: VariantId, from: u32, to: u32, now: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "with corrected as (update inventory set stock = $3 where variant_id = $1)
             insert into stock_movements (variant_id, units, cause, at) values ($1, $3 - $2, 'correction', $4)",
        )
        .bind(variant.0)
        .bind(to_i32(from))
        .bind(to_i32(to))
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn archive_product(&mut self, product: ProductId) -> Result<bool> {
        let done = sqlx::query("update products set status = 'archived' where id = $1 and status = 'active'")
            .bind(product.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() == 1)
    }
}
