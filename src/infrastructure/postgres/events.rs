//! The outbox and the inbox.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Consumer, Envelope, EventId};
use crate::dto::GroupLag;
use crate::usecase::{DeadLetter, EventViews, Inbox, Outbox, OutboxEvent, Result, SetAside, SetAsideView};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, to_u32};

pub(super) type Headers = Json<Vec<(String, String)>>;

/// Events as arrays, a column each, for `unnest`.
pub(super) struct EventColumns {
    pub(super) ids: Vec<Uuid>,
    pub(super) topics: Vec<String>,
    pub(super) keys: Vec<String>,
    pub(super) kinds: Vec<String>,
    pub(super) payloads: Vec<String>,
    pub(super) headers: Vec<Headers>,
    pub(super) times: Vec<OffsetDateTime>,
}

impl EventColumns {
    pub(super) fn of(envelopes: &[Envelope]) -> Self {
        // NUL has no place in a text column; a dead letter may carry one.
        let text = |s: &String| s.replace('\0', "\u{fffd}");
        let headers = |e: &Envelope| -> Headers { Json(e.headers.iter().map(|(n, v)| (text(n), text(v))).collect()) };
        Self {
            ids: envelopes.iter().map(|e| e.id.0).collect(),
            topics: envelopes.iter().map(|e| e.topic.clone()).collect(),
            keys: envelopes.iter().map(|e| text(&e.key)).collect(),
            kinds: envelopes.iter().map(|e| text(&e.kind)).collect(),
            payloads: envelopes.iter().map(|e| text(&e.payload)).collect(),
            headers: envelopes.iter().map(headers).collect(),
            times: envelopes.iter().map(|e| e.occurred_at).collect(),
        }
    }
}

impl Outbox for PgTx {
    async fn append_event(&mut self, envelope: Envelope) -> Result<()> {
        self.append_events(vec![envelope]).await
    }

    async fn append_events(&mut self, envelopes: Vec<Envelope>) -> Result<()> {
        if envelopes.is_empty() {
            return Ok(());
        }
        let columns = EventColumns::of(&envelopes);
        sqlx::query(
            "insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
             select e.id, e.topic, e.key, e.kind, e.payload, e.headers, e.at
             from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[])
                with ordinality as e (id, topic, key, kind, payload, headers, at, place)
             order by e.place",
        )
        .bind(columns.ids)
        .bind(columns.topics)
        .bind(columns.keys)
        .bind(columns.kinds)
        .bind(columns.payloads)
        .bind(columns.headers)
        .bind(columns.times)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn mark_replayed(&mut self, position: i64, now: OffsetDateTime) -> Result<bool> {
        let marked = sqlx::query("update outbox set replayed_at = $2 where position = $1 and replayed_at is null")
            .bind(position)
            .bind(now)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(marked.rows_affected() == 1)
    }

    async fn end_pauses(&mut self, now: OffsetDateTime) -> Result<u64> {
        let ended =
            sqlx::query("update outbox set next_attempt_at = $1 where published_at is null and next_attempt_at > $1")
                .bind(now)
                .execute(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        Ok(ended.rows_affected())
    }
}

impl Inbox for PgTx {
    async fn remember_events(
        &mut self,
        consumer: Consumer,
        events: &[EventId],
        now: OffsetDateTime,
    ) -> Result<Vec<EventId>> {
        // In id order, so that two consumers of one group that were handed the same events wait and do not deadlock.
        let fresh: Vec<Uuid> = sqlx::query_scalar(
            "insert into consumer_inbox (consumer, event_id, handled_at)
             select distinct $1, id, $3::timestamptz from unnest($2::uuid[]) as id order by id
             on conflict (consumer, event_id) do nothing
             returning event_id",
        )
        .bind(consumer.group())
        .bind(events.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(now)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(fresh.into_iter().map(EventId).collect())
    }
}

impl EventViews for PgStore {
    async fn unpublished_events(&self, most: u32) -> Result<Vec<(i64, Envelope)>> {
        Ok(self.ready_events(most).await?.into_iter().map(|event| (event.position, event.envelope)).collect())
    }

    async fn events_to_retry(&self, most: u32, now: OffsetDateTime) -> Result<Vec<OutboxEvent>> {
        self.due_events(most, now).await
    }

    async fn mark_published(&self, positions: &[i64], now: OffsetDateTime) -> Result<()> {
        self.mark(positions, now).await
    }

    async fn mark_and_read_on(
        &self,
        positions: &[i64],
        now: OffsetDateTime,
        most: u32,
    ) -> Result<Vec<(i64, Envelope)>> {
        let next = self.mark_and_read(positions, now, most).await?;
        Ok(next.into_iter().map(|event| (event.position, event.envelope)).collect())
    }

    async fn set_aside(&self, events: &[SetAside]) -> Result<()> {
        self.hold_back(events).await
    }

    async fn end_pauses(&self, now: OffsetDateTime) -> Result<u64> {
        self.release_all(now).await
    }

    async fn events_set_aside(&self, after: i64, most: u32) -> Result<Vec<SetAsideView>> {
        self.list_set_aside(after, most).await
    }

    async fn dead_letters(&self, after: i64, most: u32) -> Result<Vec<DeadLetter>> {
        self.list_dead_letters(after, most).await
    }

    async fn last_position(&self) -> Result<i64> {
        sqlx::query_scalar("select coalesce(max(position), 0) from outbox")
            .fetch_one(&self.pool)
            .await
            .map_err(map_sqlx_error)
    }

    async fn outbox_backlog(&self) -> Result<(u64, u64)> {
        let (waiting, oldest): (i64, i64) = sqlx::query_as(
            "select count(*), coalesce(extract(epoch from now() - min(occurred_at)), 0)::bigint
             from outbox where published_at is null",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok((u64::try_from(waiting).unwrap_or(0), u64::try_from(oldest).unwrap_or(0)))
    }

    async fn events_not_handled(&self, newest: u32) -> Result<Vec<GroupLag>> {
        let pairs = Consumer::ALL.into_iter().flat_map(|group| group.topics().iter().map(move |topic| (group, *topic)));
        let (groups, topics): (Vec<_>, Vec<_>) = pairs.map(|(group, topic)| (group.group(), topic)).unzip();
        // Nobody is told what happened before there was somebody to tell: nothing of it is remembered either.
        let rows: Vec<(String, i64, i64)> = sqlx::query_as(
            "select t.consumer, count(*), coalesce(extract(epoch from now() - min(o.occurred_at)), 0)::bigint
             from outbox o join unnest($1::text[], $2::text[]) as t (consumer, topic) on t.topic = o.topic
             where o.position > coalesce((select max(position) from outbox), 0) - $3::bigint
                and (t.consumer <> $4 or o.occurred_at >= (select min(e.created_at) from webhook_endpoints e))
                and not exists (select from consumer_inbox i where i.consumer = t.consumer and i.event_id = o.event_id)
             group by t.consumer order by t.consumer",
        )
        .bind(groups)
        .bind(topics)
        .bind(i64::from(newest))
        .bind(Consumer::Webhooks.group())
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let lag = |(group, waiting, oldest): (String, i64, i64)| GroupLag {
            group,
            waiting: to_u32(waiting),
            oldest_seconds: u64::try_from(oldest).unwrap_or(0),
        };
        Ok(rows.into_iter().map(lag).collect())
    }

    async fn ping(&self) -> Result<()> {
        sqlx::query("select 1").execute(&self.pool).await.map_err(map_sqlx_error)?;
        Ok(())
    }
}
