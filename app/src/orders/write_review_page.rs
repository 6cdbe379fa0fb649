//! `/orders/{id}/review/{variant}`: whoever bought something says what they think of it. A form like any other: it works without scripts.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::ReviewState;
use shop::dto::{OwnReview, ReviewEditView};

use super::forms::{REVIEW, REVIEW_NAME, REVIEW_STARS, REVIEW_TEXT, REVIEW_TITLE};
use super::order_parts::Token;
use super::path::order_path;
use super::review_api::{WriteReview, load_review_form};
use crate::ui::{Field, FormProblem, LinesField, Location, Picture, StarsField, Titled, Written, flash_of, loaded};

#[component]
pub fn WriteReviewPage() -> impl IntoView {
    let (id, variant) = (Location::param("id"), Location::param("variant"));
    loaded(load_review_form(id, variant, String::new()), |(edit, token)| view! { <EditReview edit token /> })
}

#[component]
fn EditReview(edit: ReviewEditView, token: String) -> impl IntoView {
    let ReviewEditView { order, number, variant, product, options, image, shown_name, own } = edit;
    let title = if own.is_some() { "Change your review" } else { "Write a review" };
    let back = order_path(&order.to_string());
    let stands = own.as_ref().map(|own| view! { <Stands state=own.state reason=own.reason.clone() /> });
    let options = (!options.is_empty()).then(|| view! { <p class="line-options">{options.join(", ")}</p> });
    view! {
        <Titled title description="What you think of what you bought." quiet=true />
        <header class="page-head">
            <p class="crumb">
                <a href=back>{format!("Order {number}")}</a>
            </p>
            <h1>{title}</h1>
        </header>
        <section class="plain-page write-review">
            <div class="summary-line">
                <span class="frame">
                    <Picture image sizes="4rem" decorative=true />
                </span>
                <div>
                    <p>{product}</p>
                    {options}
                </div>
            </div>
            {stands}
            <ReviewForm id=order.to_string() variant=variant.to_string() token shown_name own />
        </section>
    }
    .written()
}

/// What became of what they said before.
#[component]
fn Stands(state: ReviewState, reason: Option<String>) -> impl IntoView {
    let words = match state {
        ReviewState::Pending => "We have your review. It appears once we have read it.",
        ReviewState::Published => {
            "Your review is published. If you change it, it disappears until we have read it again."
        }
        ReviewState::Declined => "We did not publish your review.",
    };
    view! {
        <div class="panel">
            <p class="panel-words">{words}</p>
            {reason.map(|reason| view! { <p class="review-text">"Why: " {reason}</p> })}
        </div>
    }
}

#[component]
fn ReviewForm(id: String, variant: String, token: String, shown_name: String, own: Option<OwnReview>) -> impl IntoView {
    let flash = flash_of(REVIEW.name);
    let (stars, title, text, name) = match own {
        Some(own) => (Some(own.stars), own.title.unwrap_or_default(), own.text, own.name),
        None => (None, String::new(), String::new(), shown_name),
    };
    view! {
        <form class="form" method="post" action=WriteReview::url()>
            <FormProblem flash=flash.clone() form=REVIEW />
            <input type="hidden" name="order_id" value=id />
            <input type="hidden" name="variant" value=variant />
            <Token token />
            <StarsField spec=REVIEW_STARS flash=flash.clone() value=stars />
            <Field spec=REVIEW_TITLE flash=flash.clone() value=title />
            <LinesField spec=REVIEW_TEXT flash=flash.clone() value=text rows=6 />
            <Field spec=REVIEW_NAME flash value=name />
            <p>
                "It appears once the shop has read it, good or bad, marked as a review of a verified buyer. You can change it later."
            </p>
            <button class="button" type="submit">
                "Send review"
            </button>
        </form>
    }
    .written()
}
