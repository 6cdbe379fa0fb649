//! Tables that leave the shop: parts of them, each found by an index behind the one before.

use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{ProductId, UserId};
use crate::dto::StaffProduct;
use crate::usecase::{ExportViews, ExportedCustomer, ExportedOrder, Result};

use super::error::map_sqlx_error;
use super::{PgStore, to_i32};

/// An amount of the order `o`.
macro_rules! order_sum {
    ($column:literal) => {
        concat!("json_build_object('amount', ", $column, "::text, 'currency', o.currency)")
    };
}

impl ExportViews for PgStore {
    async fn products_behind(&self, place: Option<ProductId>, most: u32) -> Result<Vec<StaffProduct>> {
        let found: Vec<Json<StaffProduct>> = sqlx::query_scalar(concat!(
            "select ",
            staff_product!(),
            " from products p where ($1::uuid is null or p.id > $1) order by p.id limit $3"
        ))
        .bind(place.map(|id| id.0))
        .bind(self.currency.code())
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|Json(product)| product).collect())
    }

    async fn orders_behind(&self, number: i64, most: u32) -> Result<Vec<ExportedOrder>> {
        let found: Vec<Json<ExportedOrder>> = sqlx::query_scalar(concat!(
            "select json_build_object('number', o.number, 'created_at', o.created_at, 'status', o.status, 'email', o.email,
                'name', o.shipping_address ->> 'name', 'company', o.shipping_address ->> 'company',
                'line1', o.shipping_address ->> 'line1', 'line2', o.shipping_address ->> 'line2',
                'postal_code', o.shipping_address ->> 'postal_code', 'city', o.shipping_address ->> 'city',
                'region', o.shipping_address ->> 'region', 'country', o.shipping_address ->> 'country',
                'subtotal', case when o.subtotal is not null then ",
            order_sum!("o.subtotal"),
            " end, 'discounts', ",
            order_sum!("o.discount_total"),
            ", 'shipping', ",
            order_sum!("o.shipping_price"),
            ", 'tax', ",
            order_sum!("o.tax_amount"),
            ", 'total', ",
            order_sum!("o.total"),
            ", 'refunded', (select json_build_object('amount', coalesce(sum(p.refunded), 0)::text, 'currency', o.currency)
                    from payments p where p.order_id = o.id),
                'items', coalesce((select json_agg(json_build_object('name', i.name, 'options', i.options, 'sku', i.sku,
                        'quantity', i.quantity, 'price', ",
            order_sum!("i.price"),
            ", 'line_total', ",
            order_sum!("i.line_total"),
            ") order by i.position) from order_items i where i.order_id = o.id), '[]'))
             from orders o where o.number > $1 order by o.number limit $2"
        ))
        .bind(number)
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|Json(order)| order).collect())
    }

    async fn accounts_behind(&self, place: Option<UserId>, most: u32) -> Result<Vec<(UserId, ExportedCustomer)>> {
        let found: Vec<(Uuid, Json<ExportedCustomer>)> = sqlx::query_as(
            "select c.id, json_build_object('name', c.name, 'email', c.email, 'since', c.created_at,
                'orders', theirs.count, 'last_order', theirs.last)
             from (select u.id, u.name, u.email::text as email, u.created_at from users u
                where u.role = 'customer' and ($1::uuid is null or u.id > $1) order by u.id limit $2) c
             cross join lateral (select count(*) as count, max(t.number) as last from (
                select a.number from orders a where a.user_id = c.id
                union all
                select g.number from orders g where g.user_id is null and lower(g.email) = lower(c.email)) t) theirs
             order by c.id",
        )
        .bind(place.map(|id| id.0))
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|(id, Json(customer))| (UserId(id), customer)).collect())
    }

    async fn guests_behind(&self, number: i64, most: u32) -> Result<Vec<(i64, ExportedCustomer)>> {
        // Comparisons with a value and not `not exists`, as in the list of customers: that would read all orders.
        let found: Vec<(i64, Json<ExportedCustomer>)> = sqlx::query_as(
            "select c.number, json_build_object('name', c.name, 'email', c.email, 'since', c.created_at,
                'orders', theirs.count, 'last_order', theirs.last)
             from (select o.number, coalesce(o.shipping_address ->> 'name', '') as name, o.email, o.created_at
                from orders o where o.number > $1 and o.user_id is null and o.anonymised_at is null
                    and o.number <= (select min(e.number) from orders e
                        where e.user_id is null and lower(e.email) = lower(o.email))
                    and coalesce((select 1 from users u where u.email = o.email::citext), 0) < 1
                order by o.number limit $2) c
             cross join lateral (select count(*) as count, max(t.number) as last from orders t
                where t.user_id is null and lower(t.email) = lower(c.email)) theirs
             order by c.number",
        )
        .bind(number)
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|(number, Json(customer))| (number, customer)).collect())
    }
}
