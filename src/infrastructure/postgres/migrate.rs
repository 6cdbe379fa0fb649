//! Bringing the tables up to date, beside a shop that runs.
//!
//! Migrations have a connection of their own, on which a statement may take as long as it needs. A lock on a table is
//! waited for only shortly: whoever comes after us would wait behind us. Then it is tried again.

use std::time::Duration;

use sqlx::migrate::{Migrate, MigrateError, Migration, Migrator};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::time::{Instant, sleep, timeout};

use crate::usecase::{Error, Result};

use super::PgStore;
use super::error::map_sqlx_error;

/// The migrations this binary was built with.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!();

/// `migrate` in ASCII.
const KEY: i64 = 0x006d_6967_7261_7465;
const NO_LIMITS: &str = "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0";
const CONNECT: Duration = Duration::from_secs(5);
/// Between two looks whether another migrator is done.
const TURN: Duration = Duration::from_millis(200);
/// How long another migrator is waited for.
const LONGEST_TURN: Duration = Duration::from_secs(3600);
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// In milliseconds: autovacuum is not asked for a table for longer.
const LONGEST_ASKED: i32 = 5_000;
/// A table that is not free for this long is in somebody's hands.
const BUSY: Duration = Duration::from_secs(600);

impl PgStore {
    /// Brings the tables up to date, and answers how many migrations were applied. Safe to run twice, and by two at
    /// once: the second waits for the first. A schema that is ahead of this binary is left as it is.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer, or another migrator or a lock takes too long; `Broken` when a
    /// migration fails or an applied one was changed.
    pub async fn migrate(&self) -> Result<usize> {
        self.migrate_with(&MIGRATIONS).await
    }

    /// The same with other migrations.
    ///
    /// # Errors
    /// As `migrate`.
    pub async fn migrate_with(&self, migrations: &Migrator) -> Result<usize> {
        let mut ours = Migrator::with_migrations(migrations.iter().cloned().collect());
        ours.set_ignore_missing(true).set_locking(false);
        let mut connection = timeout(CONNECT, self.connect_direct())
            .await
            .map_err(|cause| Error::Unavailable(cause.into()))?
            .map_err(|cause| Error::Unavailable(cause.into()))?;
        // Whatever the role, the database or the address say.
        connection.execute(NO_LIMITS).await.map_err(map_sqlx_error)?;
        wait_for_turn(&mut connection).await?;
        // Applies nothing, but makes the table of what was applied.
        ours.run_direct(Some(0), &mut connection, false).await.map_err(failed)?;
        let applied = connection.list_applied_migrations(&ours.table_name).await.map_err(failed)?;
        let missing = |version: i64| applied.iter().all(|a| a.version != version);
        let missing: Vec<Migration> = ours.iter().filter(|m| missing(m.version)).cloned().collect();
        for migration in &missing {
            apply(&mut connection, &ours, migration).await?;
        }
        // Applies nothing any more, but looks whether what was applied before is what this binary knows.
        ours.run_direct(None, &mut connection, false).await.map_err(failed)?;
        connection.close().await.map_err(map_sqlx_error)?;
        Ok(missing.len())
    }
}

/// Asks again and again instead of waiting in `pg_advisory_lock`: a waiting statement has a snapshot, and `create index
/// concurrently` of the one who holds the lock waits for all snapshots.
async fn wait_for_turn(connection: &mut PgConnection) -> Result<()> {
    let began = Instant::now();
    loop {
        let ours: bool = sqlx::query_scalar("select pg_try_advisory_lock($1)")
            .bind(KEY)
            .fetch_one(&mut *connection)
            .await
            .map_err(map_sqlx_error)?;
        if ours {
            return Ok(());
        }
        let waited = began.elapsed();
        if waited < TURN {
            tracing::info!("another process migrates; waiting for it");
        } else if waited > LONGEST_TURN {
            return Err(Error::Unavailable(anyhow::anyhow!("another process has been migrating for an hour")));
        }
        sleep(TURN).await;
    }
}

/// Applies one migration, if it is not applied; tries again while somebody holds a lock it needs.
async fn apply(connection: &mut PgConnection, migrations: &Migrator, migration: &Migration) -> Result<()> {
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        if migration.no_tx {
            // It blocks nobody while it waits, and it leaves an invalid index behind when it fails.
            connection.execute("set lock_timeout = 0").await.map_err(map_sqlx_error)?;
            drop_invalid_indexes(connection, migration).await?;
        } else {
            connection.execute("set lock_timeout = '400ms'").await.map_err(map_sqlx_error)?;
        }
        match migrations.run_direct(Some(migration.version), connection, false).await {
            Ok(()) => return Ok(()),
            Err(cause) if is_busy(&cause) && began.elapsed() < BUSY => {
                tracing::warn!(migration = migration.version, "a table is in use; trying again");
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                stop_autovacuum(connection, migration).await?;
            }
            Err(cause) => return Err(failed(cause)),
        }
    }
}

/// Autovacuum gives a table up to whoever has waited for it until PostgreSQL looks for deadlocks, which is after a second: longer than a
/// migration may hold a table up. So it is asked for by a lock that neither reads nor writes wait behind. It comes back by itself.
async fn stop_autovacuum(connection: &mut PgConnection, migration: &Migration) -> Result<()> {
    // Nobody else works in this database without a role.
    let vacuumed: Vec<(String, i32)> = sqlx::query_as(
        "select distinct c.relname::text, (select setting::integer from pg_settings where name = 'deadlock_timeout')
         from pg_locks l join pg_stat_activity a on a.pid = l.pid join pg_class c on c.oid = l.relation
         where a.datname = current_database() and a.usesysid is null
            and l.mode = 'ShareUpdateExclusiveLock' and l.granted
            and c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace",
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(map_sqlx_error)?;
    for (table, deadlocks_after) in
        vacuumed.into_iter().filter(|(table, _)| migration.sql.as_str().contains(table.as_str()))
    {
        let longest = deadlocks_after.min(LONGEST_ASKED).saturating_add(500);
        // The name comes out of the catalogue and stands in our own migration.
        let asked = format!(
            "set local lock_timeout = {longest}; lock table only \"{}\" in share update exclusive mode",
            table.replace('"', "\"\"")
        );
        let mut asking = connection.begin().await.map_err(map_sqlx_error)?;
        // It does not where transactions would run out. What is in the way then is told by the next attempt.
        if let Err(cause) = sqlx::raw_sql(AssertSqlSafe(asked)).execute(&mut *asking).await {
            tracing::debug!(%cause, table, "autovacuum goes on");
        }
        asking.rollback().await.map_err(map_sqlx_error)?;
    }
    Ok(())
}

/// What an earlier attempt at this migration left: `if not exists` would take it for the finished index.
async fn drop_invalid_indexes(connection: &mut PgConnection, migration: &Migration) -> Result<()> {
    let invalid: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_index i join pg_class c on c.oid = i.indexrelid
         where not i.indisvalid and c.relnamespace = current_schema()::regnamespace",
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(map_sqlx_error)?;
    for name in invalid.into_iter().filter(|name| migration.sql.as_str().contains(name.as_str())) {
        tracing::warn!(index = name, "an unfinished index is dropped and built anew");
        // The name comes out of the catalogue and stands in our own migration.
        let statement = format!("drop index concurrently if exists \"{}\"", name.replace('"', "\"\""));
        connection.execute(AssertSqlSafe(statement)).await.map_err(map_sqlx_error)?;
    }
    Ok(())
}

/// Whether another transaction was in the way: lock_not_available, deadlock_detected.
fn is_busy(error: &MigrateError) -> bool {
    let (MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)) = error else { return false };
    cause.as_database_error().and_then(|e| e.code()).is_some_and(|code| matches!(&*code, "55P03" | "40P01"))
}

fn failed(error: MigrateError) -> Error {
    match error {
        MigrateError::Execute(cause) => map_sqlx_error(cause),
        busy if is_busy(&busy) => Error::Unavailable(busy.into()),
        other => Error::Broken(other.into()),
    }
}
