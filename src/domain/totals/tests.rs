//! Worked examples of ledgers.

use time::macros::datetime;
use uuid::Uuid;

use super::*;
use crate::domain::{Promotion, PromotionId, PromotionKind, TaxRate};

fn eur(text: &str) -> Money {
    Money::parse(text, "EUR".parse().unwrap()).unwrap()
}

fn line(number: u128, unit_price: &str, quantity: u32) -> TotalsLine {
    TotalsLine {
        variant: VariantId(Uuid::from_u128(number)),
        product: ProductId(Uuid::from_u128(number)),
        categories: Vec::new(),
        unit_price: eur(unit_price),
        quantity,
        tax_class: TaxClass::Standard,
        weight_grams: 0,
        needs_shipping: true,
    }
}

fn german_vat(included: bool) -> TaxRules {
    let rate = |class, rate: &str| TaxRate {
        country: "DE".into(),
        region: None,
        class,
        name: "VAT".into(),
        rate: rate.parse().unwrap(),
    };
    let rates = vec![rate(TaxClass::Standard, "19"), rate(TaxClass::Reduced, "7")];
    TaxRules { prices_include_tax: included, rates, ..TaxRules::none("DE") }
}

fn tenth_off() -> Candidate {
    let promotion = Promotion {
        id: PromotionId(Uuid::from_u128(1)),
        name: "A tenth off".into(),
        code: None,
        kind: PromotionKind::Percent { percent: "10".parse().unwrap() },
        minimum: None,
        products: Vec::new(),
        categories: Vec::new(),
        starts_at: None,
        ends_at: None,
        first_order_only: false,
        customer: None,
        limit: None,
        limit_per_customer: None,
        stackable: false,
        active: true,
    };
    Candidate { promotion, uses: 0, uses_by_customer: 0 }
}

fn input(included: bool) -> TotalsInput {
    TotalsInput {
        currency: "EUR".parse().unwrap(),
        lines: vec![line(1, "10.00", 2), TotalsLine { tax_class: TaxClass::Reduced, ..line(2, "3.33", 1) }],
        promotions: vec![tenth_off()],
        shopper: Shopper { user: None, first_order: true, now: datetime!(2026-11-25 12:00 UTC) },
        shipping: Some(ShippingCharge { name: "Standard".into(), price: eur("4.90") }),
        tax: german_vat(included),
        destination: Destination::country("DE"),
        vat_number: None,
    }
}

#[test]
fn a_ledger_adds_up_with_tax_in_the_prices_and_on_top() {
    // Goods 23.33, a tenth is 2.333: 2.00 off the first line, 0.33 off the second. Of 18.00 + 3.00 + 4.90, 19, 7 and 19 %
    // are 3.42 + 0.21 + 0.93 when added, and 2.87 + 0.20 + 0.78 when included.
    for (included, added, amount, total) in [(true, "0", "3.85", "25.90"), (false, "4.56", "4.56", "30.46")] {
        let totals = input(included).totals().unwrap();
        assert_eq!((totals.subtotal, totals.discount_total), (eur("23.33"), eur("2.33")));
        assert_eq!(totals.discounts[0].lines, [eur("2.00"), eur("0.33")]);
        assert_eq!((totals.tax.included, totals.tax.added, totals.tax.amount), (included, eur(added), eur(amount)));
        assert_eq!(totals.total, eur(total));
    }
}
