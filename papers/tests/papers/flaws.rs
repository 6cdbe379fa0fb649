//! A paper whose parts do not add up is refused.

use papers::{Error, InvalidPaper, Paper, TaxCategory};
use rust_decimal::Decimal;

use crate::cases::{self, amount};

fn flaw(paper: &Paper) -> InvalidPaper {
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
    let cases: [(Spoil, InvalidPaper); 21] = [
        (|paper, _| paper.lines.clear(), InvalidPaper::NoLines),
        (|paper, _| paper.number = " \t".into(), InvalidPaper::Missing("the number")),
        (|paper, _| paper.buyer.name.clear(), InvalidPaper::Missing("the buyer's name")),
        (|paper, _| paper.seller.vat_id = None, InvalidPaper::Missing("the seller's tax number")),
        (|paper, _| paper.taxes[1].category = TaxCategory::ReverseCharge, InvalidPaper::Rate(1)),
        (|paper, _| paper.buyer.address.country = "Germany".into(), InvalidPaper::UnknownCode("a country")),
        (|paper, _| paper.currency = "eur".into(), InvalidPaper::UnknownCode("the currency")),
        (|paper, _| paper.lines[0].quantity = 0, InvalidPaper::Price(0)),
        (|paper, cent| paper.lines[2].unit_price += cent, InvalidPaper::Price(2)),
        (|paper, _| paper.lines[0].unit_price = amount("-1"), InvalidPaper::BadAmount("a unit price")),
        (|paper, _| paper.lines[0].price = amount("1.001"), InvalidPaper::BadAmount("a price")),
        (|paper, _| paper.totals.total = amount("1e12"), InvalidPaper::BadAmount("a total")),
        (|paper, cent| paper.lines[1].tax.net += cent, InvalidPaper::Part(1)),
        (|paper, cent| paper.shipping.as_mut().unwrap().tax.amount += cent, InvalidPaper::Part(3)),
        (|paper, _| paper.lines[0].tax.index = 2, InvalidPaper::NoSuchTax(0)),
        (|paper, cent| paper.taxes[0].amount += cent, InvalidPaper::Tax(0)),
        (|paper, _| paper.taxes[1].rate = amount("9"), InvalidPaper::Tax(1)),
        (|paper, cent| paper.totals.subtotal += cent, InvalidPaper::Total("the lines")),
        (|paper, cent| paper.totals.net += cent, InvalidPaper::Total("net amounts")),
        (|paper, cent| paper.totals.total -= cent, InvalidPaper::Total("the paper")),
        (|paper, cent| paper.totals.paid += cent, InvalidPaper::Total("what was paid")),
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
    assert_eq!(flaw(&paper), InvalidPaper::Total("a discount"));
}

#[test]
fn reverse_charge_needs_both_numbers() {
    let mut paper = cases::reverse_charge();
    paper.buyer.vat_id = None;
    assert_eq!(flaw(&paper), InvalidPaper::Missing("the buyer's VAT id"));
    let mut paper = cases::reverse_charge();
    paper.delivered = None;
    assert_eq!(flaw(&paper), InvalidPaper::Missing("the day of delivery"));
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
    assert_eq!(flaw(&paper), InvalidPaper::Price(0));
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
        assert_eq!(flaw(&paper), InvalidPaper::Tax(0));
    }
}
