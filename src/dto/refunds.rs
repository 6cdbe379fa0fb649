//! Money taken and given back, as an order's page and the API show it, and a refund as staff ask for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{
    Currency, FieldReader, Money, PaymentFlaw, PaymentId, PaymentState, Problem, RefundId, RefundOrigin, RefundState,
    RefundWish, Refusal, VariantId,
};

use super::units::{read_items, typed_items};

/// The most characters of a reason.
pub const MAX_REASON: u32 = 200;
/// And of what money is found by: a line of a statement, a receipt.
pub const MAX_REFERENCE: u32 = 100;

/// An attempt to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentView {
    pub id: PaymentId,
    pub provider: String,
    pub state: PaymentState,
    /// Of money that does not pay the order and goes back: why.
    #[serde(default)]
    pub flaw: Option<PaymentFlaw>,
    pub amount: Money,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// The credit note of a refund; its file has an address of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNoteView {
    pub number: String,
}

/// A credit note that the refund does not have any more, since it failed; and the paper that cancels it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelledNoteView {
    pub number: String,
    pub cancellation: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundView {
    pub id: RefundId,
    pub state: RefundState,
    #[serde(default = "by_the_shop")]
    pub origin: RefundOrigin,
    pub amount: Money,
    /// None: the order was cancelled, or its payment came too late.
    pub reason: Option<String>,
    /// Empty where it is an amount.
    pub items: Vec<RefundItemView>,
    /// What of it is for shipping.
    pub shipping: Option<Money>,
    /// It failed, and staff say that nothing more is owed for it.
    #[serde(default)]
    pub waived: bool,
    /// The buyer's bank took it back, or wants to.
    #[serde(default)]
    pub is_dispute: bool,
    /// Made when it was carried out, of an order that has an invoice.
    #[serde(default)]
    pub credit_note: Option<CreditNoteView>,
    /// Those it had before, the oldest first.
    #[serde(default)]
    pub cancelled_credit_notes: Vec<CancelledNoteView>,
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

const fn by_the_shop() -> RefundOrigin {
    RefundOrigin::Shop
}

/// Money that staff have seen, as they tell of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentForm {
    pub amount: Money,
    /// What it is found by.
    pub reference: String,
}

impl PaymentForm {
    /// As the page sends it: an amount in this currency.
    ///
    /// # Errors
    /// `Invalid` (amount).
    pub fn typed(amount: &str, reference: String, currency: Currency) -> Result<Self, Refusal> {
        let amount = Money::parse(amount.trim(), currency)
            .map_err(|_| Refusal::field("amount", Problem::NotAnAmount { decimals: currency.decimals() }))?;
        Ok(Self { amount, reference })
    }

    /// # Errors
    /// `Invalid` with `amount` and `reference`, where they will not do.
    pub fn parse(&self) -> Result<(Money, String), Refusal> {
        let mut fields = FieldReader::default();
        let amount = fields.read("amount", if self.amount.is_zero() { Err(Problem::Zero) } else { Ok(self.amount) });
        let reference = fields.required("reference", &self.reference, MAX_REFERENCE);
        fields.finish(amount.zip(reference))
    }
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
        // Of an amount, or of shipping alone, nothing can be put back: the page's tick says nothing there.
        let restock = restock && amount.is_none() && items.as_ref().is_some_and(|items| !items.is_empty());
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
