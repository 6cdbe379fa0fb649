//! `/admin/products`: every product, for sale or not, narrowed by its address.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shop::domain::ProductStatus;
use shop::dto::{ProductQuery, StaffProductList, StaffProductRow};

use super::parts::{DeskHead, DeskSelect, Further, counted, status_words};
use super::paths::product_path;
use super::products_api::load_products;
use crate::ui::{Picture, loaded};

#[component]
pub fn StaffProductsPage() -> impl IntoView {
    let search = use_location().search.get_untracked();
    loaded(load_products(search), |list| view! { <Products list /> })
}

#[component]
fn Products(list: StaffProductList) -> impl IntoView {
    let StaffProductList { query, products, total, categories, next } = list;
    let first = query.before.map(|_| ProductQuery { before: None, ..query.clone() }.href());
    let (is_empty, is_filtered) = (products.is_empty(), query.is_filtered());
    let any = || (String::new(), "Any".to_owned());
    let statuses = std::iter::once(any())
        .chain(ProductStatus::ALL.into_iter().map(|status| (status.to_string(), status_words(status).to_owned())));
    let categories = std::iter::once(any()).chain(categories.into_iter().map(|choice| (choice.slug, choice.name)));
    view! {
        <DeskHead title="Products">
            <a class="button" href=product_path("new")>
                "Add a product"
            </a>
        </DeskHead>
        <form class="desk-filters" method="get" action=ProductQuery::PATH role="search" aria-label="Find products">
            <div class="field desk-filter-text">
                <label for="products-q">"Name, SKU or words"</label>
                <input
                    id="products-q"
                    name="q"
                    type="search"
                    maxlength="100"
                    value=query.q.clone().unwrap_or_default()
                />
            </div>
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
            <button class="button-quiet" type="submit">
                "Filter"
            </button>
        </form>
        <p class="desk-count" role="status">
            {counted(total, "product", "products")}
        </p>
        {is_empty
            .then(|| {
                view! {
                    <div class="empty">
                        <p class="empty-line">
                            {if is_filtered { "No product is like that." } else { "The shelves are empty." }}
                        </p>
                        {is_filtered.then(|| view! { <a href=ProductQuery::PATH>"Show all products"</a> })}
                    </div>
                }
            })}
        {(!is_empty)
            .then(|| {
                view! {
                    <table class="desk-table">
                        <thead>
                            <tr>
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
                        <tbody>{products.into_iter().map(|product| view! { <Row product /> }).collect_view()}</tbody>
                    </table>
                }
            })}
        <Further next=next.map(|next| next.href()) first label="Older products" />
    }
    .into_any()
}

#[component]
fn Row(product: StaffProductRow) -> impl IntoView {
    let class = match product.status {
        ProductStatus::Active => "badge badge-done",
        ProductStatus::Draft => "badge badge-waits",
        ProductStatus::Archived => "badge badge-ended",
    };
    let variants = (product.variants > 1).then(|| format!("{} variants", product.variants));
    view! {
        <tr>
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
    .into_any()
}
