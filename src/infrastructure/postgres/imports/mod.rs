//! Files of products: the queue of them here, what they make of the catalogue in `writes`.

mod writes;

use bytes::Bytes;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{FetchProblem, ImportId, ProductId, UserId};
use crate::dto::{ImportReport, ImportRow, ImportView};
use crate::usecase::{
    ImportJob, ImportPictureJob, ImportPictureWrite, ImportQueue, ImportViews, Imports, NewImport, Result,
};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, to_i32, to_u32};

impl ImportViews for PgStore {
    async fn import_list(&self, most: u32) -> Result<Vec<ImportRow>> {
        let Json(rows): Json<Vec<ImportRow>> = sqlx::query_scalar(
            "select coalesce(json_agg(json_build_object('id', i.id, 'file', i.file, 'state', i.state, 'at', i.created_at,
                'problems', coalesce((i.report ->> 'problem_count')::int, 0)) order by i.id desc), '[]')
             from (select id, file, state, created_at, report from imports order by id desc limit $1) i",
        )
        .bind(to_i32(most))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(rows)
    }

    async fn import(&self, id: ImportId) -> Result<Option<ImportView>> {
        let found: Option<Json<ImportView>> = sqlx::query_scalar(
            "select json_build_object('id', i.id, 'file', i.file, 'state', i.state, 'at', i.created_at,
                'done', i.steps_done, 'total', i.steps, 'report', i.report, 'is_kept', i.content is not null,
                'pictures_waiting', (select count(*) from import_pictures p where p.import_id = i.id and p.state = 'waiting'),
                'pictures_fetched', (select count(*) from import_pictures p where p.import_id = i.id and p.state = 'fetched'),
                'pictures_failed', coalesce((select json_agg(json_build_object('row', f.place, 'address', f.address,
                        'problem', f.problem) order by f.place, f.id)
                    from (select * from import_pictures p where p.import_id = i.id and p.state = 'failed'
                        order by p.place, p.id limit 500) f), '[]'))
             from imports i where i.id = $1",
        )
        .bind(id.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|json| json.0))
    }
}

impl ImportQueue for PgStore {
    async fn take_import(&self, now: OffsetDateTime, until: OffsetDateTime) -> Result<Option<ImportJob>> {
        type Taken = (Uuid, String, Vec<u8>, Option<Uuid>, i32);
        let taken: Option<Taken> = sqlx::query_as(
            "update imports set taken_until = $2, tries = tries + 1
             where id = (
                select i.id from imports i
                where i.state in ('waiting', 'wanted') and (i.taken_until is null or i.taken_until <= $1)
                    and (i.state = 'waiting'
                        or not exists (select from imports o where o.state = 'wanted' and o.taken_until > $1))
                order by i.id limit 1 for no key update skip locked)
             returning id, file, coalesce(content, ''), case when state = 'wanted' then wanted_by end, tries",
        )
        .bind(now)
        .bind(until)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(taken.map(|(id, file, content, wanted_by, tries)| ImportJob {
            id: ImportId(id),
            file,
            content: Bytes::from(content),
            wanted_by: wanted_by.map(UserId),
            tries: to_u32(tries.into()),
        }))
    }

    async fn give_import_back(&self, job: &ImportJob) -> Result<()> {
        sqlx::query(
            "update imports set taken_until = null where id = $1 and tries = $2 and state in ('waiting', 'wanted')",
        )
        .bind(job.id.0)
        .bind(to_i32(job.tries))
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn note_import_checked(&self, job: &ImportJob, report: &ImportReport) -> Result<()> {
        sqlx::query(
            "update imports set state = 'checked', report = $3, taken_until = null, tries = 0, steps_done = 0, steps = 0,
                content = case when $4 then content end
             where id = $1 and tries = $2 and state in ('waiting', 'wanted')",
        )
        .bind(job.id.0)
        .bind(to_i32(job.tries))
        .bind(Json(report))
        .bind(report.problem_count == 0)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn note_import_progress(&self, job: &ImportJob, done: u32, total: u32, until: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "update imports set steps_done = $3, steps = $4, taken_until = $5
             where id = $1 and tries = $2 and state = 'wanted'",
        )
        .bind(job.id.0)
        .bind(to_i32(job.tries))
        .bind(to_i32(done))
        .bind(to_i32(total))
        .bind(until)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn fail_import(&self, job: &ImportJob) -> Result<()> {
        sqlx::query(
            "update imports set state = 'failed', taken_until = null, content = null
             where id = $1 and tries = $2 and state in ('waiting', 'wanted')",
        )
        .bind(job.id.0)
        .bind(to_i32(job.tries))
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn take_import_picture(
        &self,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Result<Option<ImportPictureJob>> {
        type Taken = (Uuid, Uuid, String, String, Uuid, i32);
        let taken: Option<Taken> = sqlx::query_as(
            "update import_pictures p set taken_until = $2, tries = p.tries + 1
             from imports i
             where i.id = p.import_id and i.wanted_by is not null and p.id = (
                select w.id from import_pictures w
                where w.state = 'waiting' and (w.taken_until is null or w.taken_until <= $1)
                    and (select count(*) from pictures u where u.state = 'waiting') < 20
                order by w.id limit 1 for no key update skip locked)
             returning p.id, p.product_id, p.address, p.alt, i.wanted_by, p.tries",
        )
        .bind(now)
        .bind(until)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(taken.map(|(id, product, address, alt, by, tries)| ImportPictureJob {
            id,
            product: ProductId(product),
            address,
            alt,
            by: UserId(by),
            tries: to_u32(tries.into()),
        }))
    }

    async fn settle_import_picture(&self, job: &ImportPictureJob, problem: Option<FetchProblem>) -> Result<()> {
        sqlx::query(
            "update import_pictures set state = case when $2::text is null then 'fetched' else 'failed' end, problem = $2,
                taken_until = null
             where id = $1 and state = 'waiting'",
        )
        .bind(job.id)
        .bind(problem.map(FetchProblem::as_str))
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}

impl Imports for PgTx {
    async fn insert_import(&mut self, import: &NewImport, kept_since: OffsetDateTime, most: u32) -> Result<bool> {
        sqlx::query("delete from imports where created_at < $1 and state not in ('waiting', 'wanted')")
            .bind(kept_since)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        // Those that were checked keep their content, too. The oldest of them makes room: whoever wants it sends it again.
        sqlx::query(
            "update imports set content = null where state = 'checked' and id = (
                select i.id from imports i
                where i.state = 'checked' and i.content is not null
                    and (select count(*) from imports where content is not null) >= $1
                order by i.id limit 1 for no key update skip locked)",
        )
        .bind(i64::from(most))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let done = sqlx::query(
            "insert into imports (id, file, content, uploaded_by, created_at)
             select $1::uuid, $2::text, $3::bytea, $4::uuid, $5::timestamptz where (select count(*) from imports where content is not null) < $6",
        )
        .bind(import.id.0)
        .bind(&import.file)
        .bind(&import.content[..])
        .bind(import.by.0)
        .bind(import.at)
        .bind(i64::from(most))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() > 0)
    }

    async fn want_import(&mut self, id: ImportId, by: UserId) -> Result<Option<bool>> {
        let found: Option<(String, bool)> = sqlx::query_as(
            "select state, content is not null and coalesce((report ->> 'problem_count')::int, 1) = 0
             from imports where id = $1 for no key update",
        )
        .bind(id.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        match found.as_ref().map(|(state, is_good)| (state.as_str(), *is_good)) {
            Some(("checked", true)) => {}
            Some(("wanted" | "done", _)) => return Ok(Some(false)),
            _ => return Ok(None),
        }
        sqlx::query("update imports set state = 'wanted', wanted_by = $2, tries = 0, taken_until = null where id = $1")
            .bind(id.0)
            .bind(by.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(Some(true))
    }

    async fn insert_import_pictures(&mut self, id: ImportId, pictures: &[ImportPictureWrite]) -> Result<()> {
        sqlx::query(
            "insert into import_pictures (id, import_id, product_id, place, address, alt, variants)
             select e.id, $2::uuid, e.product_id, e.place, e.address, e.alt, e.variants
             from jsonb_to_recordset($1)
                as e (id uuid, product_id uuid, place int, address text, alt text, variants uuid[])
             where not exists (select from import_pictures o
                where o.product_id = e.product_id and o.state = 'waiting' and o.import_id <> $2)",
        )
        .bind(Json(pictures))
        .bind(id.0)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn finish_import(&mut self, job: &ImportJob, report: &ImportReport) -> Result<bool> {
        let done = sqlx::query(
            "update imports set state = 'done', report = $3, content = null, taken_until = null, steps_done = steps
             where id = $1 and tries = $2 and state = 'wanted'",
        )
        .bind(job.id.0)
        .bind(to_i32(job.tries))
        .bind(Json(report))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() > 0)
    }
}
