//! What a cart or an order comes to, part by part, as pages and the API show it.

use serde::{Deserialize, Serialize};

use crate::domain::{DeliveryDays, Money, PromotionRefusal, ShippingMethodId, TaxLine, Totals};

/// The parts of a total: `total = subtotal − discounts + shipping + tax not included`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalParts {
    /// The lines before discounts.
    pub subtotal: Money,
    pub discounts: Vec<DiscountView>,
    /// None: nothing is shipped, or nobody knows yet where to.
    pub shipping: Option<ShippingView>,
    pub tax: TaxView,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountView {
    pub label: String,
    pub code: Option<String>,
    pub amount: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingView {
    /// None: collected where no method for it was set up.
    pub method: Option<ShippingMethodId>,
    pub name: String,
    /// Before discounts.
    pub price: Money,
    pub days: Option<DeliveryDays>,
    pub pick_up: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxView {
    /// Whether it is part of the prices.
    pub included: bool,
    pub amount: Money,
    pub lines: Vec<TaxLine>,
}

/// A code in a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CouponView {
    pub code: String,
    /// Why it does not count, if it does not any more.
    pub refused: Option<PromotionRefusal>,
}

impl TotalParts {
    /// Nothing, in this currency.
    pub fn nothing(zero: Money) -> Self {
        let tax = TaxView { included: true, amount: zero, lines: Vec::new() };
        Self { subtotal: zero, discounts: Vec::new(), shipping: None, tax }
    }

    pub fn of(totals: &Totals, shipping: Option<ShippingView>) -> Self {
        let discounts = totals.discounts.iter().map(|discount| DiscountView {
            label: discount.label.clone(),
            code: discount.code.as_ref().map(ToString::to_string),
            amount: discount.amount,
        });
        Self {
            subtotal: totals.subtotal,
            discounts: discounts.collect(),
            shipping,
            tax: TaxView { included: totals.tax.included, amount: totals.tax.amount, lines: totals.tax.lines.clone() },
        }
    }
}
