//! Making credit notes: of what was given back of an invoice, with numbers of a series of their own. They refer to their
//! invoice, and say who sold and who bought as it does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{CancelReason, Credit, CreditHeading, OrderId, Paper, PaperId, PaperTax, RefundId};
use crate::dto::words;

use super::super::shop::retried;
use super::super::{Result, Sellers, Shop, Store, Tx};
use super::issue::{Issued, NoPaper, Numbers};
use super::{NewPaper, Papers};

/// A refund that was carried out, of an order that has an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundedInvoice {
    pub refund: RefundId,
    pub order: OrderId,
    /// The order's number.
    pub number: i64,
    pub invoice: Paper,
    pub credit: Credit,
    #[serde(with = "time::serde::rfc3339")]
    pub refunded_at: OffsetDateTime,
    /// As staff said it.
    pub reason: Option<String>,
    pub cancel_reason: Option<CancelReason>,
}

/// The credit note of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditNote {
    pub refund: RefundId,
    pub id: PaperId,
    pub number: String,
}

impl<S: Store> Shop<S> {
    /// Makes the credit notes of refunds that have none and whose order has an invoice, at most so many: those of a time
    /// before there was a seller.
    ///
    /// None: nobody has said who sells.
    ///
    /// # Errors
    /// `Unavailable`, `Contended` or `Broken`; what was made until then stays.
    pub async fn make_missing_credit_notes(&self, most: u32) -> Result<Option<Issued>> {
        if self.store().seller().await?.is_none() {
            return Ok(None);
        }
        let refunds = self.store().refunds_without_credit_note(most).await?;
        let mut all = Issued::default();
        for refunds in refunds.chunks(50) {
            let issued = retried(|| async {
                let mut tx = self.store().begin().await?;
                let issued = self.issue_credit_notes(&mut tx, refunds).await?;
                tx.commit().await?;
                Ok(issued)
            });
            all.add(issued.await?);
        }
        Ok(Some(all))
    }

    /// Makes the credit notes of those of these refunds that have none and whose order has an invoice. One whose facts make
    /// none is left out, and its number goes to the next.
    pub(in super::super) async fn issue_credit_notes(&self, tx: &mut S::Tx, refunds: &[RefundId]) -> Result<Issued> {
        let mut issued = Issued::default();
        if refunds.is_empty() {
            return Ok(issued);
        }
        let Some(seller) = tx.current_seller().await? else { return Ok(issued) };
        let mut numbers = self.lock_numbers(tx, &seller.credit_note_series).await?;
        let mut papers = Vec::new();
        // By those of this batch.
        let mut credited = BTreeMap::<OrderId, Vec<PaperTax>>::new();
        for mut refunded in tx.refunded_invoices(refunds).await? {
            let before = credited.entry(refunded.order).or_default();
            refunded.credit.credited.extend(before.iter().cloned());
            match self.credit_note_of(&refunded, &numbers) {
                Ok(paper) => {
                    before.extend(paper.paper.taxes.iter().cloned());
                    papers.push(paper);
                    numbers.advance();
                }
                Err(why) => {
                    tracing::error!(refund.id = %refunded.refund, order.id = %refunded.order, why, "a refund gets no credit note");
                    issued.not_made.push(NoPaper { order: refunded.number, why });
                }
            }
        }
        tx.insert_papers(&papers, self.now()).await?;
        issued.made = u32::try_from(papers.len()).unwrap_or(u32::MAX);
        Ok(issued)
    }

    fn credit_note_of(&self, refunded: &RefundedInvoice, numbers: &Numbers) -> std::result::Result<NewPaper, String> {
        let cancelled = refunded.cancel_reason.map(|reason| words::cancel_reason(reason).to_owned());
        let heading = CreditHeading {
            number: numbers.number(),
            issued: numbers.today,
            payment: words::refunded_on(self.local_time(refunded.refunded_at).date()),
            reason: refunded.reason.clone().or(cancelled),
            label: words::refund_for(refunded.number),
        };
        let paper = refunded.invoice.credit_note(heading, &refunded.credit);
        let paper = paper.map_err(|refusal| words::refusal(&refusal))?;
        self.papers().check(&paper)?;
        Ok(numbers.paper(PaperId(self.next_id()), refunded.order, Some(refunded.refund), paper))
    }
}
