//! Categories as staff arrange them.

use time::OffsetDateTime;

use crate::domain::{Category, Slug};
use crate::usecase::{CategoryEdits, CategoryViews, Error, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, PgTx, to_u32};

/// `category` in ASCII: the lock of whoever arranges them.
const ARRANGING: i64 = 0x6361_7465_676f_7279;
/// So many products are moved by one statement, which has its time.
const PART: u32 = 1_000;

/// slug, name, description, parent
type Row = (String, String, String, Option<String>);

fn category((slug, name, description, parent): Row) -> Result<Category> {
    Ok(Category { slug: read_slug(&slug)?, name, description, parent: parent.as_deref().map(read_slug).transpose()? })
}

fn read_slug(text: &str) -> Result<Slug> {
    Slug::parse(text).map_err(|problem| Error::Broken(anyhow::anyhow!("categories.slug holds {text:?}: {problem:?}")))
}

impl CategoryViews for PgStore {
    async fn categories(&self) -> Result<Vec<(Category, u32)>> {
        let found: Vec<(Row, i64)> = sqlx::query_as(
            "select row(c.slug, c.name, c.description, c.parent),
                (select count(*) from (select from products p where p.category = c.slug limit 1001) n)
             from categories c order by c.position, c.slug",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        found.into_iter().map(|(row, count)| Ok((category(row)?, to_u32(count)))).collect()
    }

    async fn category_now(&self, former: &Slug) -> Result<Option<Slug>> {
        let found: Option<String> = sqlx::query_scalar("select category from category_addresses where slug = $1")
            .bind(former.as_str())
            .fetch_optional(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        found.as_deref().map(read_slug).transpose()
    }
}

impl CategoryEdits for PgTx {
    async fn lock_categories(&mut self) -> Result<Vec<Category>> {
        // Whoever arranges them does so alone. By their rows, one that came while others were waited for (a new slug is a new row)
        // would be held by whoever comes next and waits for these, and wanted by whoever has these.
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(ARRANGING)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
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

    async fn former_categories(&mut self) -> Result<Vec<(Slug, Slug)>> {
        let found: Vec<(String, String)> =
            sqlx::query_as("select slug, category from category_addresses order by slug")
                .fetch_all(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        found.iter().map(|(old, now)| Ok((read_slug(old)?, read_slug(now)?))).collect()
    }

    async fn readdress_category(&mut self, from: &Slug, to: &Slug, now: OffsetDateTime) -> Result<()> {
        let (from, to) = (from.as_str(), to.as_str());
        sqlx::query(
            "insert into categories (slug, name, description, image, position, parent)
             select $2, c.name, c.description, c.image, c.position, c.parent from categories c where c.slug = $1",
        )
        .bind(from)
        .bind(to)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query("update categories set parent = $2 where parent = $1")
            .bind(from)
            .bind(to)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        sqlx::query("update pictures set category = $2 where category = $1")
            .bind(from)
            .bind(to)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        // One that it had before is its own again, and leads nowhere else.
        sqlx::query("delete from category_addresses where slug = $1")
            .bind(to)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        sqlx::query("update category_addresses set category = $2 where category = $1")
            .bind(from)
            .bind(to)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        // It may have led elsewhere: a file of the catalogue that names a category makes it, whatever was called so before.
        sqlx::query(
            "insert into category_addresses (slug, category, changed_at) values ($1, $2, $3)
             on conflict (slug) do update set category = excluded.category, changed_at = excluded.changed_at",
        )
        .bind(from)
        .bind(to)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn move_products(&mut self, from: &Slug, to: Option<&Slug>) -> Result<u32> {
        // They would never be through.
        if to == Some(from) {
            return Ok(0);
        }
        sqlx::query("select from products where category = $1 order by id for no key update")
            .bind(from.as_str())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        let mut moved = 0_u64;
        loop {
            let part = sqlx::query(
                "update products set category = $2, version = version + 1
                 where id = any(array(select id from products where category = $1 order by id limit $3))",
            )
            .bind(from.as_str())
            .bind(to.map(Slug::as_str))
            .bind(i64::from(PART))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?
            .rows_affected();
            moved = moved.saturating_add(part);
            if part < u64::from(PART) {
                return Ok(to_u32(i64::try_from(moved).unwrap_or(i64::MAX)));
            }
        }
    }
}
