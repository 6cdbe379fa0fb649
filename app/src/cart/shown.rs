//! A cart as its island shows it: words, amounts and HTML that the server has made ready. So the browser's part knows neither money
//! nor refusals, and no rule of either: only where each text stands.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shop::dto::{CartDestination, CartLine, CartView, RegionChoice, words};

use super::totals::totals_html;
use crate::ui::Picture;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartShown {
    pub lines: Vec<LineShown>,
    /// Units, not lines.
    pub count: u32,
    /// What it comes to, part by part: HTML.
    pub totals: String,
    /// What it comes to, for who does not see it follow.
    pub said: String,
    /// How much more makes shipping free.
    pub free_shipping: Option<String>,
    /// By which place shipping and tax were reckoned: HTML.
    pub reckoned_for: Option<String>,
    /// Whether the shopper is asked where to, before there is an address.
    pub asks_where: bool,
    pub estimate: Option<EstimatePlace>,
    pub code: Option<AppliedCode>,
    /// Whether it can be ordered as it stands.
    pub is_orderable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineShown {
    pub id: String,
    /// The product, as it is chosen here.
    pub href: String,
    pub name: String,
    pub options: Option<String>,
    /// HTML; empty: there is none.
    pub picture: String,
    pub each: String,
    pub total: String,
    pub quantity: u32,
    /// In sentences.
    pub notice: Option<String>,
}

/// For which place it is estimated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstimatePlace {
    pub country: String,
    pub region: Option<String>,
    /// What is asked for besides the country, where it matters.
    pub region_field: Option<RegionField>,
}

/// A state to choose, or to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionField {
    pub label: String,
    /// What there is to choose from, with what is chosen: HTML; empty: it is written.
    pub options: String,
}

/// The code in a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedCode {
    pub code: String,
    /// The code, what it is called and takes off, or why it does not any more: HTML.
    pub told: String,
}

impl From<CartView> for CartShown {
    fn from(cart: CartView) -> Self {
        let unknown = if cart.is_not_shipped() { "We do not ship there" } else { "At checkout" };
        let to = cart.destination.as_ref().map(|to| to.name.as_str());
        let not_shipped = to.filter(|_| cart.is_not_shipped());
        let not_shipped = not_shipped.map(|to| format!("We do not ship to {to}. ")).unwrap_or_default();
        let needs_shipping = cart.needs_shipping;
        Self {
            count: cart.count,
            totals: totals_html(&cart.parts, cart.total, needs_shipping.then_some(unknown), to),
            said: format!("{not_shipped}Total: {}", cart.total),
            free_shipping: cart.missing_for_free_shipping.map(|missing| format!("{missing} more for free shipping")),
            reckoned_for: cart.destination.as_ref().map(|to| reckoned_for(to, needs_shipping)),
            asks_where: needs_shipping && !cart.destination.as_ref().is_some_and(|to| to.is_address),
            code: AppliedCode::of(&cart),
            is_orderable: cart.is_orderable(),
            estimate: cart.destination.filter(|to| !to.is_address).map(EstimatePlace::from),
            lines: cart.lines.into_iter().map(LineShown::from).collect(),
        }
    }
}

impl From<CartLine> for LineShown {
    fn from(line: CartLine) -> Self {
        let picture = view! { <Picture image=line.image sizes="(min-width: 48rem) 8rem, 6rem" decorative=true /> };
        Self {
            id: line.id.to_string(),
            href: format!("/products/{}?sku={}", line.slug, line.sku),
            name: line.name,
            options: (!line.options.is_empty()).then(|| line.options.join(", ")),
            picture: picture.to_html(),
            each: format!("{} each", line.unit_price),
            total: line.line_total.to_string(),
            quantity: line.quantity.get(),
            notice: (!line.notices.is_empty())
                .then(|| line.notices.iter().map(words::notice).collect::<Vec<_>>().join(" ")),
        }
    }
}

fn reckoned_for(to: &CartDestination, needs_shipping: bool) -> String {
    let what = if needs_shipping { "Shipping and tax are" } else { "Tax is" };
    let by = if to.is_address { "for your address:" } else { "estimated for" };
    let words = format!("{what} {by} {}. ", to.name);
    let change = to.is_address.then(|| view! { <a href="/checkout">"Change address"</a> });
    view! {
        {words}
        {change}
    }
    .to_html()
}

impl From<CartDestination> for EstimatePlace {
    fn from(CartDestination { country, region, region_choice, .. }: CartDestination) -> Self {
        let region_field = region_choice.map(|RegionChoice { label, choices }| {
            let option = |(code, name)| {
                let selected = region.as_ref() == Some(&code);
                view! {
                    <option value=code selected=selected>
                        {name}
                    </option>
                }
                .to_html()
            };
            let options = choices.into_iter().map(option).collect::<String>();
            let unknown = if options.is_empty() { "" } else { "<option value=\"\">Not known yet</option>" };
            RegionField { label, options: unknown.to_owned() + &options }
        });
        Self { country, region, region_field }
    }
}

impl AppliedCode {
    pub fn of(cart: &CartView) -> Option<Self> {
        let coupon = cart.coupon.clone()?;
        let discount = cart.parts.discounts.iter().find(|discount| discount.code.as_ref() == Some(&coupon.code));
        let discount = discount.map(|discount| match discount.amount {
            amount if amount.is_zero() => discount.label.clone(),
            amount => format!("{}: − {amount}", discount.label),
        });
        let refused = coupon.refused.as_ref().map(words::why_not);
        let refused = refused.map(|why| view! { <p class="field-problem">{why}</p> });
        let told = view! {
            <p class="code-name">
                <span class="visually-hidden">"Promotion code "</span>
                {coupon.code.clone()}
            </p>
            <p class="summary-note">{discount}</p>
            {refused}
        };
        Some(Self { told: told.to_html(), code: coupon.code })
    }
}
