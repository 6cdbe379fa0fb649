//! What proves an account: its password and address, and the links that are mailed to it.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{AccountLinkId, AccountLinkKind, Email, MailId, UserId};
use crate::dto::AccountView;
use crate::usecase::{Account, AccountLink, AccountViews, AccountWrites, Error, NewAccountLink, Result};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, unknown_word, users};

#[derive(FromRow)]
struct LinkRow {
    id: Uuid,
    user_id: Uuid,
    kind: String,
    email: String,
    generation: i32,
    expires_at: OffsetDateTime,
}

impl LinkRow {
    fn link(self) -> Result<AccountLink> {
        let kind = AccountLinkKind::parse(&self.kind).ok_or_else(|| unknown_word("account_links.kind", &self.kind))?;
        let email = Email::parse(&self.email)
            .map_err(|problem| Error::Broken(anyhow::anyhow!("link {} has no address: {problem:?}", self.id)))?;
        let (id, user) = (AccountLinkId(self.id), UserId(self.user_id));
        Ok(AccountLink { id, user, kind, email, generation: self.generation, expires_at: self.expires_at })
    }
}

/// A hash as the session's library keeps it: its bytes, one by one.
fn bytes_of(hash: &str) -> Vec<i32> {
    hash.bytes().map(i32::from).collect()
}

impl AccountViews for PgStore {
    async fn account_view(&self, user: UserId, now: OffsetDateTime) -> Result<Option<AccountView>> {
        let row: Option<(String, String, bool, Option<String>)> = sqlx::query_as(
            "select u.name, u.email::text, u.email_verified_at is not null, l.email::text
             from users u left join account_links l
                on l.user_id = u.id and l.kind = 'change_email' and l.expires_at > $2
             where u.id = $1",
        )
        .bind(user.0)
        .bind(now)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(row.map(|(name, email, is_verified, new_email)| AccountView { name, email, is_verified, new_email }))
    }

    async fn account_link(&self, id: AccountLinkId) -> Result<Option<AccountLink>> {
        let row: Option<LinkRow> = sqlx::query_as(
            "select id, user_id, kind, email::text as email, generation, expires_at from account_links where id = $1",
        )
        .bind(id.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        row.map(LinkRow::link).transpose()
    }

    async fn upgrade_password_hash(&self, user: UserId, before: &str, hash: &str) -> Result<bool> {
        // Sessions are checked against the hash: they are theirs as before.
        sqlx::query_scalar(
            "with upgraded as (
                update users set password_hash = $3 where id = $1 and password_hash = $2 returning id
             ), held as (
                update sessions s set data = jsonb_set(s.data, '{axum-login.data,auth_hash}', to_jsonb($5::int[]))
                from upgraded u
                where s.user_id = u.id and s.data #> '{axum-login.data,auth_hash}' = to_jsonb($4::int[])
             )
             select exists (select from upgraded)",
        )
        .bind(user.0)
        .bind(before)
        .bind(hash)
        .bind(bytes_of(before))
        .bind(bytes_of(hash))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }
}

impl AccountWrites for PgTx {
    async fn lock_account(&mut self, user: UserId) -> Result<Option<Account>> {
        let row: Option<users::Row> = sqlx::query_as(
            "select id, name, email::text as email, role, staff_role, created_at, password_hash, password_set_at
             from users where id = $1 for no key update",
        )
        .bind(user.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        row.map(users::Row::account).transpose()
    }

    async fn save_account_link(&mut self, link: &NewAccountLink) -> Result<Option<AccountLink>> {
        // Whoever has shown that the address is theirs need not do so again.
        let row: Option<LinkRow> = sqlx::query_as(
            "with owner as (
                select id from users where id = $2 and ($3::text <> 'verify_email' or email_verified_at is null) for key share
             )
             insert into account_links as l (id, user_id, kind, email, sent_at, expires_at)
             select $1::uuid, o.id, $3::text, $4::citext, $5::timestamptz, $6::timestamptz from owner o
             on conflict on constraint account_links_one_of_a_kind do update set generation = l.generation + 1,
                email = excluded.email, sent_at = excluded.sent_at, expires_at = excluded.expires_at
                where l.sent_at <= $7
             returning l.id, l.user_id, l.kind, l.email::text as email, l.generation, l.expires_at",
        )
        .bind(link.id.0)
        .bind(link.user.0)
        .bind(link.kind.as_str())
        .bind(link.email.as_str())
        .bind(link.sent_at)
        .bind(link.expires_at)
        .bind(link.last_before)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        row.map(LinkRow::link).transpose()
    }

    async fn lock_account_link(&mut self, id: AccountLinkId) -> Result<Option<AccountLink>> {
        let row: Option<LinkRow> = sqlx::query_as(
            "select id, user_id, kind, email::text as email, generation, expires_at from account_links where id = $1
             for update",
        )
        .bind(id.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        row.map(LinkRow::link).transpose()
    }

    async fn delete_account_links(&mut self, user: UserId, kinds: &[AccountLinkKind]) -> Result<()> {
        sqlx::query("delete from account_links where user_id = $1 and kind = any($2)")
            .bind(user.0)
            .bind(kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn set_password(&mut self, user: UserId, hash: &str, now: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "with ended as (delete from sessions where user_id = $1)
             update users set password_hash = $2, password_set_at = $3, wrong_codes = 0 where id = $1",
        )
        .bind(user.0)
        .bind(hash)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn set_name(&mut self, user: UserId, name: &str) -> Result<()> {
        sqlx::query("update users set name = $2 where id = $1")
            .bind(user.0)
            .bind(name)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn set_email(&mut self, user: UserId, email: &Email) -> Result<()> {
        sqlx::query("update users set email = $2::citext where id = $1")
            .bind(user.0)
            .bind(email.as_str())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn verify_address(&mut self, user: UserId, now: OffsetDateTime) -> Result<()> {
        sqlx::query("update users set email_verified_at = $2 where id = $1")
            .bind(user.0)
            .bind(now)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        sqlx::query(
            "with theirs as (
                select id from orders where user_id is null
                    and lower(email) = (select lower(email::text) from users where id = $1)
                order by id for no key update
             )
             update orders o set user_id = $1 from theirs t where o.id = t.id",
        )
        .bind(user.0)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn note_mail_of(&mut self, mail: MailId, user: UserId) -> Result<()> {
        sqlx::query("update email_messages set user_id = $2 where id = $1")
            .bind(mail.0)
            .bind(user.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }
}
