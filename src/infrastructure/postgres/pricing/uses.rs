//! How often promotions were used. An order counts its uses by conditional updates as it is written (`orders/insert.rs`),
//! so that no limit is passed however many ask at once.

use uuid::Uuid;

use crate::domain::OrderId;
use crate::usecase::Result;

use super::super::PgTx;
use super::super::error::map_sqlx_error;

/// How often each promotion was used that may apply: by all, and by whoever buys. Their key is `$1`; null: it is made of
/// the address of the account `u`, as the program makes it, else it is `$kept`.
macro_rules! uses {
    ($kept:literal) => {
        concat!(
            "array(select row(p.id, p.uses, coalesce(used.uses, 0))
            from promotions p left join promotion_uses used on used.promotion_id = p.id and used.customer_key = coalesce($1,
                encode(sha256(convert_to(lower(u.email::text collate \"C\"), 'UTF8')), 'hex'), ",
            $kept,
            ")
            where p.active and (p.use_limit is not null or p.limit_per_customer is not null or p.first_order_only)) as uses"
        )
    };
}

/// Whether an order stands of the user `$2`, `u`, or with their address, or with a guest's in small letters; asked only where
/// a promotion is for first orders.
macro_rules! has_ordered {
    ($email:literal) => {
        concat!(
            "exists (select from promotions where first_order_only and active)
                and (exists (select from orders where user_id = $2 and status <> 'cancelled')
                    or exists (select from orders where lower(email) = coalesce(lower(u.email::text), ",
            $email,
            ") and status <> 'cancelled')) as has_ordered"
        )
    };
}

/// `has_ordered` and `uses` where no rule asks what was bought before: each of them costs a statement something, whether it finds
/// anything or not. The parameters are the same.
macro_rules! no_past {
    () => {
        "$1::text is distinct from $1 as has_ordered, '{}'::record[] as uses"
    };
}

/// Gives the uses back that these orders counted.
pub(super) async fn give_back(tx: &mut PgTx, orders: &[OrderId]) -> Result<()> {
    if orders.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = orders.iter().map(|id| id.0).collect();
    let used: Vec<(Uuid, String)> = sqlx::query_as(
        "with counted as (select order_id, position, promotion_id, customer_key from order_discounts
                where order_id = any($1) and customer_key is not null),
            returned as (update order_discounts d set customer_key = null from counted c
                where d.order_id = c.order_id and d.position = c.position)
         select promotion_id, customer_key from counted order by promotion_id, customer_key",
    )
    .bind(&ids)
    .fetch_all(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    if used.is_empty() {
        return Ok(());
    }
    let (promotions, keys): (Vec<Uuid>, Vec<String>) = used.into_iter().unzip();
    sqlx::query(
        "with returned as (select id, count(*)::integer as uses from unnest($1::uuid[]) as r (id) group by id),
            locked as (select p.id, r.uses from promotions p join returned r on r.id = p.id order by p.id
                for no key update of p)
         update promotions p set uses = greatest(p.uses - l.uses, 0) from locked l where p.id = l.id",
    )
    .bind(&promotions)
    .execute(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    sqlx::query(
        "with returned as (select id, key, count(*)::integer as uses from unnest($1::uuid[], $2::text[]) as r (id, key)
                group by id, key),
            locked as (select u.promotion_id, u.customer_key, r.uses from promotion_uses u
                join returned r on r.id = u.promotion_id and r.key = u.customer_key
                order by u.promotion_id, u.customer_key for no key update of u)
         update promotion_uses u set uses = greatest(u.uses - l.uses, 0) from locked l
         where u.promotion_id = l.promotion_id and u.customer_key = l.customer_key",
    )
    .bind(&promotions)
    .bind(&keys)
    .execute(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    Ok(())
}
