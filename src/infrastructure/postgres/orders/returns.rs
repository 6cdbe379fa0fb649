//! What comes back. Whoever writes holds the order's lock.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{OrderId, OrderItemId, ReturnId, ReturnState};
use crate::usecase::{NewReturn, Result, ReturnChange, ReturnRow, Returns};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, to_i32, to_u32, unknown_word};

/// state, whether it is closed, reason, units of lines
type Row = (String, bool, String, Vec<(Uuid, i32)>);

impl Returns for PgTx {
    async fn insert_return(&mut self, new: &NewReturn) -> Result<()> {
        let (items, units): (Vec<_>, Vec<_>) = new.lines.iter().map(|(id, n)| (id.0, to_i32(*n))).unzip();
        sqlx::query(
            "with asked as (
                insert into returns (id, order_id, reason, created_at) values ($1, $2, $3, $4)
             )
             insert into return_items (return_id, order_item_id, quantity)
             select $1, l.item, l.quantity from unnest($5::uuid[], $6::int[]) as l (item, quantity)",
        )
        .bind(new.id.0)
        .bind(new.order.0)
        .bind(&new.reason)
        .bind(new.at)
        .bind(items)
        .bind(units)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn order_of_return(&mut self, id: ReturnId) -> Result<Option<OrderId>> {
        let order: Option<Uuid> = sqlx::query_scalar("select order_id from returns where id = $1")
            .bind(id.0)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(order.map(OrderId))
    }

    async fn read_return(&mut self, id: ReturnId) -> Result<Option<ReturnRow>> {
        let row: Option<Row> = sqlx::query_as(
            "select r.state, r.closed_at is not null, r.reason, array(select row(x.order_item_id, x.quantity) from return_items x
                join order_items i on i.id = x.order_item_id where x.return_id = r.id order by i.position)
             from returns r where r.id = $1",
        )
        .bind(id.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let row = row.map(|(state, is_closed, reason, lines)| {
            let state = ReturnState::parse(&state).ok_or_else(|| unknown_word("returns.state", &state))?;
            let lines = lines.into_iter().map(|(id, n)| (OrderItemId(id), to_u32(n.into()))).collect();
            Ok(ReturnRow { state, is_closed, reason, lines })
        });
        row.transpose()
    }

    async fn save_return(&mut self, change: &ReturnChange) -> Result<()> {
        sqlx::query(
            "update returns set state = $2, answer = coalesce($3, answer), refund_id = coalesce($4, refund_id),
                answered_at = case when $2 = 'received' then answered_at else $5 end,
                received_at = case when $2 = 'received' then $5 end, closed_at = case when $6 then $5 end
             where id = $1",
        )
        .bind(change.id.0)
        .bind(change.to.as_str())
        .bind(change.answer.as_deref())
        .bind(change.refund.map(|id| id.0))
        .bind(change.at)
        .bind(change.is_closed)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn last_sent(&mut self, order: OrderId) -> Result<Option<OffsetDateTime>> {
        sqlx::query_scalar(
            "select max(at) from order_events where order_id = $1 and kind in ('parcel_sent', 'shipped')",
        )
        .bind(order.0)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }
}
