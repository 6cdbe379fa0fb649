//! A picture in the size and the format the screen needs, with its place kept while it loads.

use leptos::prelude::*;
use shop::domain::PictureFormat;
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
    image.map(|image| {
        let (width, height) = image.size();
        let source = image.srcset(PictureFormat::Avif).map(|srcset| {
            view! { <source type="image/avif" srcset=srcset sizes=sizes /> }
        });
        view! {
            <picture>
                {source}
                <img
                    class=if image.is_see_through() { "picture picture-see-through" } else { "picture" }
                    src=image.address(480)
                    srcset=image.srcset(PictureFormat::WebP)
                    sizes=sizes
                    width=width.to_string()
                    height=height.to_string()
                    alt=if decorative { String::new() } else { image.alt }
                    loading=if eager || first { "eager" } else { "lazy" }
                    fetchpriority=first.then_some("high")
                    decoding="async"
                />
            </picture>
        }
    })
}
