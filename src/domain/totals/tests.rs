//! Worked examples of ledgers.

use crate::domain::fixtures::{amount, candidate, line, percent, shopper, usd};
use crate::domain::*;

fn rules(included: bool) -> TaxRules {
    let rate = |country: &str, class, name: &str, rate: &str| TaxRate {
        country: country.into(),
        region: None,
        class,
        name: name.into(),
        rate: rate.parse().unwrap(),
    };
    let rates = vec![
        rate("DE", TaxClass::Standard, "MwSt.", "19"),
        rate("DE", TaxClass::Reduced, "MwSt.", "7"),
        rate("FR", TaxClass::Standard, "TVA", "20"),
    ];
    TaxRules { prices_include_tax: included, reverse_charge: true, rates, ..TaxRules::none("DE") }
}

fn input(included: bool) -> TotalsInput {
    TotalsInput {
        currency: Currency::USD,
        lines: vec![line(1, "10.00", 2), TotalsLine { tax_class: TaxClass::Reduced, ..line(2, "3.33", 1) }],
        promotions: vec![candidate(1, percent("10"))],
        shopper: shopper(),
        shipping: Some(ShippingCharge { name: "Standard".into(), price: usd("4.90") }),
        tax: rules(included),
        destination: Destination::country("DE"),
        vat_number: None,
    }
}

fn tax_lines(totals: &Totals) -> Vec<(String, String, Money)> {
    totals.tax.lines.iter().map(|line| (line.name.clone(), line.rate.to_string(), line.amount)).collect()
}

#[test]
fn a_ledger_adds_up_with_tax_in_the_prices_and_on_top() {
    // Goods 23.33, a tenth is 2.333: 2.00 off the first line, 0.33 off the second. Of 18.00 + 3.00 + 4.90, 19, 7 and 19 %
    // are 3.42 + 0.21 + 0.93 when added, and 2.87 + 0.20 + 0.78 when included.
    for (included, added, reduced, standard, total) in
        [(true, "0", "0.20", "3.65", "25.90"), (false, "4.56", "0.21", "4.35", "30.46")]
    {
        let totals = input(included).totals().unwrap();
        assert_eq!((totals.subtotal, totals.discount_total), (usd("23.33"), usd("2.33")));
        assert_eq!(totals.discounts[0].lines, [usd("2.00"), usd("0.33")]);
        assert_eq!((totals.tax.included, totals.tax.added), (included, usd(added)));
        let lines = [("MwSt.".into(), "7.00".into(), usd(reduced)), ("MwSt.".into(), "19.00".into(), usd(standard))];
        assert_eq!(tax_lines(&totals), lines);
        assert_eq!(totals.tax.amount, usd(reduced).plus(usd(standard)).unwrap());
        assert_eq!((totals.total, totals.tax.reverse_charge), (usd(total), false));
        let shipping = totals.shipping.unwrap();
        assert_eq!((shipping.name.as_str(), shipping.amounts.price), ("Standard", usd("4.90")));
        assert_eq!(shipping.rate.unwrap().rate.to_string(), "19.00");
        assert_eq!(totals.lines[1].rate.as_ref().unwrap().rate.to_string(), "7.00");
    }
}

#[test]
fn shipping_is_taxed_as_configured() {
    let mut input = input(false);
    input.tax.shipping_class = TaxClass::Zero;
    let totals = input.totals().unwrap();
    let shipping = totals.shipping.unwrap();
    assert_eq!((shipping.rate, shipping.amounts.tax, totals.tax.amount), (None, usd("0"), usd("3.63")));
    input.tax.shipping_class = TaxClass::Reduced;
    assert_eq!(input.totals().unwrap().shipping.unwrap().amounts.tax, usd("0.34"));
}

#[test]
fn tax_is_rounded_per_line_and_then_summed() {
    // 0.10 at 5 % are 0.005 each: three lines owe 0.03, while their sum would owe 0.02.
    let mut input = input(false);
    input.tax.rates[0].rate = "5".parse().unwrap();
    input.lines = vec![line(1, "0.10", 1), line(2, "0.10", 1), line(3, "0.10", 1)];
    (input.promotions, input.shipping) = (vec![], None);
    let totals = input.totals().unwrap();
    assert_eq!((totals.tax.amount, totals.total), (usd("0.03"), usd("0.33")));
    assert_eq!(totals.shipping, None);
}

#[test]
fn a_place_without_a_rate_is_not_taxed() {
    for (included, total) in [(true, "25.90"), (false, "25.90")] {
        let totals = TotalsInput { destination: Destination::country("CH"), ..input(included) }.totals().unwrap();
        assert_eq!((totals.total, totals.tax.amount), (usd(total), usd("0")));
        assert_eq!((tax_lines(&totals), totals.lines[0].rate.clone()), (vec![], None));
    }
}

#[test]
fn with_a_reverse_charge_the_net_price_is_paid_and_the_ledger_adds_up() {
    let business = |included| TotalsInput {
        destination: Destination::country("FR"),
        vat_number: Some(VatNumber::parse("FRAB123456789").unwrap()),
        ..input(included)
    };
    // All of it at 20 %: in 18.00, 3.00 and 4.90 are 3.00, 0.50 and 0.82.
    let totals = business(true).totals().unwrap();
    let [tenth, relief] = totals.discounts.as_slice() else { panic!("{totals:?}") };
    assert_eq!((tenth.promotion.is_some(), tenth.amount), (true, usd("2.33")));
    assert_eq!((relief.promotion, relief.label.as_str(), &relief.code), (None, "Reverse charge", &None));
    assert_eq!((relief.amount, relief.shipping), (usd("4.32"), usd("0.82")));
    assert_eq!(relief.lines, [usd("3.00"), usd("0.50")]);
    assert_eq!((totals.discount_total, totals.total), (usd("6.65"), usd("21.58")));
    assert_eq!(totals.lines[0].amounts.discount, usd("5.00"));
    assert_eq!(totals.shipping.as_ref().unwrap().amounts.discount, usd("0.82"));
    // Without tax in the prices there is nothing to take out.
    let added = business(false).totals().unwrap();
    assert_eq!((added.discounts.len(), added.total), (1, usd("25.90")));
    for totals in [&totals, &added] {
        assert!(totals.tax.reverse_charge && totals.tax.lines.is_empty() && totals.tax.amount.is_zero());
        assert!(totals.tax.added.is_zero() && totals.lines[0].rate.is_none());
        assert_eq!(totals.shipping.as_ref().unwrap().rate, None);
    }
    // Where the shop has no rate, nothing was in the price.
    let mut unknown = business(true);
    unknown.tax.rates.truncate(2);
    assert_eq!(unknown.totals().unwrap().discounts.len(), 1);
}

#[test]
fn free_shipping_is_a_discount_on_its_price() {
    let promotions = vec![candidate(1, PromotionKind::FreeShipping)];
    let totals = TotalsInput { promotions, ..input(false) }.totals().unwrap();
    let shipping = totals.shipping.unwrap();
    assert_eq!((shipping.amounts.price, shipping.amounts.discount), (usd("4.90"), usd("4.90")));
    assert_eq!((shipping.amounts.tax, totals.discount_total), (usd("0"), usd("4.90")));
}

#[test]
fn shipping_is_offered_for_the_goods_after_their_discounts_whatever_was_chosen() {
    let mut input = input(true);
    assert_eq!(input.goods_after_discounts(), Ok(usd("21.00")));
    // With 4.90 of shipping in sight, free shipping is the better one; the offers ask without it.
    input.promotions.push(candidate(2, PromotionKind::FreeShipping));
    assert_eq!(input.totals().unwrap().discount_total, usd("4.90"));
    assert_eq!(input.goods_after_discounts(), Ok(usd("21.00")));
    assert_eq!(input.totals().unwrap().left_out.len(), 1);
}

#[test]
fn what_is_missing_is_told_before_discounts() {
    let from = |minimum, kind| {
        let mut waiting = candidate(2, kind);
        waiting.promotion.minimum = Some(usd(minimum));
        waiting
    };
    let none = candidate(2, amount("0.01"));
    for (promotion, target, more) in [
        (candidate(1, percent("10")), "21.00", Some("0")),
        (candidate(1, percent("10")), "20.00", Some("0")),
        (candidate(1, percent("10")), "30.00", Some("10.00")),
        (candidate(1, percent("90")), "30.00", Some("276.67")),
        // What begins with what is put in takes its part once.
        (from("30", amount("5")), "30.00", Some("11.67")),
        (candidate(1, percent("100")), "30.00", None),
        (none, "23.32", Some("0")),
    ] {
        let input = TotalsInput { promotions: vec![promotion], ..input(true) };
        assert_eq!(input.more_goods_for(usd(target)), Ok(more.map(usd)), "{target}");
    }
    let free = from("30", PromotionKind::FreeShipping);
    let (id, other) = (free.promotion.id, candidate(3, percent("1")).promotion.id);
    let input = TotalsInput { promotions: vec![free], ..input(true) };
    let is_free = |more, id| input.is_free_with_more(usd(more), id).unwrap();
    assert_eq!((is_free("6.66", id), is_free("6.67", id), is_free("6.67", other)), (false, true, false));
    let tenth = TotalsInput { promotions: vec![candidate(3, percent("1"))], ..input };
    assert_eq!(tenth.is_free_with_more(usd("6.67"), other), Ok(false), "it takes its part of the goods alone");
}

#[test]
fn what_is_sent_is_weighed() {
    let mut input = input(true);
    input.lines[0].weight_grams = 300;
    assert_eq!(input.parcel(), Parcel { weight_grams: 600, needs_shipping: true });
    input.lines.iter_mut().for_each(|line| line.needs_shipping = false);
    assert_eq!(input.parcel(), Parcel::default());
}

#[test]
fn nothing_overflows_or_mixes_currencies() {
    let mut dear = input(true);
    dear.lines = vec![line(1, "999999999.99", 99); 2];
    assert_eq!(dear.totals(), Err(Refusal::BadAmount));
    dear.lines.truncate(1);
    assert!(dear.totals().is_ok());
    let mut mixed = input(true);
    mixed.shipping = Some(ShippingCharge { name: "S".into(), price: Money::zero("EUR".parse().unwrap()) });
    assert_eq!(mixed.totals(), Err(Refusal::BadAmount));
}

/// Three units of 1.00, 0.50 off all of them, 19 % of tax.
fn amounts(tax_included: bool) -> Amounts {
    let tax = usd(if tax_included { "0.40" } else { "0.48" });
    Amounts { quantity: 3, price: usd("3"), discount: usd("0.50"), tax, tax_included }
}

#[test]
fn units_given_back_one_by_one_give_all_that_was_paid() {
    for (tax_included, expected) in [
        (true, [("0.17", "0.13", "0.83"), ("0.16", "0.14", "0.84"), ("0.17", "0.13", "0.83")]),
        (false, [("0.17", "0.16", "0.99"), ("0.16", "0.16", "1.00"), ("0.17", "0.16", "0.99")]),
    ] {
        let amounts = amounts(tax_included);
        for (refunded, (discount, tax, amount)) in (0..).zip(expected) {
            let parts = RefundParts { price: usd("1"), discount: usd(discount), tax: usd(tax), amount: usd(amount) };
            assert_eq!(amounts.refund_of(refunded, 1), Ok(parts), "{refunded}");
        }
        let all = amounts.refund_of(0, 3).unwrap();
        assert_eq!((all.price, all.discount, all.tax), (usd("3"), usd("0.50"), amounts.tax));
        assert_eq!((all.amount, amounts.charged().unwrap()), (all.amount, all.amount));
        assert_eq!(all.amount, usd(if tax_included { "2.50" } else { "2.98" }));
        assert_eq!(amounts.refund_of(1, 2).unwrap().price, usd("2"));
    }
}

#[test]
fn only_units_that_were_sold_are_given_back() {
    for (refunded, quantity, left) in [(0, 0, 3), (0, 4, 3), (2, 2, 1), (3, 1, 0), (9, 1, 0)] {
        let refusal = Refusal::field("quantity", Problem::OutOfRange { min: 1, max: left });
        assert_eq!(amounts(true).refund_of(refunded, quantity), Err(refusal));
    }
}

#[test]
fn no_unit_bears_more_tax_than_it_cost() {
    // Three yen-like units of which two were paid for, one of it tax.
    let amounts = Amounts { price: usd("0.03"), discount: usd("0.01"), tax: usd("0.01"), ..amounts(true) };
    for refunded in 0..3 {
        let parts = amounts.refund_of(refunded, 1).unwrap();
        assert!(parts.tax <= parts.amount, "{parts:?}");
    }
    // What cost nothing gives nothing.
    let free = Amounts { discount: usd("3"), tax: usd("0"), ..amounts };
    let free = Amounts { price: usd("3"), ..free };
    assert_eq!(free.refund_of(1, 1).unwrap().amount, usd("0"));
}

#[test]
fn an_amount_off_everything_leaves_nothing_to_tax() {
    let promotions = vec![candidate(1, amount("100"))];
    let totals = TotalsInput { promotions, shipping: None, ..input(false) }.totals().unwrap();
    assert_eq!((totals.total, totals.tax.amount, totals.discount_total), (usd("0"), usd("0"), usd("23.33")));
    assert_eq!(totals.tax.lines.len(), 2);
    assert!(totals.tax.lines.iter().all(|line| line.rate != Percent::ZERO));
}
