//! What narrows and orders a listing: links where one click says it all, a GET form for the rest.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use shop::domain::Sort;
use shop::dto::{CategoryCount, FacetsView, ListingQuery, words};

use super::facets::{Found, OptionFacets, PriceFacet, RatingFacet, StockFacet, TagFacet};
use super::trail::steps_to;
use crate::ui::{Written, hash};

/// The script's address changes with what is in it.
const SCRIPT: u64 = hash(include_bytes!("../../../public/filters.js"));

/// The categories at the top, and on the way down to the one that is shown, and below it, all that stand there.
#[component]
pub fn Categories(query: ListingQuery, categories: Vec<CategoryCount>) -> impl IntoView {
    let steps = steps_to(&categories, query.category.as_deref());
    let open: Vec<_> = steps.into_iter().map(|step| step.slug).collect();
    let current = query.category.is_none().then_some("true");
    view! {
        <nav class="filter-categories" aria-label="Categories">
            <ul>
                <li>
                    <a href=query.in_category(None).href() aria-current=current>
                        "Everything"
                    </a>
                </li>
                {branch(&query, &categories, None, &open)}
            </ul>
        </nav>
    }
    .written()
}

/// The categories below `parent`, each with what is open below it. One without products leads nowhere.
fn branch(query: &ListingQuery, categories: &[CategoryCount], parent: Option<&str>, open: &[String]) -> InertElement {
    let below = categories.iter().filter(|category| category.parent.as_deref() == parent);
    let item = |category: &CategoryCount| {
        let (CategoryCount { slug, name, .. }, found) = (category.clone(), category.found());
        let is_current = query.category.as_ref() == Some(&slug);
        let inner = view! {
            {name}
            <Found found />
        };
        let link = if found.is_none() && !is_current {
            view! { <span class="category-empty">{inner}</span> }.written()
        } else {
            let current = is_current.then_some("true");
            view! {
                <a href=query.in_category(Some(&slug)).href() aria-current=current>
                    {inner}
                </a>
            }
            .written()
        };
        let has_more = open.contains(&slug) && categories.iter().any(|other| other.parent.as_ref() == Some(&slug));
        let more = has_more.then(|| view! { <ul>{branch(query, categories, Some(&slug), open)}</ul> });
        view! { <li>{link} {more}</li> }
    };
    below.map(item).collect_view().written()
}

#[component]
pub fn SortLinks(query: ListingQuery) -> impl IntoView {
    // Without words what fits best is the newest.
    let has_words = query.q.is_some();
    let said = |sort: Sort| if has_words || sort != Sort::Relevance { sort } else { Sort::Newest };
    let listed = Sort::ALL.into_iter().filter(|sort| has_words || *sort != Sort::Newest);
    let links = listed.map(|sort| {
        let current = (said(query.sort) == said(sort)).then_some("true");
        view! {
            <li>
                <a href=query.sorted(sort).href() aria-current=current>
                    {words::sort(said(sort))}
                </a>
            </li>
        }
    });
    view! {
        <nav class="sort" aria-label="Sort by">
            <ul>{links.collect_view()}</ul>
        </nav>
    }
    .written()
}

/// Options, tags, price, rating and stock. Behind a button on a phone, in sight where there is room (`filters.css`). The button says how many
/// products are left of what is chosen: as the page was made, and where scripts run (`filters.js`), of what is chosen now.
#[component]
pub fn Filters(query: ListingQuery, facets: FacetsView, total: u32, total_is_exact: bool) -> impl IntoView {
    let in_use = query.filter_count();
    let ListingQuery { q, exact, category, min_price, max_price, in_stock, sort, .. } = query;
    let sort = (sort != Sort::default()).then(|| sort.as_str());
    let summary = if in_use == 0 { "Filter".to_owned() } else { format!("Filter, {in_use} in use") };
    let FacetsView { options, ratings, tags, in_stock: stocked, prices, .. } = facets;
    view! {
        <details class="filters">
            <summary>{summary}</summary>
            <form class="filters-form" method="get" action="/products" aria-label="Filter products">
                {q.map(|q| view! { <input type="hidden" name="q" value=q /> })}
                {exact.then(|| view! { <input type="hidden" name="exact" value="true" /> })}
                {category.map(|c| view! { <input type="hidden" name="category" value=c /> })}
                {sort.map(|s| view! { <input type="hidden" name="sort" value=s /> })}
                <OptionFacets facets=options />
                <TagFacet tags />
                <PriceFacet lowest=min_price highest=max_price prices />
                <RatingFacet ratings />
                <StockFacet found=stocked is_chosen=in_stock />
                <div class="filters-foot">
                    <button class="button" type="submit">
                        "Show "
                        <span class="filters-count">{counted(total, total_is_exact)}</span>
                        <span class="filters-noun">{if total == 1 { "result" } else { "results" }}</span>
                    </button>
                    <p class="visually-hidden" role="status"></p>
                </div>
            </form>
        </details>
        <script type="module" src=format!("/filters.js?v={SCRIPT:x}")></script>
    }
    .written()
}

/// How many, with a space behind it.
fn counted(total: u32, is_exact: bool) -> String {
    if is_exact { format!("{total} ") } else { "over 1,000 ".to_owned() }
}
