//! What a cart or an order comes to, part by part, so that the parts add up before the reader's eyes.

use leptos::prelude::*;
use shop::domain::Money;
use shop::dto::{ShippingView, TaxView, TotalParts, words};

/// `unknown_shipping` stands where nobody knows yet by which way it goes; none: nothing is shipped. `to` is where to it is
/// reckoned, where the page does not say so elsewhere.
#[component]
pub fn Totals(
    parts: TotalParts,
    total: Money,
    #[prop(into)] unknown_shipping: Option<&'static str>,
    #[prop(optional_no_strip)] to: Option<String>,
) -> impl IntoView {
    let TotalParts { subtotal, discounts, shipping, tax } = parts;
    let discounts = discounts.into_iter().map(|discount| {
        let label = match discount.code {
            Some(code) => format!("{} ({code})", discount.label),
            None => discount.label,
        };
        // Free shipping before there is any to pay for.
        let is_pending = discount.amount.is_zero();
        let amount = if is_pending { "With shipping".to_owned() } else { format!("− {}", discount.amount) };
        view! { <Part label amount /> }
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
            <Shipping shipping unknown=unknown_shipping to />
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
fn Shipping(shipping: Option<ShippingView>, unknown: Option<&'static str>, to: Option<String>) -> impl IntoView {
    let shown = match shipping {
        Some(ShippingView { name, price, .. }) => {
            let amount = if price.is_zero() { "Free".to_owned() } else { price.to_string() };
            Some((Some(name), amount))
        }
        None => unknown.map(|unknown| (None, unknown.to_owned())),
    };
    shown.map(|(name, amount)| {
        let shipping = to.map_or_else(|| "Shipping".to_owned(), |to| format!("Shipping to {to}"));
        let label = name.map_or_else(|| shipping.clone(), |name| format!("{shipping}: {name}"));
        view! { <Part label amount /> }
    })
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
