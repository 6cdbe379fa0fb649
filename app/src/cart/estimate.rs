//! What shipping and tax would come to in a country, before there is an address. With scripts a choice is followed at once.

use leptos::either::Either;
use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::ShippingAddress;
use web_sys::HtmlFormElement;

use super::cart_change::CartChange;
use super::editor::CartEditor;
use super::forms::ESTIMATE_COUNTRY;
use super::island_api::EstimateShipping;
use super::shown::{EstimatePlace, RegionField};
use crate::ui::{Written, field_value};

/// The id of what is wrong with the place.
const PROBLEM: &str = "estimate-problem";

/// The countries to choose from. Made on the server: the browser has no list of them.
#[component]
pub fn CountryList(country: String, wrong: bool) -> impl IntoView {
    let choices = ShippingAddress::countries().map(|(code, name)| {
        view! {
            <option value=code selected=code == country>
                {name}
            </option>
        }
    });
    view! {
        <div class="field">
            <label for="estimate-country">{ESTIMATE_COUNTRY.label}</label>
            <select
                id="estimate-country"
                name=ESTIMATE_COUNTRY.name
                autocomplete=ESTIMATE_COUNTRY.autocomplete
                aria-invalid=wrong.then_some("true")
                aria-describedby=PROBLEM
            >
                <option value="">"Not known yet"</option>
                {choices.collect_view()}
            </select>
        </div>
    }
    .written()
}

/// Its children are the list of countries.
#[component]
pub fn Estimate(editor: CartEditor, children: Children) -> impl IntoView {
    let is_shown = Memo::new(move |_| editor.cart.with(|cart| cart.asks_where));
    let wrong = Memo::new(move |_| {
        let failed = editor.failure.get().filter(|failed| matches!(failed.change, CartChange::Estimate { .. }));
        failed.map(|failed| failed.words)
    });
    let is_wrong = Memo::new(move |_| wrong.with(Option::is_some));
    // By itself, so that the field stays, and the focus in it, when another state is chosen.
    let asked_in = Memo::new(move |_| {
        editor.cart.with(|cart| cart.estimate.as_ref().filter(|place| place.region_field.is_some()).map(country_of))
    });
    let place = move || editor.cart.with_untracked(|cart| cart.estimate.clone());
    let is_open = is_wrong.get_untracked() || place().is_some_and(|place| is_vague(&place));
    let form = NodeRef::<html::Form>::new();
    let follow = move || {
        let Some(form) = form.get_untracked() else { return };
        let (country, region) = chosen(&form);
        // The states are those of the country that was chosen before.
        let region = if place().is_some_and(|place| place.country == country) { region } else { String::new() };
        editor.send(CartChange::Estimate { country, region });
    };
    // What was chosen before the island woke is a choice like any other.
    Effect::new(move |woken: Option<()>| {
        let Some(form) = form.get() else { return };
        let shown = place().map(|place| place.country).unwrap_or_default();
        if woken.is_none() && !is_wrong.get_untracked() && chosen(&form).0 != shown {
            follow();
        }
    });
    view! {
        <details class="choice" open=is_open hidden=move || !is_shown.get()>
            <summary>"Estimate shipping"</summary>
            <form
                class="choice-form"
                method="post"
                action=EstimateShipping::url()
                node_ref=form
                on:change=move |_| follow()
                on:submit=move |event| {
                    event.prevent_default();
                    follow();
                }
            >
                {children()}
                {move || {
                    asked_in
                        .get()
                        .and_then(|country| {
                            let EstimatePlace { region, region_field, .. } = place()?;
                            let typed = region.unwrap_or_default();
                            Some(view! { <Region country field=region_field? typed is_wrong /> })
                        })
                }}
                <button class="button-quiet without-scripts" type="submit">
                    "Estimate"
                </button>
                <div class="field-problem" id=PROBLEM role="alert">
                    {move || wrong.get()}
                </div>
            </form>
        </details>
    }
}

/// The state, where it matters.
#[component]
fn Region(country: String, field: RegionField, typed: String, is_wrong: Memo<bool>) -> impl IntoView {
    let RegionField { label, options } = field;
    let field = if options.is_empty() {
        Either::Left(view! {
            <input
                id="estimate-region"
                name="region"
                value=typed
                autocomplete="off"
                maxlength=ShippingAddress::TOWN_MAX
            />
        })
    } else {
        Either::Right(view! {
            <select
                id="estimate-region"
                name="region"
                autocomplete="off"
                aria-invalid=move || is_wrong.get().then_some("true")
                aria-describedby=PROBLEM
                inner_html=options
            ></select>
        })
    };
    view! {
        <div class="field">
            <label for="estimate-region">{label}</label>
            {field}
            <input type="hidden" name="region_of" value=country />
        </div>
    }
}

fn country_of(place: &EstimatePlace) -> String {
    place.country.clone()
}

/// Whether a state that matters is not chosen yet.
const fn is_vague(place: &EstimatePlace) -> bool {
    place.region_field.is_some() && place.region.is_none()
}

/// Country and state, as the form has them now.
fn chosen(form: &HtmlFormElement) -> (String, String) {
    let value = |name: &str| {
        let field = form.query_selector(&format!("[name={name}]")).ok().flatten();
        field.as_ref().map(field_value).unwrap_or_default()
    };
    (value("country"), value("region"))
}
