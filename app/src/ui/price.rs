//! A price, and what it was before: in words, as an island gets it, too.

use leptos::prelude::*;
use shop::domain::Money;
use shop::dto::words;

#[component]
pub fn Price(
    price: String,
    #[prop(optional_no_strip)] before: Option<String>,
    /// Whether there are dearer choices.
    #[prop(optional)]
    from: bool,
) -> impl IntoView {
    view! {
        <span class="price">
            {before.is_some().then(|| view! { <span class="visually-hidden">"Now: "</span> })} {from.then_some("From ")}
            <span class="price-now">{price}</span>
            {before
                .map(|before| {
                    view! {
                        " "
                        <s class="price-before">
                            <span class="visually-hidden">"Before: "</span>
                            {before}
                        </s>
                    }
                })}
        </span>
    }
}

/// Of a price that is reduced the lowest before.
#[component]
pub fn LowestPrice(price: Money) -> impl IntoView {
    view! { <p class="price-lowest">{words::lowest_before(price)}</p> }
}
