//! What the shop says of itself, and its pages of text with all their versions.

use sqlx::PgExecutor;
use sqlx::types::Json;

use crate::domain::{PageEdit, PagePlace, SavedContent, Slug};
use crate::dto::{PageText, StaffPage, StaffPageRow};
use crate::usecase::{ContentRecord, ContentViews, ContentWrites, NewPageVersion, Result};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, to_u32, unknown_word};

async fn content(executor: impl PgExecutor<'_>) -> Result<ContentRecord> {
    let record: Json<ContentRecord> = sqlx::query_scalar(
        "select json_build_object('revision', c.revision, 'version', c.version, 'saved', c.saved,
            'pictures', c.pictures,
            'return_days', (select return_days from shop_terms),
            'delivery', (select json_build_object('min', min(min_days), 'max', max(max_days))
                from shipping_methods where kind <> 'pick_up' having count(*) > 0),
            'pages', array(select json_build_object('slug', p.slug, 'title', v.title)
                from pages p join page_versions v on v.slug = p.slug and v.version = p.version
                where v.place = 'footer' order by p.position, p.slug))
         from shop_content c",
    )
    .fetch_one(executor)
    .await
    .map_err(map_sqlx_error)?;
    Ok(record.0)
}

impl ContentViews for PgStore {
    async fn content(&self) -> Result<ContentRecord> {
        content(&self.pool).await
    }

    async fn shown_page(&self, slug: &Slug) -> Result<Option<PageText>> {
        let page: Option<Json<PageText>> = sqlx::query_scalar(
            "select json_build_object('title', v.title, 'description', v.description, 'body', v.body)
             from pages p join page_versions v on v.slug = p.slug and v.version = p.version
             where p.slug = $1 and v.place <> 'hidden'",
        )
        .bind(slug.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(page.map(|json| json.0))
    }

    async fn written_pages(&self) -> Result<Vec<StaffPageRow>> {
        let rows: Vec<Json<StaffPageRow>> = sqlx::query_scalar(
            "select json_build_object('slug', p.slug, 'title', v.title, 'version', p.version, 'place', v.place,
                'saved_at', v.saved_at)
             from pages p join page_versions v on v.slug = p.slug and v.version = p.version
             order by v.place <> 'footer', p.position, p.slug",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(rows.into_iter().map(|json| json.0).collect())
    }

    async fn written_page(&self, slug: &Slug, version: Option<i64>) -> Result<Option<StaffPage>> {
        let page: Option<Json<StaffPage>> = sqlx::query_scalar(
            "select json_build_object('slug', p.slug, 'version', p.version, 'title', v.title,
                'description', v.description, 'body', v.body, 'place', v.place,
                'versions', array(select json_build_object('version', o.version, 'at', o.saved_at,
                        'by', (select u.name from users u where u.id = o.saved_by))
                    from page_versions o where o.slug = p.slug order by o.version desc limit 100))
             from pages p join page_versions v on v.slug = p.slug and v.version = coalesce($2, p.version)
             where p.slug = $1",
        )
        .bind(slug.as_str())
        .bind(version)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(page.map(|json| json.0))
    }
}

impl ContentWrites for PgTx {
    async fn lock_content(&mut self) -> Result<ContentRecord> {
        // By a statement of its own: whoever held the lock before has written all of it by now.
        sqlx::query("select 1 from shop_content for no key update")
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        content(&mut *self.tx).await
    }

    async fn save_content(&mut self, saved: &SavedContent) -> Result<()> {
        sqlx::query("update shop_content set saved = $1, version = version + 1, revision = revision + 1")
            .bind(Json(saved))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn current_page(&mut self, slug: &Slug) -> Result<Option<(i64, PageEdit)>> {
        type Row = (i64, String, String, String, String);
        let row: Option<Row> = sqlx::query_as(
            "select p.version, v.title, v.description, v.body, v.place
             from pages p join page_versions v on v.slug = p.slug and v.version = p.version where p.slug = $1",
        )
        .bind(slug.as_str())
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let read = |(version, title, description, body, place): Row| {
            let place = PagePlace::parse(&place).ok_or_else(|| unknown_word("page_versions.place", &place))?;
            Ok((version, PageEdit { title, description, body, place }))
        };
        row.map(read).transpose()
    }

    async fn save_page(&mut self, page: &NewPageVersion) -> Result<()> {
        sqlx::query(
            "insert into page_versions (slug, version, title, description, body, place, saved_by, saved_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(page.slug.as_str())
        .bind(page.version)
        .bind(&page.edit.title)
        .bind(&page.edit.description)
        .bind(&page.edit.body)
        .bind(page.edit.place.as_str())
        .bind(page.by)
        .bind(page.at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query(
            "insert into pages (slug, version, position)
             values ($1, $2, (select coalesce(max(position), 0) + 1 from pages))
             on conflict (slug) do update set version = excluded.version",
        )
        .bind(page.slug.as_str())
        .bind(page.version)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query("update shop_content set revision = revision + 1")
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn count_pages(&mut self) -> Result<u32> {
        let count = sqlx::query_scalar("select count(*) from pages").fetch_one(&mut *self.tx).await;
        count.map(to_u32).map_err(map_sqlx_error)
    }
}
