//! What search engines are told of, found by an index of what is for sale.

use uuid::Uuid;

use crate::domain::ProductId;
use crate::usecase::{Result, SitemapViews};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, to_i32};

impl SitemapViews for PgStore {
    async fn sitemap_starts(&self, most: u32) -> Result<Vec<ProductId>> {
        // From one to the next, along the index: no product itself is read.
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "with recursive starts as (
                (select p.id from products p where p.status = 'active' and p.choices > 0 order by p.id limit 1)
                union all
                select (select p.id from products p where p.status = 'active' and p.choices > 0 and p.id >= s.id
                    order by p.id offset $1 limit 1)
                from starts s where s.id is not null
             )
             select id from starts where id is not null order by id",
        )
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ids.into_iter().map(ProductId).collect())
    }

    async fn slugs_from(&self, from: ProductId, most: u32) -> Result<Vec<(ProductId, String)>> {
        let rows: Vec<(Uuid, String)> = sqlx::query_as(
            "select p.id, p.slug from products p where p.status = 'active' and p.choices > 0 and p.id >= $1
             order by p.id limit $2",
        )
        .bind(from.0)
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(rows.into_iter().map(|(id, slug)| (ProductId(id), slug)).collect())
    }

    async fn filled_categories(&self, most: u32) -> Result<Vec<String>> {
        // One look into an index for each category (`offset 0`: no join with all products), and all on its path are filled.
        sqlx::query_scalar(
            "select distinct a.slug from categories b cross join unnest(b.path) a (slug)
             where exists (select from products p where p.category = b.slug and p.status = 'active' and p.choices > 0
                offset 0)
             order by a.slug limit $1",
        )
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }
}
