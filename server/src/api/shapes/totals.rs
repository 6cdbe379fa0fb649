//! The parts of a total, of carts and orders alike.

use serde::Serialize;
use shop::domain::{ShippingOffer, TaxLine};
use shop::dto::{DiscountView, ShippingView, TaxView};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Money;

#[derive(Debug, Serialize, ToSchema)]
pub struct Discount {
    #[schema(example = "10 % off your first order")]
    pub label: String,
    /// Null: it applied by itself
    pub code: Option<String>,
    pub amount: Money,
}

impl From<DiscountView> for Discount {
    fn from(discount: DiscountView) -> Self {
        Self { label: discount.label, code: discount.code, amount: discount.amount.into() }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Shipping {
    /// The method; null: collected where no method for it was set up
    pub id: Option<Uuid>,
    #[schema(example = "Standard")]
    pub name: String,
    /// Before discounts
    pub price: Money,
}

impl From<ShippingView> for Shipping {
    fn from(shipping: ShippingView) -> Self {
        Self { id: shipping.method.map(|id| id.0), name: shipping.name, price: shipping.price.into() }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TaxOfRate {
    #[schema(example = "VAT")]
    pub name: String,
    /// In percent
    #[schema(example = "19.00")]
    pub rate: String,
    pub amount: Money,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Tax {
    /// Whether it is part of the prices, or added to them
    pub included: bool,
    pub amount: Money,
    pub lines: Vec<TaxOfRate>,
}

impl From<TaxView> for Tax {
    fn from(tax: TaxView) -> Self {
        let line =
            |line: TaxLine| TaxOfRate { name: line.name, rate: line.rate.to_string(), amount: line.amount.into() };
        Self { included: tax.included, amount: tax.amount.into(), lines: tax.lines.into_iter().map(line).collect() }
    }
}

/// A method by which the cart can be sent
#[derive(Debug, Serialize, ToSchema)]
pub struct ShippingMethodOffer {
    pub id: Uuid,
    #[schema(example = "Standard")]
    pub name: String,
    pub price: Money,
    /// Working days until it arrives
    pub min_days: u16,
    pub max_days: u16,
    /// It is collected at the shop
    pub pick_up: bool,
    /// The carrier wants a number to call: the address needs a `phone`
    pub needs_phone: bool,
    /// How much more of goods makes it free; null: nothing does, or it is
    pub missing_for_free: Option<Money>,
}

impl From<ShippingOffer> for ShippingMethodOffer {
    fn from(offer: ShippingOffer) -> Self {
        Self {
            id: offer.id.0,
            name: offer.name,
            price: offer.price.into(),
            min_days: offer.days.min,
            max_days: offer.days.max,
            pick_up: offer.pick_up,
            needs_phone: offer.needs_phone,
            missing_for_free: offer.missing_for_free.map(Into::into),
        }
    }
}
