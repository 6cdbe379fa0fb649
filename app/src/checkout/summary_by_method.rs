//! The summary of the shipping step, whose totals follow the method that is chosen on the page.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use serde::{Deserialize, Serialize};
use shop::dto::MethodView;

use super::method::METHOD;
use super::summary_fold::SummaryFold;
use crate::cart::totals_html;

/// What the cart comes to by a method, in words that the server has made ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodTotals {
    id: String,
    total: String,
    /// Part by part: HTML.
    totals: String,
}

impl From<MethodView> for MethodTotals {
    fn from(method: MethodView) -> Self {
        let totals = totals_html(&method.parts, method.total, Some(""), None);
        Self { id: method.offer.id.to_string(), total: method.total.to_string(), totals }
    }
}

/// `charged` is the one that is chosen as the page comes. Without scripts its totals stay, and the review has the others.
/// `children` is what is bought.
#[island(lazy)]
pub fn SummaryByMethod(methods: Vec<MethodTotals>, charged: String, count: u32, children: Children) -> impl IntoView {
    let chosen = RwSignal::new(charged);
    let has_changed = RwSignal::new(false);
    let follow = move || {
        if let Some(id) = chosen_on_page().filter(|id| *id != chosen.get_untracked()) {
            has_changed.set(true);
            chosen.set(id);
        }
    };
    // Shoppers are quicker than scripts, and browsers restore what was chosen before a reload.
    Effect::new(move |_| {
        follow();
        let listener = window_event_listener(ev::change, move |_| follow());
        on_cleanup(move || listener.remove());
    });
    let methods = StoredValue::new(methods);
    let method = move || {
        let id = chosen.get();
        methods.with_value(|methods| methods.iter().find(|method| method.id == id).cloned())
    };
    let total = Signal::derive(move || method().map(|method| method.total).unwrap_or_default());
    view! {
        <p class="visually-hidden" role="status">
            {move || method().filter(|_| has_changed.get()).map(|method| format!("Total: {}", method.total))}
        </p>
        <SummaryFold count total>
            {children()}
            {move || method().map(|method| view! { <dl class="totals" inner_html=method.totals></dl> })}
        </SummaryFold>
    }
}

fn chosen_on_page() -> Option<String> {
    let chosen = document().query_selector(&format!("input[name={}]:checked", METHOD.name)).ok()??;
    Some(chosen.dyn_into::<web_sys::HtmlInputElement>().ok()?.value())
}
