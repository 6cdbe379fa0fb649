//! Papers as files: the crate `papers`, on a thread for slow work, one at a time. It loads its fonts for each file and drops
//! them with it. A print of many is large, so one waits for its turn and no more: papers are never behind several of them.

use std::sync::Arc;

use papers::{
    Address, Cover, Discount, Kind, Line, Original, PartTax, Party, Shipping, Slip, SlipLine, Tax,
    TaxCategory as Category, Totals,
};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::domain::{Buyer, Paper, PaperDiscount, PaperKind, PaperPart, Seller, ShippingAddress, TaxCategory};
use crate::dto::words;
use crate::usecase::{BoxFuture, Error, LineToPack, PackingSlip, PaperRenderer, Print, Result};

#[derive(Debug, Clone)]
pub struct PdfPapers {
    turn: Arc<Semaphore>,
    /// Of whoever prints: to have a turn, or to wait for one.
    prints: Arc<Semaphore>,
}

impl Default for PdfPapers {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(1)), prints: Arc::new(Semaphore::new(1)) }
    }
}

impl PaperRenderer for PdfPapers {
    fn check(&self, paper: &Paper) -> std::result::Result<(), String> {
        papers::check(&facts(paper)).map_err(|flaw| flaw.to_string())
    }

    fn render(&self, paper: Paper) -> BoxFuture<'_, Result<Vec<u8>>> {
        self.in_turn(move || papers::pdf(&facts(&paper)))
    }

    fn invoices(&self, print: Print<Paper>) -> BoxFuture<'_, Result<Vec<u8>>> {
        self.printed(move || {
            let invoices: Vec<_> = print.parts.iter().map(facts).collect();
            papers::invoices(cover(&print, "Invoices").as_ref(), &invoices)
        })
    }

    fn packing_slips(&self, print: Print<PackingSlip>) -> BoxFuture<'_, Result<Vec<u8>>> {
        self.printed(move || {
            let slips: Vec<_> = print.parts.iter().map(|slip| packing_slip(slip, &print.shop)).collect();
            papers::slips(cover(&print, "Packing slips").as_ref(), &slips)
        })
    }
}

impl PdfPapers {
    /// At once, or not now.
    fn printed(
        &self,
        make: impl FnOnce() -> std::result::Result<Vec<u8>, papers::Error> + Send + 'static,
    ) -> BoxFuture<'_, Result<Vec<u8>>> {
        Box::pin(async move {
            let place = Arc::clone(&self.prints).try_acquire_owned().map_err(|e| Error::Unavailable(e.into()))?;
            // It goes with the work, as the permit does.
            let made = self.in_turn(move || {
                let file = make();
                drop(place);
                file
            });
            made.await
        })
    }

    fn in_turn(
        &self,
        make: impl FnOnce() -> std::result::Result<Vec<u8>, papers::Error> + Send + 'static,
    ) -> BoxFuture<'_, Result<Vec<u8>>> {
        let turn = Arc::clone(&self.turn);
        Box::pin(async move {
            let permit = turn.acquire_owned().await.map_err(|e| Error::Broken(e.into()))?;
            // The permit goes with the work: when the caller is gone, the thread is still busy.
            let made = spawn_blocking(move || {
                let file = make();
                drop(permit);
                file
            });
            made.await.map_err(|e| Error::Broken(e.into()))?.map_err(|e| Error::Broken(e.into()))
        })
    }
}

/// The page before the others; none: nothing is left out.
fn cover<T>(print: &Print<T>, what: &str) -> Option<Cover> {
    if print.left_out.is_empty() {
        return None;
    }
    let left_out = print.left_out.iter();
    let left_out = left_out.map(|(number, why)| format!("Not in here: order {number}, {}.", words::left_out(*why)));
    let count = format!("{} of {} orders.", print.parts.len(), print.parts.len().saturating_add(print.left_out.len()));
    Some(Cover { title: what.to_owned(), lines: std::iter::once(count).chain(left_out).collect() })
}

fn packing_slip(slip: &PackingSlip, shop: &str) -> Slip {
    let line = |line: &LineToPack| SlipLine {
        name: line.name.clone(),
        detail: (!line.options.is_empty()).then(|| line.options.join(", ")),
        sku: Some(line.sku.clone()),
        quantity: line.unsent,
    };
    Slip {
        shop: shop.to_owned(),
        order: slip.order.to_string(),
        placed: slip.placed,
        deliver_to: slip.deliver_to.as_ref().map(ShippingAddress::lines).unwrap_or_default(),
        shipping: slip.shipping.clone(),
        lines: slip.lines.iter().map(line).collect(),
        notes: slip.notes.iter().flat_map(|note| paragraphs(note)).collect(),
    }
}

/// A note's lines, long ones in several: no text on a paper is longer.
fn paragraphs(note: &str) -> Vec<String> {
    let mut paragraphs = Vec::new();
    for line in note.lines() {
        let mut paragraph = String::new();
        for word in line.split_whitespace() {
            if !paragraph.is_empty() && paragraph.chars().count() + word.chars().count() > 400 {
                paragraphs.push(std::mem::take(&mut paragraph));
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(word);
        }
        paragraphs.push(paragraph);
    }
    paragraphs
}

fn facts(paper: &Paper) -> papers::Paper {
    let totals = &paper.totals;
    let currency = totals.total.currency();
    papers::Paper {
        kind: match &paper.kind {
            PaperKind::Invoice => Kind::Invoice,
            PaperKind::CreditNote { invoice, invoice_issued, reason } => {
                let (number, issued, reason) = (invoice.clone(), *invoice_issued, reason.clone());
                Kind::CreditNote(Original { number, issued, reason })
            }
            PaperKind::Cancellation { credit_note, credit_note_issued, reason } => {
                let (number, issued, reason) = (credit_note.clone(), *credit_note_issued, Some(reason.clone()));
                Kind::Cancellation(Original { number, issued, reason })
            }
        },
        number: paper.number.clone(),
        issued: paper.issued,
        delivered: Some(paper.supplied),
        order: Some(paper.order.clone()),
        seller: seller(&paper.seller, &paper.shop),
        buyer: buyer(&paper.buyer),
        deliver_to: paper.deliver_to.as_ref().map(|place| address(place, true)),
        currency: currency.code().to_owned(),
        decimals: currency.decimals(),
        prices_include_tax: paper.tax_included,
        lines: paper
            .lines
            .iter()
            .map(|line| {
                let options = (!line.options.is_empty()).then(|| line.options.join(", "));
                Line {
                    name: line.name.clone(),
                    detail: options,
                    sku: line.sku.clone(),
                    quantity: line.quantity,
                    unit_price: line.unit_price.amount(),
                    price: line.part.price.amount(),
                    discounts: discounts(&line.part.discounts),
                    tax: part_tax(&line.part),
                }
            })
            .collect(),
        shipping: paper.shipping.as_ref().map(|shipping| Shipping {
            name: shipping.name.clone(),
            price: shipping.part.price.amount(),
            discounts: discounts(&shipping.part.discounts),
            tax: part_tax(&shipping.part),
        }),
        taxes: paper
            .taxes
            .iter()
            .map(|tax| Tax {
                name: tax.name.clone(),
                rate: tax.rate.decimal().normalize(),
                category: category(tax.category),
                net: tax.net.amount(),
                amount: tax.tax.amount(),
            })
            .collect(),
        totals: Totals {
            subtotal: totals.subtotal.amount(),
            discounts: discounts(&totals.discounts),
            net: totals.net.amount(),
            tax: totals.tax.amount(),
            total: totals.total.amount(),
            paid: totals.paid.amount(),
        },
        payment: Some(paper.payment.clone()),
        notes: Vec::new(),
    }
}

fn seller(seller: &Seller, shop: &str) -> Party {
    let name = &seller.address.name;
    Party {
        name: name.clone(),
        trading_name: (shop != name).then(|| shop.to_owned()),
        address: address(&seller.address, false),
        vat_id: seller.vat_id.clone(),
        tax_number: seller.tax_number.clone(),
        registration: seller.registration.clone(),
        email: seller.email.clone(),
    }
}

fn buyer(buyer: &Buyer) -> Party {
    let nowhere = || Address {
        lines: ShippingAddress::name_of_country(&buyer.country).map(str::to_owned).into_iter().collect(),
        line1: String::new(),
        line2: None,
        city: String::new(),
        postal_code: None,
        region: None,
        country: buyer.country.clone(),
    };
    Party {
        name: buyer.name.clone(),
        trading_name: None,
        // Who orders for a company stands below its name.
        address: buyer.address.as_ref().map_or_else(nowhere, |a| address(a, a.company.is_some())),
        vat_id: buyer.vat_id.clone(),
        tax_number: None,
        registration: None,
        email: Some(buyer.email.clone()),
    }
}

/// As it is written, without the name above it; `with_name`: with the person's.
fn address(place: &ShippingAddress, with_name: bool) -> Address {
    let name = if with_name { place.name.clone() } else { String::new() };
    Address {
        lines: ShippingAddress { name, company: None, ..place.clone() }.lines(),
        line1: place.line1.clone(),
        line2: place.line2.clone(),
        city: place.city.clone().unwrap_or_default(),
        postal_code: place.postal_code.clone(),
        region: place.region.clone(),
        country: place.country.clone(),
    }
}

fn discounts(discounts: &[PaperDiscount]) -> Vec<Discount> {
    discounts.iter().map(|d| Discount { label: d.label.clone(), amount: d.amount.amount() }).collect()
}

fn part_tax(part: &PaperPart) -> PartTax {
    PartTax { index: part.tax_index, net: part.net.amount(), amount: part.tax.amount() }
}

const fn category(category: TaxCategory) -> Category {
    match category {
        TaxCategory::Standard => Category::Standard,
        TaxCategory::ZeroRated => Category::ZeroRated,
        TaxCategory::IntraCommunity => Category::IntraCommunity,
        TaxCategory::Export => Category::Export,
        TaxCategory::OutsideScope => Category::OutsideScope,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::LeftOut;

    fn print() -> Print<PackingSlip> {
        Print { shop: "Kiln & Loom".into(), parts: Vec::new(), left_out: vec![(1, LeftOut::NoInvoice)] }
    }

    #[tokio::test]
    async fn one_print_waits_for_its_turn_and_who_comes_next_is_told_to_come_again() {
        let papers = PdfPapers::default();
        let turn = Arc::clone(&papers.turn).acquire_owned().await.unwrap();
        let mut first = papers.packing_slips(print());
        assert!(futures::poll!(&mut first).is_pending());
        assert!(matches!(papers.packing_slips(print()).await, Err(Error::Unavailable(_))));
        drop(turn);
        assert!(first.await.unwrap().starts_with(b"%PDF"));
        assert!(papers.packing_slips(print()).await.is_ok(), "it has left its place");
    }
}
