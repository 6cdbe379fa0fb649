//! What a shopper reviewed, as their form brings it back: a digest of each part of what the page showed. It is made again
//! from what is about to be ordered; a part whose digest differs has changed meanwhile, in another tab or in the shop, and is
//! named. What changes between this and the order's statement is seen by the cart's version.

use std::fmt;

use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::domain::{Money, ReviewedPart, ShippingAddress, VariantId};
use crate::dto::{CartView, TotalParts};

use super::super::pricing::Priced;
use super::super::{Error, Result};
use super::line::OrderLine;

/// Hexadecimal digits of a digest: 128 bits of SHA-256.
const DIGITS: usize = 32;

/// Parts of a form that the release before made: it did not say under which terms.
const BEFORE_TERMS: usize = ReviewedPart::COVERED.len() - 1;

/// One digest for each of `ReviewedPart::COVERED`; of fewer, the last are of what was not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reviewed(Vec<String>);

/// What stands beside the goods and their prices.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside<'a> {
    pub addresses: Addresses<'a>,
    /// Who is written to.
    pub email: &'a str,
    /// The version of the shop's terms; none: it has none.
    pub terms_version: Option<i64>,
}

/// A line as a page shows it.
#[derive(Serialize)]
struct ReviewedItem<'a> {
    variant: VariantId,
    name: &'a str,
    options: &'a [String],
    quantity: u32,
}

/// Where it goes, and who is billed where that is another.
pub(super) type Addresses<'a> = (Option<&'a ShippingAddress>, Option<&'a ShippingAddress>);

/// What it all comes to.
#[derive(Debug, Clone)]
pub(super) struct Price {
    pub parts: TotalParts,
    pub total: Money,
}

impl Price {
    pub(super) fn of_order(priced: &Priced) -> Self {
        Self { parts: TotalParts::of(&priced.totals, priced.shipping_view()), total: priced.totals.total }
    }

    fn of_cart(cart: &CartView) -> Self {
        Self { parts: cart.parts.clone(), total: cart.total }
    }
}

impl Reviewed {
    /// As the review page shows it.
    pub(super) fn of_cart(cart: &CartView, beside: Beside<'_>) -> Result<Self> {
        let items = cart.lines.iter().map(|l| ReviewedItem {
            variant: l.variant_id,
            name: &l.name,
            options: &l.options,
            quantity: l.quantity.get(),
        });
        let prices = cart.lines.iter().map(|l| (l.unit_price, l.line_total));
        Self::of((items.collect(), prices.collect()), &Price::of_cart(cart), beside)
    }

    /// As it is about to be ordered.
    pub(super) fn of_order(lines: &[OrderLine], price: &Price, beside: Beside<'_>) -> Result<Self> {
        let items = lines.iter().map(|l| ReviewedItem {
            variant: l.variant_id,
            name: &l.name,
            options: &l.options,
            quantity: l.quantity,
        });
        let prices = lines.iter().map(|l| (l.price, l.line_total));
        Self::of((items.collect(), prices.collect()), price, beside)
    }

    fn of(
        (items, prices): (Vec<ReviewedItem<'_>>, Vec<(Money, Money)>),
        price: &Price,
        beside: Beside<'_>,
    ) -> Result<Self> {
        let Price { parts, total } = price;
        let Beside { addresses: (address, billing), email, terms_version } = beside;
        Ok(Self(vec![
            digest(&items)?,
            digest(&prices)?,
            // As release 0.2 makes it, where there is only one.
            if billing.is_some() { digest(&(address, billing))? } else { digest(&address)? },
            digest(&email)?,
            digest(&parts.shipping)?,
            digest(&parts.discounts)?,
            digest(&parts.tax)?,
            digest(total)?,
            digest(&terms_version)?,
        ]))
    }

    /// As a form brings it back; none for what is no such thing, such as the total in a form of the release before.
    pub(super) fn parse(form: &str) -> Option<Self> {
        let is_digest =
            |text: &str| text.len() == DIGITS && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let digests: Option<Vec<_>> = form.split('.').map(|text| is_digest(text).then(|| text.to_owned())).collect();
        digests.filter(|all| [BEFORE_TERMS, ReviewedPart::COVERED.len()].contains(&all.len())).map(Self)
    }

    /// What has changed since then. What was not shown then has.
    pub(super) fn changes_since(&self, then: &Self) -> Vec<ReviewedPart> {
        let named = ReviewedPart::COVERED.into_iter().enumerate();
        let changed = named.filter(|(place, _)| self.0.get(*place) != then.0.get(*place));
        let mut parts: Vec<_> = changed.map(|(_, part)| part).collect();
        if parts.len() > 1 {
            parts.retain(|part| *part != ReviewedPart::Total);
        }
        parts
    }
}

impl fmt::Display for Reviewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

fn digest(shown: &impl Serialize) -> Result<String> {
    let json = serde_json::to_vec(shown).map_err(|error| Error::Broken(error.into()))?;
    let mut digits = HEXLOWER.encode(&Sha256::digest(json));
    digits.truncate(DIGITS);
    Ok(digits)
}
