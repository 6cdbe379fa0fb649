//! Where the focus goes when lines leave the cart. Runs in the browser only.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use super::shown::CartShown;

/// The id of a line on the page.
pub fn line_id(item: &str) -> String {
    format!("line-{item}")
}

/// To be called before the page follows the cart: from a line that will be gone, the focus moves to the "Remove" of the
/// next one that stays, else to the page's heading. From anywhere else it does not move.
pub fn hand_focus_on(cart: &CartShown) {
    let stays = |line: &Element| cart.lines.iter().any(|l| line_id(&l.id) == line.id());
    let focused = document().active_element().and_then(|element| element.closest(".line").ok().flatten());
    let Some(leaving) = focused.filter(|line| !stays(line)) else { return };
    let following = std::iter::successors(Some(leaving), Element::next_element_sibling);
    let next = following.skip(1).find(stays);
    let button = next.and_then(|line| line.query_selector(".line-remove button").ok().flatten());
    focus(button.or_else(|| document().get_element_by_id("cart-title")));
}

/// What of the code takes the focus: what is wrong with it, the code that is in the cart, or the way to another one.
const OF_CODE: [&str; 3] = ["[aria-invalid]", ".code-applied", "summary"];

/// To be called before the page follows the cart: if the focus is on the form of the code, it stays with the code. From
/// anywhere else it does not move.
pub fn hand_on_from_code() {
    let part = document().active_element().and_then(|element| element.closest(".code").ok().flatten());
    if let Some(part) = part {
        // By then the page has followed.
        request_animation_frame(move || {
            focus(OF_CODE.iter().find_map(|what| part.query_selector(what).ok().flatten()))
        });
    }
}

fn focus(target: Option<Element>) {
    if let Some(target) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
        let _ = target.focus();
    }
}
