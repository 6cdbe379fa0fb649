//! `/admin/stock`: what there is of each variant.

use leptos::prelude::*;
use shop::dto::{CountQuery, StockList, StockQuery, StockRow, StockSort};

use super::parts::{DeskHead, DeskSearch, DeskSelect, EmptyList, Further, ListView, ListViews};
use super::paths::variant_path;
use super::stock_api::load_stock;
use crate::ui::{Location, Written, loaded};

#[component]
pub fn StockPage() -> impl IntoView {
    let search = Location::query();
    loaded(load_stock(search), |list| view! { <Shelf list /> })
}

#[component]
fn Shelf(list: StockList) -> impl IntoView {
    let StockList { query, rows, next } = list;
    let first = query.after.as_ref().map(|_| StockQuery { after: None, ..query.clone() }.href());
    let is_empty = rows.is_empty();
    let sort = |sort: StockSort, words: &str| (sort.as_str().to_owned(), words.to_owned());
    let sorts = vec![sort(StockSort::Sku, "SKU"), sort(StockSort::Fewest, "Fewest first")];
    let tab = |words: &'static str, low: bool| {
        let to = StockQuery { low, after: None, ..query.clone() };
        ListView::new(words, to.href(), low == query.low)
    };
    let views = vec![tab("All", false), tab("Low", true)];
    view! {
        <DeskHead title="Stock">
            <a href=CountQuery::PATH>"Count"</a>
        </DeskHead>
        <ListViews label="How much there is" views />
        <form class="desk-filters" method="get" action=StockQuery::PATH role="search" aria-label="Find variants">
            <DeskSearch id="stock-q" label="SKU or product" value=query.q.clone() />
            <DeskSelect name="sort" id="stock-sort" label="Sorted by" value=query.sort.as_str() choices=sorts />
            {query.low.then(|| view! { <input type="hidden" name="low" value="yes" /> })}
            <button class="button-quiet" type="submit">
                "Find"
            </button>
        </form>
        {is_empty
            .then(|| {
                let line = match (query.low, query.q.is_some()) {
                    (true, false) => "Nothing is low.",
                    (true, true) => "Nothing like that is low.",
                    (false, _) => "There is no such variant.",
                };
                view! { <EmptyList line /> }
            })}
        {(!is_empty)
            .then(|| {
                view! {
                    <table class="desk-table">
                        <thead>
                            <tr>
                                <th scope="col">"SKU"</th>
                                <th scope="col">"Product"</th>
                                <th scope="col" class="desk-number">
                                    "Can be sold"
                                </th>
                            </tr>
                        </thead>
                        <tbody>{rows.into_iter().map(|row| view! { <Row row /> }).collect_view()}</tbody>
                    </table>
                }
            })}
        <Further next=next.map(|next| next.href()) first label="Further on" />
    }
    .written()
}

#[component]
fn Row(row: StockRow) -> impl IntoView {
    let options = (!row.options.is_empty()).then(|| row.options.join(", "));
    let is_low = row.stock <= row.low_at && !row.is_retired;
    view! {
        <tr>
            <th scope="row">
                <a href=variant_path(&row.id.to_string())>{row.sku}</a>
            </th>
            <td data-label="Product">
                {row.product} {options.map(|options| view! { <span class="desk-more">{options}</span> })}
            </td>
            <td data-label="Can be sold" class="desk-number">
                {row.stock}
                {is_low.then(|| view! { <span class="badge badge-now">"Low"</span> })}
                {row.is_retired.then(|| view! { <span class="badge badge-ended">"Retired"</span> })}
            </td>
        </tr>
    }
    .written()
}
