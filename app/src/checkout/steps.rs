//! Where in the checkout this is.

use leptos::either::Either;
use leptos::prelude::*;
use shop::dto::CheckoutStep;

/// The page of a step.
pub const fn path_of(step: CheckoutStep) -> &'static str {
    match step {
        CheckoutStep::Address => "/checkout",
        CheckoutStep::Shipping => "/checkout/shipping",
        CheckoutStep::Review => "/checkout/review",
    }
}

const fn name_of(step: CheckoutStep) -> &'static str {
    match step {
        CheckoutStep::Address => "Address",
        CheckoutStep::Shipping => "Shipping",
        CheckoutStep::Review => "Review",
    }
}

/// Steps that are behind can be gone back to. `after_address` says whether there is a method to choose.
#[component]
pub fn Steps(current: CheckoutStep, after_address: CheckoutStep) -> impl IntoView {
    let shipping = [current, after_address].into_iter().find(|step| *step == CheckoutStep::Shipping);
    let steps = [Some(CheckoutStep::Address), shipping, Some(CheckoutStep::Review)];
    let steps = steps.into_iter().flatten().map(|step| {
        let (name, here) = (name_of(step), (step == current).then_some("step"));
        view! {
            <li aria-current=here>
                {match step < current {
                    true => Either::Left(view! { <a href=path_of(step)>{name}</a> }),
                    false => Either::Right(name),
                }}
            </li>
        }
    });
    view! {
        <nav class="steps" aria-label="Checkout">
            <ol>{steps.collect_view()} <li>"Payment"</li></ol>
        </nav>
    }
}
