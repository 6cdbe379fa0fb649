//! From an invoice and what was given back of it to a credit note.
//!
//! Of none of an invoice's taxes more is credited than was charged, nor of what it is on, whatever was given back before and
//! in whatever order: all that was paid, given back, is exactly the invoice, rate by rate.

use serde::{Deserialize, Serialize};
use time::Date;

use super::paper::{Paper, PaperDiscount, PaperKind, PaperLine, PaperPart, PaperShipping, PaperTax, PaperTotals};
use crate::domain::{Money, Refusal};

/// What stands above a credit note. Who sold and who bought stands as on its invoice.
#[derive(Debug, Clone)]
pub struct CreditHeading {
    pub number: String,
    pub issued: Date,
    /// How it was given back, in words.
    pub payment: String,
    /// Why, in words.
    pub reason: Option<String>,
    /// What is credited where it is not lines.
    pub label: String,
}

/// What is given back of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    pub amount: Money,
    /// Empty: an amount, and no lines.
    pub parts: Vec<CreditedPart>,
    /// The taxes of all credit notes that there are of the invoice.
    pub credited: Vec<PaperTax>,
}

/// Units of one line of the invoice that are given back, and what that comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditedPart {
    /// The line of the invoice, from 0; none: its shipping.
    pub line: Option<usize>,
    pub quantity: u32,
    pub price: Money,
    pub discount: Money,
    pub tax: Money,
}

/// The most lines that are named where an amount stands for them.
const MOST_NAMED: usize = 8;

impl Paper {
    /// The credit note of an invoice. All of it at once looks like the invoice, and lines as they stand there. An amount is
    /// shared by the taxes, and so are lines of which too little is left: an amount was given back of them before.
    ///
    /// # Errors
    /// `BadAmount` for what is not of this invoice, or more than is left of it.
    pub fn credit_note(&self, heading: CreditHeading, credit: &Credit) -> Result<Self, Refusal> {
        let PaperKind::Invoice = self.kind else { return Err(Refusal::BadAmount) };
        let CreditHeading { number, issued, payment, reason, label } = heading;
        let kind = PaperKind::CreditNote { invoice: self.number.clone(), invoice_issued: self.issued, reason };
        let note = Self { kind, number, issued, payment, ..self.clone() };
        if credit.parts.is_empty() && credit.credited.is_empty() && credit.amount == self.totals.total {
            return Ok(note);
        }
        let rows = self.rows(&credit.credited)?;
        let (mut lines, mut shipping) = self.lines_of_parts(&credit.parts)?;
        let mut are_left = !credit.parts.is_empty();
        for (at, row) in rows.iter().enumerate() {
            are_left = are_left && row.has_left(at, &lines, shipping.as_ref())?;
        }
        if !are_left {
            let named = self.named(&lines, shipping.as_ref());
            (lines, shipping) = (self.lines_of_amount(&rows, &label, &named, credit.amount)?, None);
        }
        if lines.is_empty() {
            // A paper has lines.
            lines.extend(shipping.take().map(PaperShipping::into_line));
        }
        Self { lines, shipping, ..note }.summed_up(credit.amount)
    }

    /// The lines and the shipping that these parts are.
    fn lines_of_parts(&self, parts: &[CreditedPart]) -> Result<(Vec<PaperLine>, Option<PaperShipping>), Refusal> {
        let (mut lines, mut shipping) = (Vec::with_capacity(parts.len()), None);
        for credited in parts {
            match credited.line {
                Some(at) => {
                    let sold = self.lines.get(at).ok_or(Refusal::BadAmount)?;
                    let part = self.part(credited, &sold.part)?;
                    lines.push(PaperLine { quantity: credited.quantity, part, ..sold.clone() });
                }
                None => {
                    let sold = self.shipping.as_ref().ok_or(Refusal::BadAmount)?;
                    shipping = Some(PaperShipping { name: sold.name.clone(), part: self.part(credited, &sold.part)? });
                }
            }
        }
        Ok((lines, shipping))
    }

    fn part(&self, credited: &CreditedPart, sold: &PaperPart) -> Result<PaperPart, Refusal> {
        let CreditedPart { price, discount, tax, .. } = *credited;
        let labels: Vec<_> = sold.discounts.iter().map(|discount| discount.label.as_str()).collect();
        let discounts = match discount.is_zero() {
            true => Vec::new(),
            false => vec![PaperDiscount { label: labels.join(", "), amount: discount }],
        };
        let left = price.minus(discount)?;
        let net = if self.tax_included { left.minus(tax)? } else { left };
        Ok(PaperPart { price, discounts, tax_index: sold.tax_index, net, tax })
    }

    /// A line for each tax that a share of the amount falls to.
    fn lines_of_amount(
        &self,
        rows: &[Row<'_>],
        label: &str,
        named: &[String],
        amount: Money,
    ) -> Result<Vec<PaperLine>, Refusal> {
        let mut lines = Vec::with_capacity(rows.len());
        for (tax_index, (row, gross)) in rows.iter().zip(shares(rows, amount)?).enumerate() {
            if gross.is_zero() {
                continue;
            }
            let tax = row.tax_of(gross)?;
            let net = gross.minus(tax)?;
            let price = if self.tax_included { gross } else { net };
            let part = PaperPart { price, discounts: Vec::new(), tax_index, net, tax };
            let (name, options) = (label.to_owned(), named.to_vec());
            lines.push(PaperLine { name, options, sku: None, quantity: 1, unit_price: price, part });
        }
        Ok(lines)
    }

    fn named(&self, lines: &[PaperLine], shipping: Option<&PaperShipping>) -> Vec<String> {
        let all = lines.iter().map(|line| format!("{} × {}", line.quantity, line.name));
        let mut named: Vec<_> = all.chain(shipping.map(|shipping| shipping.name.clone())).collect();
        if named.len() > MOST_NAMED {
            named.truncate(MOST_NAMED);
            named.push("…".to_owned());
        }
        named
    }

    fn rows(&self, credited: &[PaperTax]) -> Result<Vec<Row<'_>>, Refusal> {
        let zero = Money::zero(self.totals.total.currency());
        let mut rows: Vec<_> = self.taxes.iter().map(|of| Row { of, net: zero, tax: zero }).collect();
        for tax in credited {
            let same = |row: &&mut Row<'_>| row.of.rate == tax.rate && row.of.category == tax.category;
            let row = rows.iter_mut().find(same).ok_or(Refusal::BadAmount)?;
            row.net = row.net.plus(tax.net)?;
            row.tax = row.tax.plus(tax.tax)?;
        }
        Ok(rows)
    }

    /// The same with its taxes and totals, which are those of its parts.
    fn summed_up(mut self, amount: Money) -> Result<Self, Refusal> {
        let zero = Money::zero(amount.currency());
        let used: Vec<usize> =
            (0..self.taxes.len()).filter(|at| self.parts().any(|part| part.tax_index == *at)).collect();
        let mut taxes = Vec::with_capacity(used.len());
        for at in &used {
            let of = |part: fn(&PaperPart) -> Money| {
                let all = self.parts().filter(|part| part.tax_index == *at).map(part);
                Money::sum(amount.currency(), all)
            };
            let tax = self.taxes.get(*at).ok_or(Refusal::BadAmount)?;
            taxes.push(PaperTax { net: of(|part| part.net)?, tax: of(|part| part.tax)?, ..tax.clone() });
        }
        let mut discounts = Vec::<PaperDiscount>::new();
        for discount in self.parts().flat_map(|part| &part.discounts) {
            match discounts.iter_mut().find(|known| known.label == discount.label) {
                Some(known) => known.amount = known.amount.plus(discount.amount)?,
                None => discounts.push(discount.clone()),
            }
        }
        let subtotal = Money::sum(amount.currency(), self.lines.iter().map(|line| line.part.price))?;
        for part in
            self.lines.iter_mut().map(|line| &mut line.part).chain(self.shipping.iter_mut().map(|s| &mut s.part))
        {
            part.tax_index = used.iter().position(|at| *at == part.tax_index).ok_or(Refusal::BadAmount)?;
        }
        let net = taxes.iter().try_fold(zero, |sum, tax| sum.plus(tax.net))?;
        let tax = taxes.iter().try_fold(zero, |sum, row| sum.plus(row.tax))?;
        let total = net.plus(tax)?;
        if total != amount || self.lines.is_empty() {
            return Err(Refusal::BadAmount);
        }
        Ok(Self { taxes, totals: PaperTotals { subtotal, discounts, net, tax, total, paid: total }, ..self })
    }

    fn parts(&self) -> impl Iterator<Item = &PaperPart> {
        self.lines.iter().map(|line| &line.part).chain(self.shipping.iter().map(|shipping| &shipping.part))
    }
}

impl PaperShipping {
    fn into_line(self) -> PaperLine {
        let Self { name, part } = self;
        PaperLine { name, options: Vec::new(), sku: None, quantity: 1, unit_price: part.price, part }
    }
}

/// One of the invoice's taxes, and what was credited of it before.
struct Row<'a> {
    of: &'a PaperTax,
    net: Money,
    tax: Money,
}

impl Row<'_> {
    fn charged(&self) -> Result<Money, Refusal> {
        self.of.net.plus(self.of.tax)
    }

    fn credited(&self) -> Result<Money, Refusal> {
        self.net.plus(self.tax)
    }

    /// Whether as much is left of it as these parts are.
    fn has_left(&self, at: usize, lines: &[PaperLine], shipping: Option<&PaperShipping>) -> Result<bool, Refusal> {
        let (mut net, mut tax) = (self.net, self.tax);
        let parts = lines.iter().map(|line| &line.part).chain(shipping.map(|shipping| &shipping.part));
        for part in parts.filter(|part| part.tax_index == at) {
            net = net.plus(part.net)?;
            tax = tax.plus(part.tax)?;
        }
        Ok(net <= self.of.net && tax <= self.of.tax)
    }

    /// How much of so much more of it is tax: with what was credited before, the same share of its tax as of all of it,
    /// as far as what is left allows.
    fn tax_of(&self, gross: Money) -> Result<Money, Refusal> {
        let zero = Money::zero(gross.currency());
        let until = self.credited()?.plus(gross)?;
        let tax = self.of.tax.share(until.minor_units(), self.charged()?.minor_units())?;
        let tax = tax.minus(self.tax).unwrap_or(zero);
        let least = gross.minus(self.of.net.minus(self.net)?).unwrap_or(zero);
        let tax = if tax < least { least } else { tax };
        Ok(if tax > gross { gross } else { tax })
    }
}

/// What of an amount falls to each of the taxes, so that of each the same share is credited as of the invoice, as far as
/// what was credited before allows; and of none more than is left.
fn shares(rows: &[Row<'_>], amount: Money) -> Result<Vec<Money>, Refusal> {
    let zero = Money::zero(amount.currency());
    let charged = rows.iter().map(Row::charged).collect::<Result<Vec<_>, _>>()?;
    let credited = rows.iter().map(Row::credited).collect::<Result<Vec<_>, _>>()?;
    let total = Money::sum(amount.currency(), charged.iter().copied())?;
    let until = Money::sum(amount.currency(), credited.iter().copied())?.plus(amount)?;
    // Differences of shares of a growing part, so that they come to all of it.
    let (mut part, mut given) = (zero, zero);
    let mut wanted = Vec::with_capacity(rows.len());
    for (charged, credited) in charged.into_iter().zip(credited) {
        part = part.plus(charged)?;
        let until_here = until.share(part.minor_units(), total.minor_units())?;
        wanted.push(until_here.minus(given)?.minus(credited).unwrap_or(zero));
        given = until_here;
    }
    if until > total { Err(Refusal::BadAmount) } else { amount.split(&wanted) }
}
