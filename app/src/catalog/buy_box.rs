//! Choosing a variant and putting it into the cart.
//!
//! A real form: without scripts it posts the chosen options, and a button shows the page of that choice. The island
//! follows a choice in place (price, stock, picture, address) and adds without leaving the page. What is checked and
//! typed lives in the form itself, so that a choice made before the island woke is not lost.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos::task::spawn_local;
use leptos::web_sys::SubmitEvent;
use serde::{Deserialize, Serialize};
use shop::dto::{OptionGroup, words};

use super::buy_bar::BuyBar;
use super::choice::{address, nearest, option_name};
use super::chosen::Chosen;
use super::in_page::{check_option, checked_options, keep_in_address, show_picture};
use super::island_api::{AddToCart, add_to_cart};
use super::offered::Offered;
use crate::ShopError;
use crate::cart::{QUANTITY, announce_count};
use crate::ui::{DefaultButton, FieldProblem, Price, problem_id};

/// What the island needs of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub slug: String,
    pub name: String,
    pub options: Vec<OptionGroup>,
    pub variants: Vec<Offered>,
    /// What stands below the price of each of them, in lines; empty: nothing.
    pub price_notes: Vec<String>,
    /// The variant that is chosen at first.
    pub sku: String,
    pub quantity: String,
    pub error: Option<ShopError>,
}

#[island(lazy)]
pub fn BuyBox(offer: Offer) -> impl IntoView {
    let Offer { slug, name, options, variants, price_notes, sku, quantity, error } = offer;
    let start = variants.iter().position(|v| v.sku == sku).unwrap_or(0);
    let groups = options.len();
    let slug = StoredValue::new(slug);
    let chosen = Chosen::new(variants, start);
    let form = NodeRef::<html::Form>::new();
    let typed = NodeRef::<html::Input>::new();
    let pending = RwSignal::new(false);
    let outcome = RwSignal::new(error.map(Err::<(), _>));

    let follow = move |picked: Option<usize>| {
        let Some(form) = form.get_untracked() else { return };
        let values = checked_options(&form, groups);
        let Some(place) = chosen.among(|variants| nearest(variants, &values, picked)) else { return };
        if chosen.choose(place) {
            outcome.set(None);
        }
        chosen.with_untracked(|variant| {
            check_option(&form, &variant.options);
            keep_in_address(&slug.get_value(), &variant.sku);
            show_picture(variant.image.as_deref());
        });
    };
    // Browsers restore what was checked before a reload, and shoppers are quicker than scripts.
    Effect::new(move |_| {
        let checked = form.get().map(|form| checked_options(&form, groups)).unwrap_or_default();
        let is_shown = chosen.with_untracked(|variant| variant.options == checked).unwrap_or_default();
        if groups > 0 && checked.len() == groups && !is_shown {
            follow(None);
        }
    });

    let submit = move |event: SubmitEvent| {
        let is_get = event.submitter().is_some_and(|button| button.has_attribute("formaction"));
        let Some(variant) = chosen.with_untracked(|variant| variant.id.clone()).filter(|_| !is_get) else { return };
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        let quantity = typed.get_untracked().map(|input| input.value()).unwrap_or_default();
        pending.set(true);
        outcome.set(None);
        spawn_local(async move {
            let added = add_to_cart(slug.get_value(), variant, quantity, Vec::new()).await;
            pending.set(false);
            outcome.set(Some(added.map(announce_count)));
        });
    };

    view! {
        <form class="buy" id="buy" method="post" action=AddToCart::url() node_ref=form on:submit=submit>
            <DefaultButton />
            <input type="hidden" name="product" value=slug.get_value() />
            <input type="hidden" name="variant_id" value=move || chosen.with(|variant| variant.id.clone()) />
            <Standing chosen price_notes />
            {options
                .into_iter()
                .enumerate()
                .map(|(place, group)| {
                    view! { <Options place group chosen picked=move || follow(Some(place)) /> }
                })
                .collect_view()}
            <Choose groups slug />
            <div class="buy-row">
                <QuantityField quantity typed outcome />
                <button
                    class="button buy-button"
                    type="submit"
                    disabled=move || chosen.is_sold_out()
                    aria-busy=move || pending.get().then_some("true")
                >
                    {move || if chosen.is_sold_out() { "Sold out" } else { "Add to cart" }}
                </button>
            </div>
            <Outcome outcome name />
            <BuyBar chosen outcome pending />
        </form>
    }
}

/// Price and stock of what is chosen, and what there is to say of the price, below it.
#[component]
fn Standing(chosen: Chosen, price_notes: Vec<String>) -> impl IntoView {
    move || {
        let note = price_notes.get(chosen.place()).filter(|note| !note.is_empty());
        chosen.with(|v| {
            view! {
                <p class="standing">
                    <Price price=v.price.clone() before=v.before.clone() />
                    <span class="stock" class:stock-low=v.stock <= 5>
                        {words::stock(v.stock)}
                    </span>
                    {note.map(|note| view! { <span class="price-note">{note.clone()}</span> })}
                </p>
            }
        })
    }
}

#[component]
fn Options(
    place: usize,
    group: OptionGroup,
    chosen: Chosen,
    picked: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let OptionGroup { name, values } = group;
    let start = chosen.with_untracked(|v| v.options.get(place).cloned()).flatten();
    let radios = values.into_iter().map(|value| {
        let checked = start.as_ref() == Some(&value);
        let sought: Arc<str> = value.as_str().into();
        let is_sold_out = move || chosen.leads_to_sold_out(place, &sought);
        let told = is_sold_out.clone();
        view! {
            <label class="option" class:option-out=is_sold_out>
                <input
                    type="radio"
                    name=option_name(place)
                    value=value.clone()
                    checked=checked
                    on:change=move |_| picked()
                />
                <span>
                    {value} <span class="visually-hidden">{move || if told() { " (sold out)" } else { "" }}</span>
                </span>
            </label>
        }
    });
    view! {
        <fieldset class="options">
            <legend>{name}</legend>
            <div class="options-row">{radios.collect_view()}</div>
        </fieldset>
    }
}

/// Without scripts, the way to price and picture of another choice.
#[component]
fn Choose(groups: usize, slug: StoredValue<String>) -> impl IntoView {
    (groups > 0).then(|| {
        view! {
            <button
                class="button-quiet without-scripts"
                type="submit"
                formmethod="get"
                formaction=address(&slug.get_value(), &[])
            >
                "Show this choice"
            </button>
        }
    })
}

#[component]
fn QuantityField(
    quantity: String,
    typed: NodeRef<html::Input>,
    outcome: RwSignal<Option<Result<(), ShopError>>>,
) -> impl IntoView {
    let problem = move || outcome.with(|o| Some(o.as_ref()?.as_ref().err()?.problem_of(QUANTITY.name)?.to_owned()));
    let is_wrong = move || problem().is_some();
    view! {
        <div class="field quantity" class:field-wrong=is_wrong>
            <label for=QUANTITY.id()>{QUANTITY.label}</label>
            <input
                id=QUANTITY.id()
                name=QUANTITY.name
                type=QUANTITY.kind.input()
                min="1"
                max=QUANTITY.greatest
                inputmode=QUANTITY.kind.keyboard()
                required=QUANTITY.required
                value=quantity
                node_ref=typed
                aria-invalid=move || is_wrong().then_some("true")
                aria-describedby=move || is_wrong().then(|| problem_id(QUANTITY.name))
            />
            {move || view! { <FieldProblem name=QUANTITY.name problem=problem() /> }}
        </div>
    }
}

/// What became of it, for eyes and for ears.
#[component]
fn Outcome(outcome: RwSignal<Option<Result<(), ShopError>>>, name: String) -> impl IntoView {
    // What is wrong with the quantity stands beside it.
    let error = move || {
        outcome.with(|o| {
            let error = o.as_ref()?.as_ref().err()?;
            error.problem_of(QUANTITY.name).is_none().then(|| error.words())
        })
    };
    let added = move || outcome.with(|o| matches!(o, Some(Ok(()))));
    view! {
        <div class="buy-outcome" role="status">
            <Show when=added>
                <p class="buy-added">
                    "Added to your cart" <span class="visually-hidden">": "{name.clone()}</span> ". "
                    <a href="/cart">"View cart"</a>
                </p>
            </Show>
            {move || error().map(|words| view! { <p class="field-problem">{words}</p> })}
        </div>
    }
}
