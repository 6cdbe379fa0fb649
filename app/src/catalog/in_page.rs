//! What the buy box does to the page around it. Runs in the browser only.

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement};

use super::choice::option_name;
use super::gallery::picture_id;

/// The checked value of each group, as far as there is one.
pub fn checked_options(form: &HtmlFormElement, groups: usize) -> Vec<String> {
    (0..groups).filter_map(|group| radios(form, group).into_iter().find(|r| r.checked())).map(|r| r.value()).collect()
}

/// Checks these values, one per group.
pub fn check_option(form: &HtmlFormElement, values: &[String]) {
    for (group, value) in values.iter().enumerate() {
        for radio in radios(form, group).into_iter().filter(|r| r.value() == *value && !r.checked()) {
            radio.set_checked(true);
        }
    }
}

/// The address of the page becomes the address of the choice, so that it can be shared and reloaded.
pub fn keep_in_address(slug: &str, sku: &str) {
    let address = format!("/products/{slug}?sku={sku}");
    let kept = window().history().and_then(|h| h.replace_state_with_url(&JsValue::NULL, "", Some(&address)));
    if kept.is_err() {
        leptos::logging::warn!("the address could not be kept");
    }
}

/// Leads the gallery to a picture.
pub fn show_picture(name: Option<&str>) {
    let picture = name.and_then(|name| document().get_element_by_id(&picture_id(name)));
    if let Some(picture) = picture.and_then(|p| p.dyn_into::<HtmlElement>().ok())
        && let Some(strip) = picture.parent_element()
    {
        strip.set_scroll_left(picture.offset_left());
    }
}

fn radios(form: &HtmlFormElement, group: usize) -> Vec<HtmlInputElement> {
    let Ok(found) = form.query_selector_all(&format!("input[name=\"{}\"]", option_name(group))) else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect()
}
