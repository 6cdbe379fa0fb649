//! What holds for every order: 10,000 random ones, in currencies with no, two and three decimals.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::domain::fixtures::{candidate, fulfilment_line, line, shopper};
use crate::domain::*;

const CASES: u32 = 10_000;

fn money(units: u64, currency: Currency) -> Money {
    Money::from_minor_units(units, currency).unwrap()
}

fn any_percent() -> impl Strategy<Value = Percent> {
    (0_u32..=100_000).prop_map(|thousandths| Percent::from_thousandths(thousandths).unwrap())
}

/// Prices of all sizes, nothing and one unit among them.
fn any_units() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..4, 0_u64..1_000, 0_u64..10_000_000]
}

fn any_line(number: u128, currency: Currency) -> impl Strategy<Value = TotalsLine> {
    (any_units(), 1_u32..6, select(TaxClass::ALL.as_slice()), 0_u8..3, any::<bool>()).prop_map(
        move |(units, quantity, tax_class, category, needs_shipping)| TotalsLine {
            unit_price: money(units, currency),
            tax_class,
            needs_shipping,
            categories: vec![Slug::of_name(&category.to_string())],
            ..line(number, "0", quantity)
        },
    )
}

fn any_candidate(number: u128, currency: Currency) -> impl Strategy<Value = Candidate> {
    let kind = prop_oneof![
        any_percent().prop_map(|percent| PromotionKind::Percent { percent }),
        any_units().prop_map(move |units| PromotionKind::Amount { amount: money(units, currency) }),
        Just(PromotionKind::FreeShipping),
        (1_u32..4, 1_u32..4).prop_map(|(buy, get)| PromotionKind::BuyXGetY { buy, get }),
    ];
    (kind, any::<bool>(), prop::option::of(0_u8..3), prop::option::of(any_units())).prop_map(
        move |(kind, stackable, category, minimum)| {
            let mut candidate = candidate(number, kind);
            candidate.promotion.stackable = stackable;
            candidate.promotion.categories = category.map(|n| Slug::of_name(&n.to_string())).into_iter().collect();
            candidate.promotion.minimum = minimum.map(|units| money(units, currency));
            candidate
        },
    )
}

fn any_rules() -> impl Strategy<Value = TaxRules> {
    (any::<bool>(), any::<bool>(), select(TaxClass::ALL.as_slice()), any_percent(), any_percent()).prop_map(
        |(prices_include_tax, reverse_charge, shipping_class, standard, reduced)| {
            let rate = |class, name: &str, rate| TaxRate {
                country: "FR".into(),
                region: None,
                class,
                name: name.into(),
                rate,
            };
            let rates = vec![rate(TaxClass::Standard, "A", standard), rate(TaxClass::Reduced, "B", reduced)];
            TaxRules { prices_include_tax, reverse_charge, shipping_class, rates, ..TaxRules::none("DE") }
        },
    )
}

pub fn any_order() -> impl Strategy<Value = TotalsInput> {
    let currency = select(vec!["JPY", "USD", "KWD"]).prop_map(|code| code.parse::<Currency>().unwrap());
    let parts = currency.prop_flat_map(|currency| {
        let lines: Vec<_> = (1..6).map(|number| any_line(number, currency)).collect();
        let promotions: Vec<_> = (1..6).map(|number| any_candidate(number, currency)).collect();
        let shipping = prop::option::of(any_units());
        (Just(currency), lines, promotions, 1_usize..=5, 0_usize..=5, shipping, any_rules(), any::<bool>())
    });
    parts.prop_map(|(currency, mut lines, mut promotions, line_count, promotion_count, shipping, tax, business)| {
        lines.truncate(line_count);
        promotions.truncate(promotion_count);
        TotalsInput {
            currency,
            lines,
            promotions,
            shopper: shopper(),
            shipping: shipping.map(|units| ShippingCharge { name: "Standard".into(), price: money(units, currency) }),
            tax,
            destination: Destination::country("FR"),
            vat_number: business.then(|| VatNumber::parse("ATU12345678").unwrap()),
        }
    })
}

fn sum(currency: Currency, amounts: impl IntoIterator<Item = Money>) -> Money {
    Money::sum(currency, amounts).unwrap()
}

/// The parts of the ledger fit together.
fn ledger_adds_up(input: &TotalsInput, totals: &Totals) -> Result<(), TestCaseError> {
    let currency = totals.currency;
    let lines: Vec<_> = totals.lines.iter().map(|line| line.amounts).collect();
    let shipping = totals.shipping.as_ref().map(|shipping| shipping.amounts);
    let all: Vec<_> = lines.iter().copied().chain(shipping).collect();

    prop_assert_eq!(totals.subtotal, sum(currency, input.lines.iter().map(|line| line.price().unwrap())));
    let before = sum(currency, all.iter().map(|part| part.price).chain([totals.tax.added]));
    prop_assert_eq!(before, totals.total.plus(totals.discount_total).unwrap());

    // Taken off each line and shipping: what the discounts say, and never more than there is.
    for (place, amounts) in lines.iter().enumerate() {
        prop_assert_eq!(amounts.discount, sum(currency, totals.discounts.iter().map(|d| d.lines[place])));
        prop_assert!(amounts.discount <= amounts.price);
    }
    if let Some(shipping) = shipping {
        prop_assert_eq!(shipping.discount, sum(currency, totals.discounts.iter().map(|d| d.shipping)));
        prop_assert!(shipping.discount <= shipping.price);
    }
    for discount in &totals.discounts {
        let parts = discount.lines.iter().copied().chain([discount.shipping]);
        prop_assert_eq!(discount.amount, sum(currency, parts));
    }

    let tax = sum(currency, all.iter().map(|part| part.tax));
    prop_assert_eq!(totals.tax.amount, tax);
    prop_assert_eq!(sum(currency, totals.tax.lines.iter().map(|line| line.amount)), tax);
    prop_assert_eq!(totals.tax.added, if totals.tax.included { Money::zero(currency) } else { tax });
    Ok(())
}

/// Every unit of every line in some order, and shipping somewhere among them, give exactly the total.
fn refunds_give_the_total(totals: &Totals, order: &[Index]) -> Result<(), TestCaseError> {
    let shipping = totals.shipping.iter().map(|shipping| shipping.amounts);
    let mut open: Vec<_> = totals.lines.iter().map(|line| line.amounts).chain(shipping).map(|a| (a, 0)).collect();
    let mut paid_back = Money::zero(totals.currency);
    for index in order {
        if open.is_empty() {
            break;
        }
        let place = index.index(open.len());
        let (amounts, refunded) = open[place];
        let parts = amounts.refund_of(refunded, 1).unwrap();
        let rest = parts.price.minus(parts.discount).unwrap();
        let expected = if amounts.tax_included { rest } else { rest.plus(parts.tax).unwrap() };
        prop_assert_eq!(parts.amount, expected);
        prop_assert!(parts.tax <= parts.amount);
        paid_back = paid_back.plus(parts.amount).unwrap();
        open[place].1 += 1;
        if refunded + 1 == amounts.quantity {
            open.swap_remove(place);
        }
    }
    prop_assert!(open.is_empty());
    prop_assert_eq!(paid_back, totals.total);
    Ok(())
}

/// The same as staff do it, a unit at a time, where some refunds fail and are asked for again.
fn refunds_that_fail_change_nothing(totals: &Totals, order: &[Index]) -> Result<(), TestCaseError> {
    let given = GivenBack::nothing(totals.currency);
    let line = |line: &LineTotals| fulfilment_line(line.variant, line.amounts);
    let mut fulfilment = Fulfilment {
        status: OrderStatus::Paid,
        lines: totals.lines.iter().map(line).collect(),
        shipping: totals.shipping.as_ref().map(|shipping| (shipping.amounts, given)),
        captured: totals.total,
        refunded: Money::zero(totals.currency),
    };
    // Done, and may fail yet: the units of the line, and what was given for one.
    let mut done: Vec<(usize, RefundParts)> = Vec::new();
    for (step, index) in order.iter().chain(order).enumerate() {
        if step % 3 == 2 && step < order.len() && !done.is_empty() {
            let (place, parts) = done.swap_remove(index.index(done.len()));
            let given = &mut fulfilment.lines[place].given;
            given.units -= 1;
            given.price = given.price.minus(parts.price).unwrap();
            given.discount = given.discount.minus(parts.discount).unwrap();
            given.tax = given.tax.minus(parts.tax).unwrap();
            fulfilment.refunded = fulfilment.refunded.minus(parts.amount).unwrap();
        }
        let open: Vec<_> = (0..fulfilment.lines.len())
            .filter(|place| fulfilment.lines[*place].given.units < fulfilment.lines[*place].amounts.quantity)
            .collect();
        if open.is_empty() {
            break;
        }
        let place = open[index.index(open.len())];
        let items = vec![ItemQuantity { variant_id: fulfilment.lines[place].variant, quantity: 1 }];
        let plan = fulfilment.refund(&RefundWish::Items { items, shipping: false }, false).unwrap();
        let parts = plan.lines[0].parts;
        prop_assert_eq!(plan.amount, parts.amount);
        let given = &mut fulfilment.lines[place].given;
        given.units += 1;
        given.price = given.price.plus(parts.price).unwrap();
        given.discount = given.discount.plus(parts.discount).unwrap();
        given.tax = given.tax.plus(parts.tax).unwrap();
        fulfilment.refunded = fulfilment.refunded.plus(plan.amount).unwrap();
        done.push((place, parts));
    }
    if fulfilment.shipping.as_ref().is_some_and(|(shipping, _)| !shipping.charged().unwrap().is_zero()) {
        let all = RefundWish::Items { items: Vec::new(), shipping: true };
        fulfilment.refunded = fulfilment.refunded.plus(fulfilment.refund(&all, false).unwrap().amount).unwrap();
    }
    prop_assert!(fulfilment.lines.iter().all(|line| line.given.units == line.amounts.quantity));
    prop_assert_eq!(fulfilment.refunded, totals.total);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_order_adds_up_and_refunds_exactly(
        input in any_order(), order in prop::collection::vec(any::<Index>(), 26), shuffled in any::<Index>(),
    ) {
        let totals = input.totals().unwrap();
        ledger_adds_up(&input, &totals)?;
        refunds_give_the_total(&totals, &order)?;
        refunds_that_fail_change_nothing(&totals, &order)?;

        // The order in which promotions are given changes nothing.
        let mut other = input.clone();
        if !other.promotions.is_empty() {
            let place = shuffled.index(other.promotions.len());
            other.promotions.rotate_left(place);
            let last = other.promotions.len() - 1;
            other.promotions.swap(place, last);
        }
        prop_assert_eq!(other.totals().unwrap(), totals);
    }
}
