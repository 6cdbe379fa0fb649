//! Carts and their lines.

use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{CartId, CartItemId, LineNotice, Money, ProductId, Quantity, UserId, VariantId};
use crate::dto::{CartLine, CartView, Image};
use crate::usecase::{CartLineRow, CartOwner, CartViews, Carts, Error, Result, VariantForSale};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, money, to_i32, to_u32};

/// A line as the view's statement answers it; the last three are what the notices are made of.
#[derive(sqlx::FromRow)]
struct ShownLine {
    cart_id: Uuid,
    id: Uuid,
    product_id: Uuid,
    variant_id: Uuid,
    slug: String,
    sku: String,
    name: String,
    options: Vec<String>,
    image: Option<Json<Image>>,
    quantity: i32,
    price: Decimal,
    price_when_added: Decimal,
    for_sale: bool,
    stock: i32,
}

impl CartViews for PgStore {
    async fn cart_view(&self, owner: CartOwner) -> Result<CartView> {
        let (user, guest) = match owner {
            CartOwner::Customer(customer) => (Some(customer.0.0), None),
            CartOwner::Guest(id) => (None, id.map(|id| id.0)),
        };
        let rows: Vec<ShownLine> = sqlx::query_as(
            "select c.id as cart_id, l.id, l.product_id, l.variant_id, p.slug, v.sku, p.name, v.options,
                coalesce((select i from jsonb_array_elements(p.images) i where i ->> 'name' = v.image limit 1),
                    p.images -> 0) as image,
                l.quantity, v.price, l.price as price_when_added, p.status = 'active' as for_sale,
                coalesce(i.stock, 0) as stock
             from carts c
             join cart_items l on l.cart_id = c.id
             join products p on p.id = l.product_id
             join product_variants v on v.id = l.variant_id
             left join inventory i on i.variant_id = l.variant_id
             where c.user_id = $1 or (c.id = $2 and c.user_id is null)
             order by l.position",
        )
        .bind(user)
        .bind(guest)
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let id = rows.first().map(|r| CartId(r.cart_id)).or(match owner {
            CartOwner::Guest(id) => id,
            CartOwner::Customer(_) => None,
        });
        let lines = rows.into_iter().map(|row| row.line(self.currency)).collect::<Result<Vec<_>>>()?;
        let total = Money::sum(self.currency, lines.iter().map(|l| l.line_total))?;
        let count = lines.iter().map(|l| l.quantity.get()).sum();
        Ok(CartView { id, lines, count, total })
    }
}

impl ShownLine {
    fn line(self, currency: crate::domain::Currency) -> Result<CartLine> {
        let quantity = read_quantity(self.quantity)?;
        let unit_price = money(self.price, currency)?;
        let when_added = money(self.price_when_added, currency)?;
        let notices = LineNotice::of(quantity, self.for_sale, to_u32(self.stock.into()), unit_price, when_added);
        Ok(CartLine {
            id: CartItemId(self.id),
            product_id: ProductId(self.product_id),
            variant_id: VariantId(self.variant_id),
            slug: self.slug,
            sku: self.sku,
            name: self.name,
            options: self.options,
            image: self.image.map(|i| i.0),
            quantity,
            unit_price,
            line_total: unit_price.times(quantity.get())?,
            notices,
        })
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
            "select v.product_id, v.price, p.status = 'active', coalesce(i.stock, 0)
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
