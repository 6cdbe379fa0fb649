//! `/admin/products/bulk`: several products changed at once. What is to be changed is typed first; then the page shows what
//! each would be, and nothing is changed before somebody says so.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Money, PriceFlaw, ProductStatus};
use shop::dto::{BulkEditView, BulkProduct, BulkQuery, BulkRow, CategoryChoice, ProductAfter, ProductQuery, words};

use super::editor_parts::{choices, sent};
use super::forms::BULK_PRODUCTS;
use super::parts::{DeskField, DeskHead, DeskSelect, EmptyList, counted, status_words};
use super::paths::product_path;
use super::products_api::{ChangeProducts, load_bulk_products};
use crate::ShopError;
use crate::ui::{Flash, FormProblem, Location, Written, flash_of, loaded};

#[component]
pub fn BulkProductsPage() -> impl IntoView {
    let search = Location::query();
    loaded(load_bulk_products(search), |view| view! { <Bulk view /> })
}

#[component]
fn Bulk(view: BulkEditView) -> impl IntoView {
    let mut flash = flash_of(BULK_PRODUCTS);
    if let Some(refusal) = &view.problem {
        flash.error = flash.error.or_else(|| Some(ShopError::Refused(refusal.into())));
    }
    let (too_many, is_empty) = (view.too_many, view.rows.is_empty());
    let shown = !too_many && !is_empty;
    view! {
        <DeskHead title="Change several products" crumb=(ProductQuery::PATH, "Products") />
        <FormProblem flash=flash.clone() />
        {too_many
            .then(|| {
                view! {
                    <EmptyList
                        line="These are more than 1,000 products, or 5,000 variants. Please narrow the list first."
                        all=Some((ProductQuery::PATH, "Back to the list"))
                    />
                }
            })}
        {(is_empty && !too_many)
            .then(|| {
                view! {
                    <EmptyList
                        line="Please choose products in the list first."
                        all=Some((ProductQuery::PATH, "Back to the list"))
                    />
                }
            })}
        {shown.then(|| view! { <Change view=view.clone() flash /> })}
        {(shown && view.rows.iter().any(|row| row.after.is_some())).then(|| view! { <Preview view /> })}
    }
    .written()
}

/// What is to be changed; it is only looked at.
#[component]
fn Change(view: BulkEditView, flash: Flash) -> impl IntoView {
    let BulkEditView { query, rows, categories, .. } = view;
    let selection = query.selection().into_iter();
    let selection = selection.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let prices = choices(&[
        ("", "Leave them as they are"),
        ("raise_percent", "Raise by per cent"),
        ("lower_percent", "Lower by per cent"),
        ("raise_amount", "Raise by an amount"),
        ("lower_amount", "Lower by an amount"),
    ]);
    let leave = || (String::new(), "Leave as it is".to_owned());
    let status = |status: ProductStatus| (status.to_string(), status_words(status).to_owned());
    let statuses = std::iter::once(leave()).chain(ProductStatus::ALL.into_iter().map(status)).collect();
    let none = (BulkQuery::NO_CATEGORY.to_owned(), "In none".to_owned());
    let categories = categories.into_iter().map(|choice| (choice.slug, choice.name));
    let categories = [leave(), none].into_iter().chain(categories).collect();
    let count = counted(u32::try_from(rows.len()).unwrap_or(u32::MAX), "product", "products");
    let problem = |field: &str| flash.problem(field).unwrap_or_default().to_owned();
    let (of_price, of_status, of_category) = (problem("price"), problem("to_status"), problem("to_category"));
    view! {
        <form class="desk-panel desk-narrow" method="get" action=BulkQuery::PATH novalidate>
            <p>{format!("{count} chosen.")}</p>
            {selection.collect_view()}
            <div class="desk-pair">
                <DeskSelect
                    name="price"
                    id="field-price"
                    label="Prices"
                    value=query.typed("price")
                    choices=prices
                    problem=of_price
                />
                <DeskField
                    name="value"
                    problem_name="value"
                    label="By how much"
                    value=query.typed("value")
                    flash=flash.clone()
                    hint="Per cent from 0 to 100, or an amount. Of all variants; earlier prices that are crossed out stay."
                />
            </div>
            <div class="desk-pair">
                <DeskSelect
                    name="to_status"
                    id="field-to_status"
                    label="Status"
                    value=query.typed("to_status")
                    choices=statuses
                    problem=of_status
                />
                <DeskSelect
                    name="to_category"
                    id="field-to_category"
                    label="Category"
                    value=query.typed("to_category")
                    choices=categories
                    problem=of_category
                />
            </div>
            <div class="desk-buttons">
                <button class="button-quiet" type="submit">
                    "Show what would change"
                </button>
            </div>
        </form>
    }
    .written()
}

/// What each would be, and the button that changes them.
#[component]
fn Preview(view: BulkEditView) -> impl IntoView {
    let versions = view.versions();
    let BulkEditView { query, rows, categories, .. } = view;
    let count = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
    let changed = count(rows.iter().filter(|row| row.changes()).count());
    let flawed = count(rows.iter().filter(|row| row.is_flawed()).count());
    let kept = query.selection().into_iter().filter(|_| query.all).chain(query.edit.clone());
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=sent(&name) value=value /> }).collect_view();
    let words = format!("Change {}", counted(changed, "product", "products"));
    let table = rows.into_iter().filter(BulkRow::changes).filter_map(|row| {
        let after = row.after?;
        Some(view! { <Row product=row.product after categories=categories.clone() /> })
    });
    let what = match (flawed, changed) {
        (0, 0) => view! { <p>"Nothing would become another."</p> }.written(),
        (0, _) => view! {
            <form class="desk-save desk-buttons" method="post" action=ChangeProducts::url()>
                <input type="hidden" name="fields[versions]" value=versions />
                {kept}
                <button class="button" type="submit">
                    {words}
                </button>
            </form>
        }
        .written(),
        (flawed, _) => view! {
            <div class="problem" role="alert">
                <p>
                    {format!(
                        "{} would have a price that cannot be. Nothing is changed like this: please choose another change, or other products.",
                        counted(flawed, "product", "products"),
                    )}
                </p>
            </div>
        }
        .written(),
    };
    view! {
        <section aria-labelledby="preview-title">
            <h2 id="preview-title">"What would change"</h2>
            <table class="desk-table">
                <thead>
                    <tr>
                        <th scope="col">"Product"</th>
                        <th scope="col">"Prices"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Category"</th>
                    </tr>
                </thead>
                <tbody>{table.collect_view()}</tbody>
            </table>
            {what}
        </section>
    }
    .written()
}

#[component]
fn Row(product: BulkProduct, after: ProductAfter, categories: Vec<CategoryChoice>) -> impl IntoView {
    let BulkProduct { id, name, status, category, variants, .. } = product;
    let named = |slug: Option<String>| {
        let Some(slug) = slug else { return "In none".to_owned() };
        categories.iter().find(|choice| choice.slug == slug).map_or(slug.clone(), |choice| choice.name.clone())
    };
    let prices = variants.into_iter().zip(after.prices).filter(|(variant, price)| *price != Ok(variant.price));
    let prices = prices.map(|(variant, price)| {
        view! {
            <li>
                <span class="desk-more">{variant.sku}</span>
                <PriceBecomes before=variant.price after=price />
            </li>
        }
    });
    let statuses = (status_words(status).to_owned(), status_words(after.status).to_owned());
    let places = (named(category), named(after.category));
    view! {
        <tr>
            <th scope="row">
                <a href=product_path(&id.to_string())>{name}</a>
            </th>
            <td data-label="Prices">
                <ul>{prices.collect_view()}</ul>
            </td>
            <td data-label="Status">
                <Becomes before=statuses.0 after=statuses.1 />
            </td>
            <td data-label="Category">
                <Becomes before=places.0 after=places.1 />
            </td>
        </tr>
    }
    .written()
}

#[component]
fn PriceBecomes(before: Money, after: Result<Money, PriceFlaw>) -> impl IntoView {
    match after {
        Ok(after) => view! { <Becomes before=before.to_string() after=after.to_string() /> }.written(),
        Err(flaw) => {
            view! { <span class="field-problem">{format!("{before} {}", words::price_flaw(flaw))}</span> }.written()
        }
    }
}

/// `$9.00 → $9.90`, or a dash where it stays as it is.
#[component]
fn Becomes(before: String, after: String) -> impl IntoView {
    match before == after {
        true => "–".written(),
        false => view! {
            <span>
                {before} " " <span aria-hidden="true">"→"</span> <span class="visually-hidden">"becomes"</span> " "
                <strong>{after}</strong>
            </span>
        }
        .written(),
    }
}
