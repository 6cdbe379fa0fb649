//! `/admin/tax`: how the shop taxes, and which countries have rates.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Fields, TaxClass, TaxRate};
use shop::dto::{TaxEditView, TaxedCountry, words};

use super::editor_parts::{EditorProblem, EditorSelect, EditorStart, TryIt, choices};
use super::forms::TAX;
use super::parts::{DeskHead, DeskSelect};
use super::paths::rates_path;
use super::tax_api::{SaveTax, load_tax};
use crate::ui::{Location, Written, flash_of, loaded};

#[component]
pub fn TaxPage() -> impl IntoView {
    let kept = Location::asked("kept").unwrap_or_default();
    loaded(load_tax(kept), |view| view! { <Tax view /> })
}

fn label(_: &Fields, field: &str) -> String {
    match field {
        "prices_include_tax" => "Prices",
        "shipping_class" => "Shipping",
        "reverse_charge" => "Reverse charge",
        _ => "Where the shop is",
    }
    .to_owned()
}

/// The classes to choose from.
pub fn classes() -> Vec<(String, String)> {
    TaxClass::ALL.into_iter().map(|class| (class.as_str().to_owned(), class_words(class).to_owned())).collect()
}

const fn class_words(class: TaxClass) -> &'static str {
    match class {
        TaxClass::Standard => "Standard",
        TaxClass::Reduced => "Reduced",
        TaxClass::Zero => "Not taxed",
    }
}

#[component]
fn Tax(view: TaxEditView) -> impl IntoView {
    let TaxEditView { editor, countries } = view;
    let flash = flash_of(TAX);
    let list = |name: &'static str, label: &'static str, choices: Vec<(String, String)>, hint: &'static str| {
        view! { <EditorSelect editor=editor.clone() flash=flash.clone() name label choices hint /> }
    };
    let all = super::editor_parts::countries("");
    view! {
        <DeskHead title="Tax" />
        <EditorProblem editor=editor.clone() flash=flash.clone() label />
        <form class="desk-form" method="post" action=SaveTax::url() novalidate>
            <EditorStart editor=editor.clone() />
            <div class="desk-columns">
                <div class="desk-work">
                    <section class="desk-panel" aria-labelledby="tax-title">
                        <h2 id="tax-title">"How the shop taxes"</h2>
                        {list(
                            "prices_include_tax",
                            "Prices",
                            choices(&[("yes", "Contain the tax"), ("no", "Are without tax: it is added")]),
                            "As prices stand in the shop. In Europe they contain it, in the United States they do not.",
                        )}
                        {list("seller_country", "Where the shop is", all, "Its tax is due on what is collected there.")}
                        {list(
                            "shipping_class",
                            "Shipping is taxed as",
                            classes(),
                            "The class by which shipping is taxed where it goes.",
                        )}
                        {list(
                            "reverse_charge",
                            "Businesses in other countries of the European Union",
                            choices(
                                &[
                                    ("no", "Pay the tax as everybody"),
                                    ("yes", "Account for it themselves (reverse charge)"),
                                ],
                            ),
                            "With a VAT number of another member state.",
                        )}
                    </section>
                </div>
                <aside class="desk-side" aria-label="Example">
                    <TryIt editor=editor.clone() flash=flash.clone() home="Where the shop is" asks_vat=true />
                </aside>
            </div>
            <p class="desk-save">
                <button class="button" type="submit" name="fields[do]" value="save">
                    "Save"
                </button>
            </p>
        </form>
        <Countries countries />
    }
    .written()
}

/// `VAT 20 %, reduced 5 %, California 7.25 %`
fn rate_words(rate: &TaxRate) -> String {
    let region = rate.region.as_ref().map(|region| format!("{region}: ")).unwrap_or_default();
    let class = match rate.class {
        TaxClass::Standard => "",
        TaxClass::Reduced => " (reduced)",
        TaxClass::Zero => " (not taxed)",
    };
    format!("{region}{} {} %{class}", rate.name, words::percent(rate.rate))
}

/// How many rates are written out.
const NAMED: usize = 6;

#[component]
fn Countries(countries: Vec<TaxedCountry>) -> impl IntoView {
    let is_empty = countries.is_empty();
    let row = |country: TaxedCountry| {
        let mut rates: Vec<_> = country.rates.iter().take(NAMED).map(rate_words).collect();
        if country.rates.len() > NAMED {
            rates.push(format!("and {} more", country.rates.len() - NAMED));
        }
        view! {
            <tr>
                <th scope="row">
                    <a href=rates_path(&country.country)>{country.name}</a>
                </th>
                <td data-label="Rates">{rates.join(", ")}</td>
            </tr>
        }
    };
    let rows = countries.into_iter().map(row).collect_view();
    view! {
        <section class="desk-panel" aria-labelledby="rates-title">
            <h2 id="rates-title">"Rates"</h2>
            {is_empty.then(|| view! { <p class="desk-quiet">"No country has a rate: nothing is taxed."</p> })}
            {(!is_empty)
                .then(|| {
                    view! {
                        <table class="desk-table">
                            <thead>
                                <tr>
                                    <th scope="col">"Country"</th>
                                    <th scope="col">"Rates"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    }
                })}
            <form class="desk-filters" method="get" action="/admin/tax/rates">
                <DeskSelect
                    name="country"
                    id="rates-country"
                    label="Another country"
                    value=""
                    choices=super::editor_parts::countries("Choose a country")
                />
                <button class="button-quiet" type="submit">
                    "Set its rates"
                </button>
            </form>
        </section>
    }
    .written()
}
