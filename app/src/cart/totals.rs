//! What a cart or an order comes to, part by part, so that the parts add up before the reader's eyes.

use leptos::prelude::*;
use shop::domain::Money;
use shop::dto::{ShippingView, TaxView, TotalParts, words};

/// `unknown_shipping` stands where nobody knows yet by which way it goes.
#[component]
pub fn Totals(parts: TotalParts, total: Money, unknown_shipping: &'static str) -> impl IntoView {
    let TotalParts { subtotal, discounts, shipping, tax } = parts;
    let discounts = discounts.into_iter().map(|discount| {
        let label = match discount.code {
            Some(code) => format!("{} ({code})", discount.label),
            None => discount.label,
        };
        view! { <Part label amount=format!("− {}", discount.amount) /> }
    });
    let TaxView { included, lines, .. } = tax;
    let taxes = lines.into_iter().map(|line| {
        let label = format!("{} {} %", line.name, words::percent(line.rate));
        let label = if included { format!("{label}, included") } else { label };
        view! { <Part label amount=line.amount.to_string() /> }
    });
    // What is included comes last: it adds nothing.
    let (added, contained) = if included { (None, Some(taxes)) } else { (Some(taxes), None) };
    view! {
        <dl class="totals">
            <Part label="Subtotal".into() amount=subtotal.to_string() />
            {discounts.collect_view()}
            <Shipping shipping unknown=unknown_shipping />
            {added.map(Iterator::collect::<Vec<_>>)}
            <div class="totals-sum">
                <dt>"Total"</dt>
                <dd>{total.to_string()}</dd>
            </div>
            {contained.map(Iterator::collect::<Vec<_>>)}
        </dl>
    }
    .into_any()
}

#[component]
fn Shipping(shipping: Option<ShippingView>, unknown: &'static str) -> impl IntoView {
    let (label, amount) = match shipping {
        Some(ShippingView { name, price, .. }) => {
            let amount = if price.is_zero() { "Free".to_owned() } else { price.to_string() };
            (format!("Shipping: {name}"), amount)
        }
        None => ("Shipping".to_owned(), unknown.to_owned()),
    };
    view! { <Part label amount /> }
}

#[component]
fn Part(label: String, amount: String) -> impl IntoView {
    view! {
        <div>
            <dt>{label}</dt>
            <dd>{amount}</dd>
        </div>
    }
}
