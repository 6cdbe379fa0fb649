//! How a process hears of what staff change in the others: the database notifies whoever listens, once it is committed.

use std::time::Duration;

use futures::FutureExt as _;
use sqlx::Executor;
use sqlx::postgres::{PgListener, PgNotification, PgPoolOptions};
use tokio::time::timeout;

use crate::usecase::{Error, Result};

use super::error::map_sqlx_error;
use super::locks::in_time;
use super::staff_changes::{CHANNEL, note_staff_change};
use super::{FOR_EVERY_SESSION, PgStore};

/// After so long without a word the connection shows that it lives.
const SILENCE: Duration = Duration::from_secs(5);

/// Hears of changes of staff in all processes of the shop, this one among them.
pub struct StaffChangeListener {
    listener: PgListener,
    store: PgStore,
}

impl PgStore {
    /// A listener on a connection of its own, past a pooler. What was changed while nobody listened counts as one change.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer; also where it is one that nobody can write to.
    pub async fn staff_change_listener(&self) -> Result<StaffChangeListener> {
        // The driver wants a pool to take the one connection from.
        let pool = PgPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let pool = pool.connect_lazy_with(self.direct.clone());
        let listening = async {
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.eager_reconnect(false);
            listener.execute(FOR_EVERY_SESSION).await?;
            listener.listen(CHANNEL).await?;
            Ok::<_, sqlx::Error>(listener)
        };
        let listener = in_time(listening).await?;
        note_staff_change(&self.staff_changes, self.replica.as_ref());
        Ok(StaffChangeListener { listener, store: self.clone() })
    }
}

impl StaffChangeListener {
    /// Waits for a change and counts it; those that have come with it by then are one. False: there was none for a while, and the
    /// database is still there.
    ///
    /// # Errors
    /// `Unavailable` when the connection is lost: what is changed from then on is missed until somebody listens anew.
    pub async fn next(&mut self) -> Result<bool> {
        let Ok(first) = timeout(SILENCE, self.listener.try_recv()).await else {
            in_time(self.listener.execute("select 1")).await?;
            return Ok(false);
        };
        is_there(first)?;
        // Whoever publishes a thousand products one after the other has nothing read a thousand times.
        let mut others = Ok(());
        while others.is_ok() {
            let Some(other) = self.listener.try_recv().now_or_never() else { break };
            others = is_there(other);
        }
        note_staff_change(&self.store.staff_changes, self.store.replica.as_ref());
        others.map(|()| true)
    }
}

fn is_there(received: sqlx::Result<Option<PgNotification>>) -> Result<()> {
    match received {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Error::Unavailable(anyhow::anyhow!("the connection that listens is lost"))),
        Err(cause) => Err(map_sqlx_error(cause)),
    }
}
