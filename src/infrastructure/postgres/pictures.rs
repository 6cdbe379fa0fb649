//! Pictures that were uploaded, and what becomes of them.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{PictureId, PictureKind, PictureProblem, ProductId, VariantId};
use crate::dto::Image;
use crate::usecase::{NewPicture, PictureJob, PictureQueue, Pictures, Result, UnusedPicture};

use super::error::map_sqlx_error;
use super::placed_pictures::{OfRow, columns, of_row};
use super::{PgStore, PgTx, to_i32, to_u32, unknown_word};

/// A name and how wide the widest of its files is, where it has files.
fn named(name: Option<String>, width: Option<i32>) -> Option<(String, u32)> {
    Some((name?, to_u32(width?.into())))
}

impl PictureQueue for PgStore {
    async fn take_picture(&self, now: OffsetDateTime, until: OffsetDateTime) -> Result<Option<PictureJob>> {
        type Taken = (Uuid, OfRow, String, i32, Option<String>, Option<i32>, Option<String>);
        let taken: Option<Taken> = sqlx::query_as(
            "update pictures set taken_until = $2, tries = tries + 1
             where id = (
                select id from pictures
                where state in ('waiting', 'queued') and (taken_until is null or taken_until <= $1)
                    and num_nonnulls(product_id, category, place) = 1
                order by id limit 1 for no key update skip locked)
             returning id, row(product_id, category, place), kind, tries, name, width, alt",
        )
        .bind(now)
        .bind(until)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let job = |(id, of, kind, tries, name, width, alt): Taken| {
            Ok(PictureJob {
                id: PictureId(id),
                of: of_row(of)?,
                kind: PictureKind::parse(&kind).ok_or_else(|| unknown_word("pictures.kind", &kind))?,
                tries: to_u32(tries.into()),
                alt,
                named: named(name, width),
            })
        };
        taken.map(job).transpose()
    }

    async fn give_picture_back(&self, id: PictureId) -> Result<()> {
        sqlx::query(
            "update pictures set taken_until = null, tries = tries - 1 where id = $1 and state in ('waiting', 'queued')",
        )
        .bind(id.0)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn name_picture(&self, id: PictureId, name: &str, widest: u32) -> Result<bool> {
        let done =
            sqlx::query("update pictures set name = $2, width = $3 where id = $1 and state in ('waiting', 'queued')")
                .bind(id.0)
                .bind(name)
                .bind(to_i32(widest))
                .execute(&self.pool)
                .await
                .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() > 0)
    }

    async fn fail_picture(&self, id: PictureId, problem: PictureProblem, now: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "update pictures set state = 'failed', problem = $2, changed_at = $3
             where id = $1 and state in ('waiting', 'queued')",
        )
        .bind(id.0)
        .bind(problem.as_str())
        .bind(now)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn forget_original(&self, id: PictureId) -> Result<()> {
        sqlx::query("update pictures set has_original = false where id = $1")
            .bind(id.0)
            .execute(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn late_originals(&self, before: OffsetDateTime, most: u32) -> Result<Vec<PictureId>> {
        let found: Vec<Uuid> = sqlx::query_scalar(
            "select id from pictures
             where has_original and state in ('ready', 'placed', 'failed') and changed_at < $1 order by id limit $2",
        )
        .bind(before)
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(PictureId).collect())
    }

    async fn take_unused_pictures(
        &self,
        before: OffsetDateTime,
        now: OffsetDateTime,
        most: u32,
    ) -> Result<Vec<UnusedPicture>> {
        // A new place that shows pictures belongs into the condition.
        let found: Vec<(Uuid, Option<String>, Option<i32>, bool)> = sqlx::query_as(
            "with unused as (
                update pictures p set state = 'removed', problem = null, changed_at = $2
                where p.id in (
                    select u.id from pictures u
                    where u.changed_at < $1 and (u.state = 'arriving' or u.state = 'ready'
                        and not exists (select from products o where o.id = u.product_id
                            and o.images @> jsonb_build_array(jsonb_build_object('name', u.name)))
                        and not exists (select from categories c where c.image ->> 'name' = u.name)
                        or u.state = 'placed'
                        and not exists (select from categories c where c.image ->> 'name' = u.name)
                        and not exists (select from shop_content s, jsonb_each(s.pictures) as shown (place, image)
                            where shown.image ->> 'name' = u.name)
                        or u.state <> 'removed' and num_nonnulls(u.product_id, u.category, u.place) = 0)
                    order by u.id limit $3 for no key update skip locked)
                returning p.id, p.name, p.width, p.place),
             before as (
                select id, name, width, place from pictures where state = 'removed' and changed_at < $1
                order by id limit $3)
             select id, name, width, coalesce(place = 'icon', false) from unused
             union all select id, name, width, coalesce(place = 'icon', false) from before",
        )
        .bind(before)
        .bind(now)
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let unused =
            |(id, name, width, is_icon)| UnusedPicture { id: PictureId(id), named: named(name, width), is_icon };
        Ok(found.into_iter().map(unused).collect())
    }

    async fn forget_picture(&self, id: PictureId) -> Result<()> {
        sqlx::query("delete from pictures where id = $1 and state = 'removed'")
            .bind(id.0)
            .execute(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }
}

impl Pictures for PgTx {
    async fn count_waiting_pictures(&mut self, product: ProductId) -> Result<u32> {
        let count: i64 = sqlx::query_scalar(
            "select count(*) from pictures where product_id = $1 and state in ('arriving', 'waiting')",
        )
        .bind(product.0)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(to_u32(count))
    }

    async fn insert_picture(&mut self, picture: &NewPicture) -> Result<bool> {
        let (product, category, place) = columns(&picture.of);
        let done = sqlx::query(
            "insert into pictures (id, product_id, category, place, file, kind, bytes, created_at, changed_at, alt)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
             on conflict (id) do update set changed_at = excluded.changed_at where pictures.state = 'arriving'",
        )
        .bind(picture.id.0)
        .bind(product)
        .bind(category)
        .bind(place)
        .bind(&picture.file)
        .bind(picture.kind.as_str())
        .bind(i64::try_from(picture.bytes).unwrap_or(i64::MAX))
        .bind(picture.at)
        .bind(picture.alt.as_deref())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() > 0)
    }

    async fn await_picture(&mut self, id: PictureId, now: OffsetDateTime) -> Result<bool> {
        let done = sqlx::query(
            "update pictures set state = case when product_id is null then 'queued' else 'waiting' end, changed_at = $2
             where id = $1 and state = 'arriving'",
        )
        .bind(id.0)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() > 0)
    }

    async fn ready_picture(&mut self, id: PictureId, now: OffsetDateTime) -> Result<bool> {
        let done = sqlx::query(
            "update pictures set state = case state when 'waiting' then 'ready' else 'placed' end, changed_at = $2
             where id = $1 and state in ('waiting', 'queued')",
        )
        .bind(id.0)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() > 0)
    }

    async fn show_variants(&mut self, id: PictureId, name: &str) -> Result<()> {
        sqlx::query(
            "with shown as (
                update product_variants v set image = $2 from import_pictures i
                where i.id = $1 and v.product_id = i.product_id and v.id = any(i.variants) and v.image is null
                returning v.product_id)
             update products set pictures_version = pictures_version + 1 where id in (select product_id from shown)",
        )
        .bind(id.0)
        .bind(name)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn save_images(&mut self, product: ProductId, images: &[Image]) -> Result<()> {
        sqlx::query("update products set images = $2 where id = $1")
            .bind(product.0)
            .bind(Json(images))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn save_pictures(
        &mut self,
        product: ProductId,
        variants: &[(VariantId, Option<String>)],
        gone: &[String],
        now: OffsetDateTime,
    ) -> Result<()> {
        sqlx::query("update products set pictures_version = pictures_version + 1 where id = $1")
            .bind(product.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        sqlx::query(
            "update product_variants v set image = e.image from unnest($2::uuid[], $3::text[]) as e (id, image)
             where v.id = e.id and v.product_id = $1 and v.image is distinct from e.image",
        )
        .bind(product.0)
        .bind(variants.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
        .bind(variants.iter().map(|(_, image)| image.as_deref()).collect::<Vec<_>>())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query("update pictures set changed_at = $3 where product_id = $1 and name = any($2)")
            .bind(product.0)
            .bind(gone)
            .bind(now)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn remove_picture(&mut self, product: ProductId, id: PictureId, now: OffsetDateTime) -> Result<bool> {
        let done = sqlx::query(
            "update pictures set state = 'removed', problem = null, changed_at = $3
             where id = $1 and product_id = $2 and state in ('arriving', 'waiting', 'failed')",
        )
        .bind(id.0)
        .bind(product.0)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() > 0)
    }
}
