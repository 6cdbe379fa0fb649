//! What a file of products makes of the catalogue: few statements for many rows, so that ten thousand are written in seconds.

use std::collections::BTreeMap;

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::ProductId;
use crate::dto::{CategoryChoice, StaffProduct};
use crate::usecase::{ImportWrites, ProductWrite, Result, VariantWrite};

use super::super::PgTx;
use super::super::error::map_sqlx_error;

/// The rows `e` of products in `$1`.
macro_rules! product_rows {
    () => {
        "jsonb_to_recordset($1) as e (id uuid, slug text, name text, description text, category text, status text,
            tax_class text, vendor text, tags text[], seo_title text, seo_description text, options text[])"
    };
}

/// The rows `e` of variants in `$1`.
macro_rules! variant_rows {
    () => {
        "jsonb_to_recordset($1) as e (id uuid, product_id uuid, sku text, options text[], price numeric,
            compare_at_price numeric, cost numeric, weight_grams int, needs_shipping bool, image text, position int,
            stock int)"
    };
}

impl ImportWrites for PgTx {
    async fn staff_products_of(&mut self, slugs: &[String]) -> Result<BTreeMap<String, StaffProduct>> {
        let found: Vec<(String, Json<StaffProduct>)> = sqlx::query_as(concat!(
            "select f.slug, ",
            staff_product!(),
            " from (select l.slug, l.id from products l where l.slug = any($1)
                union all
                select a.slug, a.product_id from product_addresses a where a.slug = any($1)
                    and not exists (select from products l where l.slug = a.slug)) as f (slug, id)
             join products p on p.id = f.id"
        ))
        .bind(slugs)
        .bind(self.currency.code())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|(slug, Json(product))| (slug, product)).collect())
    }

    async fn owners_of_skus(&mut self, skus: &[String]) -> Result<BTreeMap<String, ProductId>> {
        let found: Vec<(String, Uuid)> =
            sqlx::query_as("select sku, product_id from product_variants where sku = any($1)")
                .bind(skus)
                .fetch_all(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|(sku, product)| (sku, ProductId(product))).collect())
    }

    async fn hold_categories(&mut self) -> Result<()> {
        sqlx::query("select from categories order by slug for key share")
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn category_choices(&mut self) -> Result<Vec<CategoryChoice>> {
        let found: Vec<(String, String)> = sqlx::query_as("select slug, name from categories order by slug")
            .fetch_all(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|(slug, name)| CategoryChoice { slug, name }).collect())
    }

    async fn insert_products(&mut self, products: &[ProductWrite], now: OffsetDateTime) -> Result<()> {
        sqlx::query(concat!(
            "insert into products (id, slug, name, description, category, status, tax_class, vendor, tags, seo_title,
                seo_description, options, created_at)
             select e.id, e.slug, e.name, e.description, e.category, e.status, e.tax_class, e.vendor, e.tags, e.seo_title,
                e.seo_description, e.options, $2::timestamptz from ",
            product_rows!(),
            " order by e.slug"
        ))
        .bind(Json(products))
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn update_products(&mut self, products: &[ProductWrite]) -> Result<()> {
        sqlx::query(concat!(
            "update products p set name = e.name, description = e.description, category = e.category,
                status = e.status, tax_class = e.tax_class, vendor = e.vendor, tags = e.tags, seo_title = e.seo_title,
                seo_description = e.seo_description, options = e.options, version = p.version + 1,
                pictures_version = p.pictures_version + 1,
                publish_at = case when e.status = 'draft' and p.status = 'draft' then p.publish_at end
             from ",
            product_rows!(),
            " where p.id = e.id"
        ))
        .bind(Json(products))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn insert_variants(&mut self, variants: &[VariantWrite]) -> Result<()> {
        sqlx::query(concat!(
            "insert into product_variants (id, product_id, sku, options, price, compare_at_price, cost, position,
                weight_grams, needs_shipping, image)
             select e.id, e.product_id, e.sku, e.options, e.price, e.compare_at_price, e.cost, e.position,
                e.weight_grams, e.needs_shipping, e.image from ",
            variant_rows!(),
            " order by e.sku"
        ))
        .bind(Json(variants))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn update_variants(&mut self, variants: &[VariantWrite]) -> Result<()> {
        // Whoever gives a variant another sku waits for those who refer to it, so they are taken in the one order.
        sqlx::query(concat!(
            "select from product_variants v join ",
            variant_rows!(),
            " on v.id = e.id where v.sku <> e.sku order by v.id for update of v"
        ))
        .bind(Json(variants))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        // Two variants may swap their skus: what is free at the end is not free on the way.
        sqlx::query(concat!(
            "update product_variants v set sku = v.sku || '/' || v.id from ",
            variant_rows!(),
            " where v.id = e.id and v.sku <> e.sku"
        ))
        .bind(Json(variants))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        for part in variants.chunks(200) {
            sqlx::query(concat!(
                "update product_variants v set sku = e.sku, options = e.options, price = e.price,
                    compare_at_price = e.compare_at_price, cost = e.cost, weight_grams = e.weight_grams,
                    needs_shipping = e.needs_shipping, image = e.image, retired_at = null
                 from ",
                variant_rows!(),
                " where v.id = e.id"
            ))
            .bind(Json(part))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        }
        Ok(())
    }

    async fn open_stocks(&mut self, variants: &[VariantWrite]) -> Result<()> {
        sqlx::query(concat!(
            "with opened as (
                insert into inventory (variant_id, stock) select e.id, e.stock from ",
            variant_rows!(),
            " order by e.id returning variant_id, stock)
             insert into stock_movements (variant_id, units, cause)
             select variant_id, stock, 'initial' from opened order by variant_id"
        ))
        .bind(Json(variants))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
