//! Outgoing webhooks: endpoints, and what each is to be told.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{ChosenEvents, EndpointId, EndpointState, EndpointUrl, EventId, Standing, TriedOutcome};
use crate::dto::{EndpointRow, WebhookDeliveryRow};
use crate::usecase::{
    EndpointViews, Endpoints, LockedEndpoint, NewEndpoint, NewWebhookDelivery, Result, SecretVersion, SettledWebhook,
    WebhookJob, WebhookQueue,
};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, to_i32, to_u32, unknown_word};

/// `EndpointRow` of a row `e`.
macro_rules! endpoint_row {
    () => {
        "json_build_object('id', e.id, 'url', e.url, 'events', e.events, 'state', e.state, 'created_at', e.created_at,
            'rotated_at', e.rotated_at, 'failing_since', e.failing_since,
            'waiting', (select count(*) from (select from webhook_deliveries w
                where w.endpoint_id = e.id and w.state = 'waiting' limit 1001) c))"
    };
}

#[derive(sqlx::FromRow)]
struct JobRow {
    position: i64,
    endpoint_id: Uuid,
    url: String,
    secret_version: i32,
    secrets_replaced: Vec<OffsetDateTime>,
    event_id: Uuid,
    topic: String,
    body: String,
    attempts: i32,
    first_tried_at: OffsetDateTime,
}

impl EndpointViews for PgStore {
    async fn has_endpoints(&self) -> Result<bool> {
        sqlx::query_scalar("select exists (select from webhook_endpoints)")
            .fetch_one(&self.pool)
            .await
            .map_err(map_sqlx_error)
    }

    async fn endpoints(&self) -> Result<Vec<EndpointRow>> {
        let Json(found) = sqlx::query_scalar(concat!(
            "select coalesce(json_agg(",
            endpoint_row!(),
            " order by e.created_at, e.id), '[]') from webhook_endpoints e"
        ))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found)
    }

    async fn endpoint(
        &self,
        id: EndpointId,
        before: Option<i64>,
        most: u32,
    ) -> Result<Option<(EndpointRow, Vec<WebhookDeliveryRow>)>> {
        let found: Option<(Json<EndpointRow>, Json<Vec<WebhookDeliveryRow>>)> = sqlx::query_as(concat!(
            "select ",
            endpoint_row!(),
            ", coalesce((select json_agg(json_build_object('position', d.position, 'event', d.event_id,
                    'topic', d.topic, 'state', d.state, 'attempts', d.attempts, 'created_at', d.created_at,
                    'due_at', d.due_at, 'tried_at', d.tried_at, 'status', d.status, 'answer', d.answer,
                    'took_ms', d.took_ms) order by d.position desc)
                from (select position, event_id, topic, state, attempts, created_at, due_at, tried_at, status, answer,
                        took_ms
                    from webhook_deliveries where endpoint_id = $1 and ($2::bigint is null or position < $2)
                    order by position desc limit $3) d), '[]')
             from webhook_endpoints e where e.id = $1"
        ))
        .bind(id.0)
        .bind(before)
        .bind(to_i32(most))
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|(endpoint, deliveries)| (endpoint.0, deliveries.0)))
    }
}

impl WebhookQueue for PgStore {
    async fn take_deliveries(
        &self,
        most: u32,
        busy: &[EndpointId],
        now: OffsetDateTime,
        leased_until: OffsetDateTime,
    ) -> Result<Vec<WebhookJob>> {
        let rows: Vec<JobRow> = sqlx::query_as(
            "with due as (
                select d.position, e.url, e.secret_version, e.secrets_replaced
                from webhook_endpoints e
                cross join lateral (
                    select w.position, w.due_at from webhook_deliveries w
                    where w.endpoint_id = e.id and w.state = 'waiting' and w.due_at <= $1
                        and (w.leased_until is null or w.leased_until <= $1)
                    order by w.due_at, w.position limit 1 for no key update skip locked
                ) d
                where e.state = 'active' and e.id <> all($3)
                order by d.due_at, d.position limit $4
             )
             update webhook_deliveries w set attempts = w.attempts + 1, leased_until = $2,
                first_tried_at = coalesce(w.first_tried_at, $1)
             from due where w.position = due.position
             returning w.position, w.endpoint_id, due.url, due.secret_version, due.secrets_replaced, w.event_id, w.topic,
                w.body, w.attempts, w.first_tried_at",
        )
        .bind(now)
        .bind(leased_until)
        .bind(busy.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let job = |row: JobRow| WebhookJob {
            position: row.position,
            endpoint: EndpointId(row.endpoint_id),
            url: row.url,
            secret: SecretVersion { number: row.secret_version, replaced: row.secrets_replaced },
            event: EventId(row.event_id),
            topic: row.topic,
            body: row.body,
            attempts: to_u32(row.attempts.into()),
            first_tried_at: row.first_tried_at,
            taken_at: now,
            leased_until,
        };
        Ok(rows.into_iter().map(job).collect())
    }
}

impl Endpoints for PgTx {
    async fn insert_endpoint(&mut self, endpoint: &NewEndpoint, most: u32) -> Result<bool> {
        let done = sqlx::query(
            "insert into webhook_endpoints (id, url, events, created_at)
             select $1::uuid, $2::text, $3::text[], $4::timestamptz where (select count(*) from webhook_endpoints) < $5",
        )
        .bind(endpoint.id.0)
        .bind(endpoint.url.as_str())
        .bind(endpoint.events.topics())
        .bind(endpoint.at)
        .bind(i64::from(most))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() > 0)
    }

    async fn lock_endpoint(&mut self, id: EndpointId) -> Result<Option<LockedEndpoint>> {
        type Row = (String, Vec<String>, String, Option<OffsetDateTime>, i32, Vec<OffsetDateTime>);
        let row: Option<Row> = sqlx::query_as(
            "select url, events, state, failing_since, secret_version, secrets_replaced from webhook_endpoints
             where id = $1 for no key update",
        )
        .bind(id.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let Some((url, events, state, failing_since, number, replaced)) = row else { return Ok(None) };
        let state = EndpointState::parse(&state).ok_or_else(|| unknown_word("webhook_endpoints.state", &state))?;
        let (standing, secret) = (Standing { state, failing_since }, SecretVersion { number, replaced });
        Ok(Some(LockedEndpoint { id, url, events, standing, secret }))
    }

    async fn save_endpoint(&mut self, id: EndpointId, url: &EndpointUrl, events: &ChosenEvents) -> Result<()> {
        sqlx::query("update webhook_endpoints set url = $2, events = $3 where id = $1")
            .bind(id.0)
            .bind(url.as_str())
            .bind(events.topics())
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn save_standing(&mut self, id: EndpointId, standing: Standing) -> Result<()> {
        sqlx::query("update webhook_endpoints set state = $2, failing_since = $3 where id = $1")
            .bind(id.0)
            .bind(standing.state.as_str())
            .bind(standing.failing_since)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn renew_deliveries(&mut self, of: EndpointId, now: OffsetDateTime) -> Result<()> {
        // Also what is just being sent: it is still theirs who have it.
        sqlx::query(
            "update webhook_deliveries set attempts = 0, first_tried_at = null, due_at = $2
             where endpoint_id = $1 and state = 'waiting'",
        )
        .bind(of.0)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn save_secret_version(&mut self, id: EndpointId, secret: &SecretVersion) -> Result<()> {
        sqlx::query(
            "update webhook_endpoints set secret_version = $2, secrets_replaced = $3, rotated_at = $4 where id = $1",
        )
        .bind(id.0)
        .bind(secret.number)
        .bind(secret.replaced.as_slice())
        .bind(secret.replaced.last().copied())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn delete_endpoint(&mut self, id: EndpointId) -> Result<()> {
        sqlx::query("delete from webhook_endpoints where id = $1")
            .bind(id.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn queue_deliveries(&mut self, told: &[NewWebhookDelivery], now: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "insert into webhook_deliveries (endpoint_id, event_id, topic, body, created_at, due_at)
             select e.id, t.event_id, t.topic, t.body, $5::timestamptz, $5
             from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[])
                with ordinality as t (event_id, topic, at, body, place)
             join webhook_endpoints e on t.topic = any(e.events) and e.created_at <= t.at
                and e.state in ('active', 'paused')
             order by t.place, e.id
             on conflict on constraint webhook_deliveries_once do nothing",
        )
        .bind(told.iter().map(|one| one.event.0).collect::<Vec<_>>())
        .bind(told.iter().map(|one| one.topic).collect::<Vec<_>>())
        .bind(told.iter().map(|one| one.occurred_at).collect::<Vec<_>>())
        .bind(told.iter().map(|one| one.body.as_str()).collect::<Vec<_>>())
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn queue_delivery(&mut self, to: EndpointId, told: &NewWebhookDelivery, now: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "insert into webhook_deliveries (endpoint_id, event_id, topic, body, created_at, due_at)
             values ($1, $2, $3, $4, $5, $5)",
        )
        .bind(to.0)
        .bind(told.event.0)
        .bind(told.topic)
        .bind(told.body.as_str())
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn retry_delivery(&mut self, position: i64, now: OffsetDateTime) -> Result<Option<EndpointId>> {
        let found: Option<Uuid> = sqlx::query_scalar(
            "update webhook_deliveries d set state = 'waiting', attempts = 0, due_at = $2, first_tried_at = null
             from webhook_endpoints e
             where d.position = $1 and d.state in ('waiting', 'given_up') and e.id = d.endpoint_id and e.state = 'active'
                and (d.leased_until is null or d.leased_until <= $2)
             returning d.endpoint_id",
        )
        .bind(position)
        .bind(now)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(EndpointId))
    }

    async fn settle_delivery(&mut self, settled: &SettledWebhook<'_>) -> Result<bool> {
        let SettledWebhook { job, outcome, again_at, answer, at } = settled;
        let state = match (outcome, again_at) {
            (TriedOutcome::Delivered, _) => "delivered",
            (_, Some(_)) => "waiting",
            (_, None) => "given_up",
        };
        let done = sqlx::query(
            "update webhook_deliveries set state = $3, due_at = coalesce($4, due_at), leased_until = null, tried_at = $5,
                status = $6, answer = $7, took_ms = $8
             where position = $1 and leased_until = $2",
        )
        .bind(job.position)
        .bind(job.leased_until)
        .bind(state)
        .bind(*again_at)
        .bind(*at)
        .bind(answer.status.map(i32::from))
        .bind(answer.text.as_str())
        .bind(i32::try_from(answer.took.as_millis()).unwrap_or(i32::MAX))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() > 0)
    }
}
