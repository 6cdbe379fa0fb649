//! `/products`: listing and search. The address is the state.

use leptos::either::Either;
use leptos::prelude::*;
use shop::dto::{CategoryCount, CategoryTile, ListingQuery, ListingView};

use super::api::load_listing;
use super::card::ProductGrid;
use super::chips::FilterChips;
use super::filters::{Categories, Filters, SortLinks};
use super::json_ld::trail_json;
use super::listing_pages::{ListingPages, PagesAround, PlaceRemark, ShowEarlier};
use super::listing_query::listing_query;
use super::search_notes::{CorrectionNote, Everywhere, Nothing, VariantNote};
use super::trail::{Trail, links_of, steps_to};
use crate::ui::{Brand, Location, Picture, SharedPicture, Titled, Written, loaded};

#[component]
pub fn ListingPage() -> impl IntoView {
    let query = listing_query(&Location::query());
    loaded(load_listing(query), |listing| view! { <Listing listing /> })
}

#[component]
fn Listing(listing: ListingView) -> impl IntoView {
    let around = PagesAround::of(&listing);
    let note = listing.note.map(|note| view! { <PlaceRemark note /> });
    let ListingView { query, category, products, categories, .. } = listing;
    let (found, found_within) = count(listing.total, listing.total_is_exact);
    let title = title(&query, category.as_ref().map(|c| c.name.as_str()));
    let shared = category.as_ref().and_then(|c| c.image.as_ref()).map(SharedPicture::from);
    let standing =
        category.as_ref().filter(|_| query.q.is_none()).map(|category| CategoryTrail::of(category, &categories));
    let (trail, above) = standing.map(|CategoryTrail { json, above }| (json, view! { <Trail steps=above /> })).unzip();
    // What came with the program is made for tiles, and stays there.
    let picture = category.as_ref().and_then(|c| c.image.clone()).filter(|i| i.size.is_some() && query.q.is_none());
    let intro = category.map(|c| c.description).filter(|_| query.q.is_none());
    let description = intro.clone().unwrap_or_else(|| format!("{title}: {found}."));
    let filter_removals = listing.facets.as_ref().map(|facets| facets.filter_removals.clone()).unwrap_or_default();
    let filters = listing.facets.map(|facets| {
        let (total, total_is_exact) = (listing.total, listing.total_is_exact);
        view! { <Filters query=query.clone() facets total total_is_exact /> }
    });
    let results = if products.is_empty() {
        Either::Left(view! { <Nothing query=query.clone() nothing=listing.nothing filter_removals /> })
    } else {
        Either::Right(view! { <ProductGrid products eager=4 /> })
    };
    // One filter is a page worth finding; several of them are as many as there are ways to choose. Pages without a number come
    // and go with what is sold.
    let is_quiet = query.q.is_some() || query.filter_count() > 1 || !around.has_number();
    let correction = listing.correction.map(|correction| view! { <CorrectionNote query=query.clone() correction /> });
    let everywhere = listing.everywhere.filter(|found| found.count > listing.total);
    let everywhere = everywhere.map(|found| view! { <Everywhere query=query.clone() found /> });
    let variant = listing.variant.map(|variant| view! { <VariantNote variant /> });
    view! {
        <Titled title=title.clone() description path=around.here().canonical_href() picture=shared quiet=is_quiet />
        {trail.map(|json| view! { <script type="application/ld+json" inner_html=json></script> })}
        <header class="page-head">
            {above} <h1>{title}</h1> {intro.map(|intro| view! { <p class="page-intro">{intro}</p> })}
            {picture
                .map(|image| {
                    view! {
                        <div class="category-picture">
                            <Picture image=Some(image) sizes="100vw" first=true />
                        </div>
                    }
                })}
        </header>
        <div class="listing">
            <div class="listing-side">
                <Categories query=query.clone() categories />
                {filters}
            </div>
            <section class="listing-main" aria-label="Products">
                <div class="listing-bar">
                    <p class="listing-count">{found}</p>
                    <SortLinks query=query.clone() />
                </div>
                <FilterChips query=query.clone() />
                {correction}
                {everywhere}
                {variant}
                {note}
                <ShowEarlier around=around.clone() />
                {results}
                <ListingPages around found=found_within />
            </section>
        </div>
    }
    .written()
}

/// Where a category stands.
struct CategoryTrail {
    /// As search engines read it: from the shop's own page down to the category.
    json: String,
    /// What is above it, as links.
    above: Vec<(String, String)>,
}

impl CategoryTrail {
    fn of(category: &CategoryTile, categories: &[CategoryCount]) -> Self {
        let mut above = links_of(&steps_to(categories, Some(&category.slug)));
        above.pop();
        let Brand { content, base_url, .. } = Brand::get();
        let own = ListingQuery::default().in_category(Some(&category.slug)).href();
        let shop = (content.name.clone(), "/".to_owned());
        let trail: Vec<_> = [shop].into_iter().chain(above.clone()).chain([(category.name.clone(), own)]).collect();
        above.insert(0, ("All products".to_owned(), ListingQuery::default().href()));
        Self { json: trail_json(&trail, &base_url), above }
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

/// How many there are: as a sentence begins with it, and within one.
fn count(total: u32, is_exact: bool) -> (String, String) {
    // Beyond that a search is not counted.
    if !is_exact {
        return ("Over 1,000 products".to_owned(), "over 1,000 products".to_owned());
    }
    let exactly = if total == 1 { "1 product".to_owned() } else { format!("{total} products") };
    (exactly.clone(), exactly)
}
