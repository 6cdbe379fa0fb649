//! What narrows and orders a listing: links where one click says it all, a GET form for the rest.

use leptos::prelude::*;
use shop::domain::Sort;
use shop::dto::{CategoryCount, ListingQuery, words};

#[component]
pub fn Categories(query: ListingQuery, categories: Vec<CategoryCount>) -> impl IntoView {
    let current = |slug: Option<&str>| (query.category.as_deref() == slug).then_some("true");
    let links = categories.into_iter().map(|category| {
        view! {
            <li>
                <a href=query.in_category(Some(&category.slug)).href() aria-current=current(Some(&category.slug))>
                    {category.name}
                    <span class="count">{category.count}</span>
                </a>
            </li>
        }
    });
    view! {
        <nav class="filter-categories" aria-label="Categories">
            <ul>
                <li>
                    <a href=query.in_category(None).href() aria-current=current(None)>
                        "Everything"
                    </a>
                </li>
                {links.collect_view()}
            </ul>
        </nav>
    }
    .into_any()
}

#[component]
pub fn SortLinks(query: ListingQuery) -> impl IntoView {
    let links = Sort::ALL.into_iter().map(|sort| {
        let current = (query.sort == sort).then_some("true");
        view! {
            <li>
                <a href=query.sorted(sort).href() aria-current=current>
                    {words::sort(sort)}
                </a>
            </li>
        }
    });
    view! {
        <nav class="sort" aria-label="Sort by">
            <ul>{links.collect_view()}</ul>
        </nav>
    }
    .into_any()
}

/// Price and stock. Behind a button on a phone, in sight where there is room (`listing.css`).
#[component]
pub fn Filters(query: ListingQuery) -> impl IntoView {
    let narrowed = query.min_price.is_some() || query.max_price.is_some() || query.in_stock;
    let sort = (query.sort != Sort::default()).then(|| query.sort.as_str());
    let clear = query.is_filtered().then(|| view! { <a href="/products">"Clear all filters"</a> });
    view! {
        <details class="filters" open=narrowed>
            <summary>"Price and stock"</summary>
            <form method="get" action="/products" aria-label="Filter products">
                {query.q.map(|q| view! { <input type="hidden" name="q" value=q /> })}
                {query.category.map(|c| view! { <input type="hidden" name="category" value=c /> })}
                {sort.map(|s| view! { <input type="hidden" name="sort" value=s /> })}
                <div class="filter-prices">
                    <PriceField label="Lowest price" name="min_price" value=query.min_price />
                    <PriceField label="Highest price" name="max_price" value=query.max_price />
                </div>
                <label class="check">
                    <input type="checkbox" name="in_stock" value="true" checked=query.in_stock />
                    "In stock only"
                </label>
                <button class="button-quiet" type="submit">
                    "Apply"
                </button>
            </form>
            {clear}
        </details>
    }
    .into_any()
}

#[component]
fn PriceField(label: &'static str, name: &'static str, value: Option<String>) -> impl IntoView {
    view! {
        <div class="field">
            <label for=format!("filter-{name}")>{label}</label>
            <input
                id=format!("filter-{name}")
                name=name
                type="text"
                inputmode="decimal"
                value=value
                autocomplete="off"
            />
        </div>
    }
}
