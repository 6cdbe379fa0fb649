//! Whether the facts of a paper add up. A paper is a document: better none than a wrong one.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::paper::{Discount, Line, Paper, Tax, TaxCategory};

/// What is wrong with a paper. Lines, taxes and parts are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPaper {
    #[error("it has no lines")]
    NoLines,
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} is not a code that everybody knows")]
    UnknownCode(&'static str),
    #[error("{0} is below zero, too large, or has more decimals than the currency")]
    BadAmount(&'static str),
    #[error("line {0}: quantity times unit price is not its price")]
    Price(usize),
    #[error("part {0}: price, discounts, net and tax do not add up")]
    Part(usize),
    #[error("part {0} points to a tax that is not there")]
    NoSuchTax(usize),
    #[error("tax {0} is not the sum of its parts, or not its rate of them")]
    Tax(usize),
    #[error("tax {0}: this category and this rate do not go together")]
    Rate(usize),
    #[error("the total of {0} is not the sum of its parts")]
    Total(&'static str),
}

/// The largest amount: what `numeric(14,3)` holds.
fn largest() -> Decimal {
    Decimal::new(99_999_999_999_999, 3)
}

pub fn check(paper: &Paper) -> Result<(), InvalidPaper> {
    names(paper)?;
    amounts(paper)?;
    lines(paper)?;
    parts(paper)?;
    taxes(paper)?;
    totals(paper)
}

fn names(paper: &Paper) -> Result<(), InvalidPaper> {
    let missing = |what, text: &str| if is_blank(text) { Err(InvalidPaper::Missing(what)) } else { Ok(()) };
    missing("the number", &paper.number)?;
    missing("the seller's name", &paper.seller.name)?;
    missing("the buyer's name", &paper.buyer.name)?;
    missing("the seller's city", &paper.seller.address.city)?;
    if let Some(original) = paper.original() {
        missing("the number of what it corrects", &original.number)?;
    }
    paper.lines.iter().try_for_each(|line| missing("the name of a line", &line.name))?;
    let addresses = [&paper.seller.address, &paper.buyer.address].into_iter().chain(&paper.deliver_to);
    if !addresses.into_iter().all(|address| is_code(&address.country, 2)) {
        return Err(InvalidPaper::UnknownCode("a country"));
    }
    if !is_code(&paper.currency, 3) || paper.decimals > 3 {
        return Err(InvalidPaper::UnknownCode("the currency"));
    }
    Ok(())
}

/// Nothing that could be printed.
fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| letter.is_whitespace() || letter.is_control())
}

fn is_code(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|letter| letter.is_ascii_uppercase())
}

fn amounts(paper: &Paper) -> Result<(), InvalidPaper> {
    let right = |what, amount: Decimal| {
        let fits = !(amount.is_sign_negative() && !amount.is_zero()) && amount <= largest();
        if fits && amount.normalize().scale() <= paper.decimals { Ok(()) } else { Err(InvalidPaper::BadAmount(what)) }
    };
    for line in &paper.lines {
        right("a unit price", line.unit_price)?;
    }
    for (price, discounts, tax) in paper.parts() {
        right("a price", price)?;
        right("a net amount", tax.net)?;
        right("a tax", tax.amount)?;
        discounts.iter().try_for_each(|discount| right("a discount", discount.amount))?;
    }
    for tax in &paper.taxes {
        right("a net amount", tax.net)?;
        right("a tax", tax.amount)?;
        if tax.rate < Decimal::ZERO || tax.rate > Decimal::ONE_HUNDRED {
            return Err(InvalidPaper::BadAmount("a rate"));
        }
    }
    let totals = &paper.totals;
    totals.discounts.iter().try_for_each(|discount| right("a discount", discount.amount))?;
    for amount in [totals.subtotal, totals.net, totals.tax, totals.total, totals.paid] {
        right("a total", amount)?;
    }
    Ok(())
}

fn lines(paper: &Paper) -> Result<(), InvalidPaper> {
    if paper.lines.is_empty() {
        return Err(InvalidPaper::NoLines);
    }
    let wrong = |line: &Line| {
        line.quantity == 0 || Decimal::from(line.quantity).checked_mul(line.unit_price) != Some(line.price)
    };
    paper.lines.iter().position(wrong).map_or(Ok(()), |index| Err(InvalidPaper::Price(index)))
}

fn parts(paper: &Paper) -> Result<(), InvalidPaper> {
    for (index, (price, discounts, tax)) in paper.parts().enumerate() {
        if tax.index >= paper.taxes.len() {
            return Err(InvalidPaper::NoSuchTax(index));
        }
        // Sums of a thousand amounts are far from overflow: none is above the largest.
        let left = price - sum(discounts.iter().map(|discount| discount.amount));
        let charged = if paper.prices_include_tax { tax.net + tax.amount } else { tax.net };
        if left != charged {
            return Err(InvalidPaper::Part(index));
        }
    }
    Ok(())
}

fn taxes(paper: &Paper) -> Result<(), InvalidPaper> {
    for (index, tax) in paper.taxes.iter().enumerate() {
        let parts: Vec<_> = paper.parts().map(|(_, _, part)| part).filter(|part| part.index == index).collect();
        let adds_up = tax.net == sum(parts.iter().map(|part| part.net))
            && tax.amount == sum(parts.iter().map(|part| part.amount));
        // Each part was rounded by itself, with prices that include tax before it was taken out. What is credited is a
        // share of what was charged, which was looked at on the invoice: how far it is off its rate depends on how much
        // of the tax was credited before. What takes it back is the same.
        let tolerance = Decimal::new(1, paper.decimals) * Decimal::from(parts.len());
        let is_off = paper.original().is_none() && (tax.amount - exact(tax)).abs() > tolerance;
        if parts.is_empty() || !adds_up || is_off {
            return Err(InvalidPaper::Tax(index));
        }
        if (tax.category == TaxCategory::Standard) == tax.rate.is_zero() {
            return Err(InvalidPaper::Rate(index));
        }
        parties(paper, tax.category)?;
    }
    let outside = paper.taxes.iter().filter(|tax| tax.category == TaxCategory::OutsideScope).count();
    if outside > 0 && outside < paper.taxes.len() {
        return Err(InvalidPaper::Rate(0));
    }
    Ok(())
}

fn exact(tax: &Tax) -> Decimal {
    tax.net * tax.rate / Decimal::ONE_HUNDRED
}

/// Whether the taxes are as near to their rates as EN 16931 wants them (BR-CO-17): within one unit of the currency.
pub fn are_near_their_rates(taxes: &[Tax]) -> bool {
    taxes.iter().all(|tax| match tax.rate.round().is_zero() {
        true => tax.amount.round().is_zero(),
        false => (tax.amount - exact(tax).round_dp(2)).abs() < Decimal::ONE,
    })
}

/// Who must be registered for the tax, by the rules of EN 16931.
fn parties(paper: &Paper, category: TaxCategory) -> Result<(), InvalidPaper> {
    let needed = |present: bool, what| if present { Ok(()) } else { Err(InvalidPaper::Missing(what)) };
    let (seller, buyer) = (&paper.seller, &paper.buyer);
    match category {
        TaxCategory::OutsideScope => Ok(()),
        TaxCategory::Standard | TaxCategory::ZeroRated | TaxCategory::Exempt => {
            needed(seller.vat_id.is_some() || seller.tax_number.is_some(), "the seller's tax number")
        }
        TaxCategory::Export => needed(seller.vat_id.is_some(), "the seller's VAT id"),
        TaxCategory::ReverseCharge | TaxCategory::IntraCommunity => {
            needed(seller.vat_id.is_some(), "the seller's VAT id")?;
            needed(buyer.vat_id.is_some(), "the buyer's VAT id")?;
            needed(category == TaxCategory::ReverseCharge || paper.delivered.is_some(), "the day of delivery")
        }
    }
}

fn totals(paper: &Paper) -> Result<(), InvalidPaper> {
    let totals = &paper.totals;
    let same =
        |what, given: Decimal, found: Decimal| if given == found { Ok(()) } else { Err(InvalidPaper::Total(what)) };
    same("the lines", totals.subtotal, sum(paper.lines.iter().map(|line| line.price)))?;
    let given = by_label(&totals.discounts);
    if given != by_label(paper.parts().flat_map(|(_, discounts, _)| discounts)) {
        return Err(InvalidPaper::Total("a discount"));
    }
    same("net amounts", totals.net, sum(paper.taxes.iter().map(|tax| tax.net)))?;
    same("taxes", totals.tax, sum(paper.taxes.iter().map(|tax| tax.amount)))?;
    same("the paper", totals.total, totals.net + totals.tax)?;
    if totals.paid > totals.total {
        return Err(InvalidPaper::Total("what was paid"));
    }
    Ok(())
}

fn by_label<'a>(discounts: impl IntoIterator<Item = &'a Discount>) -> BTreeMap<&'a str, Decimal> {
    let mut sums = BTreeMap::new();
    for discount in discounts.into_iter().filter(|discount| !discount.amount.is_zero()) {
        *sums.entry(discount.label.as_str()).or_insert(Decimal::ZERO) += discount.amount;
    }
    sums
}

pub fn sum(amounts: impl IntoIterator<Item = Decimal>) -> Decimal {
    amounts.into_iter().sum()
}
