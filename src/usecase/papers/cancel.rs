//! Cancelling credit notes: what one says was given back, and was not, is owed as before. What was issued stays as it is, so
//! a paper of its own takes it back, numbered as invoices are; and whoever was told of the refund hears that it failed.

use crate::domain::{CancellationHeading, EventId, MailId, Money, OrderId, Paper, PaperId, PaperKind, RefundId};
use crate::dto::words;

use super::super::orders::BY_DISPUTE;
use super::super::shop::retried;
use super::super::{Mails, NewMail, Orders, Result, Sellers, Shop, Store, Tx, mail_messages};
use super::issue::Numbers;
use super::{NewPaper, Papers};

/// The paper that cancels a credit note.
struct Cancellation {
    id: PaperId,
    number: String,
    amount: Money,
    /// The bank had taken the money, and gave it to the shop after all.
    by_bank: bool,
}

impl<S: Store> Shop<S> {
    /// Cancels credit notes whose refund failed, at most so many; answers how many. Whoever writes that a refund failed
    /// cancels its credit note at once: these are of a release before.
    ///
    /// # Errors
    /// `Unavailable`, `Contended` or `Broken`; what was cancelled until then stays.
    pub async fn cancel_void_credit_notes(&self, most: u32) -> Result<u32> {
        let mut cancelled = 0;
        for (order, refund) in self.store().void_credit_notes(most).await? {
            cancelled += u32::from(retried(|| self.cancel_void(order, refund)).await?);
        }
        Ok(cancelled)
    }

    async fn cancel_void(&self, order: OrderId, refund: RefundId) -> Result<bool> {
        let mut tx = self.store().begin().await?;
        tx.lock_orders(&[order]).await?;
        let Some(cancellation) = self.cancel_credit_note(&mut tx, refund).await? else { return Ok(false) };
        let of = (cancellation.amount, cancellation.by_bank);
        self.tell_refund_failed(&mut tx, order, of, Some(&cancellation)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A refund of this amount, of a locked order, had been carried out and has failed: its credit note is cancelled, and
    /// the customer hears that they do not have the money. `by_bank`: because their bank gave it to the shop after all.
    pub(in super::super) async fn take_refund_back(
        &self,
        tx: &mut S::Tx,
        order: OrderId,
        refund: RefundId,
        (amount, by_bank): (Money, bool),
    ) -> Result<()> {
        let cancellation = self.cancel_credit_note(tx, refund).await?;
        self.tell_refund_failed(tx, order, (amount, by_bank), cancellation.as_ref()).await
    }

    /// None: it has no credit note that stands, or nobody has said who sells.
    async fn cancel_credit_note(&self, tx: &mut S::Tx, refund: RefundId) -> Result<Option<Cancellation>> {
        let Some(seller) = tx.current_seller().await? else { return Ok(None) };
        let numbers = self.lock_numbers(tx, &seller.invoice_series).await?;
        let Some((note, (order, facts))) = tx.void_credit_note(refund).await? else { return Ok(None) };
        let by_bank = matches!(&facts.kind, PaperKind::CreditNote { reason: Some(why), .. } if why == BY_DISPUTE);
        match self.cancellation_of(&facts, order, by_bank, &numbers) {
            Ok(paper) => {
                tx.insert_papers(std::slice::from_ref(&paper), self.now()).await?;
                tx.save_cancellation(note, paper.id).await?;
                let NewPaper { id, paper: Paper { number, totals, .. }, .. } = paper;
                Ok(Some(Cancellation { id, number, amount: totals.total, by_bank }))
            }
            Err(why) => {
                tracing::error!(refund.id = %refund, order.id = %order, why, "a void credit note is not cancelled");
                Ok(None)
            }
        }
    }

    fn cancellation_of(
        &self,
        note: &Paper,
        order: OrderId,
        by_bank: bool,
        numbers: &Numbers,
    ) -> std::result::Result<NewPaper, String> {
        let heading = CancellationHeading {
            number: numbers.number(),
            issued: numbers.today,
            payment: words::not_refunded_on(numbers.today),
            reason: words::why_not_refunded(by_bank).to_owned(),
        };
        let paper = note.cancellation(heading).map_err(|refusal| words::refusal(&refusal))?;
        self.papers().check(&paper)?;
        Ok(numbers.paper(PaperId(self.next_id()), order, None, paper))
    }

    async fn tell_refund_failed(
        &self,
        tx: &mut S::Tx,
        order: OrderId,
        of: (Money, bool),
        cancellation: Option<&Cancellation>,
    ) -> Result<()> {
        let Some(facts) = tx.order_facts(&[order]).await?.pop() else { return Ok(()) };
        let paper = cancellation.map(|paper| (paper.id, paper.number.as_str()));
        let message = mail_messages::refund_failed(&self.named_settings(), &facts, of, paper);
        let (id, cause) = (MailId(self.next_id()), EventId(self.next_id()));
        let mail = NewMail { id, cause, about: Some(order), to: facts.email, message, while_unpaid: None };
        tx.queue_mail(&[mail], self.now()).await
    }
}
