//! Money taken and given back, as an order's page and the API show it, and a refund as staff ask for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{
    Currency, FieldReader, Money, PaymentId, PaymentState, Problem, RefundId, RefundState, RefundWish, Refusal,
    VariantId,
};

use super::units::{read_items, typed_items};

/// The most characters of a reason.
const MAX_REASON: u32 = 200;

/// An attempt to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentView {
    pub id: PaymentId,
    pub provider: String,
    pub state: PaymentState,
    pub amount: Money,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundView {
    pub id: RefundId,
    pub state: RefundState,
    pub amount: Money,
    /// None: the order was cancelled, or its payment came too late.
    pub reason: Option<String>,
    /// Empty where it is an amount.
    pub items: Vec<RefundItemView>,
    /// What of it is for shipping.
    pub shipping: Option<Money>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub settled_at: Option<OffsetDateTime>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundItemView {
    pub variant_id: VariantId,
    pub quantity: u32,
    pub amount: Money,
}

/// A refund as staff ask for it: an amount, or units of lines and shipping.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundForm {
    pub amount: Option<Money>,
    pub items: Option<Vec<(VariantId, i64)>>,
    pub shipping: bool,
    /// The customer reads it.
    pub reason: String,
    pub restock: bool,
}

impl RefundForm {
    /// As the page sends it: units of lines and shipping, or an amount in this currency.
    ///
    /// # Errors
    /// `Invalid` (amount).
    pub fn typed(
        units: &BTreeMap<String, String>,
        shipping: bool,
        amount: &str,
        (reason, restock): (String, bool),
        currency: Currency,
    ) -> Result<Self, Refusal> {
        let not_an_amount = |_| Refusal::field("amount", Problem::NotAnAmount { decimals: currency.decimals() });
        let amount = Some(amount.trim()).filter(|text| !text.is_empty());
        let amount = amount.map(|text| Money::parse(text, currency).map_err(not_an_amount)).transpose()?;
        let items = Some(typed_items(units)).filter(|items| !items.is_empty());
        // Shipping alone is units of no line.
        let items = if shipping { Some(items.unwrap_or_default()) } else { items };
        Ok(Self { amount, items, shipping, reason, restock })
    }

    /// What is wanted, and why.
    ///
    /// # Errors
    /// `Invalid` with every field that will not do.
    pub fn parse(&self) -> Result<(RefundWish, String), Refusal> {
        let mut fields = FieldReader::default();
        let has_items = self.items.is_some() || self.shipping;
        let wish = match self.amount {
            Some(_) if has_items => fields.read("amount", Err(Problem::NotBoth)),
            Some(amount) => Some(RefundWish::Amount(amount)),
            None if !has_items => fields.read("amount", Err(Problem::Required)),
            None => {
                let items = read_items(&mut fields, self.items.as_deref().unwrap_or_default());
                items.map(|items| RefundWish::Items { items, shipping: self.shipping })
            }
        };
        let reason = fields.required("reason", &self.reason, MAX_REASON);
        fields.finish(wish.zip(reason))
    }
}
