//! PostgreSQL: where the truth is kept. One file per noun; every statement of the shop stands in this folder.
//!
//! Views are one statement each and come back as JSON in the shape of their DTO. Writes go through `PgTx`.

#[macro_use]
mod pricing;
#[macro_use]
mod orders;
#[macro_use]
mod reviews;
#[macro_use]
mod catalog;
#[macro_use]
mod mail;
mod account;
mod addresses;
mod admin;
mod api_keys;
mod audit;
mod backlogs;
mod books;
mod bounded;
mod cart;
mod content;
mod customers;
mod error;
mod events;
mod exports;
mod factors;
mod housekeeping;
mod idempotency;
mod idle;
mod imports;
mod inventory;
mod kept_forms;
mod locks;
mod migrate;
mod outbox;
mod outgoing;
mod papers;
mod pictures;
mod placed_pictures;
mod replica;
mod replica_health;
mod restored;
mod sandbox;
mod schema;
mod seller;
mod sessions;
mod staff;
mod staff_change_listener;
mod staff_changes;
mod stock_wishes;
mod terms;
mod tries;
mod users;
mod visits;
mod webhooks;

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rust_decimal::Decimal;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{Connection, Executor, PgConnection};

use crate::domain::{Currency, Money};
use crate::usecase::{Error, Result, Store, Tx};

use bounded::BoundedConnection;
pub use bounded::BoundedPool;
use error::map_sqlx_error;
use idle::FRESH;
pub use locks::{ProcessSlot, SessionLock};
use pricing::KnownRules;
pub use replica::ReplicaWatch;
use replica_health::Replica;
pub use replica_health::ReplicaHealth;
pub use sandbox::{NewsKind, SandboxCheckout, SandboxNews};
pub use schema::SchemaFit;
pub use sessions::{PgSessions, SessionState, SessionUse, using_session};
pub use staff_change_listener::StaffChangeListener;
use staff_changes::{NOTIFY_AND_COMMIT, note_staff_change};

/// The database, and the one currency its amounts are in.
#[derive(Debug, Clone)]
pub struct PgStore {
    pool: BoundedPool,
    /// For connections that keep something of their own: the relay's lock, migrations. Behind a pooler it is another
    /// address.
    direct: PgConnectOptions,
    currency: Currency,
    rules: KnownRules,
    staff_changes: Arc<AtomicU64>,
    /// A copy of the database that is a moment behind, for what is only shown.
    replica: Option<Replica<PgStore>>,
}

/// A transaction; dropped without `commit`, it never happened.
pub struct PgTx {
    tx: Box<BoundedConnection>,
    currency: Currency,
    rules: KnownRules,
    staff_changes: Arc<AtomicU64>,
    replica: Option<Replica<PgStore>>,
    /// The audit log has an entry of it that shoppers may see something of.
    is_staff_change: bool,
}

/// Said as statements and not when a connection is opened: there, PgBouncer takes nothing that it does not know.
///
/// A server that hears nothing of a client for about 15 s closes its connection, and with it goes what that client held:
/// locks, a transaction, the relay's turn.
const FOR_EVERY_SESSION: &str = "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 3; \
                                 set tcp_keepalives_count = 3; set tcp_user_timeout = '15s'";
/// Nobody waits longer than 2 s for a lock, 5 s for a statement; an abandoned transaction ends after 10 s.
///
/// A shop's tables lie in memory, where a look into an index costs about as much as the next row. With the default of 4,
/// made for disks that turn, small catalogues are read whole for each card: a listing took 0.70 ms instead of 0.29.
///
/// No statement of ours runs long enough for being compiled to pay: a list of customers that takes 3 ms was compiled for 5 s.
const FOR_THE_POOL: &str = "set lock_timeout = '2s'; set statement_timeout = '5s'; \
                            set idle_in_transaction_session_timeout = '10s'; set random_page_cost = 1.1; set jit = off";
impl PgStore {
    /// Connects at once, so that a wrong address is told at start. TLS is what the address says: `?sslmode=verify-full&
    /// sslrootcert=ca.pem`.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer, `Broken` for an address that is none.
    pub async fn connect(url: &str, pool_size: u32, currency: Currency) -> Result<Self> {
        Self::connect_through(url, url, pool_size, currency).await
    }

    /// The same through a pooler (PgBouncer in session mode): `url` leads to it, `direct` past it.
    ///
    /// # Errors
    /// As `connect`.
    pub async fn connect_through(url: &str, direct: &str, pool_size: u32, currency: Currency) -> Result<Self> {
        let direct = options(direct)?;
        let pool = pool_options(pool_size, Duration::from_secs(2))
            .connect_with(options(url)?)
            .await
            .map_err(|e| Error::Unavailable(e.into()))?;
        let (rules, staff_changes) = (KnownRules::default(), Arc::default());
        Ok(Self { pool: BoundedPool::with_idle(pool), direct, currency, rules, staff_changes, replica: None })
    }

    /// A connection of its own, past the pool and a pooler. A statement on it may take as long as it needs.
    async fn connect_direct(&self) -> sqlx::Result<PgConnection> {
        let mut connection = PgConnection::connect_with(&self.direct).await?;
        connection.execute(FOR_EVERY_SESSION).await?;
        Ok(connection)
    }

    pub const fn pool(&self) -> &PgPool {
        self.pool.inner()
    }

    fn tx(&self, tx: Box<BoundedConnection>) -> PgTx {
        let (rules, staff_changes, replica) =
            (self.rules.clone(), Arc::clone(&self.staff_changes), self.replica.clone());
        PgTx { tx, currency: self.currency, rules, staff_changes, replica, is_staff_change: false }
    }

    /// The same with its limits, and with those of its connections that were just used.
    pub const fn bounded_pool(&self) -> &BoundedPool {
        &self.pool
    }

    pub async fn close(&self) {
        if let Some(replica) = &self.replica {
            replica.store().pool().close().await;
        }
        self.pool.close().await;
    }
}

/// How every pool is kept, of so many connections, for whoever waits so long for one.
fn pool_options(pool_size: u32, acquire: Duration) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(pool_size)
        .acquire_timeout(acquire)
        .test_before_acquire(false)
        .before_acquire(|connection, idle| {
            Box::pin(async move {
                if idle.idle_for > FRESH {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(FOR_EVERY_SESSION).await?;
                connection.execute(FOR_THE_POOL).await?;
                Ok(())
            })
        })
}

fn options(url: &str) -> Result<PgConnectOptions> {
    // There is no floating point here, and a pooler does not know the setting.
    Ok(PgConnectOptions::from_str(url).map_err(|e| Error::Broken(e.into()))?.extra_float_digits(None))
}

/// The host that an address leads to, as the driver reads it with what the environment adds, where its certificate is not checked.
/// None: it is, or a socket leads there, or it is no address.
pub fn unchecked_host(url: &str) -> Option<String> {
    let options = PgConnectOptions::from_str(url).ok()?;
    let is_socket = options.get_socket().is_some() || options.get_host().starts_with('/');
    let is_checked = matches!(options.get_ssl_mode(), PgSslMode::VerifyFull);
    (!is_socket && !is_checked).then(|| options.get_host().to_owned())
}

impl Store for PgStore {
    type Tx = PgTx;

    async fn begin(&self) -> Result<PgTx> {
        Ok(self.tx(self.pool.begin().await.map_err(map_sqlx_error)?))
    }

    async fn begin_keyed(&self) -> Result<PgTx> {
        Ok(self.tx(self.pool.begin_keyed().await.map_err(map_sqlx_error)?))
    }

    fn replica(&self) -> Option<&Self> {
        self.replica.as_ref().and_then(Replica::current)
    }

    fn staff_changes(&self) -> u64 {
        self.staff_changes.load(Ordering::Acquire)
    }

    fn note_replica_failure(&self, error: &Error) {
        if let Some(replica) = &self.replica {
            replica.note_failure(error);
        }
    }
}

impl Tx for PgTx {
    async fn commit(self) -> Result<()> {
        if !self.is_staff_change {
            return self.tx.commit().await.map_err(map_sqlx_error);
        }
        let done = self.tx.commit_by(NOTIFY_AND_COMMIT).await.map_err(map_sqlx_error);
        // Before whoever made it is answered, and also where the answer was lost: it may be committed.
        note_staff_change(&self.staff_changes, self.replica.as_ref());
        done
    }
}

/// An amount as the database has it.
fn money(amount: Decimal, currency: Currency) -> Result<Money> {
    Ok(Money::new(amount, currency)?)
}

/// An amount that something was sold for, in the currency of its order: the shop's may be another by now.
fn sold_for(amount: Decimal, currency: &str) -> Result<Money> {
    let currency = currency.parse().map_err(|_| unknown_word("orders.currency", currency))?;
    money(amount, currency)
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

/// What LIKE finds anywhere, taken literally.
fn contains(text: &str) -> String {
    format!("%{}", begins(text))
}

/// And at the beginning.
fn begins(text: &str) -> String {
    let text = text.to_lowercase().replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("{text}%")
}
