//! Guests' orders: how one is found again, and how they become a customer's.

use uuid::Uuid;

use crate::domain::{CartId, Email, OrderId, UserId};
use crate::usecase::Result;

use super::super::error::map_sqlx_error;
use super::super::{PgStore, PgTx};

pub(super) async fn by_number(store: &PgStore, number: i64, email: &Email) -> Result<Option<OrderId>> {
    let found: Option<Uuid> =
        sqlx::query_scalar("select id from orders where number = $1 and lower(email) = lower($2)")
            .bind(number)
            .bind(email.as_str())
            .fetch_optional(&store.pool)
            .await
            .map_err(map_sqlx_error)?;
    Ok(found.map(OrderId))
}

/// Locks an account, against being removed, before the orders that are to refer to it: so does who makes a customer nobody.
/// False: it is gone.
async fn hold_account(tx: &mut PgTx, user: UserId) -> Result<bool> {
    let held = sqlx::query("select id from users where id = $1 for key share")
        .bind(user.0)
        .execute(&mut *tx.tx)
        .await
        .map_err(map_sqlx_error)?;
    Ok(held.rows_affected() == 1)
}

pub(super) async fn take_one(tx: &mut PgTx, order: OrderId, user: UserId) -> Result<bool> {
    if !hold_account(tx, user).await? {
        return Ok(false);
    }
    let done = sqlx::query("update orders set user_id = $2 where id = $1 and user_id is null")
        .bind(order.0)
        .bind(user.0)
        .execute(&mut *tx.tx)
        .await
        .map_err(map_sqlx_error)?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn take_of_cart(tx: &mut PgTx, cart: CartId, user: UserId) -> Result<()> {
    if !hold_account(tx, user).await? {
        return Ok(());
    }
    sqlx::query(
        "with theirs as (
            select id from orders where cart_id = $1 and user_id is null
                and lower(email) = (select lower(email::text) from users where id = $2)
            order by id for no key update
         )
         update orders o set user_id = $2 from theirs t where o.id = t.id",
    )
    .bind(cart.0)
    .bind(user.0)
    .execute(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    Ok(())
}
