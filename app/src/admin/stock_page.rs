//! `/admin/stock`: what there is of each variant.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shop::dto::{StockList, StockQuery, StockRow};

use super::parts::{DeskHead, Further};
use super::paths::variant_path;
use super::stock_api::load_stock;
use crate::ui::loaded;

#[component]
pub fn StockPage() -> impl IntoView {
    let search = use_location().search.get_untracked();
    loaded(load_stock(search), |list| view! { <Shelf list /> })
}

#[component]
fn Shelf(list: StockList) -> impl IntoView {
    let StockList { query, rows, next } = list;
    let first = query.after.as_ref().map(|_| StockQuery { after: None, ..query.clone() }.href());
    let is_empty = rows.is_empty();
    let tab = |words: &'static str, low: bool| {
        let to = StockQuery { low, after: None, ..query.clone() };
        view! {
            <li>
                <a href=to.href() aria-current=(low == query.low).then_some("true")>
                    {words}
                </a>
            </li>
        }
    };
    view! {
        <DeskHead title="Stock" />
        <nav class="desk-views" aria-label="How much there is">
            <ul>{tab("All", false)} {tab("Low", true)}</ul>
        </nav>
        <form class="desk-filters" method="get" action=StockQuery::PATH role="search" aria-label="Find variants">
            <div class="field desk-filter-text">
                <label for="stock-q">"SKU or product"</label>
                <input id="stock-q" name="q" type="search" maxlength="100" value=query.q.clone().unwrap_or_default() />
            </div>
            {query.low.then(|| view! { <input type="hidden" name="low" value="yes" /> })}
            <button class="button-quiet" type="submit">
                "Find"
            </button>
        </form>
        {is_empty
            .then(|| {
                view! {
                    <div class="empty">
                        <p class="empty-line">
                            {match (query.low, query.q.is_some()) {
                                (true, false) => "Nothing is low.",
                                (true, true) => "Nothing like that is low.",
                                (false, _) => "There is no such variant.",
                            }}
                        </p>
                    </div>
                }
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
    .into_any()
}

#[component]
fn Row(row: StockRow) -> impl IntoView {
    let options = (!row.options.is_empty()).then(|| row.options.join(", "));
    let is_low = row.stock <= StockQuery::LOW;
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
            </td>
        </tr>
    }
    .into_any()
}
