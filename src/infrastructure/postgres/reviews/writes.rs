//! Writing reviews, and the sums of their stars with them. Whoever writes holds the lock of the order, or of the review.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{OrderId, OrderItemId, ProductId, Review, ReviewId, ReviewState, Stars};
use crate::usecase::{DecidedReview, LockedReview, NewReview, Result, Reviews, SentWithin};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, to_u32, unknown_word};
use super::requests;

/// A row of reviews, locked.
macro_rules! locked_review {
    ($where:literal) => {
        concat!(
            "select id, product_id, stars, title, text, name, state, version, char_length(answer) as answered
             from reviews where ",
            $where,
            " for no key update"
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    product_id: Uuid,
    stars: i16,
    title: Option<String>,
    text: String,
    name: String,
    state: String,
    version: i64,
    answered: Option<i32>,
}

impl Row {
    fn locked(self) -> Result<LockedReview> {
        let stars = u8::try_from(self.stars).ok().and_then(Stars::new);
        let stars = stars.ok_or_else(|| unknown_word("reviews.stars", "not 1 to 5"))?;
        let state = ReviewState::parse(&self.state).ok_or_else(|| unknown_word("reviews.state", &self.state))?;
        Ok(LockedReview {
            id: ReviewId(self.id),
            product: ProductId(self.product_id),
            review: Review { stars, title: self.title, text: self.text, name: self.name },
            state,
            version: self.version,
            answered: self.answered.map(|characters| to_u32(characters.into())),
        })
    }
}

impl Reviews for PgTx {
    async fn lock_review_of(&mut self, item: OrderItemId) -> Result<Option<LockedReview>> {
        let row: Option<Row> = sqlx::query_as(locked_review!("order_item_id = $1"))
            .bind(item.0)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        row.map(Row::locked).transpose()
    }

    async fn lock_review(&mut self, id: ReviewId) -> Result<Option<LockedReview>> {
        let row: Option<Row> = sqlx::query_as(locked_review!("id = $1"))
            .bind(id.0)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        row.map(Row::locked).transpose()
    }

    async fn save_review(&mut self, new: &NewReview) -> Result<bool> {
        let Review { stars, title, text, name } = &new.review;
        // What the shop answered was an answer to other words. What whoever is gone said would stay.
        let saved = sqlx::query(
            "insert into reviews (id, order_id, order_item_id, product_id, stars, title, text, name, created_at, changed_at)
             select $1, i.order_id, i.id, i.product_id, $4, $5, $6, $7, $8, $8
             from order_items i join orders o on o.id = i.order_id
             where i.id = $3 and i.order_id = $2 and o.account_closed_at is null and o.anonymised_at is null
             on conflict on constraint reviews_once_per_line do update set stars = excluded.stars, title = excluded.title,
                text = excluded.text, name = excluded.name, state = 'pending', version = reviews.version + 1,
                reason = null, answer = null, answered_at = null, changed_at = excluded.changed_at",
        )
        .bind(new.id.0)
        .bind(new.order.0)
        .bind(new.item.0)
        .bind(i16::from(stars.count()))
        .bind(title.as_deref())
        .bind(text)
        .bind(name)
        .bind(new.at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(saved.rows_affected() > 0)
    }

    async fn decide_review(&mut self, decided: &DecidedReview) -> Result<()> {
        sqlx::query(
            "update reviews set state = $2, reason = $3, version = version + 1,
                published_at = case when $2 = 'published' then $4 else published_at end
             where id = $1",
        )
        .bind(decided.id.0)
        .bind(decided.to.as_str())
        .bind(decided.reason.as_deref())
        .bind(decided.at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn save_review_answer(&mut self, id: ReviewId, answer: Option<&str>, at: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "update reviews set answer = $2::text, version = version + 1,
                answered_at = case when $2::text is not null then $3::timestamptz end
             where id = $1",
        )
        .bind(id.0)
        .bind(answer)
        .bind(at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn count_stars(&mut self, product: ProductId, before: Option<Stars>, now: Option<Stars>) -> Result<()> {
        if before == now {
            return Ok(());
        }
        // Inserted first, so that the sum that is updated is there, and locked: an insert with less than nothing would be refused.
        sqlx::query("insert into product_ratings (product_id) values ($1) on conflict (product_id) do nothing")
            .bind(product.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        let change = |stars: u8| {
            let is = |counted: Option<Stars>| i32::from(counted.is_some_and(|counted| counted.count() == stars));
            is(now) - is(before)
        };
        sqlx::query(
            "update product_ratings set one = one + $2, two = two + $3, three = three + $4, four = four + $5,
                five = five + $6 where product_id = $1",
        )
        .bind(product.0)
        .bind(change(1))
        .bind(change(2))
        .bind(change(3))
        .bind(change(4))
        .bind(change(5))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn take_review_requests(&mut self, sent: SentWithin, now: OffsetDateTime, most: u32) -> Result<Vec<OrderId>> {
        requests::take(self, sent, now, most).await
    }

    async fn refuse_review_requests(&mut self, order: OrderId, now: OffsetDateTime) -> Result<()> {
        requests::refuse(self, order, now).await
    }
}

/// Takes away what was said of lines of these locked orders, and what of it counted: whoever wrote it is to be known to nobody.
pub(in super::super) async fn forget(tx: &mut PgTx, orders: &[Uuid]) -> Result<()> {
    sqlx::query(concat!("with ", forgotten_reviews!("any($1)"), " select count(*) from forgotten_stars"))
        .bind(orders)
        .execute(&mut *tx.tx)
        .await
        .map_err(map_sqlx_error)?;
    Ok(())
}
