//! The parts of the form that narrows a listing: options, tags, price, rating, stock, each with what it would leave.

use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use shop::domain::Money;
use shop::dto::{FacetCount, FacetValue, ListingQuery, OptionFacet, RatingChoice, words};

use super::swatch::Swatch;
use crate::ui::Written;

/// How many options stand open from the start; others open once one of their values is chosen.
const OPEN: usize = 2;

/// Of so many lists of options the boxes are cached as they were rendered.
const MOST_CACHED: usize = 8;

/// Options, and their boxes as HTML.
type RenderedFacets = (Vec<OptionFacet>, Arc<str>);

/// Boxes to tick, one group for each option. What leaves nothing cannot be ticked; what is ticked can be taken back.
///
/// There may be a hundred of them and more, the same on every page of a category until something is sold out or new: to make them
/// takes as long as to make all cards of a page, to see that they are the same next to nothing.
#[component]
pub fn OptionFacets(facets: Vec<OptionFacet>) -> impl IntoView {
    InertElement::new(String::from(&*boxes(facets)))
}

/// As they were made of the same options a moment ago, or are made now. What is ticked differs from page to page, and is not kept.
fn boxes(facets: Vec<OptionFacet>) -> Arc<str> {
    static RENDERED: Mutex<Vec<RenderedFacets>> = Mutex::new(Vec::new());
    let lock = || RENDERED.lock().unwrap_or_else(PoisonError::into_inner);
    if facets.iter().flat_map(|facet| &facet.values).any(|value| value.is_chosen) {
        return option_facets(facets).to_html().into();
    }
    let before = lock().iter().find(|(of, _)| *of == facets).map(|(_, html)| Arc::clone(html));
    if let Some(html) = before {
        return html;
    }
    let html: Arc<str> = option_facets(facets.clone()).to_html().into();
    let mut made = lock();
    if made.len() >= MOST_CACHED {
        made.remove(0);
    }
    made.push((facets, Arc::clone(&html)));
    html
}

fn option_facets(facets: Vec<OptionFacet>) -> InertElement {
    let facet = |(place, OptionFacet { name, values }): (usize, OptionFacet)| {
        let is_open = place < OPEN || values.iter().any(|value| value.is_chosen);
        let boxes = values.into_iter().map(|value| option_box(&name, value)).collect_view();
        view! {
            <details class="facet" open=is_open>
                <summary>{name.clone()}</summary>
                <fieldset>
                    <legend class="visually-hidden">{name}</legend>
                    <div class="facet-values">{boxes}</div>
                </fieldset>
            </details>
        }
    };
    facets.into_iter().enumerate().map(facet).collect_view().written()
}

fn option_box(name: &str, FacetValue { value, found, is_chosen }: FacetValue) -> InertElement {
    view! {
        <label class="check facet-value">
            <input
                type="checkbox"
                name=ListingQuery::option_field(name)
                value=value.clone()
                checked=is_chosen
                disabled=found.is_none() && !is_chosen
            />
            <Swatch option=name.to_owned() value=value.clone() />
            <span class="facet-name">{value}</span>
            <Found found />
        </label>
    }
    .written()
}

/// Boxes to tick, as of an option; nothing where no product has a tag.
#[component]
pub fn TagFacet(tags: Vec<FacetValue>) -> impl IntoView {
    (!tags.is_empty()).then(|| {
        let is_open = tags.iter().any(|tag| tag.is_chosen);
        let boxes = tags.into_iter().map(|FacetValue { value, found, is_chosen }| {
            view! {
                <label class="check facet-value">
                    <input
                        type="checkbox"
                        name="tag"
                        value=value.clone()
                        checked=is_chosen
                        disabled=found.is_none() && !is_chosen
                    />
                    <span class="facet-name">{value}</span>
                    <Found found />
                </label>
            }
        });
        view! {
            <details class="facet" open=is_open>
                <summary>"Tags"</summary>
                <fieldset>
                    <legend class="visually-hidden">"Tags"</legend>
                    <div class="facet-values">{boxes.collect_view()}</div>
                </fieldset>
            </details>
        }
        .written()
    })
}

/// How well it is rated at least: one of them, or whatever it is. Nothing where no product is rated.
#[component]
pub fn RatingFacet(ratings: Vec<RatingChoice>) -> impl IntoView {
    (!ratings.is_empty()).then(|| {
        let is_any = ratings.iter().all(|choice| !choice.is_chosen);
        let choices = ratings.into_iter().map(|RatingChoice { floor, found, is_chosen }| {
            view! {
                <label class="check facet-value">
                    <input
                        type="radio"
                        name="rating"
                        value=floor.stars().to_string()
                        checked=is_chosen
                        disabled=found.is_none() && !is_chosen
                    />
                    <span class="facet-name">{words::rated_at_least(floor)}</span>
                    <Found found />
                </label>
            }
        });
        view! {
            <fieldset class="facet-plain">
                <legend>"Rating"</legend>
                <div class="facet-values">
                    <label class="check facet-value">
                        <input type="radio" name="rating" value="" checked=is_any />
                        <span class="facet-name">"Any rating"</span>
                    </label>
                    {choices.collect_view()}
                </div>
            </fieldset>
        }
        .written()
    })
}

/// How many products are left, as far as is known.
#[component]
pub fn Found(found: FacetCount) -> impl IntoView {
    found.words().map(|text| view! { <span class="count">{text}</span> })
}

/// The lowest and the highest price that are wanted; in the empty fields stands what there is.
#[component]
pub fn PriceFacet(lowest: Option<String>, highest: Option<String>, prices: Option<(Money, Money)>) -> impl IntoView {
    let there = prices.map(|(low, high)| (low.amount().to_string(), high.amount().to_string()));
    let (low, high) = there.unzip();
    view! {
        <fieldset class="facet-plain">
            <legend>"Price"</legend>
            <div class="filter-prices">
                <PriceField label="Lowest price" name="min_price" value=lowest there=low />
                <PriceField label="Highest price" name="max_price" value=highest there=high />
            </div>
        </fieldset>
    }
    .written()
}

#[component]
fn PriceField(label: &'static str, name: &'static str, value: Option<String>, there: Option<String>) -> impl IntoView {
    view! {
        <div class="field">
            <label for=format!("filter-{name}")>{label}</label>
            <input
                id=format!("filter-{name}")
                name=name
                type="text"
                inputmode="decimal"
                value=value
                placeholder=there
                autocomplete="off"
            />
        </div>
    }
}

#[component]
pub fn StockFacet(found: FacetCount, is_chosen: bool) -> impl IntoView {
    view! {
        <fieldset class="facet-plain">
            <legend>"Availability"</legend>
            <label class="check facet-value">
                <input
                    type="checkbox"
                    name="in_stock"
                    value="true"
                    checked=is_chosen
                    disabled=found.is_none() && !is_chosen
                />
                <span class="facet-name">"In stock only"</span>
                <Found found />
            </label>
        </fieldset>
    }
    .written()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_that_are_kept_stand_as_they_would_be_rendered() {
        let facets = |count: u32, is_chosen: bool| {
            let value = |value: &str| FacetValue {
                value: value.to_owned(),
                found: FacetCount { count, is_exact: true },
                is_chosen,
            };
            vec![
                OptionFacet { name: "Colour".to_owned(), values: vec![value("Oat"), value("\"Ink\" & <b>")] },
                OptionFacet { name: "Size".to_owned(), values: vec![value("S")] },
            ]
        };
        let shown = |facets: Vec<OptionFacet>| {
            view! {
                <form>
                    <OptionFacets facets />
                    <i>"x"</i>
                </form>
            }
            .to_html()
        };
        let rendered = |facets: Vec<OptionFacet>| view! { <form>{option_facets(facets)}<i>"x"</i></form> }.to_html();
        for (count, is_chosen) in [(2, false), (0, false), (2, false), (2, true), (2, false)] {
            assert_eq!(shown(facets(count, is_chosen)), rendered(facets(count, is_chosen)));
        }
        // More than are kept, and the first once more.
        for count in (0..20).chain([2]) {
            assert_eq!(shown(facets(count, false)), rendered(facets(count, false)));
        }
        assert_eq!(shown(Vec::new()), rendered(Vec::new()));
    }
}
