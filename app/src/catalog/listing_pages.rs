//! The pages of a listing: numbers for those that have one, ways on and back by a cursor for what lies behind them, and "Load
//! more", by which a script (`public/load-more.js`) puts the next page's cards below those that are there.

use std::collections::BTreeSet;

use leptos::prelude::*;
use shop::dto::{ListingQuery, ListingView, PlaceNote};

use crate::ui::{Written, hash};

/// The script's address changes with what is in it.
const SCRIPT: u64 = hash(include_bytes!("../../../public/load-more.js"));

/// Where a page of a listing stands among the others, as addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagesAround {
    query: ListingQuery,
    pages: u32,
    /// Whether all of the list stands on this page.
    is_alone: bool,
    previous: Option<String>,
    next: Option<String>,
    /// The same by a cursor wherever there is one: nothing stands twice behind what was shown before.
    more: Option<String>,
    /// The first product shown and the last, counted from 1.
    shown: (u32, u32),
}

impl PagesAround {
    pub fn of(listing: &ListingView) -> Self {
        let ListingView { query, pages, next, earlier, .. } = listing;
        let (page, pages) = (query.page, *pages);
        let by_cursor = next.as_ref().map(|cursor| query.going_on(cursor).href());
        let numbered = |page: u32| query.on_page(page).href();
        let (previous, next) = if query.has_number() {
            let next = if page < pages { Some(numbered(page + 1)) } else { by_cursor.clone() };
            ((page > 1).then(|| numbered(page - 1)), next)
        } else {
            (earlier.as_ref().map(|cursor| query.going_back(cursor).href()), by_cursor.clone())
        };
        let before = page.saturating_sub(1).saturating_mul(ListingQuery::PER_PAGE);
        let count = u32::try_from(listing.products.len()).unwrap_or(u32::MAX);
        Self {
            query: query.clone(),
            pages,
            is_alone: previous.is_none() && next.is_none(),
            more: by_cursor.or_else(|| next.clone()),
            previous,
            next,
            shown: (before.saturating_add(1), before.saturating_add(count)),
        }
    }

    /// What this page shows: asked for by its number, if it has one.
    pub fn here(&self) -> ListingQuery {
        if self.has_number() { self.query.on_page(self.query.page) } else { self.query.clone() }
    }

    pub const fn has_number(&self) -> bool {
        self.query.page <= self.pages
    }

    /// The numbers that are offered: the first three, those around this one, the last; none stands for what is left out.
    fn numbers(&self) -> Vec<Option<u32>> {
        let page = self.query.page;
        let near = [1, 2, 3, page.saturating_sub(1), page, page.saturating_add(1), self.pages];
        let numbers: BTreeSet<u32> = near.into_iter().filter(|n| (1..=self.pages).contains(n)).collect();
        let mut before = 0;
        let mut offered = Vec::new();
        for number in numbers {
            if number > before + 1 {
                offered.push(None);
            }
            offered.push(Some(number));
            before = number;
        }
        offered
    }
}

/// Above the products of a page that is not the first.
#[component]
pub fn ShowEarlier(around: PagesAround) -> impl IntoView {
    around.previous.map(|href| {
        view! {
            <p class="show-earlier">
                <a href=href>"Show earlier products"</a>
            </p>
        }
    })
}

/// Below the products; `found` says within a sentence how many there are. Nothing where all of them stand above.
#[component]
pub fn ListingPages(around: PagesAround, found: String) -> impl IntoView {
    (!around.is_alone).then(|| {
        let (here, page, (first, last)) = (around.here().href(), around.query.page, around.shown);
        view! {
            <div
                class="load-more"
                data-here=here
                data-page=page
                data-more=around.more.clone()
                data-first=first
                data-last=last
                data-found=found.clone()
            >
                <p role="status">{format!("Showing {first}–{last} of {found}")}</p>
                <button class="button-quiet" type="button" hidden=true>
                    "Load more"
                </button>
            </div>
            <Numbers around />
            <script type="module" src=format!("/load-more.js?v={SCRIPT:x}")></script>
        }
        .written()
    })
}

#[component]
fn Numbers(around: PagesAround) -> impl IntoView {
    let numbers = around.numbers();
    let PagesAround { query, pages, previous, next, .. } = around;
    let page = query.page;
    let number = move |number: Option<u32>| match number {
        Some(number) => {
            let current = (number == page).then_some("page");
            view! {
                <li>
                    <a href=query.on_page(number).href() aria-current=current>
                        <span class="visually-hidden">"Page "</span>
                        {number}
                    </a>
                </li>
            }
            .written()
        }
        None => view! { <li aria-hidden="true">"…"</li> }.written(),
    };
    let behind = (page > pages).then(|| view! { <li aria-current="page">{format!("Page {page}")}</li> });
    view! {
        <nav class="pagination" aria-label="Pages">
            {previous.map(|href| view! { <a href=href>"Previous"</a> })}
            <ol class="page-numbers">{numbers.into_iter().map(number).collect_view()} {behind}</ol>
            {next.map(|href| view! { <a href=href>"Next"</a> })}
        </nav>
    }
    .written()
}

/// Why the list begins anew.
#[component]
pub fn PlaceRemark(note: PlaceNote) -> impl IntoView {
    let words = match note {
        PlaceNote::Unreadable => "This link leads to no place in this list, so here is its beginning.",
        PlaceNote::Over => "There is nothing further on in this list any more, so here is its beginning.",
    };
    view! { <p class="search-note">{words}</p> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(page: u32, pages: u32, next: Option<&str>) -> ListingView {
        ListingView {
            query: ListingQuery { page, ..ListingQuery::default() },
            category: None,
            products: Vec::new(),
            total: 1_000,
            total_is_exact: false,
            pages,
            next: next.map(str::to_owned),
            earlier: None,
            note: None,
            categories: Vec::new(),
            everywhere: None,
            facets: None,
            variant: None,
            correction: None,
            nothing: None,
        }
    }

    #[test]
    fn pages_with_a_number_lead_to_each_other_and_the_last_of_them_on_by_a_cursor() {
        let first = PagesAround::of(&listing(1, 42, Some("abc")));
        assert_eq!((first.previous.as_deref(), first.next.as_deref()), (None, Some("/products?page=2")));
        assert_eq!(first.more.as_deref(), Some("/products?after=abc"), "a script goes on where the cards end");
        let last = PagesAround::of(&listing(42, 42, Some("abc")));
        assert_eq!(
            (last.previous.as_deref(), last.next.as_deref()),
            (Some("/products?page=41"), Some("/products?after=abc"))
        );
        let behind = ListingView {
            query: ListingQuery { page: 43, ..ListingQuery::default().going_on("abc") },
            earlier: Some("abd".into()),
            ..listing(43, 42, Some("abe"))
        };
        let behind = PagesAround::of(&behind);
        assert_eq!(
            (behind.previous.as_deref(), behind.next.as_deref()),
            (Some("/products?before=abd"), Some("/products?after=abe"))
        );
        assert_eq!(
            (behind.here().href().as_str(), behind.shown.0, behind.has_number()),
            ("/products?after=abc", 1009, false)
        );
        let early = ListingView {
            query: ListingQuery { page: 2, ..ListingQuery::default().going_on("a") },
            ..listing(2, 42, None)
        };
        assert_eq!(PagesAround::of(&early).here().href(), "/products?page=2", "it has a number, too");
        let search = PagesAround::of(&listing(2, 3, None));
        assert_eq!(search.more.as_deref(), Some("/products?page=3"));
        assert!(PagesAround::of(&listing(1, 1, None)).is_alone);
    }

    #[test]
    fn a_few_numbers_are_offered() {
        let offered = |page, pages| {
            let numbers = PagesAround::of(&listing(page, pages, None)).numbers();
            numbers.into_iter().map(|n| n.map_or("…".to_owned(), |n| n.to_string())).collect::<Vec<_>>().join(" ")
        };
        for (page, pages, expected) in [
            (1, 1, "1"),
            (1, 3, "1 2 3"),
            (1, 42, "1 2 3 … 42"),
            (4, 42, "1 2 3 4 5 … 42"),
            (20, 42, "1 2 3 … 19 20 21 … 42"),
            (42, 42, "1 2 3 … 41 42"),
            (99, 42, "1 2 3 … 42"),
        ] {
            assert_eq!(offered(page, pages), expected, "{page} of {pages}");
        }
    }
}
