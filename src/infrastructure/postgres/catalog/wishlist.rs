//! What somebody wants to find again.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{ProductId, Slug, UserId};
use crate::dto::WishlistItem;
use crate::usecase::{Result, WishlistAddition, Wishlists};

use super::super::PgStore;
use super::super::error::map_sqlx_error;
use super::cards::{CardRecord, card};

#[derive(sqlx::FromRow)]
struct ItemRow {
    id: Uuid,
    name: String,
    card: Option<CardRecord>,
}

impl Wishlists for PgStore {
    async fn wishlist(&self, user: UserId) -> Result<Vec<WishlistItem>> {
        let rows: Vec<ItemRow> = sqlx::query_as(concat!(
            "select p.id, p.name, (select ",
            card!(),
            " from product_cards() c where c.id = p.id and c.choices > 0) as card
             from wishlist_items w join products p on p.id = w.product_id
             where w.user_id = $1 order by w.added_at desc, w.product_id"
        ))
        .bind(user.0)
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let item = |row: ItemRow| {
            let shown = row.card.map(|record| card(record.0, self.currency)).transpose()?;
            Ok(WishlistItem { product: ProductId(row.id), name: row.name, card: shown })
        };
        rows.into_iter().map(item).collect()
    }

    async fn add_to_wishlist(
        &self,
        user: UserId,
        product: &Slug,
        most: u32,
        now: OffsetDateTime,
    ) -> Result<WishlistAddition> {
        // Of two clicks at once the second finds what the first has written, whatever it saw when it began.
        let (is_for_sale, is_kept): (bool, bool) = sqlx::query_as(
            "with asked as (
                select p.id from products p where p.slug = $2 and p.status = 'active' and p.choices > 0
             ), added as (
                insert into wishlist_items as kept (user_id, product_id, added_at)
                select u.id, a.id, $4::timestamptz from asked a join users u on u.id = $1
                where (select count(*) from wishlist_items w where w.user_id = u.id) < $3
                on conflict on constraint wishlist_items_pkey do update set added_at = kept.added_at returning product_id
             )
             select exists (select from asked), exists (select from added)
                or exists (select from wishlist_items w join asked a on a.id = w.product_id where w.user_id = $1)",
        )
        .bind(user.0)
        .bind(product.as_str())
        .bind(i64::from(most))
        .bind(now)
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(WishlistAddition { is_for_sale, is_kept })
    }

    async fn remove_from_wishlist(&self, user: UserId, product: ProductId) -> Result<bool> {
        let done = sqlx::query("delete from wishlist_items where user_id = $1 and product_id = $2")
            .bind(user.0)
            .bind(product.0)
            .execute(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        Ok(done.rows_affected() == 1)
    }
}
