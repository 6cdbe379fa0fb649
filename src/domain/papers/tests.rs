//! What stands on a paper beside its amounts: what was taken off, why there is no tax, where it goes.

use std::collections::BTreeSet;

use super::properties::{heading, invoice, invoice_of, seller, sold};
use crate::domain::fixtures::{an_order, line};
use crate::domain::*;

fn parts_of(invoice: &Paper) -> Vec<CreditedPart> {
    let part = |line, quantity, part: &PaperPart| {
        let discount = Money::sum(part.price.currency(), part.discounts.iter().map(|d| d.amount)).unwrap();
        CreditedPart { line, quantity, price: part.price, discount, tax: part.tax }
    };
    let lines = invoice.lines.iter().enumerate().map(|(at, line)| part(Some(at), line.quantity, &line.part));
    lines.chain(invoice.shipping.iter().map(|shipping| part(None, 1, &shipping.part))).collect()
}

#[test]
fn an_amount_that_stands_for_parts_names_eight_of_them() {
    for (count, last) in [(7, "Shipping (Standard)"), (8, "…")] {
        let lines = (1..=count).map(|n| line(n, "10.00", 2)).collect();
        let invoice = invoice(&TotalsInput { lines, ..an_order() }.totals().unwrap());
        let credit = |amount, parts, credited| invoice.credit_note(heading(), &Credit { amount, parts, credited });
        let half = invoice.totals.total.share(1, 2).unwrap();
        let credited = credit(half, Vec::new(), Vec::new()).unwrap().taxes;
        let note = credit(half, parts_of(&invoice), credited).unwrap();
        let named = &note.lines[0].options;
        assert_eq!(named[0], format!("2 × {}", invoice.lines[0].name));
        assert_eq!((named.len(), named.last().unwrap().as_str()), (usize::try_from(count).unwrap() + 1, last));
        let one = parts_of(&invoice).into_iter().take(1).collect();
        assert_eq!(credit(half, one, Vec::new()), Err(Refusal::BadAmount), "it is not what its part comes to");
    }
}

/// Two discounts, each of a line of its own; the shipping is at its full price.
#[test]
fn each_part_says_what_was_taken_off_it_as_far_as_that_was_kept() {
    let mut kept = sold(&an_order().totals().unwrap());
    let zero = Money::zero(kept.total.currency());
    let [first, second] = [kept.lines[0].discount, kept.lines[1].discount];
    let discount = |label: &str, code: Option<&str>, amount, lines| SoldDiscount {
        label: label.into(),
        code: code.map(Into::into),
        amount,
        lines: Some(lines),
        shipping: Some(zero),
    };
    kept.discounts = vec![
        discount("Tenth", Some("SAVE"), first, vec![first, zero]),
        discount("Gift", None, second, vec![zero, second]),
    ];
    let mut lost = kept.clone();
    lost.discounts.iter_mut().for_each(|discount| discount.lines = None);
    let mut swapped = kept.clone();
    swapped.discounts.iter_mut().for_each(|discount| discount.lines = Some(vec![first, second]));
    let mut shipped = kept.clone();
    shipped.discounts[0].shipping = Some(first);
    let one = ["Tenth (SAVE), Gift"; 2];
    for (order, of_parts) in [(kept, ["Tenth (SAVE)", "Gift"]), (lost, one), (swapped, one), (shipped, one)] {
        let invoice = invoice_of(&order, seller());
        let taken = |part: &PaperPart| part.discounts.clone();
        for ((line, label), amount) in invoice.lines.iter().zip(of_parts).zip([first, second]) {
            assert_eq!(taken(&line.part), [PaperDiscount { label: label.into(), amount }]);
        }
        assert_eq!(taken(&invoice.shipping.unwrap().part), []);
        let labels: BTreeSet<_> = invoice.totals.discounts.iter().map(|discount| discount.label.as_str()).collect();
        assert_eq!(labels, BTreeSet::from(of_parts));
    }
}

#[test]
fn what_is_not_taxed_says_why_and_taxes_of_one_rate_are_one() {
    use TaxCategory::{Export, OutsideScope, Standard, ZeroRated};
    let place = |country, postal_code| {
        let typed = TypedAddress { name: "Ada", line1: "1 Rue", city: "Ville", ..TypedAddress::default() };
        ShippingAddress::parse(TypedAddress { country, postal_code, ..typed }).unwrap()
    };
    let mut taxed = sold(&an_order().totals().unwrap());
    taxed.taxes.push(taxed.taxes[0].clone());
    let names =
        |order: &SoldOrder| invoice_of(order, seller()).taxes.into_iter().map(|tax| tax.name).collect::<BTreeSet<_>>();
    assert_eq!(names(&taxed), BTreeSet::from(["TVA".to_owned()]));
    taxed.taxes.push(TaxLine { name: "Octroi".into(), ..taxed.taxes[0].clone() });
    assert_eq!(names(&taxed), BTreeSet::from(["TVA".to_owned(), "TVA / Octroi".into()]));

    let (abroad, near) = (place("CH", "8001"), place("FR", "75001"));
    let untaxed = |rate: Option<Percent>, to: &ShippingAddress| {
        let mut order = SoldOrder { shipping_address: Some(to.clone()), ..taxed.clone() };
        let zero = Money::zero(order.total.currency());
        order.lines.iter_mut().for_each(|line| (line.rate, line.tax) = (rate, zero));
        order.shipping.iter_mut().for_each(|shipping| (shipping.rate, shipping.tax) = (None, zero));
        order
    };
    let mut free_shipping = untaxed(None, &near);
    free_shipping.lines.clone_from(&taxed.lines);
    for (order, seller, categories) in [
        (&free_shipping, seller(), vec![Standard, Standard, ZeroRated]),
        (&untaxed(Some(Percent::ZERO), &near), seller(), vec![ZeroRated]),
        (&untaxed(None, &abroad), seller(), vec![Export]),
        (&untaxed(None, &near), seller(), vec![OutsideScope]),
        (&untaxed(None, &abroad), Seller { vat_id: None, ..seller() }, vec![OutsideScope]),
        (&untaxed(None, &abroad), Seller { address: abroad.clone(), ..seller() }, vec![OutsideScope]),
    ] {
        let invoice = invoice_of(order, seller);
        assert_eq!(invoice.taxes.iter().map(|tax| tax.category).collect::<Vec<_>>(), categories);
        assert_eq!(invoice.deliver_to, None, "it goes to the buyer");
        let elsewhere = SoldOrder { billing_address: Some(place("DE", "10969")), ..order.clone() };
        assert_eq!(invoice_of(&elsewhere, invoice.seller).deliver_to, order.shipping_address);
    }
}
