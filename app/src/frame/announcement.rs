//! What the shop has to tell everybody, above every page of it.

use leptos::either::Either;
use leptos::prelude::*;

use crate::ui::Brand;

#[component]
pub fn AnnouncementBar() -> impl IntoView {
    let announcement = Brand::get().content.announcement.clone();
    announcement.map(|announcement| {
        let words = match announcement.link {
            Some(href) => Either::Left(view! { <a href=href>{announcement.text}</a> }),
            None => Either::Right(announcement.text),
        };
        view! {
            <aside class="announcement" aria-label="Announcement">
                <p>{words}</p>
            </aside>
        }
    })
}
