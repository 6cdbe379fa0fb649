//! Earlier orders, for ordering them again.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::domain::{CartId, OrderId, ProductId, UserId, VariantId};
use crate::usecase::{EarlierLine, EarlierOrder, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, money, to_u32};

#[derive(sqlx::FromRow)]
struct Row {
    user_id: Option<Uuid>,
    cart_id: Option<Uuid>,
    product_id: Uuid,
    variant_id: Uuid,
    name: String,
    options: Vec<String>,
    quantity: i32,
    price: Decimal,
    for_sale: bool,
    stock: i32,
}

pub async fn earlier_order(tx: &mut PgTx, id: OrderId) -> Result<Option<EarlierOrder>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select o.user_id, o.cart_id, i.product_id, i.variant_id, i.name, i.options, i.quantity,
            v.price, p.status = 'active' and v.retired_at is null as for_sale, coalesce(s.stock, 0) as stock
         from orders o
         join order_items i on i.order_id = o.id
         join products p on p.id = i.product_id
         join product_variants v on v.id = i.variant_id
         left join inventory s on s.variant_id = i.variant_id
         where o.id = $1 order by i.position",
    )
    .bind(id.0)
    .fetch_all(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    let Some(first) = rows.first() else { return Ok(None) };
    let (user_id, cart_id) = (first.user_id.map(UserId), first.cart_id.map(CartId));
    let currency = tx.currency;
    let lines = rows.into_iter().map(|row| {
        Ok(EarlierLine {
            product_id: ProductId(row.product_id),
            variant_id: VariantId(row.variant_id),
            name: row.name,
            options: row.options,
            quantity: to_u32(row.quantity.into()),
            price: money(row.price, currency)?,
            for_sale: row.for_sale,
            stock: to_u32(row.stock.into()),
        })
    });
    Ok(Some(EarlierOrder { user_id, cart_id, lines: lines.collect::<Result<_>>()? }))
}
