//! Products with all of their variants, as staff edit them.

use sqlx::types::Json;

use crate::domain::{ProductId, VariantId};
use crate::dto::StaffProduct;
use crate::usecase::{Catalogs, NewVariant, ProductEdit, ProductEdits, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, to_i32};

/// `StaffProduct` of a row `p` of products; its money is in the currency `$2`.
macro_rules! staff_product {
    () => {
        "json_build_object('id', p.id, 'version', p.version, 'slug', p.slug, 'name', p.name,
            'description', coalesce(p.description, ''), 'category', p.category, 'status', p.status,
            'tax_class', p.tax_class, 'options', p.options, 'images', p.images,
            'pictures_version', p.pictures_version,
            'uploads', array(select json_build_object('id', u.id, 'file', u.file, 'problem', u.problem)
                from pictures u where u.product_id = p.id and u.state in ('waiting', 'failed') order by u.id),
            'variants', array(select json_build_object('id', v.id, 'sku', v.sku, 'options', v.options,
                    'price', json_build_object('amount', v.price::text, 'currency', $2::text),
                    'compare_at_price', case when v.compare_at_price is not null then
                        json_build_object('amount', v.compare_at_price::text, 'currency', $2::text) end,
                    'weight_grams', v.weight_grams, 'needs_shipping', v.needs_shipping,
                    'stock', coalesce(i.stock, 0), 'image', v.image)
                from product_variants v left join inventory i on i.variant_id = v.id
                where v.product_id = p.id order by v.position, v.id))"
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

    async fn save_product(&mut self, id: ProductId, edit: &ProductEdit) -> Result<()> {
        sqlx::query(
            "update products set name = $2, description = $3, category = $4, status = $5, tax_class = $6,
                version = version + 1
             where id = $1",
        )
        .bind(id.0)
        .bind(&edit.name)
        .bind(edit.description.as_deref())
        .bind(edit.category.as_ref().map(crate::domain::Slug::as_str))
        .bind(edit.status.as_str())
        .bind(edit.tax_class.as_str())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        // Two variants may swap their skus: what is free at the end is not free on the way.
        let moved = edit.variants.iter().map(|variant| variant.id.0).collect::<Vec<_>>();
        sqlx::query(
            "update product_variants v set sku = v.sku || '/' || v.id
             from unnest($1::uuid[], $2::text[]) as e (id, sku) where v.id = e.id and v.product_id = $3 and v.sku <> e.sku",
        )
        .bind(&moved)
        .bind(edit.variants.iter().map(|variant| variant.sku.as_str()).collect::<Vec<_>>())
        .bind(id.0)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query(
            "update product_variants v set sku = e.sku, price = e.price, compare_at_price = e.before,
                weight_grams = e.grams, needs_shipping = e.shipped
             from unnest($1::uuid[], $2::text[], $3::numeric[], $4::numeric[], $5::int[], $6::bool[])
                as e (id, sku, price, before, grams, shipped)
             where v.id = e.id and v.product_id = $7",
        )
        .bind(&moved)
        .bind(edit.variants.iter().map(|variant| variant.sku.as_str()).collect::<Vec<_>>())
        .bind(edit.variants.iter().map(|variant| variant.price.amount()).collect::<Vec<_>>())
        .bind(edit.variants.iter().map(|variant| variant.compare_at_price.map(|m| m.amount())).collect::<Vec<_>>())
        .bind(edit.variants.iter().map(|variant| to_i32(variant.weight_grams)).collect::<Vec<_>>())
        .bind(edit.variants.iter().map(|variant| variant.needs_shipping).collect::<Vec<_>>())
        .bind(id.0)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn save_variants(
        &mut self,
        id: ProductId,
        options: &[String],
        kept: &[(VariantId, Vec<String>)],
        new: &[NewVariant],
    ) -> Result<()> {
        sqlx::query("update products set options = $2, version = version + 1 where id = $1")
            .bind(id.0)
            .bind(options)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        for (variant, values) in kept {
            sqlx::query("update product_variants set options = $2 where id = $1 and options <> $2")
                .bind(variant.0)
                .bind(values)
                .execute(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        }
        insert_variants(self, id, kept.len(), new).await
    }

    async fn skus_in_use(&mut self, skus: &[String]) -> Result<Vec<String>> {
        sqlx::query_scalar("select sku from product_variants where sku = any($1)")
            .bind(skus)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }
}

/// Variants of a locked product, behind so many that it has, each with its first stock.
pub(super) async fn insert_variants(
    tx: &mut PgTx,
    product: ProductId,
    behind: usize,
    variants: &[NewVariant],
) -> Result<()> {
    for (place, variant) in (behind..).zip(variants) {
        sqlx::query(
            "insert into product_variants (id, product_id, sku, options, price, compare_at_price, position, weight_grams,
                needs_shipping)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
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
        .execute(&mut *tx.tx)
        .await
        .map_err(map_sqlx_error)?;
        tx.open_stock(variant.id, variant.stock).await?;
    }
    Ok(())
}
