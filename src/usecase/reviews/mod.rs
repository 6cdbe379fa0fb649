//! Reviews: their ports, and reading them. Who bought something writes one for each line of an order (`write`), staff decide what is
//! shown (`moderate`), and a letter asks for one some days after the last parcel left (`request`).

mod moderate;
mod request;
mod write;

use std::future::Future;

use time::OffsetDateTime;

use crate::domain::{
    May, OrderId, OrderItemId, ProductId, Refusal, Review, ReviewId, ReviewState, Slug, Stars, VariantId, permit,
};
use crate::dto::{
    ProductReviews, ReviewEditView, ReviewQuery, ReviewRequestView, StaffReview, StaffReviewList, StaffReviewQuery,
};

use super::{ProductKey, Result, Shop, Store};

/// How many reviews a page shows; a product's own page shows fewer.
const PER_PAGE: u32 = 20;

/// A review with a row lock on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedReview {
    pub id: ReviewId,
    pub product: ProductId,
    pub review: Review,
    pub state: ReviewState,
    pub version: i64,
    /// So many characters the shop's answer has.
    pub answered: Option<u32>,
}

impl LockedReview {
    /// What of it counts in its product's rating.
    const fn counted(&self) -> Option<Stars> {
        self.state.counted(self.review.stars)
    }
}

/// A review as it is written, or changed, by who bought it: it waits to be read.
#[derive(Debug, Clone)]
pub struct NewReview {
    pub id: ReviewId,
    /// Of a locked order.
    pub order: OrderId,
    pub item: OrderItemId,
    pub review: Review,
    pub at: OffsetDateTime,
}

/// What staff make of a locked review.
#[derive(Debug, Clone)]
pub struct DecidedReview {
    pub id: ReviewId,
    pub to: ReviewState,
    /// Why it is declined.
    pub reason: Option<String>,
    pub at: OffsetDateTime,
}

/// Of which parcels it is time to ask what somebody thinks: the last of their order was sent within this time, the first end
/// excluded.
#[derive(Debug, Clone, Copy)]
pub struct SentWithin {
    pub after: OffsetDateTime,
    pub until: OffsetDateTime,
}

/// Each is one statement.
pub trait ReviewViews {
    /// Of a product that is for sale; a slug may be one that it had before.
    fn product_reviews(
        &self,
        product: &ProductKey,
        query: &ReviewQuery,
        per_page: u32,
    ) -> impl Future<Output = Result<Option<ProductReviews>>> + Send;

    /// A line of an order that whoever asks may see, with what they said of it. None: there is no such line, or whoever bought it
    /// is gone.
    fn review_edit(
        &self,
        order: OrderId,
        variant: VariantId,
    ) -> impl Future<Output = Result<Option<ReviewEditView>>> + Send;

    fn staff_reviews(
        &self,
        query: &StaffReviewQuery,
        per_page: u32,
    ) -> impl Future<Output = Result<StaffReviewList>> + Send;

    fn staff_review(&self, id: ReviewId) -> impl Future<Output = Result<Option<StaffReview>>> + Send;

    /// Of the order's address. None: there is no such order, or it tells of nobody any more.
    fn review_request(&self, order: OrderId) -> impl Future<Output = Result<Option<ReviewRequestView>>> + Send;
}

pub trait Reviews {
    /// Of a line of a locked order.
    fn lock_review_of(&mut self, item: OrderItemId) -> impl Future<Output = Result<Option<LockedReview>>> + Send;

    fn lock_review(&mut self, id: ReviewId) -> impl Future<Output = Result<Option<LockedReview>>> + Send;

    /// Writes what somebody says of a line, in the place of what they said before. False: whoever bought it is gone.
    fn save_review(&mut self, new: &NewReview) -> impl Future<Output = Result<bool>> + Send;

    fn decide_review(&mut self, decided: &DecidedReview) -> impl Future<Output = Result<()>> + Send;

    /// None: there is no answer any more.
    fn save_review_answer(
        &mut self,
        id: ReviewId,
        answer: Option<&str>,
        at: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Counts stars in a product's rating in the place of others. Lock the review first: what counted of it is known then.
    fn count_stars(
        &mut self,
        product: ProductId,
        before: Option<Stars>,
        now: Option<Stars>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Takes orders whose buyers are asked now for what they think, locked, and writes that they are: of which nothing was given
    /// back or sent back, with a line of which nothing was said, and to addresses that may be asked. Skips those that somebody
    /// else has.
    fn take_review_requests(
        &mut self,
        sent: SentWithin,
        now: OffsetDateTime,
        most: u32,
    ) -> impl Future<Output = Result<Vec<OrderId>>> + Send;

    /// The order's address is not asked any more, about none.
    fn refuse_review_requests(
        &mut self,
        order: OrderId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// What buyers say of a product, as far as it is shown. By an address that it had before, its own says which.
    ///
    /// # Errors
    /// `NotFound` when there is no such product for sale.
    pub async fn product_reviews(&self, slug: &Slug, query: &ReviewQuery) -> Result<ProductReviews> {
        self.reviews_of(&ProductKey::Slug(slug.clone()), query, PER_PAGE).await
    }

    /// The same for programs: so many at once.
    ///
    /// # Errors
    /// `NotFound` when there is no such product for sale.
    pub async fn reviews_of(&self, product: &ProductKey, query: &ReviewQuery, per_page: u32) -> Result<ProductReviews> {
        let found = self.shown(|store| store.product_reviews(product, query, per_page)).await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// Reviews in one state, the newest first.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn staff_reviews(&self, _by: May<permit::Reviews>, query: &StaffReviewQuery) -> Result<StaffReviewList> {
        self.store().staff_reviews(query, PER_PAGE).await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn staff_review(&self, _by: May<permit::Reviews>, id: ReviewId) -> Result<StaffReview> {
        self.store().staff_review(id).await?.ok_or_else(|| Refusal::NotFound.into())
    }
}
