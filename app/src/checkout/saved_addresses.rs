//! The address book in the checkout: one of it, or another address.

use leptos::prelude::*;
use shop::domain::SavedAddress;
use shop::dto::{CheckoutForm, CheckoutView};

use super::forms::SAVED;
use crate::ui::{FieldProblem, Flash, problem_id};

/// What is chosen: as it was sent, or what this checkout goes to already, or the default.
pub fn chosen(view: &CheckoutView, flash: &Flash) -> String {
    let given = || match &view.address {
        Some(address) => view.saved.iter().find(|entry| entry.address == *address),
        None => view.saved.first(),
    };
    let sent = flash.value("saved").filter(|sent| !sent.is_empty()).map(str::to_owned);
    sent.or_else(|| given().map(|entry| entry.id.to_string())).unwrap_or_else(|| CheckoutForm::ANOTHER.to_owned())
}

/// One button each, and the last for what is typed below.
#[component]
pub fn SavedAddresses(saved: Vec<SavedAddress>, chosen: String, flash: Flash) -> impl IntoView {
    let entries = saved.into_iter().map(|entry| {
        let lines = entry.address.lines();
        let (name, rest) = lines.split_first().map(|(name, rest)| (name.clone(), rest.join(", "))).unwrap_or_default();
        let id = entry.id.to_string();
        let checked = id == chosen;
        view! {
            <label class="check address-choice">
                <input id=checked.then(|| SAVED.id()) type="radio" name=SAVED.name value=id checked=checked />
                <span>{name} <span class="address-more">{rest}</span></span>
            </label>
        }
    });
    let entries = entries.collect_view();
    let another = chosen == CheckoutForm::ANOTHER;
    let problem = flash.problem(SAVED.name).map(str::to_owned);
    let described = problem.is_some().then(|| problem_id(SAVED.name));
    view! {
        <div class="address-choices" role="radiogroup" aria-labelledby="shipping-title" aria-describedby=described>
            {entries}
            <label class="check address-choice">
                <input type="radio" name="saved" value=CheckoutForm::ANOTHER checked=another />
                <span>"Another address"</span>
            </label>
            <FieldProblem name=SAVED.name problem />
        </div>
    }
}
