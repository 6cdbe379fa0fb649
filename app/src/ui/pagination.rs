//! Ways to the pages before and after this one.

use leptos::prelude::*;

/// `href` makes the address of a page; pages count from 1.
#[component]
pub fn Pagination<F>(page: u32, pages: u32, href: F) -> impl IntoView
where
    F: Fn(u32) -> String + 'static,
{
    (pages > 1).then(|| {
        let previous = (page > 1).then(|| href(page - 1));
        let next = (page < pages).then(|| href(page + 1));
        view! {
            <nav class="pagination" aria-label="Pages">
                {previous
                    .map(|href| {
                        view! {
                            <a rel="prev" href=href>
                                "Previous"
                            </a>
                        }
                    })}
                <span>{format!("Page {page} of {pages}")}</span>
                {next
                    .map(|href| {
                        view! {
                            <a rel="next" href=href>
                                "Next"
                            </a>
                        }
                    })}
            </nav>
        }
    })
}
