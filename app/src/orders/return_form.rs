//! Asking to send something back. A form like any other: it works without scripts.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::VariantId;
use shop::dto::OrderItemView;

use super::forms::{RETURN, RETURN_ITEMS, RETURN_REASON};
use super::order_parts::Token;
use super::return_api::RequestReturn;
use crate::ui::{Field, FormProblem, Written, flash_of};

/// Nothing where nothing can be sent back. `returnable`: so many units of each.
#[component]
pub fn ReturnForm(
    id: String,
    token: String,
    key: String,
    items: Vec<OrderItemView>,
    returnable: Vec<(VariantId, u32)>,
) -> impl IntoView {
    let line = move |(variant, most): (VariantId, u32)| {
        let item = items.iter().find(|item| item.variant_id == variant)?;
        let name = match item.options.is_empty() {
            true => item.name.clone(),
            false => format!("{} ({})", item.name, item.options.join(", ")),
        };
        let (field, input) = (format!("return-{variant}"), format!("units[v{variant}]"));
        Some(view! {
            <div class="field">
                <label for=field.clone()>{name}</label>
                <input id=field name=input type="number" min="0" max=most.to_string() value="0" />
            </div>
        })
    };
    (!returnable.is_empty()).then(|| {
        let flash = flash_of(RETURN.name);
        let failed = flash.error.is_some();
        view! {
            <details class="panel" open=failed>
                <summary>"Return items"</summary>
                <form class="form" method="post" action=RequestReturn::url() novalidate>
                    <FormProblem flash=flash.clone() form=RETURN />
                    <input type="hidden" name="order_id" value=id />
                    <input type="hidden" name="key" value=key />
                    <Token token />
                    <p id=RETURN_ITEMS.id()>"How many of each would you like to send back?"</p>
                    {returnable.into_iter().filter_map(line).collect_view()}
                    <Field spec=RETURN_REASON flash />
                    <button class="button-quiet" type="submit">
                        "Ask for the return"
                    </button>
                </form>
            </details>
        }
        .written()
    })
}
