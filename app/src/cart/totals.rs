//! What a cart or an order comes to, part by part, so that the parts add up before the reader's eyes.

use leptos::prelude::*;
use shop::domain::Money;
use shop::dto::{TotalLine, TotalParts, total_lines};

/// `unknown_shipping` stands where nobody knows yet by which way it goes; none: nothing is shipped. `to` is where to it is
/// estimated for.
#[component]
pub fn Totals(
    parts: TotalParts,
    total: Money,
    #[prop(into)] unknown_shipping: Option<&'static str>,
    #[prop(optional_no_strip)] to: Option<String>,
) -> impl IntoView {
    let rows = rows(&parts, total, unknown_shipping, to.as_deref());
    view! { <dl class="totals">{rows}</dl> }
}

/// The same for an island, which is given what stands in its `dl.totals` as HTML.
pub fn totals_html(parts: &TotalParts, total: Money, unknown_shipping: Option<&str>, to: Option<&str>) -> String {
    rows(parts, total, unknown_shipping, to).to_html()
}

fn rows(parts: &TotalParts, total: Money, unknown_shipping: Option<&str>, to: Option<&str>) -> impl IntoView + use<> {
    let lines = total_lines(parts, total, unknown_shipping, to).into_iter().map(|line| {
        let TotalLine { label, amount, is_sum } = line;
        view! {
            <div class=is_sum.then_some("totals-sum")>
                <dt>{label}</dt>
                <dd>{amount}</dd>
            </div>
        }
    });
    lines.collect_view()
}
