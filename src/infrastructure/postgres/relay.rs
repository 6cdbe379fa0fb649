//! The relay's claim to be the only one: an advisory lock on a connection of its own, gone when the process is.

use std::time::Duration;

use sqlx::{Connection, PgConnection};
use tokio::time::timeout;

use crate::usecase::{Error, Result};

use super::PgStore;
use super::error::map_sqlx_error;

/// `relay` in ASCII.
const KEY: i64 = 0x0072_656c_6179;

/// A database that takes longer is not there.
const ANSWER: Duration = Duration::from_secs(5);

/// Held as long as it lives; dropping it closes the connection and so gives the lock up.
pub struct RelayLock {
    connection: PgConnection,
}

impl PgStore {
    /// The lock, if no other relay has it.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub async fn try_relay_lock(&self) -> Result<Option<RelayLock>> {
        let asked = timeout(ANSWER, async {
            let mut connection = PgConnection::connect_with(&self.direct).await?;
            let held: bool =
                sqlx::query_scalar("select pg_try_advisory_lock($1)").bind(KEY).fetch_one(&mut connection).await?;
            Ok(held.then_some(RelayLock { connection }))
        });
        asked.await.map_err(|cause| Error::Unavailable(cause.into()))?.map_err(map_sqlx_error)
    }
}

impl RelayLock {
    /// Whether the connection, and with it the lock, is still there.
    pub async fn is_held(&mut self) -> bool {
        timeout(ANSWER, self.connection.ping()).await.is_ok_and(|pong| pong.is_ok())
    }
}
