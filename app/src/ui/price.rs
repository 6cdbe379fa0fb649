//! A price, and what it was before.

use leptos::prelude::*;
use shop::domain::Money;

#[component]
pub fn Price(
    price: Money,
    #[prop(optional_no_strip)] before: Option<Money>,
    /// Whether there are dearer choices.
    #[prop(optional)]
    from: bool,
) -> impl IntoView {
    view! {
        <span class="price">
            {from.then_some("From ")} <span class="price-now">{price.to_string()}</span>
            {before
                .map(|before| {
                    view! {
                        " "
                        <s class="price-before">
                            <span class="visually-hidden">"Before: "</span>
                            {before.to_string()}
                        </s>
                    }
                })}
        </span>
    }
}

/// What the law wants beside a price that is reduced (Directive 98/6/EC, article 6a).
#[component]
pub fn LowestPrice(#[prop(into)] price: String) -> impl IntoView {
    view! { <p class="price-lowest">{format!("Lowest price of the 30 days before: {price}")}</p> }
}
