//! The versions of a page of text: who wrote which, and when.

use leptos::prelude::*;
use shop::dto::{PageVersionRow, StaffPage};

use super::paths::{page_path, page_version_path};
use crate::ui::{Moment, Written};

/// Where a page is found, in words.
pub fn page_place(place: &str) -> &'static str {
    match place {
        "footer" => "Linked at the foot",
        "unlinked" => "By its address alone",
        _ => "Hidden",
    }
}

#[component]
pub fn Versions(page: StaffPage, earlier: Option<i64>) -> impl IntoView {
    let (slug, current) = (page.slug.clone(), page.version);
    let row = move |row: PageVersionRow| {
        let is_current = row.version == current;
        let here = row.version == earlier.unwrap_or(current);
        let href = if is_current { page_path(&slug) } else { page_version_path(&slug, row.version) };
        let by = row.by.map_or_else(|| "Came with the shop".to_owned(), |by| format!("By {by}"));
        view! {
            <li>
                <span>
                    <a href=href aria-current=here.then_some("true")>
                        {format!("Version {}", row.version)}
                    </a>
                    {is_current.then_some(", shown now")}
                </span>
                <span class="desk-more">{by} ", " <Moment at=row.at /></span>
            </li>
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="versions-title">
            <h2 id="versions-title">"Versions"</h2>
            <ul class="desk-entries">{page.versions.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .written()
}

/// Says that what stands below is not what the shop shows.
#[component]
pub fn Earlier(page: StaffPage, version: i64) -> impl IntoView {
    view! {
        <p class="desk-next">
            {format!("This is version {version}. The shop shows version {}.", page.version)}
            <a href=page_path(&page.slug)>"Back to that"</a>
        </p>
    }
}
