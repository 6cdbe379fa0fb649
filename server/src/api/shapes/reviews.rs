//! Reviews of products.

use serde::{Deserialize, Serialize};
use shop::domain::{Rating, ReviewSort, ReviewState, Stars};
use shop::dto::{ProductReviews, ReviewView, StaffReviewList};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewOrder {
    Newest,
    Highest,
    Lowest,
}

impl From<ReviewOrder> for ReviewSort {
    fn from(order: ReviewOrder) -> Self {
        match order {
            ReviewOrder::Newest => Self::Newest,
            ReviewOrder::Highest => Self::Highest,
            ReviewOrder::Lowest => Self::Lowest,
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStatus {
    Pending,
    Published,
    Declined,
}

impl From<ReviewStatus> for ReviewState {
    fn from(status: ReviewStatus) -> Self {
        match status {
            ReviewStatus::Pending => Self::Pending,
            ReviewStatus::Published => Self::Published,
            ReviewStatus::Declined => Self::Declined,
        }
    }
}

impl From<ReviewState> for ReviewStatus {
    fn from(state: ReviewState) -> Self {
        match state {
            ReviewState::Pending => Self::Pending,
            ReviewState::Published => Self::Published,
            ReviewState::Declined => Self::Declined,
        }
    }
}

/// What somebody says of a product who bought it
#[derive(Debug, Serialize, ToSchema)]
pub struct Review {
    pub id: Uuid,
    #[schema(minimum = 1, maximum = 5)]
    pub stars: u8,
    pub title: Option<String>,
    /// Plain text with lines of its own
    pub text: String,
    /// The name that it is shown under
    pub name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub published_at: OffsetDateTime,
    /// The shop's
    pub answer: Option<String>,
}

impl From<ReviewView> for Review {
    fn from(view: ReviewView) -> Self {
        Self {
            id: view.id.0,
            stars: view.stars.count(),
            title: view.title,
            text: view.text,
            name: view.name,
            published_at: view.published_at,
            answer: view.answer,
        }
    }
}

/// How many gave so many stars
#[derive(Debug, Serialize, ToSchema)]
pub struct StarCount {
    #[schema(minimum = 1, maximum = 5)]
    pub stars: u8,
    pub count: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewsShown {
    pub items: Vec<Review>,
    /// How many are shown of this product in all
    pub total: u32,
    /// Of their stars, with one decimal; null: there are none
    #[schema(example = "4.3")]
    pub average: Option<String>,
    /// The best first
    pub stars: Vec<StarCount>,
    /// What to give as `after` for those behind these; null: there are none
    pub next: Option<Uuid>,
}

impl From<ProductReviews> for ReviewsShown {
    fn from(reviews: ProductReviews) -> Self {
        let rating: Rating = reviews.rating;
        let count = |stars: Stars| StarCount { stars: stars.count(), count: rating.of(stars) };
        Self {
            items: reviews.reviews.into_iter().map(Into::into).collect(),
            total: rating.total(),
            average: rating.average(),
            stars: Stars::ALL.into_iter().map(count).collect(),
            next: reviews.next.and_then(|next| next.after).map(|id| id.0),
        }
    }
}

/// A review, whatever became of it
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffReview {
    pub id: Uuid,
    /// Whoever decides names it; raised by each change and each decision
    pub version: i64,
    pub status: ReviewStatus,
    #[schema(minimum = 1, maximum = 5)]
    pub stars: u8,
    pub title: Option<String>,
    pub text: String,
    pub name: String,
    /// Why it was declined
    pub reason: Option<String>,
    pub answer: Option<String>,
    /// The product's name
    pub product: String,
    pub order_id: Uuid,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub published_at: Option<OffsetDateTime>,
}

impl From<shop::dto::StaffReview> for StaffReview {
    fn from(review: shop::dto::StaffReview) -> Self {
        Self {
            id: review.id.0,
            version: review.version,
            status: review.state.into(),
            stars: review.stars.count(),
            title: review.title,
            text: review.text,
            name: review.name,
            reason: review.reason,
            answer: review.answer,
            product: review.product,
            order_id: review.order.0,
            created_at: review.created_at,
            changed_at: review.changed_at,
            published_at: review.published_at,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewsForStaff {
    pub items: Vec<StaffReview>,
    /// What to give as `before` for older ones; null: there are none
    pub next: Option<Uuid>,
}

impl From<StaffReviewList> for ReviewsForStaff {
    fn from(list: StaffReviewList) -> Self {
        Self {
            items: list.reviews.into_iter().map(Into::into).collect(),
            next: list.next.and_then(|next| next.before).map(|id| id.0),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReviewPublication {
    /// That was read
    #[schema(example = 1)]
    pub version: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReviewDecline {
    /// That was read
    #[schema(example = 1)]
    pub version: i64,
    /// Whoever wrote it reads it
    #[schema(min_length = 1, max_length = 1000, example = "It is about another product")]
    pub reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReviewAnswer {
    /// That was read
    #[schema(example = 1)]
    pub version: i64,
    /// Empty: there is none
    #[schema(max_length = 1000, example = "Thank you!")]
    pub answer: String,
}
