//! `/products`: listing and search. The address is the state.

use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shop::dto::{ListingQuery, ListingView};

use super::api::load_listing;
use super::card::ProductGrid;
use super::filters::{Categories, Filters, SortLinks};
use super::listing_query::listing_query;
use crate::ui::{Pagination, Titled, loaded};

#[component]
pub fn ListingPage() -> impl IntoView {
    let query = listing_query(&use_location().search.get_untracked());
    loaded(load_listing(query), |listing| view! { <Listing listing /> })
}

#[component]
fn Listing(listing: ListingView) -> impl IntoView {
    let ListingView { query, category, products, total, pages, categories } = listing;
    let title = title(&query, category.as_ref().map(|c| c.name.as_str()));
    let intro = category.map(|c| c.description).filter(|_| query.q.is_none());
    let description = intro.clone().unwrap_or_else(|| format!("{title}: {}.", count(total)));
    let on_page = query.clone();
    let results = if products.is_empty() {
        Either::Left(view! { <Nothing query=query.clone() /> })
    } else {
        Either::Right(view! { <ProductGrid products eager=4 /> })
    };
    view! {
        <Titled title=title.clone() description path=query.href() quiet=query.q.is_some() />
        <header class="page-head">
            <h1>{title}</h1>
            {intro.map(|intro| view! { <p class="page-intro">{intro}</p> })}
        </header>
        <div class="listing">
            <div class="listing-side">
                <Categories query=query.clone() categories />
                <Filters query=query.clone() />
            </div>
            <section class="listing-main" aria-label="Products">
                <div class="listing-bar">
                    <p class="listing-count">{count(total)}</p>
                    <SortLinks query=query.clone() />
                </div>
                {results}
                <Pagination page=query.page pages href=move |page| on_page.on_page(page).href() />
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn Nothing(query: ListingQuery) -> impl IntoView {
    let sought = query.q.map(|q| format!(" for “{q}”")).unwrap_or_default();
    view! {
        <div class="empty">
            <p class="empty-line">{format!("Nothing here{sought}.")}</p>
            <p>"Try fewer or other words, or take a filter away."</p>
            <p>
                <a class="button" href="/products">
                    "Show all products"
                </a>
            </p>
        </div>
    }
}

fn title(query: &ListingQuery, category: Option<&str>) -> String {
    match (&query.q, category) {
        (Some(q), Some(category)) => format!("“{q}” in {category}"),
        (Some(q), None) => format!("Results for “{q}”"),
        (None, Some(category)) => category.to_owned(),
        (None, None) => "All products".to_owned(),
    }
}

fn count(total: u32) -> String {
    if total == 1 { "1 product".into() } else { format!("{total} products") }
}
