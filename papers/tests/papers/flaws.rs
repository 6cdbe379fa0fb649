//! A paper whose parts do not add up is refused.

use papers::{Error, Flaw, Paper, TaxCategory};
use rust_decimal::Decimal;

use crate::cases::{self, amount};

fn flaw(paper: &Paper) -> Flaw {
    match papers::pdf(paper) {
        Err(Error::Flawed(flaw)) => flaw,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("a wrong paper was made"),
    }
}

#[test]
fn every_way_not_to_add_up_is_found() {
    let cent = Decimal::new(1, 2);
    type Spoil = fn(&mut Paper, Decimal);
    let cases: [(Spoil, Flaw); 21] = [
        (|paper, _| paper.lines.clear(), Flaw::NoLines),
        (|paper, _| paper.number = " \t".into(), Flaw::Missing("the number")),
        (|paper, _| paper.buyer.name.clear(), Flaw::Missing("the buyer's name")),
        (|paper, _| paper.seller.vat_id = None, Flaw::Missing("the seller's tax number")),
        (|paper, _| paper.taxes[1].category = TaxCategory::ReverseCharge, Flaw::Rate(1)),
        (|paper, _| paper.buyer.address.country = "Germany".into(), Flaw::UnknownCode("a country")),
        (|paper, _| paper.currency = "eur".into(), Flaw::UnknownCode("the currency")),
        (|paper, _| paper.lines[0].quantity = 0, Flaw::Price(0)),
        (|paper, cent| paper.lines[2].unit_price += cent, Flaw::Price(2)),
        (|paper, _| paper.lines[0].unit_price = amount("-1"), Flaw::BadAmount("a unit price")),
        (|paper, _| paper.lines[0].price = amount("1.001"), Flaw::BadAmount("a price")),
        (|paper, _| paper.totals.total = amount("1e12"), Flaw::BadAmount("a total")),
        (|paper, cent| paper.lines[1].tax.net += cent, Flaw::Part(1)),
        (|paper, cent| paper.shipping.as_mut().unwrap().tax.amount += cent, Flaw::Part(3)),
        (|paper, _| paper.lines[0].tax.index = 2, Flaw::NoSuchTax(0)),
        (|paper, cent| paper.taxes[0].amount += cent, Flaw::Tax(0)),
        (|paper, _| paper.taxes[1].rate = amount("9"), Flaw::Tax(1)),
        (|paper, cent| paper.totals.subtotal += cent, Flaw::Total("the lines")),
        (|paper, cent| paper.totals.net += cent, Flaw::Total("net amounts")),
        (|paper, cent| paper.totals.total -= cent, Flaw::Total("the paper")),
        (|paper, cent| paper.totals.paid += cent, Flaw::Total("what was paid")),
    ];
    for (spoil, expected) in cases {
        let mut paper = cases::domestic();
        spoil(&mut paper, cent);
        assert_eq!(flaw(&paper), expected);
    }
}

#[test]
fn discounts_are_the_sums_of_their_shares() {
    let mut paper = cases::discounted();
    paper.totals.discounts[0].amount += Decimal::new(1, 2);
    assert_eq!(flaw(&paper), Flaw::Total("a discount"));
}

#[test]
fn reverse_charge_needs_both_numbers() {
    let mut paper = cases::reverse_charge();
    paper.buyer.vat_id = None;
    assert_eq!(flaw(&paper), Flaw::Missing("the buyer's VAT id"));
    let mut paper = cases::reverse_charge();
    paper.delivered = None;
    assert_eq!(flaw(&paper), Flaw::Missing("the day of delivery"));
}

#[test]
fn the_largest_amounts_do_not_overflow() {
    let mut paper = cases::untaxed();
    let largest = amount("99999999999.99");
    paper.lines[0].unit_price = largest;
    paper.lines[0].price = largest;
    paper.lines[0].tax.net = largest;
    paper.taxes[0].net = largest;
    let totals = &mut paper.totals;
    (totals.subtotal, totals.net, totals.total, totals.paid) = (largest, largest, largest, largest);
    papers::pdf(&paper).unwrap();
    paper.lines[0].quantity = u32::MAX;
    assert_eq!(flaw(&paper), Flaw::Price(0));
}

/// The tax of an invoice is its rate; that of a credit note is what is left of the invoice's, and what takes it back is as
/// it is.
#[test]
fn a_tax_that_is_off_its_rate_is_credited_and_not_charged_and_has_no_xml_that_validators_refuse() {
    for (more, has_xml) in [("0.50", true), ("2.00", false)] {
        let mut paper = cases::credit_note_off_its_rate(more);
        for corrects in [&paper, &cases::cancellation_of(paper.clone())] {
            papers::pdf(corrects).unwrap();
            assert_eq!(papers::xml(corrects).unwrap().is_some(), has_xml, "{more}");
        }
        paper.kind = papers::Kind::Invoice;
        assert_eq!(flaw(&paper), Flaw::Tax(0));
    }
}
