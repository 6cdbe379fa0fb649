//! What a field of a page holds now. Runs in the browser only.

use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};

/// Of a list or an input; nothing of what is neither.
pub fn field_value(field: &Element) -> String {
    let list = field.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value);
    list.or_else(|| field.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value)).unwrap_or_default()
}
