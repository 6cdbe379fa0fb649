//! The relay's side of the outbox: what is ready, what is set aside, what is done.
//!
//! An event is ready while `next_attempt_at` is null. One that failed has a time there, and so have those behind it: an
//! event behind one that is set aside joins it when the relay meets it, so that the work list holds only what can go.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Envelope, EventId};
use crate::usecase::{DeadLetter, OutboxEvent, Result, SetAside, SetAsideView};

use super::error::map_sqlx_error;
use super::events::Headers;
use super::{PgStore, to_i32};

#[derive(sqlx::FromRow)]
struct Row {
    position: i64,
    event_id: Uuid,
    topic: String,
    key: String,
    kind: String,
    payload: String,
    headers: Headers,
    occurred_at: OffsetDateTime,
    attempts: i32,
    next_attempt_at: Option<OffsetDateTime>,
    last_error: Option<String>,
    /// An earlier event of its aggregate is set aside.
    behind: bool,
}

impl Row {
    fn event(self) -> OutboxEvent {
        let envelope = Envelope {
            id: EventId(self.event_id),
            topic: self.topic,
            key: self.key,
            kind: self.kind,
            occurred_at: self.occurred_at,
            payload: self.payload,
            headers: self.headers.0,
        };
        OutboxEvent { position: self.position, attempts: u32::try_from(self.attempts).unwrap_or(0), envelope }
    }
}

/// What a `Row` holds of an event `o`, but for whether it is behind another.
macro_rules! columns {
    () => {
        "o.position, o.event_id, o.topic, o.key, o.kind, o.payload, o.headers, o.occurred_at,
        o.attempts, o.next_attempt_at, o.last_error"
    };
}

/// `h` comes before `o`, has its ordering key and is not published. Dead letters are in order among themselves.
macro_rules! ahead {
    () => {
        "h.published_at is null and h.key = o.key and h.position < o.position
            and (h.topic like '%.dlq') = (o.topic like '%.dlq')"
    };
}

/// Of `o`, what is ready and `$more` says. How many are asked for is hidden from the planner: where many wait, a plan for that
/// number looks cheaper to it every time, and planning costs three times what reading does.
macro_rules! ready {
    ($more:literal) => {
        concat!(
            "select ",
            columns!(),
            ", exists (select 1 from outbox h where ",
            ahead!(),
            " and h.next_attempt_at is not null) as behind
            from outbox o where o.published_at is null and o.next_attempt_at is null",
            $more,
            " order by o.position limit (select $1)::integer"
        )
    };
}

const READY: &str = ready!("");

/// Marks those at `$positions` as published at `$2`, without waiting until the disk has it: what a server that loses its power
/// forgets of it is published once more, as after the end of a process that came to no mark, and has no second effect. How
/// many there are is hidden from the planner, which would plan for each number anew.
macro_rules! mark {
    ($positions:literal) => {
        concat!(
            "with unsynced as materialized (select set_config('synchronous_commit', 'off', true) as now)
             , marked as (update outbox set published_at = $2
                where position = any((select ",
            $positions,
            ")::bigint[]) and (select now from unsynced) = 'off') "
        )
    };
}

/// A statement does not see what it writes: those that are marked are left out.
const MARK_AND_READ: &str = concat!(mark!("$3"), ready!(" and o.position <> all((select $3)::bigint[])"));

const MARK: &str = concat!(mark!("$1"), "select from unsynced");

const DUE: &str = concat!(
    "select ",
    columns!(),
    ", exists (select 1 from outbox h where ",
    ahead!(),
    " and h.next_attempt_at > $2) as behind
    from outbox o where o.published_at is null and o.next_attempt_at <= $2
    order by o.position limit (select $1)::integer"
);

const LISTED: &str = concat!(
    "select ",
    columns!(),
    ", false as behind
    from outbox o where o.published_at is null and o.next_attempt_at is not null and o.position > $1
    order by o.position limit $2"
);

const DEAD: &str = concat!(
    "select ",
    columns!(),
    ", false as behind
    from outbox o where o.topic like '%.dlq' and o.replayed_at is null and o.position > $1
    order by o.position limit $2"
);

impl PgStore {
    pub(super) async fn ready_events(&self, most: u32) -> Result<Vec<OutboxEvent>> {
        loop {
            let rows: Vec<Row> =
                sqlx::query_as(READY).bind(to_i32(most)).fetch_all(&self.pool).await.map_err(map_sqlx_error)?;
            if let Some(ready) = self.without_those_behind(rows).await? {
                return Ok(ready);
            }
        }
    }

    pub(super) async fn mark(&self, done: &[i64], now: OffsetDateTime) -> Result<()> {
        sqlx::query(MARK).bind(done).bind(now).execute(&self.pool).await.map_err(map_sqlx_error)?;
        Ok(())
    }

    pub(super) async fn mark_and_read(&self, done: &[i64], now: OffsetDateTime, most: u32) -> Result<Vec<OutboxEvent>> {
        let rows: Vec<Row> = sqlx::query_as(MARK_AND_READ)
            .bind(to_i32(most))
            .bind(now)
            .bind(done)
            .fetch_all(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        match self.without_those_behind(rows).await? {
            Some(ready) => Ok(ready),
            None => self.ready_events(most).await,
        }
    }

    pub(super) async fn due_events(&self, most: u32, now: OffsetDateTime) -> Result<Vec<OutboxEvent>> {
        loop {
            let rows: Vec<Row> =
                sqlx::query_as(DUE).bind(to_i32(most)).bind(now).fetch_all(&self.pool).await.map_err(map_sqlx_error)?;
            if let Some(due) = self.without_those_behind(rows).await? {
                return Ok(due);
            }
        }
    }

    /// Lets those behind an event that is set aside wait as long as it does. Nothing if that was all there was: there
    /// may be more behind them.
    async fn without_those_behind(&self, rows: Vec<Row>) -> Result<Option<Vec<OutboxEvent>>> {
        let (behind, ready): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.behind);
        if behind.is_empty() {
            return Ok(Some(ready.into_iter().map(Row::event).collect()));
        }
        // If the first of them has gone meanwhile, they are next.
        sqlx::query(concat!(
            "update outbox o set next_attempt_at = coalesce(
                (select h.next_attempt_at from outbox h where ",
            ahead!(),
            " and h.next_attempt_at is not null order by h.position limit 1), now())
             where o.position = any($1) and o.published_at is null"
        ))
        .bind(behind.iter().map(|row| row.position).collect::<Vec<_>>())
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok((!ready.is_empty()).then(|| ready.into_iter().map(Row::event).collect()))
    }

    pub(super) async fn hold_back(&self, events: &[SetAside]) -> Result<()> {
        sqlx::query(
            "update outbox o set attempts = e.attempts, next_attempt_at = e.until,
                last_error = coalesce(e.reason, o.last_error)
             from unnest($1::bigint[], $2::integer[], $3::timestamptz[], $4::text[])
                as e (position, attempts, until, reason)
             where o.position = e.position and o.published_at is null",
        )
        .bind(events.iter().map(|e| e.position).collect::<Vec<_>>())
        .bind(events.iter().map(|e| to_i32(e.attempts)).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.until).collect::<Vec<_>>())
        .bind(events.iter().map(|e| e.reason.as_ref().map(|r| r.replace('\0', "\u{fffd}"))).collect::<Vec<_>>())
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    pub(super) async fn release_all(&self, now: OffsetDateTime) -> Result<u64> {
        let released =
            sqlx::query("update outbox set next_attempt_at = $1 where published_at is null and next_attempt_at > $1")
                .bind(now)
                .execute(&self.pool)
                .await
                .map_err(map_sqlx_error)?;
        Ok(released.rows_affected())
    }

    pub(super) async fn list_set_aside(&self, after: i64, most: u32) -> Result<Vec<SetAsideView>> {
        let rows = self.page(LISTED, after, most).await?;
        let view = |mut row: Row| {
            let until = row.next_attempt_at.unwrap_or(row.occurred_at);
            let reason = row.last_error.take();
            SetAsideView { event: row.event(), until, reason }
        };
        Ok(rows.into_iter().map(view).collect())
    }

    pub(super) async fn list_dead_letters(&self, after: i64, most: u32) -> Result<Vec<DeadLetter>> {
        let rows = self.page(DEAD, after, most).await?;
        let dead_letter = |event: OutboxEvent| DeadLetter { position: event.position, envelope: event.envelope };
        Ok(rows.into_iter().map(|row| dead_letter(row.event())).collect())
    }

    async fn page(&self, statement: &'static str, after: i64, most: u32) -> Result<Vec<Row>> {
        sqlx::query_as(statement).bind(after).bind(to_i32(most)).fetch_all(&self.pool).await.map_err(map_sqlx_error)
    }
}
