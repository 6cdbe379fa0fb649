//! `/admin/stock/count`: a sheet on which somebody writes what lies on the shelves, on the screen or on paper.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::Fields;
use shop::dto::{CountQuery, CountRow, CountSheet};

use super::forms::COUNTS;
use super::parts::{DeskField, DeskHead, DeskSearch, DeskSelect, EmptyList, Further, MOVED};
use super::paths::variant_path;
use super::stock_api::{SaveCounts, load_count_sheet};
use crate::ui::{Flash, FormProblem, Location, Written, flash_of, loaded};

#[component]
pub fn CountPage() -> impl IntoView {
    let search = Location::query();
    loaded(load_count_sheet(search), |sheet| view! { <Sheet sheet /> })
}

#[component]
fn Sheet(sheet: CountSheet) -> impl IntoView {
    let CountSheet { query, rows, next, categories, fields, form_key } = sheet;
    let first = query.after.as_ref().map(|_| CountQuery { after: None, ..query.clone() }.href());
    let categories = std::iter::once((String::new(), "All".to_owned()))
        .chain(categories.into_iter().map(|choice| (choice.slug, choice.name)));
    let is_empty = rows.is_empty();
    view! {
        <DeskHead title="Count the stock" crumb=("/admin/stock", "Stock") />
        <form class="desk-filters" method="get" action=CountQuery::PATH role="search" aria-label="What to count">
            <DeskSearch id="count-q" label="SKU or product" value=query.q.clone() />
            <DeskSelect
                name="category"
                id="count-category"
                label="Category"
                value=query.category.clone().unwrap_or_default()
                choices=categories.collect()
            />
            <button class="button-quiet" type="submit">
                "Show"
            </button>
        </form>
        {is_empty.then(|| view! { <EmptyList line="There is no such variant." /> })}
        {(!is_empty).then(|| view! { <Counts query rows fields form_key /> })}
        <Further next=next.map(|next| next.href()) first label="Next sheet" />
    }
    .written()
}

#[component]
fn Counts(query: CountQuery, rows: Vec<CountRow>, fields: Fields, form_key: String) -> impl IntoView {
    let flash = flash_of(COUNTS);
    let carried = query.fields().map(|(name, value)| {
        view! { <input type="hidden" name=format!("fields[{name}]") value=value.to_owned() /> }
    });
    let nothing = flash.problem("counted").map(str::to_owned);
    let reason = fields.get("reason").cloned().unwrap_or_else(|| "Stocktaking".to_owned());
    let rows = rows.into_iter().map(|row| {
        let typed = fields.get(&row.counted()).cloned().unwrap_or_default();
        view! { <Row row typed flash=flash.clone() /> }
    });
    let rows = rows.collect_view();
    view! {
        <FormProblem flash=flash.clone() />
        {nothing.map(|words| view! { <p class="field-problem">{words}</p> })}
        <form class="desk-form" method="post" action=SaveCounts::url() novalidate>
            <input type="hidden" name="fields[key]" value=form_key />
            {carried.into_iter().collect_view()}
            <p class="desk-quiet">
                "Count what lies there, units that are held for orders among them. What is left empty was not counted. Printed, this page is a list to take along."
            </p>
            <table class="desk-table desk-count-sheet">
                <thead>
                    <tr>
                        <th scope="col">"SKU"</th>
                        <th scope="col">"Product"</th>
                        <th scope="col" class="desk-number">
                            "Should be there"
                        </th>
                        <th scope="col">"Counted"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <DeskField name="fields[reason]" problem_name="reason" label="Why?" value=reason flash required=true />
            <p class="desk-save">
                <button class="button" type="submit">
                    "Save counts"
                </button>
            </p>
        </form>
    }
    .written()
}

#[component]
fn Row(row: CountRow, typed: String, flash: Flash) -> impl IntoView {
    let options = (!row.options.is_empty()).then(|| row.options.join(", "));
    let (counted, shown) = (row.counted(), row.shown());
    let moved = if row.moved { MOVED } else { "" };
    view! {
        <tr>
            <th scope="row">
                <a href=variant_path(&row.id.to_string())>{row.sku.clone()}</a>
            </th>
            <td data-label="Product">
                {row.product} {options.map(|options| view! { <span class="desk-more">{options}</span> })}
                {row.is_retired.then(|| view! { <span class="badge badge-ended">"Retired"</span> })}
            </td>
            <td data-label="Should be there" class="desk-number">
                {row.shelf}
                <input type="hidden" name=format!("fields[{shown}]") value=row.shelf.to_string() />
            </td>
            <td data-label="Counted">
                <DeskField
                    name=format!("fields[{counted}]")
                    problem_name=counted
                    label=format!("Counted of {}", row.sku)
                    value=typed
                    flash
                    kind="number"
                    quiet_label=true
                    problem=moved
                />
            </td>
        </tr>
    }
    .written()
}
