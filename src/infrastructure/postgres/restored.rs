//! What a database that was restored is told, how it is known from the one before, and who else is connected to it.

use std::time::Duration;

use time::OffsetDateTime;
use tokio::time::sleep;

use crate::domain::Consumer;
use crate::usecase::{MailState, RestoreViews, Restores, Result};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, to_i32};

/// Whoever has just gone is seen for a moment more.
const LOOKS: u32 = 5;
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// Of a cluster that is not being recovered. Its control file may tell the one before until the next checkpoint.
macro_rules! timeline {
    () => {
        "('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer"
    };
}

impl PgStore {
    /// Writes down which database this is: by whoever relays, so that it is known for one that the shop works in.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`, where PostgreSQL does not say it.
    pub async fn record_identity(&self) -> Result<()> {
        sqlx::query(concat!(
            "insert into database_identity as known (system_identifier, timeline, database, seen_at)
             select cluster.system_identifier, ",
            timeline!(),
            ", here.oid::bigint, now()
             from pg_control_system() cluster, pg_database here where here.datname = current_database()
             on conflict on constraint database_identity_pkey do update
                set system_identifier = excluded.system_identifier, timeline = excluded.timeline,
                    database = excluded.database, seen_at = excluded.seen_at
                where (known.system_identifier, known.timeline, known.database)
                    is distinct from (excluded.system_identifier, excluded.timeline, excluded.database)"
        ))
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    /// Whether this is another database than the one that the shop worked in, as one that was restored is: another cluster,
    /// another timeline, or another database there. None: nobody has written down which that was.
    ///
    /// # Errors
    /// As `record_identity`.
    pub async fn is_another_database(&self) -> Result<Option<bool>> {
        sqlx::query_scalar(concat!(
            "select (known.system_identifier, known.timeline, known.database)
                is distinct from (cluster.system_identifier, ",
            timeline!(),
            ", here.oid::bigint)
             from database_identity known, pg_control_system() cluster, pg_database here
             where here.datname = current_database()"
        ))
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }

    /// Who else is connected to this database, by account and the name that their program gives. To be asked while this process
    /// has one connection.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub async fn others_connected(&self) -> Result<Vec<String>> {
        // Held until the end, so that this process gets no second one.
        let mut connection = self.pool.connection().await.map_err(map_sqlx_error)?;
        let mut looks = 1;
        loop {
            // Of another account's connection nobody is told what it is for.
            let others: Vec<String> = sqlx::query_scalar(
                "select usename || coalesce(' (' || nullif(application_name, '') || ')', '') from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid() and usename is not null
                    and coalesce(backend_type, 'client backend') = 'client backend'
                 order by pid",
            )
            .fetch_all(&mut *connection)
            .await
            .map_err(map_sqlx_error)?;
            if others.is_empty() || looks == LOOKS {
                return Ok(others);
            }
            looks += 1;
            sleep(BETWEEN_LOOKS).await;
        }
    }
}

impl RestoreViews for PgStore {
    async fn recorded_at(&self, action: &str, kind: &str, subject: &str) -> Result<Option<OffsetDateTime>> {
        sqlx::query_scalar(
            "select at from audit_log where subject_kind = $1 and subject_id = $2 and action = $3 order by position limit 1",
        )
        .bind(kind)
        .bind(subject)
        .bind(action)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }

    async fn newest_event(&self) -> Result<Option<OffsetDateTime>> {
        sqlx::query_scalar("select occurred_at from outbox order by position desc limit 1")
            .fetch_optional(&self.pool)
            .await
            .map_err(map_sqlx_error)
    }

    async fn events_without_effect(&self, after: i64, most: u32) -> Result<(Vec<i64>, Option<i64>)> {
        let pairs = Consumer::ALL.into_iter().flat_map(|group| group.topics().iter().map(move |topic| (group, *topic)));
        let (groups, topics): (Vec<_>, Vec<_>) = pairs.map(|(group, topic)| (group.group(), topic)).unzip();
        // As `events_not_handled`: nobody remembers what there was nobody to be told of.
        sqlx::query_as(
            "with part as materialized (
                select position, event_id, topic, occurred_at, published_at from outbox
                where position > $1 order by position limit $2)
             select array(select distinct p.position from part p
                    join unnest($3::text[], $4::text[]) as t (consumer, topic) on t.topic = p.topic
                    where p.published_at is not null
                        and (t.consumer <> $5 or p.occurred_at >= (select min(e.created_at) from webhook_endpoints e))
                        and not exists (select from consumer_inbox i
                            where i.consumer = t.consumer and i.event_id = p.event_id)
                    order by p.position),
                (select max(position) from part)",
        )
        .bind(after)
        .bind(to_i32(most))
        .bind(groups)
        .bind(topics)
        .bind(Consumer::Webhooks.group())
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }
}

impl Restores for PgTx {
    async fn unpublish_events(&mut self, positions: &[i64]) -> Result<u64> {
        let done = sqlx::query(
            "update outbox set published_at = null, attempts = 0, next_attempt_at = null, last_error = null
             where position = any($1)",
        )
        .bind(positions)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected())
    }

    async fn unpublish_since(&mut self, since: OffsetDateTime) -> Result<u64> {
        let done = sqlx::query("update outbox set published_at = null where published_at >= $1")
            .bind(since)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(done.rows_affected())
    }

    async fn forget_looks(&mut self) -> Result<()> {
        sqlx::query("update payments set looked_at = null, looks = 0 where state = 'started'")
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        sqlx::query("update refunds set due_at = null where state = 'opened'")
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn leave_out_order_numbers(&mut self, count: u32) -> Result<Option<i64>> {
        // An account that may change no table may take numbers, and not set them.
        sqlx::query_scalar("select max(nextval('order_numbers')) from generate_series(1, $1)")
            .bind(to_i32(count))
            .fetch_one(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }

    async fn hold_mail(&mut self, why: &str, now: OffsetDateTime) -> Result<u64> {
        // What asks for money that nobody can pay any more is nothing to approve of.
        let held = sqlx::query(
            "with over as (delete from email_messages where state = 'queued' and pay_until <= $3)
             update email_messages set state = $1, last_error = $2, updated_at = $3
             where state in ('queued', 'sending') and not (state = 'queued' and coalesce(pay_until <= $3, false))",
        )
        .bind(MailState::Uncertain.as_str())
        .bind(why)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(held.rows_affected())
    }
}
