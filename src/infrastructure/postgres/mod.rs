//! PostgreSQL: where the truth is kept. One file per noun; every statement of the shop stands in this folder.
//!
//! Views are one statement each and come back as JSON in the shape of their DTO. Writes go through `PgTx`.

mod cart;
mod catalog;
mod error;
mod events;
mod inventory;
mod mail;
mod orders;
mod relay;
mod sessions;
mod users;

use std::str::FromStr;
use std::time::Duration;

use rust_decimal::Decimal;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Postgres, Transaction};

use crate::domain::{Currency, Money};
use crate::usecase::{Error, Result, Store, Tx};

use error::map_sqlx_error;
pub use relay::RelayLock;
pub use sessions::PgSessions;

/// The database, and the one currency its amounts are in.
#[derive(Debug, Clone)]
pub struct PgStore {
    pool: PgPool,
    currency: Currency,
}

/// A transaction; dropped without `commit`, it never happened.
pub struct PgTx {
    tx: Transaction<'static, Postgres>,
    currency: Currency,
}

impl PgStore {
    /// Connects at once, so that a wrong address is told at start. Nobody waits longer than 2 s for a connection or a
    /// lock, 5 s for a statement; an abandoned transaction ends after 10 s.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer, `Broken` for an address that is none.
    pub async fn connect(url: &str, pool_size: u32, currency: Currency) -> Result<Self> {
        let options = PgConnectOptions::from_str(url).map_err(|e| Error::Broken(e.into()))?.options([
            ("lock_timeout", "2s"),
            ("statement_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "10s"),
            ("TimeZone", "UTC"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(pool_size)
            .acquire_timeout(Duration::from_secs(2))
            .connect_with(options)
            .await
            .map_err(|e| Error::Unavailable(e.into()))?;
        Ok(Self { pool, currency })
    }

    /// Brings the tables up to date. Safe to run twice, and by two at once.
    ///
    /// # Errors
    /// `Broken` when a migration fails or an applied one was changed.
    pub async fn migrate(&self) -> Result<()> {
        sqlx::migrate!().run(&self.pool).await.map_err(|e| Error::Broken(e.into()))
    }

    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Store for PgStore {
    type Tx = PgTx;

    async fn begin(&self) -> Result<PgTx> {
        let tx = self.pool.begin().await.map_err(map_sqlx_error)?;
        Ok(PgTx { tx, currency: self.currency })
    }
}

impl Tx for PgTx {
    async fn commit(self) -> Result<()> {
        self.tx.commit().await.map_err(map_sqlx_error)
    }
}

/// An amount as the database has it.
fn money(amount: Decimal, currency: Currency) -> Result<Money> {
    Ok(Money::new(amount, currency)?)
}

/// A word that only the CHECK of its column could have let through.
fn unknown_word(column: &str, word: &str) -> Error {
    Error::Broken(anyhow::anyhow!("{column} holds {word:?}, which nobody knows"))
}

/// A count for the database, whose integers have a sign.
fn to_i32(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A count from the database.
fn to_u32(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}
