//! What a shopper reviewed, as their form brings it back: a digest of each part of what the page showed. It is made again
//! from what is about to be ordered, under the lock of the cart; a part whose digest differs has changed meanwhile, in
//! another tab or in the shop, and is named.

use std::fmt;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::domain::{Money, ReviewedPart, ShippingAddress, VariantId};
use crate::dto::CartView;

use super::super::{Error, Result};
use super::OrderLine;

/// Hexadecimal digits of a digest: 128 bits of SHA-256.
const DIGITS: usize = 32;

/// One digest for each of `ReviewedPart::COVERED`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reviewed([String; ReviewedPart::COVERED.len()]);

/// A line as a page shows it.
#[derive(Serialize)]
struct Goods<'a> {
    variant: VariantId,
    name: &'a str,
    options: &'a [String],
    quantity: u32,
}

impl Reviewed {
    /// As the review page shows it.
    pub(super) fn of_cart(cart: &CartView, address: Option<&ShippingAddress>, email: &str) -> Result<Self> {
        let goods = cart.lines.iter().map(|l| Goods {
            variant: l.variant_id,
            name: &l.name,
            options: &l.options,
            quantity: l.quantity.get(),
        });
        let prices = cart.lines.iter().map(|l| (l.unit_price, l.line_total));
        Self::of((goods.collect(), prices.collect(), cart.total), address, email)
    }

    /// As it is about to be ordered.
    pub(super) fn of_order(
        lines: &[OrderLine],
        total: Money,
        address: Option<&ShippingAddress>,
        email: &str,
    ) -> Result<Self> {
        let goods = lines.iter().map(|l| Goods {
            variant: l.variant_id,
            name: &l.name,
            options: &l.options,
            quantity: l.quantity,
        });
        let prices = lines.iter().map(|l| (l.price, l.line_total));
        Self::of((goods.collect(), prices.collect(), total), address, email)
    }

    fn of(
        (goods, prices, total): (Vec<Goods<'_>>, Vec<(Money, Money)>, Money),
        address: Option<&ShippingAddress>,
        email: &str,
    ) -> Result<Self> {
        Ok(Self([digest(&goods)?, digest(&(prices, total))?, digest(&address)?, digest(&email)?]))
    }

    /// What has changed since a form was rendered; nothing if all is as it was. A form that cannot be read, such as one of
    /// the release before, says so with no part named.
    pub(super) fn changes_since(&self, form: &str) -> Option<Vec<ReviewedPart>> {
        let then: Vec<_> = form.split('.').collect();
        if then.len() != self.0.len() || then.iter().any(|digest| digest.len() != DIGITS) {
            return Some(Vec::new());
        }
        let differs = |(part, (now, then)): (ReviewedPart, (&String, &str))| (now != then).then_some(part);
        let pairs = ReviewedPart::COVERED.into_iter().zip(self.0.iter().zip(then));
        let changed: Vec<_> = pairs.filter_map(differs).collect();
        (!changed.is_empty()).then_some(changed)
    }
}

impl fmt::Display for Reviewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

fn digest(shown: &impl Serialize) -> Result<String> {
    let json = serde_json::to_vec(shown).map_err(|error| Error::Broken(error.into()))?;
    let mut digits: String = Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect();
    digits.truncate(DIGITS);
    Ok(digits)
}
