//! A product's pictures: a strip that snaps, with a row of small ones that lead along it, and each leads to its largest file.
//! No script is needed; where one runs, the buy box leads along it too, by the id of a picture, and `public/product.js` shows
//! the largest files over the page.

use leptos::prelude::*;
use shop::dto::Image;

use crate::ui::Picture;

/// Wider than any file of a picture: its widest is meant.
const WIDEST: u32 = 100_000;

pub fn picture_id(name: &str) -> String {
    format!("picture-{name}")
}

/// `first` names the picture of the chosen variant.
#[component]
pub fn Gallery(mut images: Vec<Image>, first: Option<String>) -> impl IntoView {
    images.sort_by_key(|image| Some(&image.name) != first.as_ref());
    let small = (images.len() > 1).then(|| view! { <Thumbnails images=images.clone() /> });
    let large = images.into_iter().enumerate().map(|(i, image)| {
        let (id, largest) = (picture_id(&image.name), image.address(WIDEST));
        view! {
            <li class="frame" id=id>
                <a class="zoom" href=largest>
                    <Picture image=Some(image) sizes="(min-width: 60rem) 50vw, 100vw" first=i == 0 />
                    <span class="zoom-hint">"Enlarge"</span>
                </a>
            </li>
        }
    });
    view! {
        <section class="gallery" aria-label="Pictures">
            <ul class="gallery-strip" tabindex="0" aria-label="Large pictures">
                {large.collect_view()}
            </ul>
            {small}
        </section>
    }
}

#[component]
fn Thumbnails(images: Vec<Image>) -> impl IntoView {
    let total = images.len();
    let links = images.into_iter().enumerate().map(|(i, image)| {
        let label = format!("Picture {} of {total}", i + 1);
        let href = format!("#{}", picture_id(&image.name));
        view! {
            <li>
                <a class="frame" href=href aria-label=label>
                    <Picture image=Some(image) sizes="5rem" decorative=true />
                </a>
            </li>
        }
    });
    view! { <ul class="gallery-small">{links.collect_view()}</ul> }
}
