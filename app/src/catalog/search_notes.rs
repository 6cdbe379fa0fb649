//! What a listing says of a search besides what it found: what was shown in its place, whose SKU it is, and the way on from
//! nothing.

use leptos::prelude::*;
use shop::dto::{Correction, FacetCount, FilterKind, FilterRemoval, ListingQuery, NothingFound, VariantFound};

use crate::ui::Written;

/// Whether what is shown is what was typed.
#[component]
pub fn CorrectionNote(query: ListingQuery, correction: Correction) -> impl IntoView {
    let Correction { asked, meant, is_shown } = correction;
    if is_shown {
        let as_typed = query.searching(&asked, true).href();
        view! {
            <p class="search-note">
                "Showing results for “" <strong>{meant}</strong> "”. "
                <a href=as_typed>{format!("Search for “{asked}” instead")}</a>
            </p>
        }
        .written()
    } else {
        let other = query.searching(&meant, false).href();
        view! { <p class="search-note">"Did you mean " <a href=other>{format!("“{meant}”")}</a> "?"</p> }.written()
    }
}

/// A search within a category finds more outside of it.
#[component]
pub fn Everywhere(query: ListingQuery, found: FacetCount) -> impl IntoView {
    let words = query.q.clone().unwrap_or_default();
    let count = found.words().map(|count| format!(" ({count})"));
    view! {
        <p class="search-note">
            <a href=query.in_category(None).href()>{format!("“{words}” in all categories")} {count}</a>
        </p>
    }
    .written()
}

/// A SKU leads to its variant.
#[component]
pub fn VariantNote(variant: VariantFound) -> impl IntoView {
    let VariantFound { sku, slug, name, options } = variant;
    let called = format!("{name}, {}", options.join(", "));
    view! {
        <p class="search-note">{format!("{sku} is ")} <a href=format!("/products/{slug}?sku={sku}")>{called}</a> "."</p>
    }
    .written()
}

/// Nothing fits: the same with a filter less, or with a word less, and the shop's categories.
#[component]
pub fn Nothing(
    query: ListingQuery,
    nothing: Option<NothingFound>,
    filter_removals: Vec<FilterRemoval>,
) -> impl IntoView {
    let without = |removal: FilterRemoval| Way {
        href: removal.without.removed_from(&query).href(),
        removes: Some(removed(&removal.without)),
        name: removal_words(&removal),
    };
    let filters: Vec<_> = filter_removals.into_iter().map(without).collect();
    let advice = match (query.q.is_some(), query.filter_count() > 0) {
        (true, true) => Some("Try fewer or other words, or take a filter away."),
        (true, false) => Some("Try fewer or other words."),
        (false, true) => Some("Take a filter away."),
        (false, false) => None,
    };
    let sought = query.q.map(|q| format!(" for “{q}”")).unwrap_or_default();
    let more = nothing.map(|NothingFound { shorter, categories }| {
        let all = ListingQuery::default();
        let way = |href: String, name: String| Way { href, removes: None, name };
        let links = shorter.into_iter().map(|words| way(all.searching(&words, false).href(), format!("“{words}”")));
        let categories =
            categories.into_iter().map(|category| way(all.in_category(Some(&category.slug)).href(), category.name));
        view! {
            <Ways label="Try with a word less:" links=links.collect() />
            <Ways label="Or look around in:" links=categories.collect() />
        }
    });
    view! {
        <div class="empty">
            <p class="empty-line">{format!("Nothing here{sought}.")}</p>
            {advice.map(|advice| view! { <p>{advice}</p> })}
            <Ways label="Without one filter something is left:" links=filters />
            {more}
            <p>
                <a class="button" href="/products">
                    "Show all products"
                </a>
            </p>
        </div>
    }
    .written()
}

/// Which filter a link removes, for who hears it alone: what is seen says what that leaves.
fn removed(filter: &FilterKind) -> String {
    let name = match filter {
        FilterKind::Option(name) => name.to_lowercase(),
        FilterKind::Tags => "tag".to_owned(),
        FilterKind::Rating => "rating".to_owned(),
        FilterKind::Price => "price".to_owned(),
        FilterKind::InStock => "stock".to_owned(),
    };
    format!("Remove the {name} filter: ")
}

/// What a link says that leaves one filter out.
fn removal_words(FilterRemoval { without, found }: &FilterRemoval) -> String {
    let said = match without {
        FilterKind::Option(name) => format!("Whatever its {}", name.to_lowercase()),
        FilterKind::Tags => "Whatever its tags".to_owned(),
        FilterKind::Rating => "However it is rated".to_owned(),
        FilterKind::Price => "At any price".to_owned(),
        FilterKind::InStock => "In stock or not".to_owned(),
    };
    match found.and_then(FacetCount::words) {
        Some(count) => format!("{said} ({count})"),
        None => said,
    }
}

/// A way on.
struct Way {
    href: String,
    /// What it takes away, if it does.
    removes: Option<String>,
    name: String,
}

/// Nothing where there is none.
#[component]
fn Ways(label: &'static str, links: Vec<Way>) -> impl IntoView {
    let link = |Way { href, removes, name }: Way| {
        view! {
            <li>
                <a href=href>
                    {removes.map(|removes| view! { <span class="visually-hidden">{removes}</span> })} {name}
                </a>
            </li>
        }
    };
    (!links.is_empty()).then(|| {
        view! {
            <p>{label}</p>
            <ul class="ways">{links.into_iter().map(link).collect_view()}</ul>
        }
    })
}
