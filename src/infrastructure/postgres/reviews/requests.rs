//! Whom to ask what they think of what they bought, and who does not want to be asked.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::OrderId;
use crate::usecase::{Result, SentWithin};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, to_i32};

pub(super) async fn take(tx: &mut PgTx, sent: SentWithin, now: OffsetDateTime, most: u32) -> Result<Vec<OrderId>> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "with due as (
            select o.id from orders o
            where o.id in (select s.order_id from shipments s where s.created_at > $1 and s.created_at <= $2)
                and o.status in ('shipped', 'completed') and o.account_closed_at is null and o.anonymised_at is null
                and not exists (select from shipments l where l.order_id = o.id and l.created_at > $2)
                and not exists (select from review_requests a where a.order_id = o.id)
                and not exists (select from review_refusals f where f.email = o.email::citext)
                and not exists (select from payments p join refunds b on b.payment_id = p.id where p.order_id = o.id)
                and not exists (select from returns t where t.order_id = o.id)
                and exists (select from order_items i join products g on g.id = i.product_id
                    where i.order_id = o.id and g.status = 'active'
                        and not exists (select from reviews r where r.order_item_id = i.id))
            order by o.id limit $4 for no key update of o skip locked
         )
         insert into review_requests (order_id, asked_at) select d.id, $3 from due d
         on conflict (order_id) do nothing returning order_id",
    )
    .bind(sent.after)
    .bind(sent.until)
    .bind(now)
    .bind(to_i32(most))
    .fetch_all(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    Ok(ids.into_iter().map(OrderId).collect())
}

pub(super) async fn refuse(tx: &mut PgTx, order: OrderId, now: OffsetDateTime) -> Result<()> {
    sqlx::query(
        "insert into review_refusals (email, refused_at)
         select o.email::citext, $2 from orders o where o.id = $1 and o.anonymised_at is null
         on conflict (email) do nothing",
    )
    .bind(order.0)
    .bind(now)
    .execute(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    Ok(())
}
