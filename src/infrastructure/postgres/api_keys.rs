//! Keys that programs call with.

use sqlx::FromRow;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{ApiKeyId, StaffRole, UserId};
use crate::dto::ApiKeyRow;
use crate::usecase::{ApiKeyViews, ApiKeys, KeptApiKey, NewApiKey, Result};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, unknown_word};

/// `apikey` in ASCII: whoever makes a key waits for whoever makes another, until it is kept.
const MAKING: i64 = 0x6170_696b_6579;

#[derive(FromRow)]
struct Row {
    secret_sha256: Vec<u8>,
    permissions: Vec<String>,
    made_by: Uuid,
    role: Option<String>,
    ends_at: Option<OffsetDateTime>,
    last_used_at: Option<OffsetDateTime>,
    is_revoked: bool,
}

impl Row {
    fn key(self) -> Result<KeptApiKey> {
        let known = |role: &str| StaffRole::parse(role).ok_or_else(|| unknown_word("users.staff_role", role));
        Ok(KeptApiKey {
            role: self.role.as_deref().map(known).transpose()?,
            secret_sha256: self.secret_sha256,
            permissions: self.permissions.into(),
            maker: UserId(self.made_by),
            ends_at: self.ends_at,
            last_used_at: self.last_used_at,
            is_revoked: self.is_revoked,
        })
    }
}

impl ApiKeyViews for PgStore {
    async fn api_keys(&self, now: OffsetDateTime) -> Result<Vec<ApiKeyRow>> {
        let Json(keys) = sqlx::query_scalar(
            "select coalesce(json_agg(json_build_object('id', k.id, 'name', k.name, 'permissions', k.permissions,
                'by', coalesce(u.name, 'Somebody'),
                'role', case when u.role = 'staff' then coalesce(u.staff_role, 'owner') end,
                'made_at', k.made_at, 'ends_at', k.ends_at, 'is_over', coalesce(k.ends_at <= $1, false),
                'last_used_at', k.last_used_at, 'revoked_at', k.revoked_at,
                'revoked_by', (select r.name from users r where r.id = k.revoked_by))
                order by k.has_not_ended desc, k.made_at desc, k.id desc), '[]')
             from (select *, revoked_at is null and (ends_at is null or ends_at > $1) as has_not_ended
                from api_keys order by has_not_ended desc, made_at desc, id desc limit 200) k
             left join users u on u.id = k.made_by",
        )
        .bind(now)
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(keys)
    }

    async fn api_key(&self, id: ApiKeyId) -> Result<Option<KeptApiKey>> {
        let row: Option<Row> = sqlx::query_as(
            "select k.secret_sha256, k.permissions, k.made_by,
                case when u.role = 'staff' then coalesce(u.staff_role, 'owner') end as role,
                k.ends_at, k.last_used_at, k.revoked_at is not null as is_revoked
             from api_keys k left join users u on u.id = k.made_by where k.id = $1",
        )
        .bind(id.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        row.map(Row::key).transpose()
    }

    async fn note_api_key_use(&self, id: ApiKeyId, now: OffsetDateTime, before: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "update api_keys set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at <= $3)",
        )
        .bind(id.0)
        .bind(now)
        .bind(before)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}

impl ApiKeys for PgTx {
    async fn insert_api_key(&mut self, key: &NewApiKey, most: u32) -> Result<bool> {
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(MAKING)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        // A statement of its own: it counts what was written before the lock was free.
        let inserted = sqlx::query(
            "insert into api_keys (id, name, permissions, secret_sha256, made_by, made_at, ends_at)
             select $1::uuid, $2::text, $3::text[], $4::bytea, $5::uuid, $6::timestamptz, $7::timestamptz
             where (select count(*) from api_keys
                where revoked_at is null and (ends_at is null or ends_at > $6)) < $8",
        )
        .bind(key.id.0)
        .bind(&key.name)
        .bind(key.permissions.words())
        .bind(&key.secret_sha256)
        .bind(key.by.0)
        .bind(key.at)
        .bind(key.ends_at)
        .bind(i64::from(most))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(inserted.rows_affected() == 1)
    }

    async fn lock_api_key(&mut self, id: ApiKeyId) -> Result<Option<(String, bool)>> {
        sqlx::query_as("select name, revoked_at is not null from api_keys where id = $1 for no key update")
            .bind(id.0)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }

    async fn revoke_api_key(&mut self, id: ApiKeyId, by: UserId, at: OffsetDateTime) -> Result<()> {
        sqlx::query("update api_keys set revoked_at = $3, revoked_by = $2 where id = $1")
            .bind(id.0)
            .bind(by.0)
            .bind(at)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn revoke_api_keys_of(
        &mut self,
        maker: UserId,
        by: UserId,
        at: OffsetDateTime,
    ) -> Result<Vec<(ApiKeyId, String)>> {
        let revoked: Vec<(Uuid, String)> = sqlx::query_as(
            "update api_keys set revoked_at = $3, revoked_by = $2 where made_by = $1 and revoked_at is null
             returning id, name",
        )
        .bind(maker.0)
        .bind(by.0)
        .bind(at)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(revoked.into_iter().map(|(id, name)| (ApiKeyId(id), name)).collect())
    }
}
