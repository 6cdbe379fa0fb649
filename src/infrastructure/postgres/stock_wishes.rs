//! Who wants to hear when a variant is back.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Email, StockWishId, VariantId};
use crate::usecase::{
    Error, GrantedWish, NewStockWish, Result, SavedStockWish, StockWish, StockWishViews, StockWishes, WishedVariant,
};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, to_i32};

/// `product` (the name, with what was chosen), `slug` and `sku` of a variant `v` of a product `p`.
macro_rules! wished {
    () => {
        "case when v.options = '{}' then p.name else p.name || ' (' || array_to_string(v.options, ', ') || ')' end as product,
            p.slug, v.sku"
    };
}

#[derive(FromRow)]
struct VariantRow {
    product: String,
    slug: String,
    sku: String,
}

impl From<VariantRow> for WishedVariant {
    fn from(row: VariantRow) -> Self {
        Self { name: row.product, slug: row.slug, sku: row.sku }
    }
}

#[derive(FromRow)]
struct WishRow {
    id: Uuid,
    generation: i32,
    email: String,
    is_confirmed: bool,
    is_told: bool,
    expires_at: OffsetDateTime,
    #[sqlx(flatten)]
    of: VariantRow,
}

#[derive(FromRow)]
struct GrantedRow {
    id: Uuid,
    generation: i32,
    email: String,
    asked_at: OffsetDateTime,
    #[sqlx(flatten)]
    of: VariantRow,
}

impl GrantedRow {
    fn wish(self) -> Result<GrantedWish> {
        let email = Email::parse(&self.email)
            .map_err(|problem| Error::Broken(anyhow::anyhow!("wish {} has no address: {problem:?}", self.id)))?;
        let (id, generation, asked_at) = (StockWishId(self.id), self.generation, self.asked_at);
        Ok(GrantedWish { id, generation, email, asked_at, of: self.of.into() })
    }
}

impl StockWishViews for PgStore {
    async fn stock_wish(&self, id: StockWishId) -> Result<Option<StockWish>> {
        let row: Option<WishRow> = sqlx::query_as(concat!(
            "select w.id, w.generation, w.email::text as email, w.confirmed_at is not null as is_confirmed,
                w.told_at is not null as is_told, w.expires_at, ",
            wished!(),
            " from stock_wishes w join product_variants v on v.id = w.variant_id join products p on p.id = v.product_id
             where w.id = $1 and w.refused_at is null"
        ))
        .bind(id.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(row.map(|row| StockWish {
            id: StockWishId(row.id),
            generation: row.generation,
            email: row.email,
            of: row.of.into(),
            is_confirmed: row.is_confirmed,
            is_told: row.is_told,
            expires_at: row.expires_at,
        }))
    }
}

impl StockWishes for PgTx {
    async fn wished_variant(&mut self, id: VariantId) -> Result<Option<WishedVariant>> {
        let row: Option<VariantRow> = sqlx::query_as(concat!(
            "select ",
            wished!(),
            " from product_variants v join products p on p.id = v.product_id
             where v.id = $1 and v.retired_at is null and p.status = 'active'"
        ))
        .bind(id.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(row.map(WishedVariant::from))
    }

    async fn save_stock_wish(&mut self, wish: &NewStockWish) -> Result<Option<SavedStockWish>> {
        // One that waits stays as it is. One that is over, or was told, begins anew; one that nobody has confirmed is confirmed
        // by its owner, or mailed anew. One that was refused stays so until it is over, but for its owner. An address that was
        // asked often of late is asked no more.
        let row: Option<(Uuid, i32)> = sqlx::query_as(
            "insert into stock_wishes as w (id, variant_id, email, user_id, asked_at, confirmed_at, expires_at)
             select $1::uuid, $2::uuid, $3::citext, $4::uuid, $5::timestamptz,
                case when $4::uuid is not null then $5::timestamptz end, $6::timestamptz
             where $4::uuid is not null or $8 > (
                select count(*) from stock_wishes q
                where q.email = $3::citext and q.confirmed_at is null and q.asked_at > $7)
             on conflict on constraint stock_wishes_once do update set generation = w.generation + 1,
                user_id = excluded.user_id, asked_at = excluded.asked_at, confirmed_at = excluded.confirmed_at,
                told_at = null, refused_at = null, expires_at = excluded.expires_at
                where w.told_at is not null or w.expires_at <= $5
                    or (w.confirmed_at is null and (excluded.confirmed_at is not null
                        or (w.asked_at <= $7 and w.refused_at is null)))
             returning w.id, w.generation",
        )
        .bind(wish.id.0)
        .bind(wish.variant.0)
        .bind(wish.email.as_str())
        .bind(wish.user.map(|id| id.0))
        .bind(wish.at)
        .bind(wish.expires_at)
        .bind(wish.last_before)
        .bind(i64::from(wish.most_unconfirmed))
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(row.map(|(id, generation)| SavedStockWish { id: StockWishId(id), generation }))
    }

    async fn confirm_stock_wish(&mut self, id: StockWishId, now: OffsetDateTime, until: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "update stock_wishes set confirmed_at = $2, expires_at = $3 where id = $1 and confirmed_at is null
                and refused_at is null",
        )
        .bind(id.0)
        .bind(now)
        .bind(until)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn end_stock_wish(&mut self, id: StockWishId, now: OffsetDateTime, until: OffsetDateTime) -> Result<()> {
        // One after the other: what is confirmed between them is deleted.
        sqlx::query(
            "update stock_wishes set refused_at = $2, expires_at = $3
             where id = $1 and confirmed_at is null and refused_at is null",
        )
        .bind(id.0)
        .bind(now)
        .bind(until)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query("delete from stock_wishes where id = $1 and confirmed_at is not null")
            .bind(id.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn grant_stock_wishes(
        &mut self,
        most: u32,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Result<Vec<GrantedWish>> {
        let rows: Vec<GrantedRow> = sqlx::query_as(concat!(
            "with granted as (
                update stock_wishes w set told_at = $1, expires_at = $2
                from (
                    select q.id from stock_wishes q
                    join inventory i on i.variant_id = q.variant_id
                    join product_variants n on n.id = q.variant_id
                    join products s on s.id = n.product_id
                    where q.told_at is null and q.confirmed_at is not null and q.expires_at > $1 and i.stock > 0
                        and n.retired_at is null and s.status = 'active'
                    order by q.asked_at, q.id limit $3 for update of q skip locked
                ) due
                where w.id = due.id
                returning w.id, w.generation, w.email, w.asked_at, w.variant_id
             )
             select w.id, w.generation, w.email::text as email, w.asked_at, ",
            wished!(),
            " from granted w join product_variants v on v.id = w.variant_id join products p on p.id = v.product_id
             order by w.asked_at, w.id"
        ))
        .bind(now)
        .bind(until)
        .bind(to_i32(most))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        rows.into_iter().map(GrantedRow::wish).collect()
    }
}
