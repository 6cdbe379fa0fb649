//! What a cart comes to.

use leptos::prelude::*;
use shop::domain::Money;

#[component]
pub fn Totals(#[prop(into)] total: Signal<Money>) -> impl IntoView {
    view! {
        <dl class="totals">
            <div>
                <dt>"Subtotal"</dt>
                <dd>{move || total.get().to_string()}</dd>
            </div>
            <div>
                <dt>"Shipping"</dt>
                <dd>"Included"</dd>
            </div>
            <div class="totals-sum">
                <dt>"Total"</dt>
                <dd>{move || total.get().to_string()}</dd>
            </div>
        </dl>
    }
}
