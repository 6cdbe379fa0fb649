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

#[cfg(test)]
mod tests {
    use super::*;
    use shop::domain::Currency;
    use shop::dto::DiscountView;

    #[test]
    fn what_an_island_is_given_as_html_has_the_words_of_others_as_text() {
        let usd = |text| Money::parse(text, Currency::USD).unwrap();
        let mut parts = TotalParts::nothing(usd("0.00"));
        let (label, code) = ("<img src=x onerror=\"alert(1)\">".to_owned(), Some("<b>".to_owned()));
        parts.discounts.push(DiscountView { label, code, amount: usd("1.00") });
        let html = totals_html(&parts, usd("4.00"), Some("At checkout"), Some("<i>"));
        for text in ["&lt;img src=x", "(&lt;b&gt;)", "Shipping to &lt;i&gt;", "<dd>At checkout</dd>", "<dd>$4.00</dd>"]
        {
            assert!(html.contains(text), "{text}: {html}");
        }
        for tag in ["<img", "<b>", "<i>"] {
            assert!(!html.contains(tag), "{tag}: {html}");
        }
    }
}
