//! Sessions: a store of our own for tower-sessions.
//!
//! The published store inserts on save, so a request that began before a sign-out brings the session back; here `save`
//! only updates what is there. The id is a secret and kept as its hash.

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use uuid::Uuid;

use super::BoundedPool;

type Data = std::collections::HashMap<String, serde_json::Value>;

#[derive(Debug, Clone)]
pub struct PgSessions {
    pool: BoundedPool,
}

impl PgSessions {
    pub fn new(pool: impl Into<BoundedPool>) -> Self {
        Self { pool: pool.into() }
    }
}

fn hash(id: &Id) -> Vec<u8> {
    Sha256::digest(id.0.to_be_bytes()).to_vec()
}

/// Who is signed in, as axum-login keeps it.
fn user_of(record: &Record) -> Option<Uuid> {
    let id = record.data.get("axum-login.data")?.get("user_id")?.as_str()?;
    Uuid::try_parse(id).ok()
}

fn failed(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for PgSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let done = sqlx::query(
                "insert into sessions (id_hash, user_id, data, created_at, expires_at) values ($1, $2, $3, now(), $4)
                 on conflict (id_hash) do nothing",
            )
            .bind(hash(&record.id))
            .bind(user_of(record))
            .bind(Json(&record.data))
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
        sqlx::query(
            "update sessions
             set user_id = $2, data = $3, expires_at = least($4, created_at + interval '90 days')
             where id_hash = $1",
        )
        .bind(hash(&record.id))
        .bind(user_of(record))
        .bind(Json(&record.data))
        .bind(record.expiry_date)
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row: Option<(Json<Data>, OffsetDateTime)> =
            sqlx::query_as("select data, expires_at from sessions where id_hash = $1 and expires_at > now()")
                .bind(hash(id))
                .fetch_optional(&self.pool)
                .await
                .map_err(failed)?;
        Ok(row.map(|(Json(data), expiry_date)| Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sqlx::query("delete from sessions where id_hash = $1")
            .bind(hash(id))
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        Ok(())
    }
}
