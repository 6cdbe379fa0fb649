//! From the parts of an order to its ledger.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::input::TotalsInput;
use super::refunds::Amounts;
use crate::domain::promotions::Rest;
use crate::domain::{
    AppliedRate, Currency, Discount, LeftOut, Money, Percent, Refusal, TaxClass, TotalsLine, VariantId,
};

/// The ledger of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub currency: Currency,
    /// In the order of the lines that were given.
    pub lines: Vec<LineTotals>,
    /// The lines before discounts.
    pub subtotal: Money,
    /// In the order in which they were taken off.
    pub discounts: Vec<Discount>,
    pub discount_total: Money,
    pub shipping: Option<ShippingTotals>,
    pub tax: TaxTotals,
    pub total: Money,
    /// Candidates that do not apply, by id.
    pub left_out: Vec<LeftOut>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineTotals {
    pub variant: VariantId,
    pub unit_price: Money,
    pub tax_class: TaxClass,
    /// None where nothing is taxed.
    pub rate: Option<AppliedRate>,
    pub amounts: Amounts,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingTotals {
    pub name: String,
    pub rate: Option<AppliedRate>,
    /// Of one unit: `price` before the discount on it.
    pub amounts: Amounts,
}

/// The tax of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTotals {
    /// Whether it is part of the prices.
    pub included: bool,
    /// All of it, included or not.
    pub amount: Money,
    /// What is added to the prices: all of it or nothing.
    pub added: Money,
    /// The buyer accounts for it.
    pub reverse_charge: bool,
    /// By name and rate.
    pub lines: Vec<TaxLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxLine {
    pub name: String,
    pub rate: Percent,
    pub amount: Money,
}

/// The label of the discount that takes included tax out.
const REVERSE_CHARGE: &str = "Reverse charge";

impl TotalsInput {
    /// The ledger of an order with these parts.
    ///
    /// # Errors
    /// `BadAmount` on overflow or where currencies differ.
    pub fn totals(&self) -> Result<Totals, Refusal> {
        totals(self)
    }
}

fn totals(input: &TotalsInput) -> Result<Totals, Refusal> {
    let currency = input.currency;
    let mut discounted = input.discounted(input.shipping.as_ref().map(|shipping| shipping.price))?;
    let rates = Rates::of(input);
    let reverse_charge = input.tax.is_reverse_charge(&input.destination, input.vat_number.as_ref());
    if reverse_charge && input.tax.prices_include_tax {
        let relief = rates.relief(&discounted.rest)?;
        discounted.rest.take_off(&relief.lines, relief.shipping)?;
        if !relief.amount.is_zero() {
            discounted.discounts.push(relief);
        }
    }
    let rates = if reverse_charge { rates.none() } else { rates };

    let rest = &discounted.rest;
    let lines = input.lines.iter().zip(&rest.lines).zip(rates.lines);
    let lines: Vec<_> =
        lines.map(|((line, rest), rate)| line_totals(line, *rest, rate, rates.included)).collect::<Result<_, _>>()?;
    let shipping = input.shipping.as_ref().zip(rest.shipping).map(|(chosen, rest)| {
        let amounts = Amounts::of(1, chosen.price, rest, rates.shipping.as_ref(), rates.included)?;
        Ok(ShippingTotals { name: chosen.name.clone(), rate: rates.shipping.clone(), amounts })
    });
    let shipping: Option<ShippingTotals> = shipping.transpose()?;

    let line_parts = lines.iter().map(|line| (&line.rate, &line.amounts));
    let parts: Vec<_> = line_parts.chain(shipping.iter().map(|s| (&s.rate, &s.amounts))).collect();
    let amounts = parts.iter().map(|(_, amounts)| **amounts);
    let total = Money::sum(currency, amounts.map(|a| a.charged()).collect::<Result<Vec<_>, _>>()?)?;
    let tax = tax_totals(currency, &parts, input.tax.prices_include_tax, reverse_charge)?;
    Ok(Totals {
        currency,
        subtotal: Money::sum(currency, lines.iter().map(|line| line.amounts.price))?,
        discount_total: Money::sum(currency, discounted.discounts.iter().map(|d| d.amount))?,
        tax,
        total,
        lines,
        discounts: discounted.discounts,
        shipping,
        left_out: discounted.left_out,
    })
}

/// The rate of every part.
struct Rates {
    lines: Vec<Option<AppliedRate>>,
    shipping: Option<AppliedRate>,
    included: bool,
}

impl Rates {
    fn of(input: &TotalsInput) -> Self {
        let rate = |class| input.tax.rate(class, &input.destination);
        Self {
            lines: input.lines.iter().map(|line| rate(line.tax_class)).collect(),
            shipping: rate(input.tax.shipping_class),
            included: input.tax.prices_include_tax,
        }
    }

    /// Nothing is taxed.
    fn none(&self) -> Self {
        Self { lines: self.lines.iter().map(|_| None).collect(), shipping: None, included: self.included }
    }

    /// The tax contained in what is left to pay.
    fn relief(&self, rest: &Rest) -> Result<Discount, Refusal> {
        let contained = |rest: &Money, rate: &Option<AppliedRate>| {
            rest.percent_contained(rate.as_ref().map_or(Percent::ZERO, |applied| applied.rate))
        };
        let lines: Vec<_> =
            rest.lines.iter().zip(&self.lines).map(|(rest, rate)| contained(rest, rate)).collect::<Result<_, _>>()?;
        let shipping = contained(&rest.shipping.unwrap_or(Money::zero(rest.currency)), &self.shipping)?;
        let amount = Money::sum(rest.currency, lines.iter().copied().chain([shipping]))?;
        Ok(Discount { promotion: None, label: REVERSE_CHARGE.to_owned(), code: None, amount, lines, shipping })
    }
}

fn line_totals(
    line: &TotalsLine,
    rest: Money,
    rate: Option<AppliedRate>,
    included: bool,
) -> Result<LineTotals, Refusal> {
    let amounts = Amounts::of(line.quantity, line.price()?, rest, rate.as_ref(), included)?;
    Ok(LineTotals { variant: line.variant, unit_price: line.unit_price, tax_class: line.tax_class, rate, amounts })
}

/// Sums the taxes of the parts by name and rate.
fn tax_totals(
    currency: Currency,
    parts: &[(&Option<AppliedRate>, &Amounts)],
    included: bool,
    reverse_charge: bool,
) -> Result<TaxTotals, Refusal> {
    let mut by_rate = BTreeMap::new();
    for (rate, amounts) in parts {
        if let Some(rate) = rate {
            let sum = by_rate.entry(rate).or_insert(Money::zero(currency));
            *sum = sum.plus(amounts.tax)?;
        }
    }
    let amount = Money::sum(currency, by_rate.values().copied())?;
    let line = |(rate, amount): (&AppliedRate, Money)| TaxLine { name: rate.name.clone(), rate: rate.rate, amount };
    Ok(TaxTotals {
        included,
        amount,
        added: if included { Money::zero(currency) } else { amount },
        reverse_charge,
        lines: by_rate.into_iter().map(|(rate, amount)| line((rate, amount))).collect(),
    })
}
