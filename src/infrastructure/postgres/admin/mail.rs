//! Mail as staff see it.

use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{MailId, OrderId};
use crate::dto::{MailList, MailQuery, MailRow, MailView};
use crate::usecase::Result;

use super::super::error::map_sqlx_error;
use super::super::{PgStore, to_i32};

/// `MailRow` of a row `m`.
macro_rules! mail_row {
    () => {
        "json_build_object('id', m.id, 'kind', m.kind, 'recipient', m.recipient, 'subject', m.subject, 'state', m.state,
            'attempts', m.attempts, 'created_at', m.created_at, 'due_at', m.due_at, 'last_error', m.last_error)"
    };
}

/// What waits for whoever pays at once is not told of: it is dropped or sent within minutes. Nor is what was not sent once
/// its words are taken out, for nobody can send it any more.
pub(super) async fn list(store: &PgStore, query: &MailQuery, per_page: u32) -> Result<MailList> {
    let statement = match query.all {
        true => concat!(
            "select coalesce(json_agg(",
            mail_row!(),
            " order by m.id desc), '[]') from (select * from email_messages
                where ($1::uuid is null or id < $1) and (pay_until is null or attempts > 0) order by id desc limit $2) m"
        ),
        false => concat!(
            "select coalesce(json_agg(",
            mail_row!(),
            " order by m.id desc), '[]') from (select * from email_messages
                where state <> 'accepted' and stripped_at is null and ($1::uuid is null or id < $1) and (pay_until is null or attempts > 0)
                order by id desc limit $2) m"
        ),
    };
    let Json(mut mail): Json<Vec<MailRow>> = sqlx::query_scalar(statement)
        .bind(query.before.map(|id| id.0))
        .bind(to_i32(per_page.saturating_add(1)))
        .fetch_one(&store.pool)
        .await
        .map_err(map_sqlx_error)?;
    let has_more = mail.len() > per_page as usize;
    mail.truncate(per_page as usize);
    let last = mail.last().map(|row| row.id).filter(|_| has_more);
    let next = last.map(|id| MailQuery { before: Some(id), ..query.clone() });
    Ok(MailList { query: query.clone(), mail, next })
}

pub(super) async fn one(store: &PgStore, id: MailId) -> Result<Option<MailView>> {
    let found: Option<Json<MailView>> = sqlx::query_scalar(concat!(
        "select json_build_object('row', ",
        mail_row!(),
        ", 'text', ",
        readable_body!(),
        ", 'resendable', ",
        is_resendable!(),
        ") from email_messages m where m.id = $1"
    ))
    .bind(id.0)
    .fetch_optional(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(found.map(|json| json.0))
}

pub(super) async fn order_numbered(store: &PgStore, number: i64) -> Result<Option<OrderId>> {
    let found: Option<Uuid> = sqlx::query_scalar("select id from orders where number = $1")
        .bind(number)
        .fetch_optional(&store.pool)
        .await
        .map_err(map_sqlx_error)?;
    Ok(found.map(OrderId))
}
