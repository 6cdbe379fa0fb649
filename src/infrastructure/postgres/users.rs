//! People and what proves them.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Email, Role, User, UserId};
use crate::usecase::{Account, Error, Result, UserViews, Users};

use super::error::known;
use super::{PgStore, PgTx, unknown_word};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    name: String,
    email: String,
    role: String,
    created_at: OffsetDateTime,
    password_hash: String,
}

impl Row {
    fn account(self) -> Result<Account> {
        let role = Role::parse(&self.role).ok_or_else(|| unknown_word("users.role", &self.role))?;
        let email = Email::parse(&self.email)
            .map_err(|problem| Error::Broken(anyhow::anyhow!("user {} has no address: {problem:?}", self.id)))?;
        let user = User { id: UserId(self.id), name: self.name, email, role, created_at: self.created_at };
        Ok(Account { user, password_hash: self.password_hash })
    }
}

impl UserViews for PgStore {
    async fn account(&self, id: UserId) -> Result<Option<Account>> {
        let row: Option<Row> = sqlx::query_as(
            "select id, name, email::text as email, role, created_at, password_hash from users where id = $1",
        )
        .bind(id.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(known)?;
        row.map(Row::account).transpose()
    }

    async fn account_by_email(&self, email: &Email) -> Result<Option<Account>> {
        let row: Option<Row> = sqlx::query_as(
            "select id, name, email::text as email, role, created_at, password_hash from users where email = $1::citext",
        )
        .bind(email.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(known)?;
        row.map(Row::account).transpose()
    }
}

impl Users for PgTx {
    async fn insert_user(&mut self, user: &User, password_hash: &str) -> Result<()> {
        sqlx::query(
            "insert into users (id, name, email, password_hash, role, created_at)
             values ($1, $2, $3::citext, $4, $5, $6)",
        )
        .bind(user.id.0)
        .bind(&user.name)
        .bind(user.email.as_str())
        .bind(password_hash)
        .bind(user.role.as_str())
        .bind(user.created_at)
        .execute(&mut *self.tx)
        .await
        .map_err(known)?;
        Ok(())
    }

    async fn find_user(&mut self, id: UserId) -> Result<Option<User>> {
        let row: Option<Row> = sqlx::query_as(
            "select id, name, email::text as email, role, created_at, password_hash from users where id = $1",
        )
        .bind(id.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(known)?;
        Ok(row.map(Row::account).transpose()?.map(|a| a.user))
    }
}
