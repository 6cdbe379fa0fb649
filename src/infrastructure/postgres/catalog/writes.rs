//! Writing the catalogue, as a file has it.

use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{Currency, Money, ProductId, Refusal, VariantId};
use crate::usecase::{Catalogs, CatalogueCurrency, CategoryEntry, CurrencyLock, ProductEntry, Result, VariantEntry};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, to_i32, unknown_word};

impl Catalogs for PgTx {
    async fn catalogue_currency(&mut self) -> Result<Option<CatalogueCurrency>> {
        let found: Option<(String, bool)> =
            sqlx::query_as("select currency, exists (select 1 from products) from catalogue_currency")
                .fetch_optional(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        let read = |(code, has_products): (String, bool)| {
            Ok(CatalogueCurrency { currency: currency_of(&code)?, has_products })
        };
        found.map(read).transpose()
    }

    async fn lock_currency(&mut self, lock: CurrencyLock) -> Result<Currency> {
        // Each lets the other pass, and neither lets anybody claim the row.
        let statement = match lock {
            CurrencyLock::Shared => "select currency from catalogue_currency for key share",
            CurrencyLock::Alone => "select currency from catalogue_currency for no key update",
        };
        let code: String = sqlx::query_scalar(statement).fetch_one(&mut *self.tx).await.map_err(map_sqlx_error)?;
        currency_of(&code)
    }

    async fn claim_currency(&mut self, ours: Currency) -> Result<Currency> {
        sqlx::query("insert into catalogue_currency (currency) values ($1) on conflict (only_row) do nothing")
            .bind(ours.code())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        let mut code: String = sqlx::query_scalar("select currency from catalogue_currency for update")
            .fetch_one(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        // A statement of its own: it sees the products of whoever held the lock until now.
        if code != ours.code() {
            let taken: Option<String> = sqlx::query_scalar(
                "update catalogue_currency set currency = $1 where not exists (select 1 from products) returning currency",
            )
            .bind(ours.code())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
            code = taken.unwrap_or(code);
        }
        currency_of(&code)
    }

    async fn has_catalogue(&mut self) -> Result<bool> {
        sqlx::query_scalar("select exists (select from categories) or exists (select from products)")
            .fetch_one(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }

    async fn upsert_category(&mut self, position: i32, category: &CategoryEntry) -> Result<()> {
        sqlx::query(
            "insert into categories (slug, name, description, image, position) values ($1, $2, $3, $4, $5)
             on conflict (slug) do update set name = excluded.name, description = excluded.description,
                image = excluded.image, position = excluded.position",
        )
        .bind(&category.slug)
        .bind(&category.name)
        .bind(&category.description)
        .bind(category.image.as_ref().map(Json))
        .bind(position)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn lock_products_of(&mut self, slugs: &[String]) -> Result<()> {
        sqlx::query(
            "select from products p where p.id in (select l.id from products l where l.slug = any($1)
                union all select a.product_id from product_addresses a where a.slug = any($1))
             order by p.id for no key update",
        )
        .bind(slugs)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn upsert_product(&mut self, id: ProductId, position: i32, product: &ProductEntry) -> Result<ProductId> {
        let id: Uuid = sqlx::query_scalar(
            "insert into products (id, slug, name, description, category, featured, images, options, position,
                tax_class)
             values ($1, coalesce((select l.slug from product_addresses a join products l on l.id = a.product_id
                    where a.slug = $2 and not exists (select from products n where n.slug = $2)), $2),
                $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict on constraint products_slug_unique do update set name = excluded.name,
                description = excluded.description, category = excluded.category, featured = excluded.featured,
                images = excluded.images, options = excluded.options, position = excluded.position,
                tax_class = excluded.tax_class, version = products.version + 1
             returning id",
        )
        .bind(id.0)
        .bind(&product.slug)
        .bind(&product.name)
        .bind(&product.description)
        .bind(&product.category)
        .bind(product.featured)
        .bind(Json(&product.images))
        .bind(&product.options)
        .bind(position)
        .bind(product.tax_class.as_str())
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ProductId(id))
    }

    async fn upsert_variant(
        &mut self,
        id: VariantId,
        product: ProductId,
        position: i32,
        variant: &VariantEntry,
        price: Money,
        compare_at_price: Option<Money>,
    ) -> Result<bool> {
        let kept: Option<Uuid> = sqlx::query_scalar(
            "insert into product_variants (id, product_id, sku, options, price, compare_at_price, image, position,
                weight_grams, needs_shipping)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict on constraint product_variants_sku_unique do update set options = excluded.options,
                price = excluded.price, compare_at_price = excluded.compare_at_price, image = excluded.image,
                position = excluded.position, weight_grams = excluded.weight_grams,
                needs_shipping = excluded.needs_shipping, retired_at = null
                where product_variants.product_id = excluded.product_id
             returning id",
        )
        .bind(id.0)
        .bind(product.0)
        .bind(&variant.sku)
        .bind(&variant.options)
        .bind(price.amount())
        .bind(compare_at_price.map(|m| m.amount()))
        .bind(&variant.image)
        .bind(position)
        .bind(to_i32(variant.weight_grams))
        .bind(variant.needs_shipping)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(kept.ok_or(Refusal::SkuTaken)? == id.0)
    }

    async fn open_stock(&mut self, variant: VariantId, stock: u32) -> Result<()> {
        sqlx::query(
            "with opened as (insert into inventory (variant_id, stock) values ($1, $2))
             insert into stock_movements (variant_id, units, cause) values ($1, $2, 'initial')",
        )
        .bind(variant.0)
        .bind(to_i32(stock))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}

fn currency_of(code: &str) -> Result<Currency> {
    code.parse().map_err(|_| unknown_word("catalogue_currency.currency", code))
}
