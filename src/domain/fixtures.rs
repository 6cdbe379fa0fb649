//! Lines and promotions for the tests of promotions and totals, and of what becomes of an order.

use time::macros::datetime;
use uuid::Uuid;

use super::{
    Amounts, Candidate, Currency, Destination, Fulfilment, FulfilmentLine, GivenBack, Money, OrderItemId, OrderStatus,
    Percent, ProductId, Promotion, PromotionId, PromotionKind, ShippingCharge, Shopper, TaxClass, TaxRate, TaxRules,
    TotalsInput, TotalsLine, VariantId,
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

/// Of which nothing was sent yet, or given back.
pub fn fulfilment_line(variant: VariantId, amounts: Amounts) -> FulfilmentLine {
    FulfilmentLine {
        id: OrderItemId(variant.0),
        variant,
        amounts,
        given: GivenBack::nothing(amounts.price.currency()),
        shipped: 0,
        withdrawn: 0,
        withdrawn_in_vain: 0,
        returning: 0,
    }
}

/// An order of three units for 9.00 each line, of which so many were sent: the variant's number and how many.
pub fn sent(lines: &[(u128, u32)]) -> Fulfilment {
    let amounts = Amounts { quantity: 3, price: usd("9"), discount: usd("0"), tax: usd("0"), tax_included: true };
    let line = |(number, shipped): &(u128, u32)| FulfilmentLine {
        shipped: *shipped,
        ..fulfilment_line(VariantId(Uuid::from_u128(*number)), amounts)
    };
    let lines: Vec<_> = lines.iter().map(line).collect();
    let captured = usd("9").times(u32::try_from(lines.len()).unwrap()).unwrap();
    Fulfilment { status: OrderStatus::Paid, lines, shipping: None, captured, refunded: usd("0") }
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

/// Of two rates, with a discount and shipping.
pub fn an_order() -> TotalsInput {
    let rate = |class, rate: &str| TaxRate {
        country: "FR".into(),
        region: None,
        class,
        name: "TVA".into(),
        rate: rate.parse().unwrap(),
    };
    let rates = vec![rate(TaxClass::Standard, "20"), rate(TaxClass::Reduced, "5.5")];
    TotalsInput {
        currency: Currency::USD,
        lines: vec![line(1, "18.90", 3), TotalsLine { tax_class: TaxClass::Reduced, ..line(2, "24.95", 2) }],
        promotions: vec![candidate(1, percent("10"))],
        shopper: shopper(),
        shipping: Some(ShippingCharge { name: "Standard".into(), price: usd("4.90") }),
        tax: TaxRules { rates, ..TaxRules::none("DE") },
        destination: Destination::country("FR"),
        vat_number: None,
    }
}
