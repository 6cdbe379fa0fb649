//! Categories as staff arrange them.

use crate::domain::{Category, Slug};
use crate::usecase::{CategoryEdits, CategoryViews, Error, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, PgTx, to_u32};

/// slug, name, description, parent
type Row = (String, String, String, Option<String>);

fn category((slug, name, description, parent): Row) -> Result<Category> {
    let read = |text: &str| {
        Slug::parse(text)
            .map_err(|problem| Error::Broken(anyhow::anyhow!("categories.slug holds {text:?}: {problem:?}")))
    };
    Ok(Category { slug: read(&slug)?, name, description, parent: parent.as_deref().map(read).transpose()? })
}

impl CategoryViews for PgStore {
    async fn categories(&self) -> Result<Vec<(Category, u32)>> {
        let found: Vec<(Row, i64)> = sqlx::query_as(
            "select row(c.slug, c.name, c.description, c.parent), (select count(*) from products p where p.category = c.slug)
             from categories c order by c.position, c.slug",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        found.into_iter().map(|(row, count)| Ok((category(row)?, to_u32(count)))).collect()
    }
}

impl CategoryEdits for PgTx {
    async fn lock_categories(&mut self) -> Result<Vec<Category>> {
        // By a statement of its own: whoever held the locks before has written all of it by now.
        sqlx::query("select from categories order by slug for no key update")
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        let found: Vec<Row> =
            sqlx::query_as("select slug, name, description, parent from categories order by position, slug")
                .fetch_all(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        found.into_iter().map(category).collect()
    }

    async fn save_categories(&mut self, categories: &[(Category, Vec<Slug>)]) -> Result<()> {
        // Each before those below it: a parent that is new is there when it is named.
        for (place, (category, path)) in (1_i32..).zip(categories) {
            let path: Vec<_> = path.iter().map(Slug::as_str).collect();
            sqlx::query(
                "insert into categories (slug, name, description, parent, path, position) values ($1, $2, $3, $4, $5, $6)
                 on conflict (slug) do update set name = excluded.name, description = excluded.description,
                    parent = excluded.parent, path = $5, position = excluded.position
                 where (categories.name, categories.description, categories.path, categories.position)
                    is distinct from (excluded.name, excluded.description, $5::text[], excluded.position)",
            )
            .bind(category.slug.as_str())
            .bind(&category.name)
            .bind(&category.description)
            .bind(category.parent.as_ref().map(Slug::as_str))
            .bind(path)
            .bind(place)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        }
        Ok(())
    }

    async fn delete_category(&mut self, slug: &Slug) -> Result<()> {
        sqlx::query("delete from categories where slug = $1")
            .bind(slug.as_str())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn move_products(&mut self, from: &Slug, to: Option<&Slug>) -> Result<u32> {
        sqlx::query("select from products where category = $1 order by slug for no key update")
            .bind(from.as_str())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        let moved = sqlx::query("update products set category = $2, version = version + 1 where category = $1")
            .bind(from.as_str())
            .bind(to.map(Slug::as_str))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(to_u32(i64::try_from(moved.rows_affected()).unwrap_or(i64::MAX)))
    }
}
