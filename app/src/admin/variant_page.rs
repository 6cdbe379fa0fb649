//! `/admin/stock/{id}`: one variant's stock, what is held for whom, and its ledger.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::{HeldUnits, MovementView, VariantStockView};

use super::forms::{LOW_AT, STOCK};
use super::parts::{DeskField, DeskHead, Further, MOVED, grouped};
use super::paths::{order_path, product_path, variant_path};
use super::stock_api::{ChangeStock, SetLowStock, load_variant};
use crate::ui::{FormProblem, Location, Moment, Written, flash_of, loaded};

#[component]
pub fn VariantPage() -> impl IntoView {
    let id = Location::param("id");
    let before = Location::asked("before").and_then(|text| text.parse().ok()).unwrap_or(0);
    loaded(load_variant(id, before), move |view| view! { <Variant view before /> })
}

#[component]
fn Variant(view: VariantStockView, before: i64) -> impl IntoView {
    let here = variant_path(&view.id.to_string());
    let next = view.next.map(|before| format!("{here}?before={before}"));
    let held = view.held_units;
    let options = (!view.options.is_empty()).then(|| view.options.join(", "));
    view! {
        <DeskHead title=view.sku.clone() crumb=("/admin/stock", "Stock") />
        <p class="desk-when">
            <a href=product_path(&view.product_id.to_string())>{view.product.clone()}</a>
            {options.map(|options| format!(", {options}"))}
        </p>
        <dl class="desk-figures">
            <div>
                <dt>"Can be sold"</dt>
                <dd>
                    <strong>{grouped(view.stock)}</strong>
                </dd>
            </div>
            <div>
                <dt>"Held for orders"</dt>
                <dd>
                    <strong>{grouped(held)}</strong>
                </dd>
            </div>
            <div>
                <dt>"On the shelf"</dt>
                <dd>
                    <strong>{grouped(view.stock.saturating_add(held))}</strong>
                </dd>
            </div>
        </dl>
        <div class="desk-columns">
            <div class="desk-work">
                <Change view=view.clone() />
                <Ledger movements=view.movements />
                <Further next first=(before > 0).then_some(here) label="Earlier movements" />
            </div>
            <aside class="desk-side" aria-label="What is held, and what is low">
                <Held held=view.held />
                <Limit id=view.id.to_string() low_at=view.low_at />
            </aside>
        </div>
    }
    .written()
}

#[component]
fn Change(view: VariantStockView) -> impl IntoView {
    let flash = flash_of(STOCK);
    let typed = |name: &str| flash.value(name).unwrap_or_default().to_owned();
    let is_count = typed("how") == "count";
    // Whoever counts says what was to lie there when they began.
    let shelf = view.stock.saturating_add(view.held_units);
    let began = flash.value("shelf").filter(|_| is_count && flash.error.is_some());
    let is_moved = began.is_some_and(|began| began.parse::<u32>().ok() != Some(shelf));
    // A count that began with something else is not shown again: this page would vouch for it.
    let (units, moved) = if is_moved { (String::new(), MOVED) } else { (typed("units"), "") };
    // The core speaks of a change or a count; the page has one field for both.
    let wrong =
        ["units", "change", "counted"].into_iter().find(|name| flash.problem(name).is_some()).unwrap_or("units");
    view! {
        <section class="desk-panel" aria-labelledby="change-title">
            <h2 id="change-title">"Change the stock"</h2>
            <form class="form" method="post" action=ChangeStock::url() novalidate>
                <FormProblem flash=flash.clone() />
                <input type="hidden" name="product_id" value=view.product_id.to_string() />
                <input type="hidden" name="variant_id" value=view.id.to_string() />
                <input type="hidden" name="key" value=view.form_key />
                <input type="hidden" name="shelf" value=shelf.to_string() />
                <fieldset class="desk-choice">
                    <legend>"How?"</legend>
                    <label class="check">
                        <input type="radio" name="how" value="change" checked=!is_count />
                        "So many came (12) or went (-3)"
                    </label>
                    <label class="check">
                        <input type="radio" name="how" value="count" checked=is_count />
                        "So many were counted on the shelf, those held for orders among them"
                    </label>
                </fieldset>
                <div class="desk-pair">
                    <DeskField
                        name="units"
                        problem_name=wrong
                        label="Units"
                        value=units
                        flash=flash.clone()
                        problem=moved
                    />
                    <DeskField
                        name="reason"
                        problem_name="reason"
                        label="Why?"
                        value=typed("reason")
                        flash=flash.clone()
                        required=true
                    />
                </div>
                <button class="button" type="submit">
                    "Change stock"
                </button>
            </form>
        </section>
    }
    .written()
}

/// At how many units it stands among what is low.
#[component]
fn Limit(id: String, low_at: u32) -> impl IntoView {
    let flash = flash_of(LOW_AT);
    let value = flash.value("low_at").map_or_else(|| low_at.to_string(), str::to_owned);
    view! {
        <section class="desk-panel" aria-labelledby="limit-title">
            <h2 id="limit-title">"Low stock"</h2>
            <form class="form" method="post" action=SetLowStock::url() novalidate>
                <FormProblem flash=flash.clone() />
                <input type="hidden" name="variant_id" value=id />
                <DeskField
                    name="low_at"
                    problem_name="low_at"
                    label="Low at so many, or fewer"
                    value
                    flash
                    kind="number"
                    hint="It stands under Low then, and is counted on the first page."
                />
                <button class="button-quiet" type="submit">
                    "Set limit"
                </button>
            </form>
        </section>
    }
    .written()
}

#[component]
fn Held(held: Vec<HeldUnits>) -> impl IntoView {
    let nothing = held.is_empty();
    let row = |held: HeldUnits| {
        view! {
            <li>
                <a href=order_path(&held.order.to_string())>{format!("Order {}", held.number)}</a>
                <span class="desk-more">{format!("{} units, {}", held.units, held.status)}</span>
            </li>
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="held-title">
            <h2 id="held-title">"Held for orders"</h2>
            {nothing.then(|| view! { <p class="desk-quiet">"Nothing of it lies here for an order."</p> })}
            <ul class="desk-entries">{held.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .written()
}

#[component]
fn Ledger(movements: Vec<MovementView>) -> impl IntoView {
    let row = |movement: MovementView| {
        let cause = match movement.cause.as_str() {
            "initial" => "First stock",
            "reserve" => "Set aside for an order",
            "release" => "Given back by an order",
            "adjustment" => "Adjusted",
            "count" => "Counted",
            "restock" => "Came back",
            _ => "Corrected",
        };
        let order = movement.order.map(|(id, number)| {
            view! { <a href=order_path(&id.to_string())>{format!("Order {number}")}</a> }
        });
        let units = if movement.units > 0 { format!("+{}", movement.units) } else { movement.units.to_string() };
        view! {
            <tr>
                <th scope="row">
                    {cause} " " {order}
                    {movement.reason.map(|reason| view! { <span class="desk-more">{reason}</span> })}
                </th>
                <td data-label="When">
                    <Moment at=movement.at />
                </td>
                <td data-label="Units" class="desk-number">
                    {units}
                </td>
            </tr>
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="ledger-title">
            <h2 id="ledger-title">"Ledger"</h2>
            <table class="desk-table">
                <thead>
                    <tr>
                        <th scope="col">"What happened"</th>
                        <th scope="col">"When"</th>
                        <th scope="col" class="desk-number">
                            "Units"
                        </th>
                    </tr>
                </thead>
                <tbody>{movements.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
    .written()
}
