//! Advisory locks on a connection of their own: gone when the process is, however it ended.

use std::future::Future;
use std::time::Duration;

use sqlx::{Connection, PgConnection, Row};
use tokio::time::timeout;

use crate::usecase::{Error, Result};

use super::PgStore;
use super::error::map_sqlx_error;

/// `relay` in ASCII.
const RELAY: i64 = 0x0072_656c_6179;
/// `slot` in ASCII, the first half of the key of a process's number.
const SLOT: i32 = 0x736c_6f74;
/// More processes than one shop runs.
const SLOTS: i32 = 1000;

/// A database that takes longer is not there.
const ANSWER: Duration = Duration::from_secs(5);

/// The relay's claim to be the only one. Dropping it closes the connection and so gives the lock up.
pub struct SessionLock {
    connection: PgConnection,
}

/// A number that no other running process of this shop has: the lowest that is free.
pub struct ProcessSlot {
    lock: SessionLock,
    number: i32,
}

impl PgStore {
    /// A connection to take the relay's lock on.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub async fn session_lock(&self) -> Result<SessionLock> {
        let connection = in_time(self.connect_direct()).await?;
        Ok(SessionLock { connection })
    }

    /// Whether what is set, prepared or locked on a connection stays with it. Behind a pooler that lends out its
    /// connections for a transaction at a time, two that are open at once meet one process of the server.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub async fn keeps_sessions(&self) -> Result<bool> {
        let pool = self.pool();
        let mut first = in_time(pool.acquire()).await?;
        let mut second = in_time(PgConnection::connect_with(&pool.connect_options())).await?;
        Ok(server_process(&mut first).await? != server_process(&mut second).await?)
    }

    /// # Errors
    /// `Unavailable` when the database does not answer or no number is free.
    pub async fn process_slot(&self) -> Result<ProcessSlot> {
        let mut lock = self.session_lock().await?;
        for number in 0..SLOTS {
            let take = sqlx::query_scalar("select pg_try_advisory_lock($1, $2)").bind(SLOT).bind(number);
            if in_time(take.fetch_one(&mut lock.connection)).await? {
                return Ok(ProcessSlot { lock, number });
            }
        }
        Err(Error::Unavailable(anyhow::anyhow!("{SLOTS} processes of this shop are running")))
    }
}

impl SessionLock {
    /// Whether the relay's lock is ours now. May be asked again and again.
    ///
    /// # Errors
    /// `Unavailable` when the connection is lost: open another one.
    pub async fn try_relay(&mut self) -> Result<bool> {
        let take = sqlx::query_scalar("select pg_try_advisory_lock($1)").bind(RELAY);
        in_time(take.fetch_one(&mut self.connection)).await
    }

    /// Whether the connection, and with it the lock, is still there.
    pub async fn is_held(&mut self) -> bool {
        in_time(self.connection.ping()).await.is_ok()
    }
}

impl ProcessSlot {
    pub const fn number(&self) -> i32 {
        self.number
    }

    pub async fn is_held(&mut self) -> bool {
        self.lock.is_held().await
    }
}

/// Nothing is prepared for it: that would go wrong where it is most needed.
async fn server_process(connection: &mut PgConnection) -> Result<i32> {
    let asked = sqlx::raw_sql("select pg_backend_pid()").fetch_one(connection);
    in_time(async { asked.await?.try_get(0) }).await
}

pub(super) async fn in_time<T>(asked: impl Future<Output = sqlx::Result<T>>) -> Result<T> {
    timeout(ANSWER, asked).await.map_err(|cause| Error::Unavailable(cause.into()))?.map_err(map_sqlx_error)
}
