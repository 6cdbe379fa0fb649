//! `/admin/products`: every product, for sale or not, narrowed by its address.

use leptos::prelude::*;
use shop::domain::ProductStatus;
use shop::dto::{BulkQuery, ProductQuery, ProductSort, StaffProductList, StaffProductRow};

use super::choose::{ChooseAll, ChooseBox};
use super::parts::{DeskHead, DeskSearch, DeskSelect, EmptyList, Further, counted, grouped, status_words};
use super::paths::product_path;
use super::products_api::load_products;
use crate::ui::{Location, Moment, Picture, Written, loaded};

#[component]
pub fn StaffProductsPage() -> impl IntoView {
    let search = Location::query();
    let all = Location::asked("chosen").is_some_and(|chosen| chosen == "all");
    loaded(load_products(search), move |list| view! { <Products list all /> })
}

#[component]
fn Products(
    list: StaffProductList,
    /// Their boxes are ticked.
    all: bool,
) -> impl IntoView {
    let StaffProductList { query, products, total, categories, next } = list;
    let first = query.before.map(|_| ProductQuery { before: None, ..query.clone() }.href());
    let (is_empty, is_filtered) = (products.is_empty(), query.is_filtered());
    let any = || (String::new(), "Any".to_owned());
    let statuses = std::iter::once(any())
        .chain(ProductStatus::ALL.into_iter().map(|status| (status.to_string(), status_words(status).to_owned())));
    let categories = std::iter::once(any()).chain(categories.into_iter().map(|choice| (choice.slug, choice.name)));
    let sort = |value: &str, words: &str| (value.to_owned(), words.to_owned());
    let sorts = vec![sort("", "Newest first"), sort("name", "Name"), sort("price", "Lowest price first")];
    let label = if query.sort == ProductSort::Newest { "Older products" } else { "More products" };
    let (here, meant) = (query.href(), BulkQuery { all: true, filter: query.clone(), ..BulkQuery::default() });
    view! {
        <DeskHead title="Products">
            <a class="button" href=product_path("new")>
                "Add a product"
            </a>
        </DeskHead>
        <form class="desk-filters" method="get" action=ProductQuery::PATH role="search" aria-label="Find products">
            <DeskSearch id="products-q" label="Name, SKU or words" value=query.q.clone() />
            <DeskSelect
                name="status"
                id="products-status"
                label="Status"
                value=query.status.map_or("", ProductStatus::as_str)
                choices=statuses.collect()
            />
            <DeskSelect
                name="category"
                id="products-category"
                label="Category"
                value=query.category.clone().unwrap_or_default()
                choices=categories.collect()
            />
            <DeskSelect name="sort" id="products-sort" label="Sorted by" value=query.sort.as_str() choices=sorts />
            <button class="button-quiet" type="submit">
                "Filter"
            </button>
        </form>
        <p class="desk-count" role="status">
            {counted(total, "product", "products")}
        </p>
        {is_empty
            .then(|| {
                let line = if is_filtered { "No product is like that." } else { "The shelves are empty." };
                view! { <EmptyList line all=is_filtered.then_some((ProductQuery::PATH, "Show all products")) /> }
            })}
        {(!is_empty)
            .then(|| {
                view! {
                    <form class="desk-chosen" method="get" action=BulkQuery::PATH>
                        <ChooseAll here all />
                        <Table products all />
                        <WhatToDo meant total />
                    </form>
                }
            })}
        <Further next=next.map(|next| next.href()) first label />
    }
    .written()
}

#[component]
fn Table(products: Vec<StaffProductRow>, all: bool) -> impl IntoView {
    view! {
        <table class="desk-table">
            <thead>
                <tr>
                    <th scope="col">
                        <span class="visually-hidden">"Chosen"</span>
                    </th>
                    <th scope="col">"Product"</th>
                    <th scope="col">"Status"</th>
                    <th scope="col">"Category"</th>
                    <th scope="col" class="desk-number">
                        "Price"
                    </th>
                    <th scope="col" class="desk-number">
                        "In stock"
                    </th>
                </tr>
            </thead>
            <tbody>{products.into_iter().map(|product| view! { <Row product all /> }).collect_view()}</tbody>
        </table>
    }
    .written()
}

/// The chosen ones, or all that the filter lets through, are looked at first; nothing is changed by this.
#[component]
fn WhatToDo(meant: BulkQuery, total: u32) -> impl IntoView {
    let filter = meant.selection().into_iter().filter(|(name, _)| name != "all");
    let filter = filter.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let all = match total {
        0..=1 => None,
        total => Some(format!("Change all {}", grouped(total))),
    };
    // More are not changed at once.
    let all = all.filter(|_| total <= StaffProductList::COUNTED);
    view! {
        {filter.collect_view()}
        <div class="desk-save desk-buttons" role="group" aria-label="What to do with the chosen products">
            <button class="button-quiet" type="submit" name="all" value="no">
                "Change the chosen ones"
            </button>
            {all
                .map(|words| {
                    view! {
                        <button class="button-quiet" type="submit" name="all" value="yes">
                            {words}
                        </button>
                    }
                })}
        </div>
    }
    .written()
}

#[component]
fn Row(product: StaffProductRow, all: bool) -> impl IntoView {
    let class = match product.status {
        ProductStatus::Active => "badge badge-done",
        ProductStatus::Draft => "badge badge-waits",
        ProductStatus::Archived => "badge badge-ended",
    };
    let variants = (product.variants > 1).then(|| format!("{} variants", product.variants));
    view! {
        <tr>
            <td class="desk-choose">
                <ChooseBox name=BulkQuery::field(product.id) label=product.name.clone() checked=all />
            </td>
            <th scope="row" class="desk-product">
                <span class="frame">
                    <Picture image=product.image sizes="3rem" decorative=true />
                </span>
                <span>
                    <a href=product_path(&product.id.to_string())>{product.name}</a>
                    {variants.map(|variants| view! { <span class="desk-more">{variants}</span> })}
                </span>
            </th>
            <td data-label="Status">
                <span class=class>{status_words(product.status)}</span>
                {product.publish_at.map(|at| view! { <span class="desk-more">"For sale from " <Moment at /></span> })}
            </td>
            <td data-label="Category">{product.category.unwrap_or_else(|| "–".to_owned())}</td>
            <td data-label="Price" class="desk-number">
                {product.price_varies.then_some("from ")}
                {product.price.to_string()}
            </td>
            <td data-label="In stock" class="desk-number">
                {product.stock}
            </td>
        </tr>
    }
    .written()
}
