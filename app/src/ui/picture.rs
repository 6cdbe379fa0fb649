//! A product's picture, 4:5, in the size the screen needs, with its place kept while it loads.

use leptos::prelude::*;
use shop::dto::Image;

/// `sizes` says how wide it is shown; `eager` is for what is seen without scrolling, `first` for the one picture that the
/// page is about.
#[component]
pub fn Picture(
    image: Option<Image>,
    sizes: &'static str,
    #[prop(optional)] eager: bool,
    #[prop(optional)] first: bool,
    #[prop(optional)] decorative: bool,
) -> impl IntoView {
    image.map(|Image { name, alt }| {
        view! {
            <img
                class="picture"
                src=format!("/pictures/{name}-480.webp")
                srcset=format!("/pictures/{name}-480.webp 480w, /pictures/{name}-960.webp 960w")
                sizes=sizes
                width="480"
                height="600"
                alt=if decorative { String::new() } else { alt }
                loading=if eager || first { "eager" } else { "lazy" }
                fetchpriority=first.then_some("high")
                decoding="async"
            />
        }
    })
}
