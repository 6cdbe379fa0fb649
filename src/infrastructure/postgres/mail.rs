//! The queue of mail.

use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgExecutor, Postgres};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Consumer, Email, EventId, MailId, OrderId, PaperId};
use crate::usecase::{
    LINKS_ONCE, MailEntry, MailFile, MailJob, MailMessage, MailQueue, MailRetry, MailState, MailViews, Mails, NewMail,
    OrderFacts, OrderMail, Result, Sent, SettledMail,
};

use super::error::map_sqlx_error;
use super::orders::read_facts;
use super::{PgStore, PgTx, to_i32, to_u32, unknown_word};

/// What a mail `m` says to whom it was not sent to. A link that opens something to whoever has it (a guest's order, a role in
/// this shop) bears a secret, which is left out (`MailView::LEFT_OUT`).
macro_rules! readable_body {
    () => {
        "regexp_replace(m.body, '([?&]token=)[[:alnum:]._%-]+', '\\1…', 'g')"
    };
}

/// Whether a mail `m` can be sent once more as it was: it was accepted, is about an order, and its words are there and ask for
/// no money, of which nobody knows any more whether the order waits for it. A copy is not sent on: its cause is the id of what
/// it was made of but for the last digits, where the day is, and that one goes once a day.
macro_rules! is_resendable {
    () => {
        "(m.state = 'accepted' and m.stripped_at is null and m.recipient <> '' and m.pay_until is null
            and m.kind not in ('payment_instructions', 'review_request') and exists (select from orders o where o.id = m.about)
            and not exists (select from email_messages r where r.about = m.about and r.id <> m.id
                and left(r.id::text, 32) = left(m.cause::text, 32)))"
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    recipient: String,
    subject: String,
    body: String,
    content: Option<Json<Value>>,
    attempts: i32,
    paper: Option<Uuid>,
    file_name: Option<String>,
    pdf: Option<Vec<u8>>,
    reply_to: Option<String>,
    traceparent: Option<String>,
}

impl Row {
    fn job(self) -> std::result::Result<MailJob, (MailId, String)> {
        let id = MailId(self.id);
        let to = Email::parse(&self.recipient)
            .map_err(|problem| (id, format!("no mail goes to its address: {problem:?}")))?;
        // What a later release says in parts of its own is sent as text.
        let content = self.content.and_then(|Json(parts)| serde_json::from_value(parts).ok());
        let file = self.file_name.zip(self.pdf);
        Ok(MailJob {
            id,
            to,
            // One that is none stops no mail.
            reply_to: self.reply_to.and_then(|text| Email::parse(&text).ok()),
            message: MailMessage {
                kind: self.kind,
                subject: self.subject,
                text: self.body,
                content,
                paper: self.paper.map(PaperId),
            },
            file: file.map(|(number, bytes)| MailFile { name: format!("{number}.pdf"), bytes }),
            attempts: to_u32(self.attempts.into()),
            traceparent: self.traceparent,
        })
    }
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    id: Uuid,
    kind: String,
    recipient: String,
    state: String,
    attempts: i32,
    created_at: OffsetDateTime,
    due_at: OffsetDateTime,
    last_error: Option<String>,
}

impl MailViews for PgStore {
    async fn unsent_mail(&self, most: u32) -> Result<Vec<MailEntry>> {
        let rows: Vec<EntryRow> = sqlx::query_as(
            "select id, kind, recipient, state, attempts, created_at, due_at, last_error from email_messages
             where state <> 'accepted' and stripped_at is null and (pay_until is null or attempts > 0)
             order by created_at, id limit $1",
        )
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let entry = |row: EntryRow| {
            Ok(MailEntry {
                id: MailId(row.id),
                kind: row.kind,
                to: row.recipient,
                state: MailState::parse(&row.state).ok_or_else(|| unknown_word("email_messages.state", &row.state))?,
                attempts: to_u32(row.attempts.into()),
                created_at: row.created_at,
                due_at: row.due_at,
                last_error: row.last_error,
            })
        };
        rows.into_iter().map(entry).collect()
    }
}

/// Whether what a row `q` asks for is so at `$1`: its order waits to be paid, and until then.
macro_rules! is_so {
    () => {
        "(q.pay_until is null or exists (select from orders o where o.id = q.about and o.status = 'pending'
            and o.expires_at = q.pay_until and o.expires_at > $1))"
    };
}

impl MailQueue for PgStore {
    async fn tidy_mail(&self, now: OffsetDateTime, given_up: OffsetDateTime) -> Result<()> {
        sqlx::query(concat!(
            "with given_up as (
                update email_messages
                set state = 'uncertain', last_error = 'nobody saw how sending ended', updated_at = $1
                where state = 'sending' and updated_at < $2
             )
             delete from email_messages m
             using (select q.id from email_messages q where q.state = 'queued' and q.due_at <= $1 and not ",
            is_so!(),
            " limit 200 for update skip locked) untrue
             where m.id = untrue.id"
        ))
        .bind(now)
        .bind(given_up)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn take_mail(&self, most: u32, now: OffsetDateTime) -> Result<Vec<MailJob>> {
        let rows: Vec<Row> = sqlx::query_as(concat!(
            "update email_messages m set state = 'sending', attempts = attempts + 1, updated_at = $1
             from (select q.id from email_messages q where q.state = 'queued' and q.due_at <= $1
                    and not exists (select from papers p where p.id = q.paper_id and p.pdf is null
                        and q.due_at > $1 - interval '10 minutes')
                    and ",
            is_so!(),
            " order by q.due_at limit (select $2)::integer for update skip locked) due
             left join lateral (select p.number, p.pdf from papers p join email_messages q on q.paper_id = p.id
                where q.id = due.id) paper on true
             where m.id = due.id
             returning m.id, m.kind, m.recipient, m.subject, m.body, m.content, m.attempts, m.traceparent,
                m.paper_id as paper, paper.number as file_name, paper.pdf, (select s.email from seller s) as reply_to"
        ))
        .bind(now)
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let (mut jobs, mut unreadable) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            match row.job() {
                Ok(job) => jobs.push(job),
                Err((id, why)) => {
                    tracing::error!(mail.id = %id, why, "mail cannot be sent");
                    unreadable.push(SettledMail { id, sent: Sent::Never(why), again_at: now, may_bear_secrets: true });
                }
            }
        }
        if !unreadable.is_empty() {
            self.settle_mail(&unreadable, now).await?;
        }
        Ok(jobs)
    }

    async fn settle_mail(&self, settled: &[SettledMail], now: OffsetDateTime) -> Result<()> {
        let ends: Vec<_> = settled.iter().map(|mail| end(&mail.sent)).collect();
        sqlx::query(
            // Of a link that works once, the secret has gone where it is to be: it is nowhere else. What has no such link is
            // not read, nor written anew. How many there are is hidden from the planner, which would plan for each number anew;
            // and so is the index of what is being sent, in which every mail of the last while has left a dead row: each is
            // found by its id. That mail was accepted needs no wait for the disk: a server that forgets it leaves it `sending`, from
            // where it becomes `uncertain` and is not repeated. What is to be tried again, or bore a secret, is waited for.
            "with unsynced as materialized (
                select case when (select $8)::boolean then set_config('synchronous_commit', 'off', true) else '' end as now)
             update email_messages m set state = s.state, last_error = s.why, due_at = s.due_at, updated_at = $5,
                body = case when s.secrets and s.state = 'accepted' and m.body like '%?token=%' then
                    regexp_replace(m.body, $7::text, '\\1…', 'g')
                    else m.body end,
                content = case when s.secrets and s.state = 'accepted' and m.content::text like '%?token=%' then
                    regexp_replace(m.content::text, $7::text, '\\1…', 'g')::jsonb
                    else m.content end
             from unnest((select $1)::uuid[], (select $2)::text[], (select $3)::text[], (select $4)::timestamptz[],
                (select $6)::boolean[]) as s (id, state, why, due_at, secrets)
             where m.id = s.id and m.state is not distinct from 'sending' and (select now from unsynced) is not null",
        )
        .bind(settled.iter().map(|mail| mail.id.0).collect::<Vec<_>>())
        .bind(ends.iter().map(|(state, _)| state.as_str()).collect::<Vec<_>>())
        .bind(ends.iter().map(|(_, why)| why.as_deref()).collect::<Vec<_>>())
        .bind(settled.iter().map(|mail| mail.again_at).collect::<Vec<_>>())
        .bind(now)
        .bind(settled.iter().map(|mail| mail.may_bear_secrets).collect::<Vec<_>>())
        .bind(link_once())
        .bind(settled.iter().all(|mail| mail.sent == Sent::Accepted && !mail.may_bear_secrets))
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}

/// A link that works once as a regular expression, with what stays of it in its first group.
fn link_once() -> String {
    let pages = LINKS_ONCE.map(|page| page.trim_matches(['/', '?'])).join("|");
    format!("(/({pages})[?]token=)[[:alnum:].-]+")
}

/// The state that an attempt leaves behind, and why.
fn end(sent: &Sent) -> (MailState, Option<String>) {
    let (state, why) = match sent {
        Sent::Accepted => return (MailState::Accepted, None),
        Sent::NotNow(why) => (MailState::Queued, why),
        Sent::Never(why) => (MailState::Refused, why),
        Sent::Uncertain(why) => (MailState::Uncertain, why),
    };
    (state, Some(why.replace('\0', " ")))
}

/// New mail, of those `$which` says. How many there are is hidden from the planner.
macro_rules! new_mail {
    ($which:literal) => {
        concat!(
            "insert into email_messages
                (id, cause, kind, recipient, subject, body, content, paper_id, due_at, created_at, updated_at, about,
                    pay_until, traceparent)
             select m.id, m.cause, m.kind, m.recipient, m.subject, m.body, m.content, m.paper, coalesce(m.due_at, $9), $9, $9,
                coalesce(m.about, (select case when o.key ~ '^[0-9a-f-]{36}$' then o.key::uuid end
                    from outbox o where o.event_id = m.cause)), m.pay_until, m.traceparent
             from unnest((select $1)::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[],
                $8::uuid[], $10::uuid[], $11::timestamptz[], $12::timestamptz[], $13::text[])
                with ordinality as m (id, cause, kind, recipient, subject, body, content, paper, about, due_at, pay_until,
                    traceparent, place)",
            $which,
            "
             order by m.place
             on conflict on constraint email_messages_once_per_cause do nothing"
        )
    };
}

const QUEUE: &str = new_mail!("");

/// In id order, as whoever remembers events for more than mail.
const QUEUE_OF_EVENTS: &str = concat!(
    "with remembered as (
        insert into consumer_inbox (consumer, event_id, handled_at)
        select distinct $14::text, id, $9::timestamptz from unnest((select $15)::uuid[]) as id order by id
        on conflict (consumer, event_id) do nothing
        returning event_id
     ) ",
    new_mail!(" where m.cause in (select event_id from remembered)")
);

async fn queue(
    executor: impl PgExecutor<'_>,
    mail: &[NewMail],
    now: OffsetDateTime,
    of_events: Option<(Consumer, &[EventId])>,
) -> Result<()> {
    let mut query = sqlx::query::<Postgres>(if of_events.is_some() { QUEUE_OF_EVENTS } else { QUEUE })
        .bind(mail.iter().map(|m| m.id.0).collect::<Vec<_>>())
        .bind(mail.iter().map(|m| m.cause.0).collect::<Vec<_>>())
        .bind(mail.iter().map(|m| m.message.kind.as_str()).collect::<Vec<_>>())
        .bind(mail.iter().map(|m| m.to.as_str()).collect::<Vec<_>>())
        .bind(mail.iter().map(|m| m.message.subject.as_str()).collect::<Vec<_>>())
        .bind(mail.iter().map(|m| m.message.text.as_str()).collect::<Vec<_>>())
        .bind(mail.iter().map(|m| m.message.content.as_ref().map(Json)).collect::<Vec<_>>())
        .bind(mail.iter().map(|m| m.message.paper.map(|id| id.0)).collect::<Vec<_>>())
        .bind(now)
        .bind(mail.iter().map(|m| m.about.map(|id| id.0)).collect::<Vec<_>>())
        .bind(mail.iter().map(|m| m.while_unpaid.map(|it| it.due_at)).collect::<Vec<_>>())
        .bind(mail.iter().map(|m| m.while_unpaid.map(|it| it.pay_until)).collect::<Vec<_>>())
        .bind(mail.iter().map(|m| m.traceparent.as_deref()).collect::<Vec<_>>());
    if let Some((consumer, events)) = of_events {
        query = query.bind(consumer.group()).bind(events.iter().map(|id| id.0).collect::<Vec<_>>());
    }
    query.execute(executor).await.map_err(map_sqlx_error)?;
    Ok(())
}

impl OrderMail for PgStore {
    async fn read_order_facts(&self, ids: &[OrderId]) -> Result<Vec<OrderFacts>> {
        read_facts(&self.pool, ids).await
    }

    async fn queue_mail_of_events(
        &self,
        consumer: Consumer,
        events: &[EventId],
        mail: &[NewMail],
        now: OffsetDateTime,
    ) -> Result<()> {
        queue(&self.pool, mail, now, Some((consumer, events))).await
    }
}

impl Mails for PgTx {
    async fn queue_mail(&mut self, mail: &[NewMail], now: OffsetDateTime) -> Result<()> {
        if mail.is_empty() {
            return Ok(());
        }
        queue(&mut *self.tx, mail, now, None).await
    }

    async fn staff_messages(&mut self, order: OrderId, since: OffsetDateTime) -> Result<Option<Vec<OffsetDateTime>>> {
        sqlx::query_scalar(
            "select array(select m.created_at from email_messages m
                where m.about = o.id and m.kind = 'staff_message' and m.created_at > $2 order by m.created_at)
             from orders o where o.id = $1 and o.anonymised_at is null",
        )
        .bind(order.0)
        .bind(since)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }

    async fn copy_mail(
        &mut self,
        of: MailId,
        copy: MailId,
        cause: EventId,
        now: OffsetDateTime,
    ) -> Result<Option<bool>> {
        let (is_there, is_new): (bool, bool) = sqlx::query_as(concat!(
            "with letter as (
                select m.kind, m.recipient, m.subject, m.body, m.content, m.paper_id, m.about, m.user_id
                from email_messages m where m.id = $1 and ",
            is_resendable!(),
            "), copied as (
                insert into email_messages
                    (id, cause, kind, recipient, subject, body, content, paper_id, due_at, created_at, updated_at, about,
                        user_id)
                select $2::uuid, $3::uuid, l.kind, l.recipient, l.subject, l.body, l.content, l.paper_id, $4::timestamptz,
                    $4::timestamptz, $4::timestamptz, l.about, l.user_id
                from letter l
                on conflict on constraint email_messages_once_per_cause do nothing
                returning id)
             select exists (select from letter), exists (select from copied)"
        ))
        .bind(of.0)
        .bind(copy.0)
        .bind(cause.0)
        .bind(now)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(is_there.then_some(is_new))
    }

    async fn retry_mail(&mut self, which: MailRetry, now: OffsetDateTime) -> Result<u32> {
        let (one, states) = match which {
            MailRetry::One(id) => {
                (Some(id.0), [MailState::Queued, MailState::Refused, MailState::Uncertain].as_slice())
            }
            MailRetry::All => (None, [MailState::Queued, MailState::Refused].as_slice()),
        };
        // A mail whose text is stripped has nothing left to send.
        let done = sqlx::query(
            "update email_messages set state = 'queued', attempts = 0, due_at = $1, updated_at = $1
             where state = any($2) and ($3::uuid is null or id = $3) and body <> ''
                and (pay_until is null or attempts > 0)",
        )
        .bind(now)
        .bind(states.iter().map(|state| state.as_str()).collect::<Vec<_>>())
        .bind(one)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(to_u32(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX)))
    }
}
