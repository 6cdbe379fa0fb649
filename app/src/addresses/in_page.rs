//! What the country's choice does to the fields below it. Runs in the browser only.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement};

use crate::ui::field_value;

/// What was typed so far, by the field's name.
pub type Typed = HashMap<String, String>;

pub fn chosen_country(around: &Element) -> Option<String> {
    let list = around.query_selector("select[autocomplete$=\"country\"]").ok().flatten()?;
    Some(list.dyn_into::<HtmlSelectElement>().ok()?.value())
}

/// Whether the fields are this country's.
pub fn is_shown(around: &Element, country: &str) -> bool {
    parts(around).and_then(|parts| parts.get_attribute("data-country")).as_deref() == Some(country)
}

/// Puts another country's fields in the place of those that are there, with what was typed into them, and the focus where
/// it was.
pub fn show(around: &Element, country: &str, fields: &str, typed: &mut Typed) {
    let Some(parts) = parts(around) else { return };
    for field in all(&parts, "input, select") {
        typed.insert(name(&field), field_value(&field));
    }
    let focused = document().active_element().filter(|element| parts.contains(Some(element))).map(|field| field.id());
    parts.set_inner_html(fields);
    if parts.set_attribute("data-country", country).is_err() {
        return;
    }
    for field in all(&parts, "input, select") {
        if let Some(text) = typed.get(&name(&field)) {
            fill(&field, text);
        }
    }
    let focused = focused.and_then(|id| document().get_element_by_id(&id));
    if let Some(Err(error)) = focused.and_then(|field| field.dyn_into::<HtmlElement>().ok()).map(|field| field.focus())
    {
        leptos::logging::warn!("the focus could not be given back: {error:?}");
    }
}

fn parts(around: &Element) -> Option<Element> {
    around.query_selector(".address-parts").ok().flatten()
}

fn all(within: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = within.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect()
}

fn name(field: &Element) -> String {
    field.get_attribute("name").unwrap_or_default()
}

/// What was typed as text finds its place in a list by its code or its words.
fn fill(field: &Element, text: &str) {
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        input.set_value(text);
    } else if let Some(list) = field.dyn_ref::<HtmlSelectElement>() {
        let is_meant = |option: &Element| {
            let words = option.text_content().unwrap_or_default();
            option.get_attribute("value").as_deref() == Some(text) || words.trim().eq_ignore_ascii_case(text.trim())
        };
        let meant = all(list, "option").into_iter().find(is_meant).and_then(|option| option.get_attribute("value"));
        list.set_value(&meant.unwrap_or_default());
    }
}
