//! Products one at a time: as their keepers and programs see them, and writing them.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::domain::{ProductId, Slug, VariantId};
use crate::dto::{ListingQuery, Page, ProductRecord};
use crate::usecase::{NewProduct, Place, ProductChange, ProductKey, ProductViews, Products, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, PgTx};
use super::edits;
use super::record_pages;
use super::records::record;

/// The id of the product whose address `$1` is, else of the one that had it before.
macro_rules! addressed {
    () => {
        "coalesce((select l.id from products l where l.slug = $1),
            (select a.product_id from product_addresses a where a.slug = $1))"
    };
}

impl ProductViews for PgStore {
    async fn product_page(&self, query: &ListingQuery, place: &Place, per_page: u32) -> Result<Page<ProductRecord>> {
        record_pages::page(self, query, place, per_page).await
    }

    async fn product_record(&self, key: &ProductKey) -> Result<Option<ProductRecord>> {
        let found = match key {
            ProductKey::Id(id) => {
                sqlx::query_scalar(concat!(
                    "select ",
                    record!(),
                    " from products p where p.id = $1 and p.status = 'active' and p.choices > 0"
                ))
                .bind(id.0)
                .fetch_optional(&self.pool)
                .await
            }
            ProductKey::Slug(slug) => {
                sqlx::query_scalar(concat!(
                    "select ",
                    record!(),
                    " from products p where p.id = ",
                    addressed!(),
                    " and p.status = 'active' and p.choices > 0"
                ))
                .bind(slug.as_str())
                .fetch_optional(&self.pool)
                .await
            }
        };
        found.map_err(map_sqlx_error)?.map(|found| record(found, self.currency)).transpose()
    }

    async fn products_named(&self, ids: &[ProductId], slugs: &[Slug]) -> Result<Vec<(ProductId, Slug)>> {
        let rows: Vec<(Uuid, String)> =
            sqlx::query_as("select id, slug from products where id = any($1) or slug = any($2)")
                .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
                .bind(slugs.iter().map(Slug::as_str).collect::<Vec<_>>())
                .fetch_all(&self.pool)
                .await
                .map_err(map_sqlx_error)?;
        // What is no slug was written by nobody who could be named by it.
        Ok(rows.into_iter().filter_map(|(id, slug)| Some((ProductId(id), Slug::parse(&slug).ok()?))).collect())
    }

    async fn variants_of(&self, product: ProductId) -> Result<Vec<VariantId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select id from product_variants where product_id = $1 and retired_at is null order by position, id",
        )
        .bind(product.0)
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(VariantId).collect())
    }

    async fn variant_with(&self, product: &Slug, options: &[String]) -> Result<Option<Option<VariantId>>> {
        let found: Option<Option<Uuid>> = sqlx::query_scalar(concat!(
            "select (select v.id from product_variants v where v.product_id = p.id and v.options = $2
                and v.retired_at is null order by v.position, v.id limit 1)
             from products p where p.id = ",
            addressed!(),
            " and p.status = 'active' and p.choices > 0"
        ))
        .bind(product.as_str())
        .bind(options)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|variant| variant.map(VariantId)))
    }
}

impl Products for PgTx {
    async fn slugs_like(&mut self, slug: &Slug) -> Result<BTreeSet<String>> {
        // A slug holds nothing that LIKE would read as a wildcard.
        let slugs: Vec<String> = sqlx::query_scalar(
            "select slug from products where slug = $1 or slug like $1 || '-%'
                 union select slug from product_addresses where slug = $1 or slug like $1 || '-%'",
        )
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

    async fn lock_product(&mut self, product: ProductId) -> Result<Option<i64>> {
        sqlx::query_scalar("select version from products where id = $1 and status = 'active' for no key update")
            .bind(product.0)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }

    async fn variants_for_sale(&mut self, product: ProductId) -> Result<Vec<VariantId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select v.id from product_variants v join products p on p.id = v.product_id
             where p.id = $1 and p.status = 'active' and v.retired_at is null order by v.position, v.id",
        )
        .bind(product.0)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(VariantId).collect())
    }

    async fn variants_kept(&mut self, product: ProductId, with_retired: bool) -> Result<Vec<VariantId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select v.id from product_variants v join products p on p.id = v.product_id
             where p.id = $1 and p.status <> 'archived' and ($2 or v.retired_at is null) order by v.position, v.id",
        )
        .bind(product.0)
        .bind(with_retired)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(VariantId).collect())
    }

    async fn insert_product(&mut self, product: &NewProduct) -> Result<()> {
        sqlx::query(
            "insert into products (id, slug, name, description, category, status, tax_class, options, created_at, vendor,
                tags, seo_title, seo_description, featured, publish_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(product.id.0)
        .bind(product.slug.as_str())
        .bind(&product.name)
        .bind(product.description.as_deref())
        .bind(product.category.as_ref().map(Slug::as_str))
        .bind(product.status.as_str())
        .bind(product.tax_class.as_str())
        .bind(&product.options)
        .bind(product.created_at)
        .bind(&product.facts.vendor)
        .bind(&product.facts.tags)
        .bind(&product.facts.seo_title)
        .bind(&product.facts.seo_description)
        .bind(product.facts.featured)
        .bind(product.publish_at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        edits::insert_variants(self, product.id, 0, &product.variants).await
    }

    async fn update_product(&mut self, product: ProductId, variant: VariantId, change: &ProductChange) -> Result<()> {
        sqlx::query(
            "update products set name = $2, description = $3, category = coalesce($4, category),
                vendor = coalesce($5, vendor), tags = coalesce($6, tags), version = version + 1
             where id = $1",
        )
        .bind(product.0)
        .bind(&change.name)
        .bind(change.description.as_deref())
        .bind(change.category.as_ref().map(Slug::as_str))
        .bind(change.vendor.as_deref())
        .bind(change.tags.as_deref())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        if let Some(sku) = &change.sku {
            edits::refuse_taken_skus(self, product, &[sku.as_str()]).await?;
        }
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

    async fn archive_product(&mut self, product: ProductId) -> Result<bool> {
        let done = sqlx::query(
            "update products set status = 'archived', version = version + 1 where id = $1 and status = 'active'",
        )
        .bind(product.0)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() == 1)
    }
}
