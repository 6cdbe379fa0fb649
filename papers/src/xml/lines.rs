//! The lines (BG-25). Everything here is without tax, whatever the prices were shown as.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Tree, Written};
use crate::figures::plain;
use crate::paper::{Line, Paper, PartTax};

/// Most decimals of a unit price before we say "so much for all of them" instead.
const PRICE_DECIMALS: u32 = 4;

impl Tree {
    pub(super) fn lines(&mut self, paper: &Paper) -> Written {
        paper.lines.iter().enumerate().try_for_each(|(index, line)| self.line(paper, index, line))
    }

    fn line(&mut self, paper: &Paper, index: usize, line: &Line) -> Written {
        let before = before_discounts(paper, line);
        self.node("ram:IncludedSupplyChainTradeLineItem", |tree| {
            tree.node("ram:AssociatedDocumentLineDocument", |tree| tree.text("ram:LineID", &(index + 1).to_string()))?;
            tree.node("ram:SpecifiedTradeProduct", |tree| {
                tree.given("ram:SellerAssignedID", line.sku.as_deref())?;
                tree.text("ram:Name", &line.name)?;
                tree.given("ram:Description", line.detail.as_deref())
            })?;
            tree.node("ram:SpecifiedLineTradeAgreement", |tree| {
                tree.node("ram:NetPriceProductTradePrice", |tree| tree.price(line.quantity, before, paper.decimals))
            })?;
            tree.node("ram:SpecifiedLineTradeDelivery", |tree| {
                tree.text_with("ram:BilledQuantity", &[("unitCode", "H87")], &line.quantity.to_string())
            })?;
            tree.node("ram:SpecifiedLineTradeSettlement", |tree| {
                tree.node("ram:ApplicableTradeTax", |tree| tree.category(paper, &line.tax))?;
                if before != line.tax.net {
                    let label =
                        line.discounts.iter().map(|discount| discount.label.as_str()).collect::<Vec<_>>().join(", ");
                    tree.allowance(paper, before - line.tax.net, &label)?;
                }
                tree.node("ram:SpecifiedTradeSettlementLineMonetarySummation", |tree| {
                    tree.amount("ram:LineTotalAmount", paper, line.tax.net)
                })
            })
        })
    }

    /// BT-146, with BT-149 where one piece has no short exact price.
    fn price(&mut self, quantity: u32, all: Decimal, decimals: u32) -> Written {
        let pieces = Decimal::from(quantity);
        let one = (all / pieces).round_dp_with_strategy(PRICE_DECIMALS, RoundingStrategy::MidpointAwayFromZero);
        if one * pieces == all {
            return self.text("ram:ChargeAmount", &plain(one, decimals.max(one.normalize().scale())));
        }
        self.text("ram:ChargeAmount", &plain(all, decimals))?;
        self.text_with("ram:BasisQuantity", &[("unitCode", "H87")], &quantity.to_string())
    }

    /// BT-136 to BT-139.
    fn allowance(&mut self, paper: &Paper, amount: Decimal, reason: &str) -> Written {
        self.node("ram:SpecifiedTradeAllowanceCharge", |tree| {
            tree.charge(false)?;
            tree.amount("ram:ActualAmount", paper, amount)?;
            tree.text("ram:Reason", reason)
        })
    }

    pub(super) fn charge(&mut self, is_charge: bool) -> Written {
        let indicator = if is_charge { "true" } else { "false" };
        self.node("ram:ChargeIndicator", |tree| tree.text("udt:Indicator", indicator))
    }

    pub(super) fn category(&mut self, paper: &Paper, part: &PartTax) -> Written {
        let Some(tax) = paper.taxes.get(part.index) else { return Ok(()) };
        self.text("ram:TypeCode", "VAT")?;
        self.text("ram:CategoryCode", tax.category.code())?;
        self.rate(tax)
    }
}

/// The line without tax and before its discounts. With prices that include tax no such amount was ever shown; it only says
/// how much of the price the discounts were.
fn before_discounts(paper: &Paper, line: &Line) -> Decimal {
    let discounted = line.discounts.iter().any(|discount| !discount.amount.is_zero());
    if !discounted {
        return line.tax.net;
    }
    if !paper.prices_include_tax {
        return line.price;
    }
    let rate = paper.taxes.get(line.tax.index).map_or(Decimal::ZERO, |tax| tax.rate);
    let net = line.price * Decimal::ONE_HUNDRED / (Decimal::ONE_HUNDRED + rate);
    net.round_dp_with_strategy(paper.decimals, RoundingStrategy::MidpointAwayFromZero).max(line.tax.net)
}
