//! Sessions: a store of our own for tower-sessions.
//!
//! The published store inserts on save, so a request that began before a sign-out brings the session back; here `save`
//! only updates what is there. The id is a secret and kept as its hash.
//!
//! A session that a guest signs in with is replaced by a new one. For 25 seconds its row says who signed in, so that
//! requests that were under way with it neither bring it back nor lose what they put into its cart: a request may take 10 s
//! to arrive and 15 to be answered.
//!
//! A guest's session that nobody comes back with lasts a day: most are a robot's, which keeps no cookies. The first request
//! that brings it makes it last as long as any other; so does an order. (By how long it lasts it is known whether somebody
//! has come back.)
//!
//! When a signed-in session was used last is written by whatever writes it, else by whoever reads it, once an hour at most. What a
//! browser loads ahead, before anybody wants to see it, writes nothing of this (`SessionUse`).
//!
//! Whoever is signed in is read along with their session, in the place of their id: a page of theirs reads both at once.
//! What is written is the id. How many units are in their cart, or in a guest's, is read along as well (`CART_COUNT_KEY`), for
//! the header of the page, where there is one (`SessionUse`); it is not written.

use async_trait::async_trait;
use serde::Deserialize as _;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use uuid::Uuid;

use super::error::map_sqlx_error;
use super::{BoundedPool, to_u32, users};
use crate::domain::{CartId, UserId};
use crate::dto::SessionRow;
use crate::usecase::{self, CART_COUNT_KEY};

/// handle, network, device, since when, last used, whether it is the one that asks
type Listed = (String, Option<String>, Option<String>, OffsetDateTime, OffsetDateTime, bool);
type Data = std::collections::HashMap<String, serde_json::Value>;

/// A session, and the account of whoever is signed in with it, in columns of its own: a record within a record takes PostgreSQL as long
/// as the account itself.
#[derive(sqlx::FromRow)]
struct Loaded {
    data: Json<Data>,
    expires_at: OffsetDateTime,
    /// Its use is to be noted.
    is_used: bool,
    /// A guest has come back for the first time.
    is_first_return: bool,
    id: Option<Uuid>,
    name: Option<String>,
    email: Option<String>,
    role: Option<String>,
    staff_role: Option<String>,
    created_at: Option<OffsetDateTime>,
    password_hash: Option<String>,
    password_set_at: Option<OffsetDateTime>,
    /// None: it has no cart, or nobody asks.
    units: Option<i64>,
}

impl Loaded {
    /// Whoever is signed in.
    fn user(&mut self) -> Option<users::Row> {
        Some(users::Row {
            id: self.id?,
            name: self.name.take()?,
            email: self.email.take()?,
            role: self.role.take()?,
            staff_role: self.staff_role.take(),
            created_at: self.created_at?,
            password_hash: self.password_hash.take()?,
            password_set_at: self.password_set_at,
        })
    }
}

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

impl PgSessions {
    /// Where somebody is signed in, the session that asks first, then the one that was used last. At most a hundred.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn of_user(&self, user: UserId, this: Option<&Id>) -> usecase::Result<Vec<SessionRow>> {
        let rows: Vec<Listed> = sqlx::query_as(
            "select encode(sha256(s.id_hash), 'hex'), s.data -> 'seen' ->> 'network', s.data -> 'seen' ->> 'device',
                s.created_at, coalesce(s.last_used_at, s.created_at) as used, coalesce(s.id_hash = $2, false) as is_this
             from sessions s where s.user_id = $1 and s.expires_at > now() and not s.data ? 'signed_in'
             order by is_this desc, used desc limit 100",
        )
        .bind(user.0)
        .bind(this.map(hash))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let row = |(handle, network, device, since, last_used_at, is_this): Listed| SessionRow {
            handle,
            network,
            device,
            since,
            last_used_at,
            is_this,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Ends a session of somebody's, but for the one that asks. False: they have none of this handle.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn end_one(&self, user: UserId, handle: &str, this: Option<&Id>) -> usecase::Result<bool> {
        let done = sqlx::query(
            "delete from sessions
             where user_id = $1 and encode(sha256(id_hash), 'hex') = $2 and id_hash is distinct from $3",
        )
        .bind(user.0)
        .bind(handle)
        .bind(this.map(hash))
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() > 0)
    }

    /// Ends all sessions of somebody's but the one that asks; answers how many.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn end_others(&self, user: UserId, this: Option<&Id>) -> usecase::Result<u64> {
        let done = sqlx::query("delete from sessions where user_id = $1 and id_hash is distinct from $2")
            .bind(user.0)
            .bind(this.map(hash))
            .execute(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        Ok(done.rows_affected())
    }
}

/// What the request that is answered wants of its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionUse {
    /// It loads a page before anybody wants to see it: the session is read, and not said to be used.
    pub is_ahead: bool,
    /// It shows how many units are in the cart.
    pub shows_count: bool,
}

tokio::task_local! {
    static USED: SessionUse;
}

/// Answers a request that uses its session so.
pub async fn using_session<F: Future>(used: SessionUse, answered: F) -> F::Output {
    USED.scope(used, answered).await
}

/// The session `$1`, and `$units` of its cart.
macro_rules! session {
    ($units:literal) => {
        concat!(
            "select s.data, s.expires_at,
                s.user_id is not null and coalesce(s.last_used_at, s.created_at) <= now() - interval '1 hour' as is_used,
                s.user_id is null and s.expires_at <= s.created_at + interval '1 day' and not s.data ? 'signed_in' as is_first_return,
                u.id, u.name, u.email::text as email, u.role, u.staff_role, u.created_at, u.password_hash, u.password_set_at, ",
            $units,
            " as units
             from sessions s left join users u on u.id = s.user_id
             where s.id_hash = $1 and s.expires_at > now()"
        )
    };
}

/// One look into the lines, whosever cart it is: each plan more that stands in a statement is set up each time.
const COUNTED: &str = session!(
    "case when s.user_id is not null or s.data ->> 'cart' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        then (select coalesce(sum(l.quantity), 0) from cart_items l where l.cart_id = coalesce(
            (select c.id from carts c where c.user_id = s.user_id),
            (select c.id from carts c where c.user_id is null
                and c.id = case when s.user_id is null then (s.data ->> 'cart')::uuid end))) end"
);
const UNCOUNTED: &str = session!("null::bigint");

impl PgSessions {
    /// Somebody has come with their session, and nobody has written so for an hour.
    async fn note_use(&self, id: &Id) {
        let noted = sqlx::query(
            "update sessions set last_used_at = now()
             where id_hash = $1 and coalesce(last_used_at, created_at) <= now() - interval '1 hour'",
        )
        .bind(hash(id))
        .execute(&self.pool)
        .await;
        if let Err(error) = noted {
            // Whoever comes has come all the same.
            tracing::warn!(%error, "when a session was used is not written");
        }
    }

    /// A guest has come back with their session: it lasts as long as others do.
    async fn keep_returned(&self, id: &Id) -> Result<()> {
        sqlx::query(
            "update sessions set expires_at = created_at + interval '14 days'
             where id_hash = $1 and user_id is null and expires_at <= created_at + interval '1 day'
                and expires_at > now() and not data ? 'signed_in'",
        )
        .bind(hash(id))
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        Ok(())
    }
}

fn hash(id: &Id) -> Vec<u8> {
    Sha256::digest(id.0.to_be_bytes()).to_vec()
}

/// Who is signed in, as axum-login keeps it: an id, or the account that was read in its place.
fn user_in(data: &mut Data) -> Option<&mut serde_json::Value> {
    data.get_mut("axum-login.data")?.get_mut("user_id").filter(|user| !user.is_null())
}

/// What is kept of a session, and whose it is: of the account nothing but the id, and of the cart nothing that was only read.
fn kept(record: &Record) -> Result<(Data, Option<Uuid>)> {
    let mut data = record.data.clone();
    data.remove(CART_COUNT_KEY);
    let Some(user) = user_in(&mut data) else { return Ok((data, None)) };
    let id = usecase::SessionUser::deserialize(&*user).map_err(|error| Error::Encode(error.to_string()))?.id;
    *user = id.to_string().into();
    Ok((data, Some(id.0)))
}

/// Puts the account in the place of its id.
fn put_account(data: &mut Data, row: users::Row) -> usecase::Result<()> {
    let id = row.id;
    let account = row.account()?;
    let set_at = account.password_set_at.and_then(|at| at.format(&Rfc3339).ok());
    if let Some(user) = user_in(data).filter(|user| user.as_str() == Some(id.to_string().as_str())) {
        let hash = account.password_hash;
        *user = serde_json::json!({ "user": account.user, "password_hash": hash, "password_set_at": set_at });
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
        let cart = data.get("cart").and_then(|cart| cart.as_str()).and_then(|cart| Uuid::try_parse(cart).ok());
        loop {
            let done = sqlx::query(
                "insert into sessions (id_hash, user_id, data, created_at, expires_at)
                 values ($1, $2, $3, now(), case
                    when $2::uuid is not null or exists (select 1 from orders where cart_id = $5::uuid and user_id is null) then $4::timestamptz
                    else least($4::timestamptz, now() + interval '1 day') end)
                 on conflict (id_hash) do nothing",
            )
            .bind(hash(&record.id))
            .bind(user)
            .bind(Json(&data))
            .bind(record.expiry_date)
            .bind(cart)
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
             set user_id = $2, data = $3, expires_at = least($4, created_at + interval '90 days'), last_used_at = now()
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
        let SessionUse { is_ahead, shows_count } =
            USED.try_with(|used| *used).unwrap_or(SessionUse { is_ahead: false, shows_count: true });
        let row: Option<Loaded> = sqlx::query_as(if shows_count { COUNTED } else { UNCOUNTED })
            .bind(hash(id))
            .fetch_optional(&self.pool)
            .await
            .map_err(failed)?;
        let Some(mut row) = row else { return Ok(None) };
        if row.is_first_return && !is_ahead {
            self.keep_returned(id).await?;
        }
        if row.is_used && !is_ahead {
            self.note_use(id).await;
        }
        let user = row.user();
        let Loaded { data: Json(mut data), expires_at: expiry_date, units, .. } = row;
        if let Some(user) = user {
            put_account(&mut data, user).map_err(|error| Error::Decode(error.to_string()))?;
        }
        if let Some(units) = units {
            data.insert(CART_COUNT_KEY.to_owned(), to_u32(units).into());
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
