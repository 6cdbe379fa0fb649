//! Where in the checkout this is.

use leptos::prelude::*;

const STEPS: [(&str, Option<&str>); 3] =
    [("Address", Some("/checkout")), ("Review", Some("/checkout/review")), ("Payment", None)];

/// `current` counts from 0; steps that are behind can be gone back to.
#[component]
pub fn Steps(current: usize) -> impl IntoView {
    let steps = STEPS.into_iter().enumerate().map(|(place, (name, href))| {
        let here = (place == current).then_some("step");
        let back = href.filter(|_| place < current);
        view! {
            <li aria-current=here>
                {match back {
                    Some(href) => leptos::either::Either::Left(view! { <a href=href>{name}</a> }),
                    None => leptos::either::Either::Right(name),
                }}
            </li>
        }
    });
    view! {
        <nav class="steps" aria-label="Checkout">
            <ol>{steps.collect_view()}</ol>
        </nav>
    }
}
