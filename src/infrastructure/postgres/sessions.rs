//! Sessions: a store of our own for tower-sessions.
//!
//! The published store inserts on save, so a request that began before a sign-out brings the session back; here `save`
//! only updates what is there. The id is a secret and kept as its hash.
//!
//! A session that a guest signs in with is replaced by a new one. For 25 seconds its row says who signed in, so that
//! requests that were under way with it neither bring it back nor lose what they put into its cart: a request may take 10 s
//! to arrive and 15 to be answered.
//!
//! Whoever is signed in is read along with their session, in the place of their id: a page of theirs reads both at once.
//! What is written is the id.

use async_trait::async_trait;
use serde::Deserialize as _;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use uuid::Uuid;

use super::BoundedPool;
use super::error::map_sqlx_error;
use super::users;
use crate::domain::{CartId, UserId};
use crate::usecase;

type Data = std::collections::HashMap<String, serde_json::Value>;
/// id, name, e-mail address, role, as what they work here, since when, password's hash
type UserColumns = (Uuid, String, String, String, Option<String>, OffsetDateTime, String);

#[derive(Debug, Clone)]
pub struct PgSessions {
    pool: BoundedPool,
}

impl PgSessions {
    pub fn new(pool: impl Into<BoundedPool>) -> Self {
        Self { pool: pool.into() }
    }
}

/// What a session is by the time a request wants to write to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    Open,
    /// Its guest has signed in meanwhile, and has another session now.
    SignedIn(UserId),
    Gone,
}

impl PgSessions {
    /// Notes a guest's cart in their session, as long as it is theirs.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn remember_cart(&self, id: &Id, cart: CartId) -> usecase::Result<SessionState> {
        let user: Option<Option<String>> = sqlx::query_scalar(
            "update sessions
             set data = case when data ? 'signed_in' then data else jsonb_set(data, '{cart}', to_jsonb($2::text)) end
             where id_hash = $1 and expires_at > now()
             returning data ->> 'signed_in'",
        )
        .bind(hash(id))
        .bind(cart.to_string())
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(match user {
            None => SessionState::Gone,
            Some(None) => SessionState::Open,
            Some(Some(user)) => {
                Uuid::try_parse(&user).map_or(SessionState::Gone, |id| SessionState::SignedIn(UserId(id)))
            }
        })
    }

    /// Ends a guest's session because they signed in, and hands over the cart that it knows by now.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn end_by_sign_in(&self, id: &Id, user: UserId) -> usecase::Result<Option<CartId>> {
        let cart: Option<Option<String>> = sqlx::query_scalar(
            "with ended as (select data from sessions where id_hash = $1 and expires_at > now() for update)
             update sessions
             set user_id = null, data = jsonb_build_object('signed_in', $2::text), expires_at = now() + interval '25 seconds'
             from ended
             where id_hash = $1
             returning ended.data ->> 'cart'",
        )
        .bind(hash(id))
        .bind(user.to_string())
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(cart.flatten().and_then(|cart| cart.parse().ok()))
    }
}

fn hash(id: &Id) -> Vec<u8> {
    Sha256::digest(id.0.to_be_bytes()).to_vec()
}

/// Who is signed in, as axum-login keeps it: an id, or the account that was read in its place.
fn user_in(data: &mut Data) -> Option<&mut serde_json::Value> {
    data.get_mut("axum-login.data")?.get_mut("user_id").filter(|user| !user.is_null())
}

/// What is kept of a session, and whose it is: of the account nothing but the id.
fn kept(record: &Record) -> Result<(Data, Option<Uuid>)> {
    let mut data = record.data.clone();
    let Some(user) = user_in(&mut data) else { return Ok((data, None)) };
    let id = usecase::SessionUser::deserialize(&*user).map_err(|error| Error::Encode(error.to_string()))?.id;
    *user = id.to_string().into();
    Ok((data, Some(id.0)))
}

/// Puts the account in the place of its id.
fn put_account(data: &mut Data, columns: UserColumns) -> usecase::Result<()> {
    let (id, name, email, role, staff_role, created_at, password_hash) = columns;
    let account = users::Row { id, name, email, role, staff_role, created_at, password_hash }.account()?;
    if let Some(user) = user_in(data).filter(|user| user.as_str() == Some(id.to_string().as_str())) {
        *user = serde_json::json!({ "user": account.user, "password_hash": account.password_hash });
    }
    Ok(())
}

fn failed(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for PgSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let (data, user) = kept(record)?;
        loop {
            let done = sqlx::query(
                "insert into sessions (id_hash, user_id, data, created_at, expires_at) values ($1, $2, $3, now(), $4)
                 on conflict (id_hash) do nothing",
            )
            .bind(hash(&record.id))
            .bind(user)
            .bind(Json(&data))
            .bind(record.expiry_date)
            .execute(&self.pool)
            .await
            .map_err(failed)?;
            if done.rows_affected() == 1 {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let (data, user) = kept(record)?;
        sqlx::query(
            "update sessions
             set user_id = $2, data = $3, expires_at = least($4, created_at + interval '90 days')
             where id_hash = $1 and not data ? 'signed_in'",
        )
        .bind(hash(&record.id))
        .bind(user)
        .bind(Json(&data))
        .bind(record.expiry_date)
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row: Option<(Json<Data>, OffsetDateTime, Option<UserColumns>)> = sqlx::query_as(
            "select s.data, s.expires_at,
                case when u.id is not null then row(u.id, u.name, u.email::text, u.role, u.staff_role, u.created_at, u.password_hash) end
             from sessions s left join users u on u.id = s.user_id
             where s.id_hash = $1 and s.expires_at > now()",
        )
        .bind(hash(id))
        .fetch_optional(&self.pool)
        .await
        .map_err(failed)?;
        let Some((Json(mut data), expiry_date, user)) = row else { return Ok(None) };
        if let Some(columns) = user {
            put_account(&mut data, columns).map_err(|error| Error::Decode(error.to_string()))?;
        }
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sqlx::query("delete from sessions where id_hash = $1 and not data ? 'signed_in'")
            .bind(hash(id))
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        Ok(())
    }
}
