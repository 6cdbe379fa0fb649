//! `/admin/reviews`: what buyers say of products, what waits to be read first. `/admin/reviews/{id}`: one of them, to be published,
//! declined and answered.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{MAX_REVIEW_ANSWER, Permission, ReviewState};
use shop::dto::{StaffReview, StaffReviewList, StaffReviewQuery};

use super::forms::REVIEW;
use super::parts::{DeskHead, DeskText, EmptyList, Further, ListView, ListViews};
use super::paths::{order_path, review_path};
use super::reviews_api::{AnswerReview, DeclineReview, PublishReview, load_review, load_reviews};
use crate::ui::{Flash, FormProblem, Inside, Location, Moment, StarRow, Written, flash_of, loaded, may};

#[component]
pub fn StaffReviewsPage() -> impl IntoView {
    let search = Location::query();
    loaded(load_reviews(search), |list| view! { <List list /> })
}

#[component]
pub fn StaffReviewPage() -> impl IntoView {
    let id = Location::param("id");
    loaded(load_review(id), |review| view! { <One review /> })
}

#[component]
fn List(list: StaffReviewList) -> impl IntoView {
    let StaffReviewList { query, reviews, next } = list;
    let is_empty = reviews.is_empty();
    let first = query.before.map(|_| StaffReviewQuery { before: None, ..query }.href());
    let tab = |state: ReviewState| {
        let to = StaffReviewQuery { state, before: None };
        ListView::new(state_words(state).0, to.href(), state == query.state)
    };
    let views = ReviewState::ALL.into_iter().map(tab).collect();
    let line = match query.state {
        ReviewState::Pending => "No review waits to be read.",
        ReviewState::Published => "No review is published.",
        ReviewState::Declined => "No review was declined.",
    };
    view! {
        <DeskHead title="Reviews" />
        <ListViews label="Reviews by what became of them" views />
        {is_empty.then(|| view! { <EmptyList line /> })}
        {(!is_empty)
            .then(|| {
                view! {
                    <table class="desk-table">
                        <thead>
                            <tr>
                                <th scope="col">"Review"</th>
                                <th scope="col">"Product"</th>
                                <th scope="col">"Stars"</th>
                                <th scope="col">"By"</th>
                                <th scope="col">"Last changed"</th>
                            </tr>
                        </thead>
                        <tbody>{reviews.into_iter().map(|row| view! { <Row row /> }).collect_view()}</tbody>
                    </table>
                }
            })}
        <Further next=next.map(|next| next.href()) first label="Older reviews" />
    }
    .written()
}

const fn state_words(state: ReviewState) -> (&'static str, &'static str) {
    match state {
        ReviewState::Pending => ("To be read", "badge badge-waits"),
        ReviewState::Published => ("Published", "badge badge-done"),
        ReviewState::Declined => ("Declined", "badge badge-ended"),
    }
}

/// Its title, or how it begins.
fn heading(review: &StaffReview) -> String {
    let begins = || {
        let begins: String = review.text.chars().take(60).collect();
        if begins == review.text { begins } else { format!("{begins}…") }
    };
    review.title.clone().unwrap_or_else(begins)
}

#[component]
fn Row(row: StaffReview) -> impl IntoView {
    let heading = heading(&row);
    view! {
        <tr>
            <th scope="row">
                <a href=review_path(&row.id.to_string())>{heading}</a>
            </th>
            <td data-label="Product">{row.product}</td>
            <td data-label="Stars">
                <StarRow stars=row.stars />
            </td>
            <td data-label="By">{row.name}</td>
            <td data-label="Last changed">
                <Moment at=row.changed_at />
            </td>
        </tr>
    }
    .written()
}

#[component]
fn One(review: StaffReview) -> impl IntoView {
    let ((words, class), heading, flash) = (state_words(review.state), heading(&review), flash_of(REVIEW));
    let (id, version) = (review.id.to_string(), review.version.to_string());
    let order = match may(Permission::Orders) {
        true => view! { <a href=order_path(&review.order.to_string())>{review.number}</a> }.written(),
        false => review.number.to_string().written(),
    };
    let is_shown = review.state == ReviewState::Published;
    view! {
        <DeskHead title=heading crumb=("/admin/reviews", "Reviews")>
            <span class=class>{words}</span>
        </DeskHead>
        <FormProblem flash=flash.clone() />
        <section class="desk-panel" aria-labelledby="review-title">
            <h2 id="review-title">"What it says"</h2>
            <p>
                <StarRow stars=review.stars />
                {review
                    .title
                    .map(|title| {
                        view! {
                            " "
                            <strong>{title}</strong>
                        }
                    })}
            </p>
            <p class="desk-text">{review.text}</p>
            <dl class="facts">
                <Fact term="Shown name">{review.name}</Fact>
                <Fact term="Product">
                    <a href=format!("/products/{}", review.slug)>{review.product}</a>
                </Fact>
                <Fact term="Order">{order}</Fact>
                <Fact term="Written">
                    <Moment at=review.created_at />
                </Fact>
            </dl>
            {review.reason.map(|reason| view! { <p class="desk-quiet">"Why it is not shown: " {reason}</p> })}
        </section>
        {(!is_shown).then(|| view! { <Publish id=id.clone() version=version.clone() /> })}
        <Decline id=id.clone() version=version.clone() flash=flash.clone() />
        <Answer id version answer=review.answer flash />
    }
    .written()
}

#[component]
fn Fact(term: &'static str, children: Inside) -> impl IntoView {
    view! {
        <div>
            <dt>{term}</dt>
            <dd>{children.written()}</dd>
        </div>
    }
}

#[component]
fn Publish(id: String, version: String) -> impl IntoView {
    view! {
        <form class="desk-panel" method="post" action=PublishReview::url()>
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="version" value=version />
            <button class="button" type="submit">
                "Publish"
            </button>
            <p class="desk-quiet">
                "Good or bad: what is read here is shown, unless it breaks the law or is not about the product."
            </p>
        </form>
    }
    .written()
}

#[component]
fn Decline(id: String, version: String, flash: Flash) -> impl IntoView {
    let typed = flash.value("reason").unwrap_or_default().to_owned();
    let problem = flash.problem("reason").map(str::to_owned);
    let open = problem.is_some() || !typed.is_empty();
    view! {
        <details class="desk-fold desk-panel" open=open>
            <summary>"Decline it"</summary>
            <form class="form" method="post" action=DeclineReview::url() novalidate>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="version" value=version />
                <DeskText
                    name="reason"
                    id="field-reason"
                    label="Why: whoever wrote it reads this on the page of their order"
                    value=typed
                    rows=3
                    max=MAX_REVIEW_ANSWER
                    problem
                />
                <button class="button-quiet" type="submit">
                    "Decline"
                </button>
            </form>
        </details>
    }
    .written()
}

#[component]
fn Answer(id: String, version: String, answer: Option<String>, flash: Flash) -> impl IntoView {
    let value = flash.value("answer").map(str::to_owned).or(answer).unwrap_or_default();
    let problem = flash.problem("answer").map(str::to_owned);
    view! {
        <form class="form desk-panel" method="post" action=AnswerReview::url() novalidate>
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="version" value=version />
            <DeskText
                name="answer"
                id="field-answer"
                label="Our answer"
                value
                rows=4
                max=MAX_REVIEW_ANSWER
                problem
                hint="Everybody reads it below the review. Empty: there is none."
            />
            <button class="button-quiet" type="submit">
                "Save answer"
            </button>
        </form>
    }
    .written()
}
