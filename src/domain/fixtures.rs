//! Lines and promotions for the tests of promotions and totals.

use time::macros::datetime;
use uuid::Uuid;

use super::{
    Candidate, Currency, Money, Percent, ProductId, Promotion, PromotionId, PromotionKind, Shopper, TaxClass,
    TotalsLine, VariantId,
};

pub fn usd(text: &str) -> Money {
    Money::parse(text, Currency::USD).unwrap()
}

/// The number is the variant's and the product's id.
pub fn line(number: u128, unit_price: &str, quantity: u32) -> TotalsLine {
    TotalsLine {
        variant: VariantId(Uuid::from_u128(number)),
        product: ProductId(Uuid::from_u128(number)),
        categories: Vec::new(),
        unit_price: usd(unit_price),
        quantity,
        tax_class: TaxClass::Standard,
        weight_grams: 0,
        needs_shipping: true,
    }
}

/// Without conditions, alone, and never used.
pub fn candidate(number: u128, kind: PromotionKind) -> Candidate {
    let promotion = Promotion::without_conditions(PromotionId(Uuid::from_u128(number)), format!("No. {number}"), kind);
    Candidate { promotion, uses: 0, uses_by_customer: 0 }
}

pub fn percent(text: &str) -> PromotionKind {
    PromotionKind::Percent { percent: text.parse::<Percent>().unwrap() }
}

pub fn amount(text: &str) -> PromotionKind {
    PromotionKind::Amount { amount: usd(text) }
}

pub fn shopper() -> Shopper {
    Shopper { user: None, first_order: true, now: datetime!(2026-11-25 12:00 UTC) }
}
