//! The audit log.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::dto::{AuditEntry, AuditList};
use crate::usecase::{Audit, AuditHead, AuditRow, AuditViews, Result};

use super::error::map_sqlx_error;
use super::staff_changes::is_visible_to_shoppers;
use super::{PgStore, PgTx, to_i32};

#[derive(sqlx::FromRow)]
struct Row {
    position: i64,
    at: OffsetDateTime,
    actor: Uuid,
    action: String,
    subject_kind: String,
    subject_id: String,
    before: Option<String>,
    after: Option<String>,
    hash: Vec<u8>,
}

impl AuditViews for PgStore {
    async fn audit_end(&self) -> Result<(AuditHead, i64)> {
        let (position, hash, highest) = sqlx::query_as(
            "select position, hash, (select coalesce(max(position), 0) from audit_log) as highest from audit_head",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok((AuditHead { position, hash }, highest))
    }

    async fn audit_rows(&self, after: i64, most: u32) -> Result<Vec<AuditRow>> {
        let rows: Vec<Row> = sqlx::query_as(
            "select position, at, actor, action, subject_kind, subject_id, before, after, hash from audit_log
             where position > $1 order by position limit $2",
        )
        .bind(after)
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let row = |row: Row| AuditRow {
            position: row.position,
            at: row.at,
            actor: row.actor,
            action: row.action,
            kind: row.subject_kind,
            subject: row.subject_id,
            before: row.before,
            after: row.after,
            hash: row.hash,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    async fn audit_list(&self, before: Option<i64>, most: u32) -> Result<AuditList> {
        let Json(mut entries): Json<Vec<AuditEntry>> = sqlx::query_scalar(
            "select coalesce(json_agg(json_build_object('position', a.position, 'at', a.at,
                'actor', coalesce(case a.actor when '00000000-0000-0000-0000-000000000000' then 'The shop itself' end, (select u.name from users u where u.id = a.actor),
                    (select 'key ' || k.name || ' of ' || coalesce(u.name, 'somebody')
                        from api_keys k left join users u on u.id = k.made_by where k.id = a.actor), a.actor::text),
                'action', a.action, 'kind', a.subject_kind, 'subject', a.subject_id, 'before', a.before,
                'after', a.after) order by a.position desc), '[]')
             from (select * from audit_log where $1::bigint is null or position < $1 order by position desc limit $2) a",
        )
        .bind(before)
        .bind(to_i32(most.saturating_add(1)))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let has_more = entries.len() > most as usize;
        entries.truncate(most as usize);
        Ok(AuditList { next: entries.last().map(|entry| entry.position).filter(|_| has_more), entries })
    }
}

impl Audit for PgTx {
    async fn lock_audit_head(&mut self) -> Result<AuditHead> {
        let (position, hash) = sqlx::query_as("select position, hash from audit_head for no key update")
            .fetch_one(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(AuditHead { position, hash })
    }

    async fn append_audit_rows(&mut self, rows: &[AuditRow]) -> Result<()> {
        let Some(last) = rows.last() else { return Ok(()) };
        self.is_staff_change |= rows.iter().any(|row| is_visible_to_shoppers(&row.action));
        let texts = |of: fn(&AuditRow) -> &str| rows.iter().map(of).collect::<Vec<_>>();
        sqlx::query(
            "with ended as (update audit_head set position = $10::bigint, hash = $11::bytea)
             insert into audit_log (position, at, actor, action, subject_kind, subject_id, before, after, hash)
             select * from unnest($1::bigint[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::text[],
                $7::text[], $8::text[], $9::bytea[])",
        )
        .bind(rows.iter().map(|row| row.position).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.at).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.actor).collect::<Vec<_>>())
        .bind(texts(|row| &row.action))
        .bind(texts(|row| &row.kind))
        .bind(texts(|row| &row.subject))
        .bind(rows.iter().map(|row| row.before.as_deref()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.after.as_deref()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.hash.as_slice()).collect::<Vec<_>>())
        .bind(last.position)
        .bind(&last.hash)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
