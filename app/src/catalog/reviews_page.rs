//! `/products/{slug}/reviews`: all that buyers say of a product, page by page. How it is sorted, and behind which it goes on, stands in
//! the address.

use leptos::prelude::*;
use shop::dto::{ProductReviews, ReviewQuery};

use super::api::load_product_reviews;
use super::reviews::{RatingSum, ReviewItems, SortLinks};
use crate::ui::{Empty, Location, Titled, Written, loaded};

#[component]
pub fn ProductReviewsPage() -> impl IntoView {
    let slug = Location::param("slug");
    let (sort, after) = (Location::asked("sort").unwrap_or_default(), Location::asked("after").unwrap_or_default());
    loaded(load_product_reviews(slug, sort, after), |reviews| view! { <All reviews /> })
}

#[component]
fn All(reviews: ProductReviews) -> impl IntoView {
    let ProductReviews { slug, name, query, rating, reviews, next } = reviews;
    let (title, product) = (format!("Reviews of {name}"), format!("/products/{slug}"));
    let path = ReviewQuery::default().href(&slug);
    let quiet = rating.total() == 0 || query != ReviewQuery::default();
    let first = query.after.map(|_| ReviewQuery { after: None, ..query }.href(&slug));
    let next = next.map(|next| next.href(&slug));
    let pages = (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pagination" aria-label="Pages of reviews">
                {first.map(|href| view! { <a href=href>"Back to the first"</a> })}
                {next
                    .map(|href| {
                        view! {
                            <a rel="next" href=href>
                                "More reviews"
                            </a>
                        }
                    })}
            </nav>
        }
    });
    let body = match (rating.total(), reviews.is_empty()) {
        (0, _) => {
            view! { <Empty line="Nobody has written a review yet." path="/products" way="Look around" /> }.written()
        }
        (_, true) => view! { <p class="reviews-none">"There are no further reviews."</p> }.written(),
        (..) => view! { <ReviewItems reviews /> }.written(),
    };
    let sum = (rating.total() > 0).then(|| {
        view! {
            <RatingSum rating />
            <SortLinks slug query=Some(query) />
        }
    });
    view! {
        <Titled title=title.clone() description="What people say who bought it here." path quiet />
        <header class="page-head">
            <p class="crumb">
                <a href=product>{name}</a>
            </p>
            <h1>{title}</h1>
        </header>
        <section class="reviews" aria-label="Reviews">
            {sum}
            {body}
            {pages}
        </section>
    }
    .written()
}
