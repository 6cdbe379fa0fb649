//! What buyers say of products: reading it here, writing it and asking for it in files of their own.

#[macro_use]
mod shown;
mod requests;
mod writes;

use sqlx::types::Json;

use crate::domain::{OrderId, ReviewId, ReviewSort, VariantId};
use crate::dto::{
    ProductReviews, ReviewEditView, ReviewQuery, ReviewRequestView, StaffReview, StaffReviewList, StaffReviewQuery,
};
use crate::usecase::{ProductKey, Result, ReviewViews};

use super::error::map_sqlx_error;
use super::{PgStore, to_i32};

pub(super) use shown::{ShownReview, rating, review};
pub(super) use writes::forget;

/// `StaffReview` of a row `r`, with its product `p` and its order `o`.
macro_rules! staff_review {
    () => {
        "json_build_object('id', r.id, 'version', r.version, 'state', r.state, 'stars', r.stars, 'title', r.title,
            'text', r.text, 'name', r.name, 'reason', r.reason, 'answer', r.answer, 'product', p.name, 'slug', p.slug,
            'order', o.id, 'number', o.number, 'created_at', r.created_at, 'changed_at', r.changed_at,
            'published_at', r.published_at)"
    };
}

#[derive(sqlx::FromRow)]
struct ProductRow {
    slug: String,
    name: String,
    rating: Option<Vec<i32>>,
    reviews: Vec<ShownReview>,
}

impl ReviewViews for PgStore {
    async fn product_reviews(
        &self,
        product: &ProductKey,
        query: &ReviewQuery,
        per_page: u32,
    ) -> Result<Option<ProductReviews>> {
        let statement = match query.sort {
            ReviewSort::Newest => reviews_of!(
                "($3::uuid is null or (r.published_at, r.id) < (a.published_at, a.id))
                order by r.published_at desc, r.id desc"
            ),
            ReviewSort::Highest => reviews_of!(
                "($3::uuid is null or r.stars < a.stars
                    or (r.stars = a.stars and (r.published_at, r.id) < (a.published_at, a.id)))
                order by r.stars desc, r.published_at desc, r.id desc"
            ),
            ReviewSort::Lowest => reviews_of!(
                "($3::uuid is null or r.stars > a.stars
                    or (r.stars = a.stars and (r.published_at, r.id) < (a.published_at, a.id)))
                order by r.stars, r.published_at desc, r.id desc"
            ),
        };
        let (id, slug) = match product {
            ProductKey::Id(id) => (Some(id.0), None),
            ProductKey::Slug(slug) => (None, Some(slug.as_str())),
        };
        let found: Option<ProductRow> = sqlx::query_as(statement)
            .bind(id)
            .bind(slug)
            .bind(query.after.map(|id| id.0))
            .bind(to_i32(per_page.saturating_add(1)))
            .fetch_optional(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        let Some(mut row) = found else { return Ok(None) };
        let has_more = row.reviews.len() > per_page as usize;
        row.reviews.truncate(per_page as usize);
        let reviews = row.reviews.into_iter().map(review).collect::<Result<Vec<_>>>()?;
        let last = reviews.last().map(|last| last.id).filter(|_| has_more);
        Ok(Some(ProductReviews {
            slug: row.slug,
            name: row.name,
            query: *query,
            rating: rating(row.rating),
            next: last.map(|id| ReviewQuery { after: Some(id), ..*query }),
            reviews,
        }))
    }

    async fn review_edit(&self, order: OrderId, variant: VariantId) -> Result<Option<ReviewEditView>> {
        let found: Option<Json<ReviewEditView>> = sqlx::query_scalar(
            "select json_build_object('order', o.id, 'number', o.number, 'variant', i.variant_id, 'product', i.name,
                'options', i.options,
                'image', coalesce((select e from jsonb_array_elements(p.images) e where e ->> 'name' = v.image limit 1),
                    p.images -> 0),
                'shown_name', coalesce((select u.name from users u where u.id = o.user_id),
                    o.shipping_address ->> 'name', o.billing_address ->> 'name', ''),
                'own', (select json_build_object('stars', r.stars, 'title', r.title, 'text', r.text, 'name', r.name,
                        'state', r.state, 'reason', r.reason) from reviews r where r.order_item_id = i.id))
             from order_items i join orders o on o.id = i.order_id join products p on p.id = i.product_id
                join product_variants v on v.id = i.variant_id
             where i.order_id = $1 and i.variant_id = $2 and o.account_closed_at is null and o.anonymised_at is null
             order by i.position limit 1",
        )
        .bind(order.0)
        .bind(variant.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|json| json.0))
    }

    async fn staff_reviews(&self, query: &StaffReviewQuery, per_page: u32) -> Result<StaffReviewList> {
        let Json(mut reviews): Json<Vec<StaffReview>> = sqlx::query_scalar(concat!(
            "select coalesce(json_agg(",
            staff_review!(),
            " order by r.id desc), '[]') from (select * from reviews
                where state = $1 and ($2::uuid is null or id < $2) order by id desc limit $3) r
             join products p on p.id = r.product_id join orders o on o.id = r.order_id"
        ))
        .bind(query.state.as_str())
        .bind(query.before.map(|id| id.0))
        .bind(to_i32(per_page.saturating_add(1)))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let has_more = reviews.len() > per_page as usize;
        reviews.truncate(per_page as usize);
        let last = reviews.last().map(|last| last.id).filter(|_| has_more);
        let next = last.map(|id| StaffReviewQuery { before: Some(id), ..*query });
        Ok(StaffReviewList { query: *query, reviews, next })
    }

    async fn staff_review(&self, id: ReviewId) -> Result<Option<StaffReview>> {
        let found: Option<Json<StaffReview>> = sqlx::query_scalar(concat!(
            "select ",
            staff_review!(),
            " from reviews r join products p on p.id = r.product_id join orders o on o.id = r.order_id where r.id = $1"
        ))
        .bind(id.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|json| json.0))
    }

    async fn review_request(&self, order: OrderId) -> Result<Option<ReviewRequestView>> {
        let found: Option<(String, bool)> = sqlx::query_as(
            "select o.email, exists (select from review_refusals f where f.email = o.email::citext)
             from orders o where o.id = $1 and o.anonymised_at is null",
        )
        .bind(order.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|(email, is_refused)| ReviewRequestView { email, is_refused }))
    }
}
