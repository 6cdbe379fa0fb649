//! Carts and their lines.

use rust_decimal::Decimal;
use sqlx::Postgres;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use uuid::Uuid;

use crate::domain::{CartId, CartItemId, Currency, ProductId, Quantity, UserId, VariantId};
use crate::usecase::{
    CartFacts, CartFilling, CartLineRow, CartOwner, CartToFill, CartViews, Carts, Error, Result, VariantForSale,
};

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

/// id, product, variant, quantity, price
type LineColumns = (Uuid, Uuid, Uuid, i32, Decimal);

#[derive(sqlx::FromRow)]
struct ToFillRow {
    cart_id: Option<Uuid>,
    version: Option<i64>,
    lines: Vec<LineColumns>,
    product_id: Option<Uuid>,
    price: Option<Decimal>,
    for_sale: Option<bool>,
    stock: i32,
}

/// Puts the line `$row` into a cart, in place of the one that has its variant.
macro_rules! put {
    ($row:literal) => {
        concat!(
            "insert into cart_items (id, cart_id, product_id, variant_id, quantity, price) ",
            $row,
            " on conflict on constraint cart_items_one_per_variant
              do update set quantity = excluded.quantity, price = excluded.price"
        )
    };
}

/// The same if the cart is at the version `$7`.
const FILL: &str = concat!(
    "with held as (update carts set ",
    touched!(),
    " where id = $2 and xmin::text::bigint = $7 returning id) ",
    put!("select $1, id, $3, $4, $5, $6 from held")
);

/// `$1` to `$6` of a statement that has `put!`.
fn put_line(statement: &'static str, cart: CartId, line: &CartLineRow) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(statement)
        .bind(line.id.0)
        .bind(cart.0)
        .bind(line.product_id.0)
        .bind(line.variant_id.0)
        .bind(to_i32(line.quantity.get()))
        .bind(line.price.amount())
}

impl CartFilling for PgStore {
    async fn cart_to_fill(&self, owner: CartOwner, variant: VariantId) -> Result<CartToFill> {
        let (user, guest) = pricing::cart_keys(owner);
        let row: ToFillRow = sqlx::query_as(
            "select c.id as cart_id, c.xmin::text::bigint as version,
                array(select row(l.id, l.product_id, l.variant_id, l.quantity, l.price) from cart_items l
                    where l.cart_id = c.id order by l.position) as lines,
                v.product_id, v.price, p.status = 'active' and v.retired_at is null as for_sale,
                coalesce(i.stock, 0) as stock
             from (select) as one
             left join carts c on c.user_id = $1 or (c.id = $2 and c.user_id is null)
             left join product_variants v on v.id = $3
             left join products p on p.id = v.product_id
             left join inventory i on i.variant_id = v.id",
        )
        .bind(user)
        .bind(guest)
        .bind(variant.0)
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        row.cart(self.currency)
    }

    async fn fill_cart(&self, cart: CartId, version: i64, line: CartLineRow) -> Result<bool> {
        let done = put_line(FILL, cart, &line).bind(version).execute(&self.pool).await.map_err(map_sqlx_error)?;
        Ok(done.rows_affected() == 1)
    }
}

impl ToFillRow {
    fn cart(self, currency: Currency) -> Result<CartToFill> {
        let sold = self.product_id.zip(self.price).zip(self.for_sale);
        Ok(CartToFill {
            cart: self.cart_id.map(CartId).zip(self.version),
            lines: self.lines.into_iter().map(|columns| line(columns, currency)).collect::<Result<_>>()?,
            variant: sold
                .map(|((product, price), for_sale)| {
                    let (product_id, price) = (ProductId(product), money(price, currency)?);
                    Ok::<_, Error>(VariantForSale { product_id, price, for_sale, stock: to_u32(self.stock.into()) })
                })
                .transpose()?,
        })
    }
}

fn line((id, product, variant, quantity, price): LineColumns, currency: Currency) -> Result<CartLineRow> {
    Ok(CartLineRow {
        id: CartItemId(id),
        product_id: ProductId(product),
        variant_id: VariantId(variant),
        quantity: read_quantity(quantity)?,
        price: money(price, currency)?,
    })
}

fn read_quantity(number: i32) -> Result<Quantity> {
    Quantity::new(to_u32(number.into()))
        .map_err(|_| Error::Broken(anyhow::anyhow!("cart_items.quantity holds {number}")))
}

impl Carts for PgTx {
    async fn lock_customer_cart(&mut self, id: CartId, user: UserId) -> Result<CartId> {
        // The update of nothing is what takes the lock where the cart is there already.
        let id = sqlx::query_scalar(
            "insert into carts as c (id, user_id) values ($1, $2)
             on conflict on constraint carts_one_per_user do update set updated_at = c.updated_at
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
        let rows: Vec<LineColumns> = sqlx::query_as(
            "select id, product_id, variant_id, quantity, price from cart_items where cart_id = $1 order by position",
        )
        .bind(cart.0)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        rows.into_iter().map(|columns| line(columns, self.currency)).collect()
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
        put_line(put!("values ($1, $2, $3, $4, $5, $6)"), cart, &line)
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
