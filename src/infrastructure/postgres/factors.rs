//! Second factors: authenticator apps and recovery codes.

use sqlx::FromRow;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{PasskeyId, UserId};
use crate::dto::PasskeyRow;
use crate::usecase::{FactorViews, FactorWrites, Factors, FirstFactor, KeptPasskey, NewPasskey, Result, TotpFactor};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx};

#[derive(FromRow)]
struct TotpRow {
    id: Uuid,
    created_at: OffsetDateTime,
    confirmed_at: Option<OffsetDateTime>,
    last_step: i64,
}

impl TotpRow {
    fn factor(self) -> TotpFactor {
        TotpFactor {
            id: self.id,
            created_at: self.created_at,
            confirmed_at: self.confirmed_at,
            last_step: self.last_step,
        }
    }
}

/// Of `$1`. Whoever does not work here any more has a day since when, and no factor to set up in a hurry.
macro_rules! first_factor {
    () => {
        "select case when u.role = 'staff' then u.staff_since end as staff_since, u.factor_open_until as open_until,
            exists (select from totp_factors t where t.user_id = u.id and t.confirmed_at is not null)
                or exists (select from passkeys p where p.user_id = u.id) as has_factor
         from users u where u.id = $1"
    };
}

#[derive(FromRow)]
struct FirstRow {
    staff_since: Option<OffsetDateTime>,
    open_until: Option<OffsetDateTime>,
    has_factor: bool,
}

impl FirstRow {
    fn first(self) -> FirstFactor {
        FirstFactor { staff_since: self.staff_since, open_until: self.open_until, has_factor: self.has_factor }
    }
}

/// As few as they are, a count fits.
fn to_count(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl FactorViews for PgStore {
    async fn factors(&self, user: UserId) -> Result<Factors> {
        type Row = (i64, i64, Option<Uuid>, Option<OffsetDateTime>, Option<OffsetDateTime>, Option<i64>);
        let (codes, passkeys, id, created_at, confirmed_at, last_step): Row = sqlx::query_as(
            "select (select count(*) from recovery_codes c where c.user_id = $1),
                (select count(*) from passkeys p where p.user_id = $1), t.id, t.created_at, t.confirmed_at,
                t.last_step
             from (select $1::uuid as user_id) u left join totp_factors t on t.user_id = u.user_id",
        )
        .bind(user.0)
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let totp = id.zip(created_at).zip(last_step);
        let totp = totp.map(|((id, created_at), last_step)| TotpFactor { id, created_at, confirmed_at, last_step });
        Ok(Factors { totp, passkeys: to_count(passkeys), recovery_codes: to_count(codes) })
    }

    async fn first_factor(&self, user: UserId) -> Result<Option<FirstFactor>> {
        let row: Option<FirstRow> =
            sqlx::query_as(first_factor!()).bind(user.0).fetch_optional(&self.pool).await.map_err(map_sqlx_error)?;
        Ok(row.map(FirstRow::first))
    }

    async fn passkeys(&self, user: UserId) -> Result<Vec<PasskeyRow>> {
        let Json(rows) = sqlx::query_scalar(
            "select coalesce((select json_agg(json_build_object('id', p.id, 'name', p.name, 'created_at', p.created_at,
                    'last_used_at', p.last_used_at) order by p.created_at, p.id)
                from passkeys p where p.user_id = $1), '[]')",
        )
        .bind(user.0)
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(rows)
    }

    async fn credentials(&self, user: UserId) -> Result<Vec<Vec<u8>>> {
        sqlx::query_scalar("select credential_id from passkeys where user_id = $1 order by id")
            .bind(user.0)
            .fetch_all(&self.pool)
            .await
            .map_err(map_sqlx_error)
    }

    async fn passkey(&self, user: UserId, credential: &[u8]) -> Result<Option<KeptPasskey>> {
        let row: Option<(Uuid, String, String)> =
            sqlx::query_as("select id, name, data from passkeys where user_id = $1 and credential_id = $2")
                .bind(user.0)
                .bind(credential)
                .fetch_optional(&self.pool)
                .await
                .map_err(map_sqlx_error)?;
        Ok(row.map(|(id, name, data)| KeptPasskey { id: PasskeyId(id), name, data }))
    }

    async fn note_passkey_used(&self, id: PasskeyId, before: &str, after: &str, now: OffsetDateTime) -> Result<bool> {
        let done = sqlx::query("update passkeys set data = $3, last_used_at = $4 where id = $1 and data = $2")
            .bind(id.0)
            .bind(before)
            .bind(after)
            .bind(now)
            .execute(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() == 1)
    }
}

impl FactorWrites for PgTx {
    async fn lock_totp(&mut self, user: UserId) -> Result<Option<TotpFactor>> {
        let row: Option<TotpRow> = sqlx::query_as(
            "select id, created_at, confirmed_at, last_step from totp_factors where user_id = $1 for no key update",
        )
        .bind(user.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(row.map(TotpRow::factor))
    }

    async fn save_totp(&mut self, user: UserId, totp: &TotpFactor) -> Result<()> {
        sqlx::query(
            "insert into totp_factors (user_id, id, created_at, confirmed_at, last_step) values ($1, $2, $3, $4, $5)
             on conflict (user_id) do update set id = excluded.id, created_at = excluded.created_at,
                confirmed_at = excluded.confirmed_at, last_step = excluded.last_step",
        )
        .bind(user.0)
        .bind(totp.id)
        .bind(totp.created_at)
        .bind(totp.confirmed_at)
        .bind(totp.last_step)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn delete_totp(&mut self, user: UserId) -> Result<bool> {
        let confirmed: Option<bool> =
            sqlx::query_scalar("delete from totp_factors where user_id = $1 returning confirmed_at is not null")
                .bind(user.0)
                .fetch_optional(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        Ok(confirmed.unwrap_or(false))
    }

    async fn has_factor(&mut self, user: UserId) -> Result<bool> {
        sqlx::query_scalar(
            "select exists (select from totp_factors where user_id = $1 and confirmed_at is not null)
                or exists (select from passkeys where user_id = $1)",
        )
        .bind(user.0)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }

    async fn read_first_factor(&mut self, user: UserId) -> Result<Option<FirstFactor>> {
        let row: Option<FirstRow> =
            sqlx::query_as(first_factor!()).bind(user.0).fetch_optional(&mut *self.tx).await.map_err(map_sqlx_error)?;
        Ok(row.map(FirstRow::first))
    }

    async fn open_first_factor(&mut self, user: UserId, until: OffsetDateTime) -> Result<()> {
        sqlx::query("update users set factor_open_until = $2 where id = $1")
            .bind(user.0)
            .bind(until)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn note_wrong_code(&mut self, user: UserId) -> Result<i32> {
        sqlx::query_scalar("update users set wrong_codes = wrong_codes + 1 where id = $1 returning wrong_codes")
            .bind(user.0)
            .fetch_one(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }

    async fn forget_wrong_codes(&mut self, user: UserId) -> Result<()> {
        sqlx::query("update users set wrong_codes = 0 where id = $1 and wrong_codes > 0")
            .bind(user.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn insert_passkey(&mut self, new: &NewPasskey<'_>, most: usize) -> Result<bool> {
        let done = sqlx::query(
            "insert into passkeys (id, user_id, credential_id, name, data, created_at)
             select $1::uuid, $2::uuid, $3::bytea, $4::text, $5::text, $6::timestamptz
             where (select count(*) from passkeys where user_id = $2::uuid) < $7
             on conflict on constraint passkeys_credential_once do nothing",
        )
        .bind(new.id.0)
        .bind(new.user.0)
        .bind(&new.made.credential)
        .bind(new.name)
        .bind(&new.made.data)
        .bind(new.now)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn delete_passkey(&mut self, user: UserId, id: PasskeyId) -> Result<Option<String>> {
        sqlx::query_scalar("delete from passkeys where user_id = $1 and id = $2 returning name")
            .bind(user.0)
            .bind(id.0)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }

    async fn delete_factors(&mut self, user: UserId) -> Result<bool> {
        sqlx::query_scalar(
            "with codes as (delete from recovery_codes where user_id = $1),
                apps as (delete from totp_factors where user_id = $1 returning confirmed_at),
                keys as (delete from passkeys where user_id = $1 returning id)
             select exists (select from apps where confirmed_at is not null) or exists (select from keys)",
        )
        .bind(user.0)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }

    async fn save_recovery_codes(&mut self, user: UserId, hashes: &[Vec<u8>]) -> Result<()> {
        sqlx::query("delete from recovery_codes where user_id = $1")
            .bind(user.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        sqlx::query("insert into recovery_codes (user_id, code_hash) select $1, h from unnest($2::bytea[]) h")
            .bind(user.0)
            .bind(hashes)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn take_recovery_code(&mut self, user: UserId, hash: &[u8]) -> Result<Option<u32>> {
        // The count is of before the code is gone.
        let left: Option<i64> = sqlx::query_scalar(
            "delete from recovery_codes where user_id = $1 and code_hash = $2
             returning (select count(*) - 1 from recovery_codes c where c.user_id = $1)",
        )
        .bind(user.0)
        .bind(hash)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(left.map(to_count))
    }

    async fn end_sessions_of(&mut self, user: UserId) -> Result<()> {
        sqlx::query("delete from sessions where user_id = $1")
            .bind(user.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }
}
