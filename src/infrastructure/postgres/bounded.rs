//! Connections on which nobody waits for ever.
//!
//! PostgreSQL ends a statement after 5 s, but a server whose machine or network is gone says nothing at all, and sqlx
//! neither sets keepalive or `tcp_user_timeout` on its sockets nor lets us do it. So every statement has a limit here,
//! and a connection whose statement was given up (by the limit, or because nobody waits for its answer any more) has to
//! show that it lives before it goes back to the pool. That also ends transactions whose `begin` was cancelled.
//!
//! A connection also leaves the pool when a migration has overtaken what it prepared, with those that lie idle beside it:
//! whoever tries again prepares anew.
//!
//! A connection whose answers were all read is not asked anything when it is given back: it lies on top of the pool (`idle`).

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPool, PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Connection, Describe, Either, Execute, Executor, PgConnection, Postgres, SqlStr};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::usecase::COUNTS;

use super::error::{is_lost, is_stale_plan};
use super::idle::{Idle, IdleStack};

/// The server answers within 5 s, if only to say that it gave up.
const ANSWER: Duration = Duration::from_secs(8);
/// How long a connection may take to show that it lives.
const SIGN_OF_LIFE: Duration = Duration::from_secs(3);

/// A pool whose statements have a limit.
#[derive(Debug, Clone)]
pub struct BoundedPool {
    pool: PgPool,
    /// Those of it that were just used.
    idle: Arc<IdleConnections>,
    answer: Duration,
}

#[derive(Debug)]
struct IdleConnections(IdleStack<PoolConnection<Postgres>>);

impl Drop for IdleConnections {
    fn drop(&mut self) {
        if Handle::try_current().is_err() {
            // The pool has a connection back by a task, for which it is too late: these end here.
            self.0.take_all().into_iter().for_each(|connection| drop(connection.detach()));
        }
    }
}

/// A connection of the pool, for as long as it is in use.
pub struct BoundedConnection {
    /// Taken when it is dropped, not before.
    connection: Option<PoolConnection<Postgres>>,
    /// When it left the pool.
    taken_at: Instant,
    answer: Duration,
    /// A statement was sent whose answer has not been read to its end.
    in_flight: bool,
    in_transaction: bool,
    /// A statement failed, maybe since nobody is there any more.
    has_failed: bool,
    /// The server has gone, or goes, and with it maybe the others.
    is_lost: bool,
    /// A statement that it prepared is older than the schema.
    stale: bool,
    pool: PgPool,
    idle: Arc<IdleConnections>,
}

impl From<PgPool> for BoundedPool {
    fn from(pool: PgPool) -> Self {
        Self::with_limit(pool, ANSWER)
    }
}

impl BoundedPool {
    /// With another limit, and with nothing that lies on top of it: for a replica, and for tests.
    pub fn with_limit(pool: PgPool, answer: Duration) -> Self {
        Self { pool, idle: Arc::new(IdleConnections(IdleStack::new(0))), answer }
    }

    /// Half of its connections may lie on top of it. The other half is for whoever does not ask here: there is one of these for
    /// a pool, for each would have its own.
    pub(super) fn with_idle(pool: PgPool) -> Self {
        let most = usize::try_from(pool.options().get_max_connections() / 2).unwrap_or(0);
        Self { pool, idle: Arc::new(IdleConnections(IdleStack::new(most))), answer: ANSWER }
    }

    pub const fn inner(&self) -> &PgPool {
        &self.pool
    }

    /// Connections that nobody uses.
    pub fn idle_connections(&self) -> usize {
        self.pool.num_idle() + self.idle.0.count()
    }

    pub(super) async fn close(&self) {
        // The pool has them back first: it waits for all of its connections.
        drop(self.idle.0.close());
        self.pool.close().await;
    }

    /// One to do something else with than a statement or a transaction; what it does has no limit.
    pub(super) async fn connection(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        Ok(self.take_connection().await?.0)
    }

    async fn acquire(&self) -> sqlx::Result<BoundedConnection> {
        let (connection, taken_at) = self.take_connection().await?;
        Ok(self.in_use(connection, taken_at))
    }

    fn in_use(&self, connection: PoolConnection<Postgres>, taken_at: Instant) -> BoundedConnection {
        BoundedConnection {
            connection: Some(connection),
            taken_at,
            answer: self.answer,
            in_flight: false,
            in_transaction: false,
            has_failed: false,
            is_lost: false,
            stale: false,
            pool: self.pool.clone(),
            idle: Arc::clone(&self.idle),
        }
    }

    /// Counts who waits, and for how long.
    async fn take_connection(&self) -> sqlx::Result<(PoolConnection<Postgres>, Instant)> {
        let (began, waiting) = (Instant::now(), COUNTS.connections_awaited.enter());
        let taken = self.idle_or_next().await;
        drop(waiting);
        COUNTS.connections_asked.add(1);
        COUNTS.connection_wait_micros.add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
        COUNTS.connections_refused.add(matches!(taken, Err(sqlx::Error::PoolTimedOut)).into());
        taken
    }

    /// The one that was used last, and when it left the pool; or the pool's next.
    async fn idle_or_next(&self) -> sqlx::Result<(PoolConnection<Postgres>, Instant)> {
        let waiting = loop {
            let Idle { connection, taken_at, .. } = match self.idle.0.take() {
                Ok(idle) if idle.is_fresh() => return Ok((idle.connection, idle.taken_at)),
                Ok(idle) => idle,
                Err(waiting) => break waiting,
            };
            // As in use, so that it has to answer within its limit also where nobody waits for it any more.
            let mut asked = self.in_use(connection, taken_at);
            asked.in_flight = true;
            let lives = match asked.connection.as_mut() {
                Some(connection) => matches!(timeout(SIGN_OF_LIFE, connection.ping()).await, Ok(Ok(()))),
                None => false,
            };
            let Some(mut connection) = asked.connection.take() else { continue };
            if lives {
                return Ok((connection, taken_at));
            }
            // Those beneath it have lain for longer.
            connection.close_on_drop();
            self.idle.0.take_all().iter_mut().for_each(PoolConnection::close_on_drop);
        };
        let taken = self.pool.acquire().await;
        drop(waiting);
        Ok((taken?, Instant::now()))
    }

    /// A transaction; dropped without `commit`, it is rolled back.
    pub async fn begin(&self) -> sqlx::Result<Box<BoundedConnection>> {
        self.begin_by("begin").await
    }

    /// The same in one round trip, with statements planned once for each connection. PostgreSQL reckons ten elements in an
    /// array that it does not know yet, so a batch of one looks cheaper planned anew, every time.
    pub async fn begin_keyed(&self) -> sqlx::Result<Box<BoundedConnection>> {
        self.begin_by("begin; set local plan_cache_mode = force_generic_plan").await
    }

    async fn begin_by(&self, statement: &'static str) -> sqlx::Result<Box<BoundedConnection>> {
        let mut connection = Box::new(self.acquire().await?);
        connection.in_transaction = true;
        connection.bounded(|c| c.execute(statement)).await?;
        Ok(connection)
    }
}

impl BoundedConnection {
    pub async fn commit(self: Box<Self>) -> sqlx::Result<()> {
        self.commit_by("commit").await
    }

    /// The same by a statement that does something else before, in one round trip.
    pub(super) async fn commit_by(mut self: Box<Self>, statement: &'static str) -> sqlx::Result<()> {
        self.bounded(|c| c.execute(statement)).await?;
        self.in_transaction = false;
        Ok(())
    }

    async fn bounded<'e, T>(
        &'e mut self,
        statement: impl FnOnce(&'e mut PgConnection) -> BoxFuture<'e, sqlx::Result<T>>,
    ) -> sqlx::Result<T> {
        let Self { connection, answer, in_flight, has_failed, is_lost: lost, stale, .. } = self;
        let connection = connection.as_mut().ok_or(sqlx::Error::WorkerCrashed)?;
        *in_flight = true;
        let Ok(answer) = timeout(*answer, statement(connection)).await else {
            *lost = true;
            return Err(no_answer());
        };
        *in_flight = false;
        *has_failed |= answer.is_err();
        *lost |= answer.as_ref().err().is_some_and(is_lost);
        *stale |= answer.as_ref().err().is_some_and(is_stale_plan);
        answer
    }
}

fn no_answer() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the database did not answer in time"))
}

impl Drop for BoundedConnection {
    fn drop(&mut self) {
        let (Some(mut connection), Ok(runtime)) = (self.connection.take(), Handle::try_current()) else { return };
        if self.stale {
            tracing::warn!("the schema has changed: statements are prepared anew");
            connection.close_on_drop();
            // They prepared the same statements, at the same time or before.
            self.idle.0.take_all().iter_mut().for_each(PoolConnection::close_on_drop);
            while let Some(mut idle) = self.pool.try_acquire() {
                idle.close_on_drop();
            }
            return;
        }
        if self.is_lost {
            // Those that were used a moment ago would be handed on unasked, each to a request that fails.
            self.idle.0.take_all().into_iter().for_each(|idle| drop(runtime.spawn(return_to_pool(idle))));
        }
        let (in_flight, in_transaction) = (self.in_flight, self.in_transaction);
        if !in_flight && !in_transaction && !self.has_failed {
            match self.idle.0.give_back(connection, self.taken_at, Instant::now()) {
                None => return,
                Some(of_the_pool) => connection = of_the_pool,
            }
        }
        runtime.spawn(async move {
            if in_flight || in_transaction {
                let recovered = timeout(SIGN_OF_LIFE, async {
                    if in_transaction {
                        connection.execute("rollback").await.map(drop)
                    } else {
                        connection.ping().await
                    }
                });
                if !matches!(recovered.await, Ok(Ok(()))) {
                    connection.close_on_drop();
                    return;
                }
            }
            return_to_pool(connection).await;
        });
    }
}

/// The pool asks for a sign of life of its own; by itself it would wait for it without a limit.
async fn return_to_pool(mut connection: PoolConnection<Postgres>) {
    let _ = timeout(SIGN_OF_LIFE, connection.return_to_pool()).await;
}

impl fmt::Debug for BoundedConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedConnection").field("in_transaction", &self.in_transaction).finish_non_exhaustive()
    }
}

impl<'c> Executor<'c> for &'c mut BoundedConnection {
    type Database = Postgres;

    fn execute<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<PgQueryResult>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(self.bounded(|c| c.execute(query)))
    }

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Either<PgQueryResult, PgRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        // Whole, so that one limit holds for it; nothing here reads more rows than fit in memory.
        let all = self.bounded(|c| Box::pin(c.fetch_many(query).try_collect::<Vec<_>>()));
        let found = async move { all.await.map(|rows| futures::stream::iter(rows.into_iter().map(Ok))) };
        futures::stream::once(found).try_flatten().boxed()
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Vec<PgRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(self.bounded(|c| c.fetch_all(query)))
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<PgRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(self.bounded(|c| c.fetch_optional(query)))
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [PgTypeInfo]) -> BoxFuture<'e, sqlx::Result<PgStatement>>
    where
        'c: 'e,
    {
        Box::pin(self.bounded(|c| c.prepare_with(sql, parameters)))
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, sqlx::Result<Describe<Postgres>>>
    where
        'c: 'e,
    {
        Box::pin(self.bounded(|c| c.describe(sql)))
    }
}

impl<'p> Executor<'p> for &'p BoundedPool {
    type Database = Postgres;

    fn execute<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<PgQueryResult>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(async move { self.acquire().await?.bounded(|c| c.execute(query)).await })
    }

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Either<PgQueryResult, PgRow>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let found = async move {
            let mut connection = self.acquire().await?;
            let rows = connection.bounded(|c| Box::pin(c.fetch_many(query).try_collect::<Vec<_>>())).await?;
            Ok::<_, sqlx::Error>(futures::stream::iter(rows.into_iter().map(Ok)))
        };
        futures::stream::once(found).try_flatten().boxed()
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Vec<PgRow>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(async move { self.acquire().await?.bounded(|c| c.fetch_all(query)).await })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<PgRow>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(async move { self.acquire().await?.bounded(|c| c.fetch_optional(query)).await })
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [PgTypeInfo]) -> BoxFuture<'e, sqlx::Result<PgStatement>>
    where
        'p: 'e,
    {
        Box::pin(async move { self.acquire().await?.bounded(|c| c.prepare_with(sql, parameters)).await })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, sqlx::Result<Describe<Postgres>>>
    where
        'p: 'e,
    {
        Box::pin(async move { self.acquire().await?.bounded(|c| c.describe(sql)).await })
    }
}
