//! What buyers say of a product: how it is rated, and a few of the reviews, on its page. What nobody has said anything of says so.

use leptos::prelude::*;
use shop::domain::{Rating, ReviewSort, Stars};
use shop::dto::{ReviewQuery, ReviewView, words};

use crate::ui::{Brand, Moment, StarRow, Written};

/// Below the product's name; nothing where nobody has given stars.
#[component]
pub fn RatingLine(rating: Rating) -> impl IntoView {
    rating.average().map(|average| {
        view! {
            <p class="rating-line">
                <a href="#reviews">
                    <span aria-hidden="true">"★ "</span>
                    <span class="visually-hidden">"Rated "</span>
                    {average}
                    <span class="visually-hidden">" of 5"</span>
                    " · "
                    {counted(rating.total())}
                </a>
            </p>
        }
    })
}

/// `1 review`
pub fn counted(total: u32) -> String {
    if total == 1 { "1 review".to_owned() } else { format!("{total} reviews") }
}

/// On the product's page: the newest, and the way to all of them.
#[component]
pub fn Reviews(slug: String, rating: Rating, reviews: Vec<ReviewView>) -> impl IntoView {
    let total = rating.total();
    let shown = u32::try_from(reviews.len()).unwrap_or(u32::MAX);
    let more = (total > shown).then(|| {
        let href = ReviewQuery::default().href(&slug);
        view! {
            <p>
                <a class="button-quiet" href=href>
                    {format!("All {total} reviews")}
                </a>
            </p>
        }
    });
    let body = if total == 0 {
        view! {
            <p class="reviews-none">
                "Nobody has written a review yet. Whoever buys this can, once it has left us: on the page of their order."
            </p>
        }
        .written()
    } else {
        view! {
            <RatingSum rating />
            {(total > 1).then(|| view! { <SortLinks slug query=None /> })}
            <ReviewItems reviews />
            {more}
        }
        .written()
    };
    view! {
        <section class="section reviews" id="reviews" aria-labelledby="reviews-title">
            <h2 id="reviews-title">"Reviews"</h2>
            {body}
        </section>
    }
    .written()
}

/// The average, and how many gave how many stars: in words beside the bars.
#[component]
pub fn RatingSum(rating: Rating) -> impl IntoView {
    let row = move |stars: Stars| {
        let (count, percent) = (rating.of(stars), rating.percent(stars));
        let words = if stars.count() == 1 { "1 star".to_owned() } else { format!("{stars} stars") };
        view! {
            <li>
                <span>{words}</span>
                <meter min="0" max="100" value=percent.to_string() aria-hidden="true"></meter>
                <span>{format!("{count} ({percent}%)")}</span>
            </li>
        }
    };
    let average = rating.average().unwrap_or_default();
    view! {
        <div class="rating-sum">
            <p class="rating-average">
                <strong>{average}</strong>
                " of 5 stars, "
                {counted(rating.total())}
            </p>
            <ul class="rating-bars" aria-label="How many gave how many stars">
                {Stars::ALL.into_iter().map(row).collect_view()}
            </ul>
            <p class="rating-who">"All of them are by people who bought it here."</p>
        </div>
    }
    .written()
}

/// In which order they are shown; none: the page shows a few of the newest.
#[component]
pub fn SortLinks(slug: String, query: Option<ReviewQuery>) -> impl IntoView {
    let link = move |sort: ReviewSort| {
        let words = match sort {
            ReviewSort::Newest => "Newest",
            ReviewSort::Highest => "Highest rated",
            ReviewSort::Lowest => "Lowest rated",
        };
        let current = query.unwrap_or_default().sort == sort;
        let href = ReviewQuery { sort, after: None }.href(&slug);
        view! {
            <li>
                <a href=href aria-current=current.then_some("true")>
                    {words}
                </a>
            </li>
        }
    };
    view! {
        <nav class="reviews-sort" aria-label="Sort reviews">
            <ul>{ReviewSort::ALL.into_iter().map(link).collect_view()}</ul>
        </nav>
    }
    .written()
}

#[component]
pub fn ReviewItems(reviews: Vec<ReviewView>) -> impl IntoView {
    let shop = Brand::name();
    let item = move |review: ReviewView| {
        let ReviewView { stars, title, text, name, published_at, answer, .. } = review;
        let answer = answer.map(|answer| {
            view! {
                <div class="review-answer">
                    <p class="review-who">{format!("Answer of {shop}")}</p>
                    <p class="review-text">{answer}</p>
                </div>
            }
        });
        view! {
            <li class="review">
                <p class="review-head">
                    <StarRow stars />
                    {title.map(|title| view! { <strong>{title}</strong> })}
                </p>
                <p class="review-text">{text}</p>
                <p class="review-who">{name} ", verified buyer, " <Moment at=published_at words=words::date /></p>
                {answer}
            </li>
        }
    };
    view! { <ul class="reviews-list">{reviews.into_iter().map(item).collect_view()}</ul> }.written()
}
