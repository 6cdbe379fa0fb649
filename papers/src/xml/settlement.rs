//! What it comes to: payment (BG-16), shipping (BG-21), taxes (BG-23), totals (BG-22).

use rust_decimal::Decimal;

use super::{Tree, Written};
use crate::check::sum;
use crate::paper::{Paper, Shipping, Tax, TaxCategory};
use crate::words;

impl Tree {
    pub(super) fn settlement(&mut self, paper: &Paper) -> Written {
        self.node("ram:ApplicableHeaderTradeSettlement", |tree| {
            tree.text("ram:InvoiceCurrencyCode", &paper.currency)?;
            if let Some(payment) = &paper.payment {
                tree.node("ram:SpecifiedTradeSettlementPaymentMeans", |tree| {
                    // BT-81: instrument not defined; the words say it.
                    tree.text("ram:TypeCode", "1")?;
                    tree.text("ram:Information", payment)
                })?;
            }
            paper.taxes.iter().try_for_each(|tax| tree.tax(paper, tax))?;
            if let Some(shipping) = &paper.shipping {
                tree.shipping(paper, shipping)?;
            }
            let due = paper.totals.total - paper.totals.paid;
            if !due.is_zero() {
                // BR-CO-25: what is still to be paid has terms (BT-20).
                let terms = paper.payment.as_deref().unwrap_or(words::STILL_TO_PAY);
                tree.node("ram:SpecifiedTradePaymentTerms", |tree| tree.text("ram:Description", terms))?;
            }
            tree.totals(paper, due)?;
            tree.original(paper)
        })
    }

    fn tax(&mut self, paper: &Paper, tax: &Tax) -> Written {
        self.node("ram:ApplicableTradeTax", |tree| {
            tree.amount("ram:CalculatedAmount", paper, tax.amount)?;
            tree.text("ram:TypeCode", "VAT")?;
            tree.given("ram:ExemptionReason", words::reason(tax.category))?;
            tree.amount("ram:BasisAmount", paper, tax.net)?;
            tree.text("ram:CategoryCode", tax.category.code())?;
            tree.given("ram:ExemptionReasonCode", reason_code(tax.category))?;
            tree.rate(tax)
        })
    }

    /// BT-119 and its like; what is outside the tax has none.
    pub(super) fn rate(&mut self, tax: &Tax) -> Written {
        if tax.category == TaxCategory::OutsideScope {
            return Ok(());
        }
        self.text("ram:RateApplicablePercent", &tax.rate.normalize().to_string())
    }

    /// A charge on the document: what it cost after its discounts.
    fn shipping(&mut self, paper: &Paper, shipping: &Shipping) -> Written {
        if shipping.tax.net.is_zero() {
            return Ok(());
        }
        self.node("ram:SpecifiedTradeAllowanceCharge", |tree| {
            tree.charge(true)?;
            tree.amount("ram:ActualAmount", paper, shipping.tax.net)?;
            // Delivery, of UNTDID 7161.
            tree.text("ram:ReasonCode", "DL")?;
            tree.text("ram:Reason", &shipping.name)?;
            tree.node("ram:CategoryTradeTax", |tree| tree.category(paper, &shipping.tax))
        })
    }

    fn totals(&mut self, paper: &Paper, due: Decimal) -> Written {
        let totals = &paper.totals;
        let shipping = paper.shipping.as_ref().map_or(Decimal::ZERO, |shipping| shipping.tax.net);
        self.node("ram:SpecifiedTradeSettlementHeaderMonetarySummation", |tree| {
            tree.amount("ram:LineTotalAmount", paper, sum(paper.lines.iter().map(|line| line.tax.net)))?;
            tree.amount("ram:ChargeTotalAmount", paper, shipping)?;
            tree.amount("ram:AllowanceTotalAmount", paper, Decimal::ZERO)?;
            tree.amount("ram:TaxBasisTotalAmount", paper, totals.net)?;
            let tax = crate::figures::plain(totals.tax, paper.decimals);
            tree.text_with("ram:TaxTotalAmount", &[("currencyID", paper.currency.as_str())], &tax)?;
            tree.amount("ram:GrandTotalAmount", paper, totals.total)?;
            tree.amount("ram:TotalPrepaidAmount", paper, totals.paid)?;
            tree.amount("ram:DuePayableAmount", paper, due)
        })
    }

    /// BG-3: the paper that is corrected.
    fn original(&mut self, paper: &Paper) -> Written {
        let Some(original) = paper.original() else { return Ok(()) };
        self.node("ram:InvoiceReferencedDocument", |tree| {
            tree.text("ram:IssuerAssignedID", &original.number)?;
            tree.node("ram:FormattedIssueDateTime", |tree| tree.date("qdt", original.issued))
        })
    }
}

/// BT-121, of the list VATEX.
fn reason_code(category: TaxCategory) -> Option<&'static str> {
    match category {
        TaxCategory::Standard | TaxCategory::ZeroRated | TaxCategory::Exempt => None,
        TaxCategory::ReverseCharge => Some("VATEX-EU-AE"),
        TaxCategory::IntraCommunity => Some("VATEX-EU-IC"),
        TaxCategory::Export => Some("VATEX-EU-G"),
        TaxCategory::OutsideScope => Some("VATEX-EU-O"),
    }
}
