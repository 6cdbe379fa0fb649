//! Whatever is given back of whatever order, in whatever steps: its credit notes add up, each by itself and all of them to
//! the invoice. 1,000 random orders, in currencies with no, two and three decimals.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;
use time::macros::date;

use crate::domain::fixtures::fulfilment_line;
use crate::domain::totals::properties::any_order;
use crate::domain::*;

const CASES: u32 = 1_000;

pub fn seller() -> Seller {
    let address = TypedAddress {
        name: "Kiln",
        line1: "1 Rue",
        city: "Berlin",
        postal_code: "10969",
        country: "DE",
        ..TypedAddress::default()
    };
    let series = ("INV-", "CN-");
    let typed = TypedSeller {
        address,
        vat_id: "DE123456788",
        invoice_series: series.0,
        credit_note_series: series.1,
        ..TypedSeller::default()
    };
    Seller::parse(typed).unwrap()
}

pub fn sold(totals: &Totals) -> SoldOrder {
    let line = |line: &LineTotals| SoldLine {
        name: line.variant.to_string(),
        options: Vec::new(),
        sku: line.variant.to_string(),
        quantity: line.amounts.quantity,
        unit_price: line.unit_price,
        price: line.amounts.price,
        discount: line.amounts.discount,
        tax: line.amounts.tax,
        rate: line.rate.as_ref().map(|applied| applied.rate),
    };
    let shipping = |shipping: &ShippingTotals| SoldShipping {
        name: shipping.name.clone(),
        price: shipping.amounts.price,
        discount: shipping.amounts.discount,
        tax: shipping.amounts.tax,
        rate: shipping.rate.as_ref().map(|applied| applied.rate),
    };
    let discount = |discount: &Discount| SoldDiscount {
        label: discount.label.clone(),
        code: None,
        amount: discount.amount,
        lines: Some(discount.lines.clone()),
        shipping: Some(discount.shipping),
    };
    SoldOrder {
        id: OrderId(uuid::Uuid::nil()),
        number: 1001,
        email: "ada@example.org".into(),
        account_name: None,
        shipping_address: None,
        billing_address: None,
        paid_at: time::OffsetDateTime::UNIX_EPOCH,
        tax_included: totals.tax.included,
        reverse_charge: totals.tax.reverse_charge,
        lines: totals.lines.iter().map(line).collect(),
        discounts: totals.discounts.iter().map(discount).collect(),
        shipping: totals.shipping.as_ref().map(shipping),
        taxes: totals.tax.lines.clone(),
        total: totals.total,
    }
}

pub fn invoice(totals: &Totals) -> Paper {
    invoice_of(&sold(totals), seller())
}

pub fn invoice_of(order: &SoldOrder, seller: Seller) -> Paper {
    let day = date!(2026 - 11 - 28);
    let (number, shop, payment) = ("INV-2026-000001".into(), "Kiln".into(), "Paid.".into());
    order.invoice(Heading { number, issued: day, supplied: day, seller, shop, payment }).unwrap()
}

pub fn heading() -> CreditHeading {
    CreditHeading {
        number: "CN-2026-000001".into(),
        issued: date!(2026 - 12 - 3),
        payment: "Refunded.".into(),
        reason: Some("Broken".into()),
        label: "Refund for order 1001".into(),
    }
}

fn cancelling() -> CancellationHeading {
    CancellationHeading {
        number: "INV-2026-000002".into(),
        issued: date!(2026 - 12 - 9),
        payment: "Not refunded.".into(),
        reason: "The account is closed".into(),
    }
}

/// The order, and what became of it.
struct Given {
    fulfilment: Fulfilment,
    invoice: Paper,
    notes: Vec<Paper>,
    amounts: u32,
}

impl Given {
    fn of(totals: &Totals) -> Self {
        let given = GivenBack::nothing(totals.currency);
        let line = |line: &LineTotals| fulfilment_line(line.variant, line.amounts);
        let fulfilment = Fulfilment {
            status: OrderStatus::Paid,
            lines: totals.lines.iter().map(line).collect(),
            shipping: totals.shipping.as_ref().map(|shipping| (shipping.amounts, given)),
            captured: totals.total,
            refunded: Money::zero(totals.currency),
        };
        Self { fulfilment, invoice: invoice(totals), notes: Vec::new(), amounts: 0 }
    }

    /// What this step is to give back.
    fn wish(&self, step: &(u8, Index, u32)) -> RefundWish {
        let (kind, index, units) = step;
        let line = &self.fulfilment.lines[index.index(self.fulfilment.lines.len())];
        match kind {
            0 | 1 => {
                let left = self.fulfilment.left();
                let some = left.share(u64::from(*units), 1 << (8 * u32::from(*kind) + 3)).unwrap();
                RefundWish::Amount(if some.is_zero() { left } else { some })
            }
            2 => RefundWish::Items { items: Vec::new(), shipping: true },
            _ => {
                let items = vec![ItemQuantity { variant_id: line.variant, quantity: units % 3 + 1 }];
                RefundWish::Items { items, shipping: *units == 7 }
            }
        }
    }

    fn give(&mut self, wish: &RefundWish) -> Result<(), TestCaseError> {
        let Ok(plan) = self.fulfilment.refund(wish, false) else { return Ok(()) };
        let mut parts = Vec::new();
        for line in &plan.lines {
            let place = self.fulfilment.lines.iter().position(|known| Some(known.id) == line.item);
            let given = match place {
                Some(place) => &mut self.fulfilment.lines[place].given,
                None => &mut self.fulfilment.shipping.as_mut().unwrap().1,
            };
            let RefundParts { price, discount, tax, .. } = line.parts;
            given.units += line.quantity;
            given.price = given.price.plus(price).unwrap();
            given.discount = given.discount.plus(discount).unwrap();
            given.tax = given.tax.plus(tax).unwrap();
            parts.push(CreditedPart { line: place, quantity: line.quantity, price, discount, tax });
        }
        self.fulfilment.refunded = self.fulfilment.refunded.plus(plan.amount).unwrap();
        self.amounts += u32::from(plan.lines.is_empty());
        let credited = self.notes.iter().flat_map(|note| note.taxes.clone()).collect();
        let note = self.invoice.credit_note(heading(), &Credit { amount: plan.amount, parts, credited });
        let note = note.map_err(|refusal| TestCaseError::fail(format!("{wish:?}: {refusal:?}")))?;
        prop_assert_eq!(note.totals.total, plan.amount);
        let PaperKind::CreditNote { invoice, .. } = &note.kind else { return Err(TestCaseError::fail("an invoice")) };
        prop_assert_eq!(invoice, &self.invoice.number);
        let CreditHeading { number, issued, payment, .. } = heading();
        prop_assert_eq!((&note.number, note.issued, &note.payment), (&number, issued, &payment));
        adds_up(&note)?;
        takes_back(&note)?;
        // As long as no amount was given back, lines stand as they were sold.
        if self.amounts == 0 {
            let sold = note.lines.iter().filter(|line| line.sku.is_some()).count();
            prop_assert_eq!(sold, plan.lines.iter().filter(|line| line.item.is_some()).count());
        }
        self.notes.push(note);
        Ok(())
    }

    /// What was credited of the taxes of the invoice, in their order.
    fn credited(&self) -> Vec<(Money, Money)> {
        let of = |tax: &PaperTax| {
            let all = self.notes.iter().flat_map(|note| &note.taxes);
            let all: Vec<_> = all.filter(|t| (t.rate, t.category) == (tax.rate, tax.category)).collect();
            let sum = |of: fn(&PaperTax) -> Money| Money::sum(tax.net.currency(), all.iter().map(|t| of(t))).unwrap();
            (sum(|t| t.net), sum(|t| t.tax))
        };
        self.invoice.taxes.iter().map(of).collect()
    }
}

/// What cancels a credit note is the same but for what it is called.
fn takes_back(note: &Paper) -> Result<(), TestCaseError> {
    let taken = note.cancellation(cancelling()).map_err(|refusal| TestCaseError::fail(format!("{refusal:?}")))?;
    prop_assert_eq!((&taken.lines, &taken.shipping, &taken.taxes), (&note.lines, &note.shipping, &note.taxes));
    prop_assert_eq!(&taken.totals, &note.totals);
    let CancellationHeading { number, issued, payment, .. } = cancelling();
    prop_assert_eq!((&taken.number, taken.issued, &taken.payment), (&number, issued, &payment));
    prop_assert_eq!(taken.kind.as_str(), "cancellation");
    prop_assert_eq!(taken.cancellation(cancelling()), Err(Refusal::BadAmount));
    adds_up(&taken)
}

/// What a paper has to be.
fn adds_up(paper: &Paper) -> Result<(), TestCaseError> {
    let currency = paper.totals.total.currency();
    let sum = |amounts: &mut dyn Iterator<Item = Money>| Money::sum(currency, amounts).unwrap();
    prop_assert!(!paper.lines.is_empty());
    for line in &paper.lines {
        prop_assert_eq!(line.unit_price.times(line.quantity).unwrap(), line.part.price);
    }
    let parts: Vec<_> =
        paper.lines.iter().map(|line| &line.part).chain(paper.shipping.iter().map(|s| &s.part)).collect();
    for part in &parts {
        let off = sum(&mut part.discounts.iter().map(|d| d.amount));
        let charged = if paper.tax_included { part.net.plus(part.tax).unwrap() } else { part.net };
        prop_assert_eq!(part.price.minus(off).unwrap(), charged);
        prop_assert!(part.discounts.iter().all(|discount| !discount.label.is_empty()));
    }
    for (at, tax) in paper.taxes.iter().enumerate() {
        let of: Vec<_> = parts.iter().filter(|part| part.tax_index == at).collect();
        prop_assert!(!of.is_empty());
        prop_assert_eq!(tax.net, sum(&mut of.iter().map(|part| part.net)));
        prop_assert_eq!(tax.tax, sum(&mut of.iter().map(|part| part.tax)));
        prop_assert!(!tax.rate.is_zero() || tax.tax.is_zero());
    }
    let totals = &paper.totals;
    prop_assert_eq!(totals.subtotal, sum(&mut paper.lines.iter().map(|line| line.part.price)));
    let off = sum(&mut parts.iter().flat_map(|part| &part.discounts).map(|d| d.amount));
    prop_assert_eq!(sum(&mut totals.discounts.iter().map(|d| d.amount)), off);
    let labels: BTreeSet<_> = totals.discounts.iter().map(|discount| &discount.label).collect();
    prop_assert_eq!(labels.len(), totals.discounts.len());
    prop_assert_eq!(totals.net, sum(&mut paper.taxes.iter().map(|tax| tax.net)));
    prop_assert_eq!(totals.tax, sum(&mut paper.taxes.iter().map(|tax| tax.tax)));
    prop_assert_eq!(totals.total, totals.net.plus(totals.tax).unwrap());
    prop_assert_eq!(totals.paid, totals.total);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn credit_notes_add_up_to_the_invoice_rate_by_rate(
        input in any_order(), steps in prop::collection::vec((0_u8..7, any::<Index>(), 0_u32..8), 0..12),
    ) {
        let mut given = Given::of(&input.totals().unwrap());
        let charged: Vec<_> = given.invoice.taxes.iter().map(|tax| (tax.net, tax.tax)).collect();
        for step in &steps {
            given.give(&given.wish(step))?;
            for (credited, charged) in given.credited().into_iter().zip(&charged) {
                prop_assert!(credited.0 <= charged.0 && credited.1 <= charged.1, "{credited:?} of {charged:?}");
            }
        }
        // The rest, as a cancelled order gives it.
        given.give(&RefundWish::Amount(given.fulfilment.left()))?;
        prop_assert_eq!(given.fulfilment.left(), Money::zero(input.currency));
        prop_assert_eq!(given.credited(), charged);
    }
}

#[test]
fn all_of_it_at_once_looks_like_the_invoice() {
    let totals = crate::domain::fixtures::an_order().totals().unwrap();
    let invoice = invoice(&totals);
    let credit = |amount| Credit { amount, parts: Vec::new(), credited: Vec::new() };
    let note = invoice.credit_note(heading(), &credit(totals.total)).unwrap();
    assert_eq!((&note.lines, &note.taxes, &note.totals), (&invoice.lines, &invoice.taxes, &invoice.totals));
    let open = PaperTotals { paid: Money::zero(totals.currency), ..note.totals.clone() };
    let taken = Paper { totals: open, ..note.clone() }.cancellation(cancelling()).unwrap();
    assert_eq!(taken.totals, note.totals, "of a cancellation nothing is to be paid");
    assert_eq!(
        (note.shipping, note.seller, note.buyer),
        (invoice.shipping.clone(), invoice.seller.clone(), invoice.buyer.clone())
    );
    let more = totals.total.plus(Money::from_minor_units(1, totals.currency).unwrap()).unwrap();
    assert_eq!(invoice.credit_note(heading(), &credit(more)), Err(Refusal::BadAmount));
    assert_eq!(invoice.cancellation(cancelling()).map(|paper| paper.number), Err(Refusal::BadAmount), "no credit note");
    let again = Credit { credited: note.taxes, ..credit(Money::from_minor_units(1, totals.currency).unwrap()) };
    assert_eq!(invoice.credit_note(heading(), &again), Err(Refusal::BadAmount));
}

/// A thousand times one cent of two rates: neither is credited more than its share.
#[test]
fn small_amounts_do_not_drift() {
    let mut given = Given::of(&crate::domain::fixtures::an_order().totals().unwrap());
    let charged: Vec<_> = given.invoice.taxes.iter().map(|tax| (tax.net, tax.tax)).collect();
    assert_eq!(charged.len(), 2);
    let cent = crate::domain::fixtures::usd("0.01");
    for step in 1..=1_000_u64 {
        given.give(&RefundWish::Amount(cent)).unwrap();
        if step % 100 != 0 {
            continue;
        }
        for (credited, charged) in given.credited().into_iter().zip(&charged) {
            let total = given.invoice.totals.total.minor_units();
            for (is, all) in [(credited.0, charged.0), (credited.1, charged.1)] {
                let wanted = all.share(step, total).unwrap().minor_units();
                assert!(is.minor_units().abs_diff(wanted) <= 1, "after {step}: {is} of {all}");
            }
        }
    }
}
