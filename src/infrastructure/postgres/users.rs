//! People and what proves them.

use sqlx::FromRow;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Email, Role, StaffRole, User, UserId};
use crate::dto::Page;
use crate::usecase::{Account, Error, Result, UserViews, Users};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, unknown_word};

#[derive(FromRow)]
pub(super) struct Row {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub role: String,
    pub staff_role: Option<String>,
    pub created_at: OffsetDateTime,
    pub password_hash: String,
    pub password_set_at: Option<OffsetDateTime>,
}

impl Row {
    pub(super) fn account(self) -> Result<Account> {
        let role = Role::parse(&self.role).ok_or_else(|| unknown_word("users.role", &self.role))?;
        let known = |role: &str| StaffRole::parse(role).ok_or_else(|| unknown_word("users.staff_role", role));
        let staff_role = self.staff_role.as_deref().map(known).transpose()?;
        let email = Email::parse(&self.email)
            .map_err(|problem| Error::Broken(anyhow::anyhow!("user {} has no address: {problem:?}", self.id)))?;
        let user = User { id: UserId(self.id), name: self.name, email, role, staff_role, created_at: self.created_at };
        Ok(Account { user, password_hash: self.password_hash, password_set_at: self.password_set_at })
    }
}

impl UserViews for PgStore {
    async fn account(&self, id: UserId) -> Result<Option<Account>> {
        let row: Option<Row> = sqlx::query_as(
            "select id, name, email::text as email, role, staff_role, created_at, password_hash, password_set_at
             from users where id = $1",
        )
        .bind(id.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        row.map(Row::account).transpose()
    }

    async fn user_page(&self, page: u32, per_page: u32) -> Result<Page<User>> {
        let Json(page) = sqlx::query_scalar(
            "select json_build_object(
                'page', $1::bigint, 'per_page', $2::bigint, 'total', (select count(*) from users), 'total_is_exact', true,
                'items', coalesce((
                    select json_agg(json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'role', u.role,
                        'staff_role', u.staff_role, 'created_at', u.created_at) order by u.created_at desc, u.id)
                    from (select * from users order by created_at desc, id
                        limit $2 offset ($1::bigint - 1) * $2) u
                ), '[]'))",
        )
        .bind(i64::from(page.max(1)))
        .bind(i64::from(per_page))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(page)
    }

    async fn account_by_email(&self, email: &Email) -> Result<Option<Account>> {
        let row: Option<Row> = sqlx::query_as(
            "select id, name, email::text as email, role, staff_role, created_at, password_hash, password_set_at
             from users where email = $1::citext",
        )
        .bind(email.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        row.map(Row::account).transpose()
    }
}

impl Users for PgTx {
    async fn insert_user(&mut self, user: &User, password_hash: &str) -> Result<()> {
        sqlx::query(
            "insert into users (id, name, email, password_hash, role, created_at, staff_role, staff_since)
             values ($1, $2, $3::citext, $4, $5, $6, $7, case when $5::text = 'staff' then $6::timestamptz end)",
        )
        .bind(user.id.0)
        .bind(&user.name)
        .bind(user.email.as_str())
        .bind(password_hash)
        .bind(user.role.as_str())
        .bind(user.created_at)
        .bind(user.staff_role.map(StaffRole::as_str))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn find_user(&mut self, id: UserId) -> Result<Option<User>> {
        let row: Option<Row> = sqlx::query_as(
            "select id, name, email::text as email, role, staff_role, created_at, password_hash, password_set_at
             from users where id = $1",
        )
        .bind(id.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(row.map(Row::account).transpose()?.map(|a| a.user))
    }
}
