//! Carts and their lines.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::domain::{CartId, CartItemId, ProductId, Quantity, UserId, VariantId};
use crate::usecase::{CartFacts, CartLineRow, CartOwner, CartViews, Carts, Error, Result, VariantForSale};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, money, pricing, to_i32, to_u32};

// Each by its own key: one condition for both would look into two indexes.
const COUNT_OF_GUEST: &str = "select coalesce(sum(l.quantity), 0) from carts c join cart_items l on l.cart_id = c.id
    where c.id = $1 and c.user_id is null";
const COUNT_OF_CUSTOMER: &str = "select coalesce(sum(l.quantity), 0) from carts c join cart_items l on l.cart_id = c.id
    where c.user_id = $1";

impl CartViews for PgStore {
    async fn cart_facts(&self, owner: CartOwner) -> Result<CartFacts> {
        pricing::cart_of(self, owner).await
    }

    async fn cart_count(&self, owner: CartOwner) -> Result<u32> {
        let (count, id) = match owner {
            CartOwner::Guest(None) => return Ok(0),
            CartOwner::Guest(Some(cart)) => (COUNT_OF_GUEST, cart.0),
            CartOwner::Customer(customer) => (COUNT_OF_CUSTOMER, customer.0.0),
        };
        let units: i64 = sqlx::query_scalar(count).bind(id).fetch_one(&self.pool).await.map_err(map_sqlx_error)?;
        Ok(to_u32(units))
    }
}

fn read_quantity(number: i32) -> Result<Quantity> {
    Quantity::new(to_u32(number.into()))
        .map_err(|_| Error::Broken(anyhow::anyhow!("cart_items.quantity holds {number}")))
}

impl Carts for PgTx {
    async fn lock_customer_cart(&mut self, id: CartId, user: UserId) -> Result<CartId> {
        // The update of nothing is what takes the lock where the cart is there already.
        let id = sqlx::query_scalar(
            "insert into carts (id, user_id) values ($1, $2)
             on conflict on constraint carts_one_per_user do update set updated_at = now()
             returning id",
        )
        .bind(id.0)
        .bind(user.0)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(CartId(id))
    }

    async fn lock_guest_cart(&mut self, id: CartId) -> Result<Option<CartId>> {
        let found: Option<Uuid> =
            sqlx::query_scalar("update carts set updated_at = now() where id = $1 and user_id is null returning id")
                .bind(id.0)
                .fetch_optional(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        Ok(found.map(CartId))
    }

    async fn insert_guest_cart(&mut self, id: CartId) -> Result<()> {
        sqlx::query("insert into carts (id) values ($1)")
            .bind(id.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn cart_lines(&mut self, cart: CartId) -> Result<Vec<CartLineRow>> {
        let rows: Vec<(Uuid, Uuid, Uuid, i32, Decimal)> = sqlx::query_as(
            "select id, product_id, variant_id, quantity, price from cart_items where cart_id = $1 order by position",
        )
        .bind(cart.0)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        rows.into_iter()
            .map(|(id, product, variant, quantity, price)| {
                Ok(CartLineRow {
                    id: CartItemId(id),
                    product_id: ProductId(product),
                    variant_id: VariantId(variant),
                    quantity: read_quantity(quantity)?,
                    price: money(price, self.currency)?,
                })
            })
            .collect()
    }

    async fn variant_for_sale(&mut self, id: VariantId) -> Result<Option<VariantForSale>> {
        let row: Option<(Uuid, Decimal, bool, i32)> = sqlx::query_as(
            "select v.product_id, v.price, p.status = 'active' and v.retired_at is null, coalesce(i.stock, 0)
             from product_variants v
             join products p on p.id = v.product_id
             left join inventory i on i.variant_id = v.id
             where v.id = $1",
        )
        .bind(id.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        row.map(|(product, price, for_sale, stock)| {
            let price = money(price, self.currency)?;
            Ok(VariantForSale { product_id: ProductId(product), price, for_sale, stock: to_u32(stock.into()) })
        })
        .transpose()
    }

    async fn put_cart_line(&mut self, cart: CartId, line: CartLineRow) -> Result<()> {
        sqlx::query(
            "insert into cart_items (id, cart_id, product_id, variant_id, quantity, price)
             values ($1, $2, $3, $4, $5, $6)
             on conflict on constraint cart_items_one_per_variant
             do update set quantity = excluded.quantity, price = excluded.price",
        )
        .bind(line.id.0)
        .bind(cart.0)
        .bind(line.product_id.0)
        .bind(line.variant_id.0)
        .bind(to_i32(line.quantity.get()))
        .bind(line.price.amount())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn set_cart_line(&mut self, cart: CartId, line: CartItemId, quantity: Quantity) -> Result<bool> {
        let done = sqlx::query("update cart_items set quantity = $3 where cart_id = $1 and id = $2")
            .bind(cart.0)
            .bind(line.0)
            .bind(to_i32(quantity.get()))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn delete_cart_line(&mut self, cart: CartId, line: CartItemId) -> Result<bool> {
        let done = sqlx::query("delete from cart_items where cart_id = $1 and id = $2")
            .bind(cart.0)
            .bind(line.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() == 1)
    }

    async fn clear_cart_lines(&mut self, cart: CartId) -> Result<()> {
        sqlx::query("delete from cart_items where cart_id = $1")
            .bind(cart.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn delete_cart(&mut self, cart: CartId) -> Result<()> {
        sqlx::query("delete from carts where id = $1")
            .bind(cart.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }
}
