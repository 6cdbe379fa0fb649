//! What the buyer of an order may say of its lines, and what they have said: the way to a page for each that has left.

use leptos::prelude::*;
use shop::domain::{ReviewState, VariantId};
use shop::dto::OrderItemView;

use super::path::review_path;
use crate::ui::Written;

/// Nothing where nothing has left. `sent`: the variants of the lines of which something has.
#[component]
pub fn OrderReviews(id: String, items: Vec<OrderItemView>, sent: Vec<VariantId>) -> impl IntoView {
    let line = move |item: OrderItemView| {
        let href = review_path(&id, &item.variant_id.to_string());
        let (said, way) = match item.review {
            None => (None, "Write a review"),
            Some(ReviewState::Pending) => (Some("Your review appears once we have read it."), "Change your review"),
            Some(ReviewState::Published) => (Some("Your review is published."), "Change your review"),
            Some(ReviewState::Declined) => (Some("Your review was not published."), "See why, and change it"),
        };
        let name = item.name;
        view! {
            <li>
                <p>{name.clone()}</p>
                {said.map(|said| view! { <p class="order-when">{said}</p> })}
                <p>
                    <a href=href>{way} <span class="visually-hidden">{format!(": {name}")}</span></a>
                </p>
            </li>
        }
    };
    let items: Vec<_> = items.into_iter().filter(|item| sent.contains(&item.variant_id)).collect();
    (!items.is_empty()).then(|| {
        view! {
            <section aria-labelledby="reviews-title">
                <h2 id="reviews-title">"What do you think of it?"</h2>
                <ul class="timeline">{items.into_iter().map(line).collect_view()}</ul>
            </section>
        }
        .written()
    })
}
