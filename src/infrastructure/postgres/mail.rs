//! The queue of mail.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Email, EventId, MailId};
use crate::usecase::{Error, MailJob, MailMessage, Mails, Result, Sent};

use super::error::map_sqlx_error;
use super::{PgTx, to_i32, to_u32};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    recipient: String,
    subject: String,
    body: String,
    attempts: i32,
}

impl Row {
    fn job(self) -> Result<MailJob> {
        let to = Email::parse(&self.recipient)
            .map_err(|problem| Error::Broken(anyhow::anyhow!("mail {} has no address: {problem:?}", self.id)))?;
        let message = MailMessage { kind: self.kind, subject: self.subject, text: self.body };
        Ok(MailJob { id: MailId(self.id), to, message, attempts: to_u32(self.attempts.into()) })
    }
}

impl Mails for PgTx {
    async fn queue_mail(
        &mut self,
        id: MailId,
        cause: EventId,
        to: &Email,
        message: &MailMessage,
        now: OffsetDateTime,
    ) -> Result<()> {
        sqlx::query(
            "insert into email_messages
                (id, cause, kind, recipient, subject, body, due_at, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $7, $7)
             on conflict on constraint email_messages_once_per_cause do nothing",
        )
        .bind(id.0)
        .bind(cause.0)
        .bind(&message.kind)
        .bind(to.as_str())
        .bind(&message.subject)
        .bind(&message.text)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn take_mail(&mut self, most: u32, now: OffsetDateTime, given_up: OffsetDateTime) -> Result<Vec<MailJob>> {
        sqlx::query(
            "update email_messages set state = 'uncertain', last_error = 'nobody saw how sending ended', updated_at = $1
             where state = 'sending' and updated_at < $2",
        )
        .bind(now)
        .bind(given_up)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let rows: Vec<Row> = sqlx::query_as(
            "update email_messages m set state = 'sending', attempts = attempts + 1, updated_at = $1
             from (select id from email_messages where state = 'queued' and due_at <= $1 order by due_at limit $2
                for update skip locked) due
             where m.id = due.id
             returning m.id, m.kind, m.recipient, m.subject, m.body, m.attempts",
        )
        .bind(now)
        .bind(to_i32(most))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        rows.into_iter().map(Row::job).collect()
    }

    async fn settle_mail(
        &mut self,
        id: MailId,
        sent: &Sent,
        again_at: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<()> {
        let (state, error) = match sent {
            Sent::Accepted => ("accepted", None),
            Sent::NotNow(why) => ("queued", Some(why)),
            Sent::Never(why) => ("refused", Some(why)),
            Sent::Uncertain(why) => ("uncertain", Some(why)),
        };
        sqlx::query(
            "update email_messages set state = $2, last_error = $3, due_at = $4, updated_at = $5
             where id = $1 and state = 'sending'",
        )
        .bind(id.0)
        .bind(state)
        .bind(error.map(|why| why.replace('\0', " ")))
        .bind(again_at)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
