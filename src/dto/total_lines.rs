//! A total in words, part by part, in the order in which the parts add up: what pages show and mail says alike.

use crate::domain::Money;

use super::{DiscountView, ShippingView, TotalParts, words};

/// One line of it: `Shipping (Standard)`, `$5.00`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalLine {
    pub label: String,
    pub amount: String,
    /// What the lines before it come to.
    pub is_sum: bool,
}

/// `unknown_shipping` stands where nobody knows yet by which way it goes; none: nothing is shipped. `to` is where to it is
/// estimated for.
pub fn total_lines(
    parts: &TotalParts,
    total: Money,
    unknown_shipping: Option<&str>,
    to: Option<&str>,
) -> Vec<TotalLine> {
    let taxes = parts.tax.lines.iter().map(|line| {
        let label = format!("{} {} %", line.name, words::percent(line.rate));
        part(if parts.tax.included { format!("{label}, included") } else { label }, line.amount.to_string())
    });
    // What is included comes last: it adds nothing.
    let (added, contained): (Vec<_>, Vec<_>) = taxes.partition(|_| !parts.tax.included);
    let mut lines = vec![part("Subtotal".into(), parts.subtotal.to_string())];
    lines.extend(parts.discounts.iter().map(discount));
    lines.extend(shipping(parts.shipping.as_ref(), unknown_shipping, to));
    lines.extend(added);
    lines.push(TotalLine { is_sum: true, ..part("Total".into(), total.to_string()) });
    lines.extend(contained);
    lines
}

fn discount(discount: &DiscountView) -> TotalLine {
    let label = match &discount.code {
        Some(code) => format!("{} ({code})", discount.label),
        None => discount.label.clone(),
    };
    // Free shipping before there is any to pay for.
    let is_pending = discount.amount.is_zero();
    part(label, if is_pending { "With shipping".to_owned() } else { format!("− {}", discount.amount) })
}

fn shipping(shipping: Option<&ShippingView>, unknown: Option<&str>, to: Option<&str>) -> Option<TotalLine> {
    let label = to.map_or_else(|| "Shipping".to_owned(), |to| format!("Shipping to {to}"));
    match shipping {
        Some(ShippingView { name, price, .. }) => Some(part(format!("{label} ({name})"), words::charge(*price))),
        None => unknown.map(|unknown| part(label, unknown.to_owned())),
    }
}

const fn part(label: String, amount: String) -> TotalLine {
    TotalLine { label, amount, is_sum: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Currency, TaxLine};
    use crate::dto::TaxView;

    fn usd(text: &str) -> Money {
        Money::parse(text, Currency::USD).unwrap()
    }

    fn said(included: bool) -> Vec<String> {
        let line = TaxLine { name: "VAT".into(), rate: "20.000".parse().unwrap(), amount: usd("8.00") };
        let shipping =
            ShippingView { method: None, name: "Post".into(), price: usd("5.00"), days: None, pick_up: false };
        let off = DiscountView { label: "Ten off".into(), code: Some("TEN".into()), amount: usd("4.80") };
        let parts = TotalParts {
            subtotal: usd("48.00"),
            discounts: vec![off],
            shipping: Some(shipping),
            tax: TaxView { included, amount: usd("8.00"), lines: vec![line] },
        };
        total_lines(&parts, usd("48.20"), None, None)
            .into_iter()
            .map(|l| format!("{}: {}", l.label, l.amount))
            .collect()
    }

    #[test]
    fn the_parts_come_before_what_they_add_up_to_and_what_is_included_after_it() {
        let [goods, off, post] = ["Subtotal: $48.00", "Ten off (TEN): − $4.80", "Shipping (Post): $5.00"];
        assert_eq!(said(true), [goods, off, post, "Total: $48.20", "VAT 20 %, included: $8.00"]);
        assert_eq!(said(false), [goods, off, post, "VAT 20 %: $8.00", "Total: $48.20"]);
    }
}
