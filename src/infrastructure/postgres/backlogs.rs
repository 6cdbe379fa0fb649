//! What waits for somebody, in one statement: each is counted by an index of what waits alone.

use crate::usecase::{Backlog, BacklogViews, Backlogs, Result};

use super::PgStore;
use super::error::map_sqlx_error;

impl BacklogViews for PgStore {
    async fn backlogs(&self, most: u32) -> Result<Backlogs> {
        type Row = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);
        let row: Row = sqlx::query_as(
            "select
                (select count(*) from (select from outbox where published_at is null limit $1) o),
                coalesce((select extract(epoch from now() - occurred_at)::bigint from outbox where published_at is null
                    order by position limit 1), 0),
                (select count(*) from (select from outbox where published_at is null and next_attempt_at is not null limit $1) o),
                (select count(*) from (select from outbox where topic like '%.dlq' and replayed_at is null limit $1) o),
                (select count(*) from (select from email_messages where state = 'queued' limit $1) m),
                coalesce((select extract(epoch from now() - due_at)::bigint from email_messages where state = 'queued'
                    order by due_at limit 1), 0),
                (select count(*) from (select from email_messages where state = 'sending' limit $1) m),
                (select count(*) from (select from email_messages
                    where state <> 'accepted' and state = 'refused' and stripped_at is null limit $1) m),
                (select count(*) from (select from email_messages
                    where state <> 'accepted' and state = 'uncertain' and stripped_at is null limit $1) m),
                (select count(*) from (select from payments where state = 'started' limit $1) p),
                coalesce((select extract(epoch from now() - created_at)::bigint from payments where state = 'started'
                    order by created_at limit 1), 0)",
        )
        .bind(i64::from(most))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        // What is due later has not waited yet.
        let some = |number: i64| u64::try_from(number).unwrap_or(0);
        let backlog = |waiting, oldest| Backlog { waiting: some(waiting), oldest_seconds: some(oldest) };
        Ok(Backlogs {
            events: backlog(row.0, row.1),
            events_held: some(row.2),
            dead_letters: some(row.3),
            mail_queued: backlog(row.4, row.5),
            mail_sending: some(row.6),
            mail_refused: some(row.7),
            mail_uncertain: some(row.8),
            payments: backlog(row.9, row.10),
        })
    }
}
