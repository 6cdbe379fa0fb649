//! Cancelling credit notes: what one says was given back, and was not, is owed as before. What was issued stays as it is, so
//! a paper of its own takes it back, numbered as invoices are; and whoever was told of the refund hears that it failed.

use crate::domain::{CancellationHeading, Money, OrderId, Paper, PaperId, PaperKind, RefundId};
use crate::dto::words;

use super::super::orders::BY_DISPUTE;
use super::super::shop::retried;
use super::super::{Error, Mails, OrderFacts, Orders, Result, Sellers, Shop, Store, Tx, mail_messages};
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
    /// cancels its credit note at once: these are of a release before. One that cannot be cancelled holds up nothing else, and
    /// is told in the log.
    ///
    /// # Errors
    /// `Unavailable` or `Broken` where nobody knows which there are.
    pub async fn cancel_void_credit_notes(&self, most: u32) -> Result<u32> {
        let mut cancelled = 0;
        for (order, refund) in self.store().void_credit_notes(most).await? {
            match retried(|| self.cancel_void(order, refund)).await {
                Ok(is_cancelled) => cancelled += u32::from(is_cancelled),
                Err(cause) => {
                    tracing::error!(refund.id = %refund, order.id = %order, error = ?cause, "a void credit note stays");
                }
            }
        }
        Ok(cancelled)
    }

    /// It failed long ago, perhaps, and what the letter says has to be so today: nobody is promised money that they have.
    async fn cancel_void(&self, order: OrderId, refund: RefundId) -> Result<bool> {
        let mut tx = self.store().begin().await?;
        tx.lock_orders(&[order]).await?;
        let facts = self.facts_to_mail(&mut tx, order).await?;
        let Some(cancellation) = self.cancel_credit_note(&mut tx, refund).await? else { return Ok(false) };
        if tx.is_refund_owed(refund).await? {
            let of = (cancellation.amount, cancellation.by_bank);
            self.queue_refund_failed_mail(&mut tx, facts, of, Some(&cancellation)).await?;
        }
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
        let facts = self.facts_to_mail(tx, order).await?;
        let cancellation = self.cancel_credit_note(tx, refund).await?;
        self.queue_refund_failed_mail(tx, facts, (amount, by_bank), cancellation.as_ref()).await
    }

    /// What a letter says of a locked order. None: it cannot be read, which is told in the log; the books move on without a
    /// letter. Asked before anything else is, for a transaction that the database has given up takes no further statement.
    async fn facts_to_mail(&self, tx: &mut S::Tx, order: OrderId) -> Result<Option<OrderFacts>> {
        match tx.order_facts(&[order]).await {
            Ok(mut facts) => Ok(facts.pop()),
            Err(Error::Broken(cause)) => {
                let error = format!("{cause:#}");
                tracing::error!(order.id = %order, error, "nobody is written to of a refund that failed");
                Ok(None)
            }
            Err(other) => Err(other),
        }
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

    async fn queue_refund_failed_mail(
        &self,
        tx: &mut S::Tx,
        facts: Option<OrderFacts>,
        of: (Money, bool),
        cancellation: Option<&Cancellation>,
    ) -> Result<()> {
        let Some(facts) = facts else { return Ok(()) };
        let paper = cancellation.map(|paper| (paper.id, paper.number.as_str()));
        let message = mail_messages::refund_failed(&self.named_settings(), &facts, of, paper);
        tx.queue_mail(&[self.new_mail(Some(facts.id), facts.email, message)], self.now()).await
    }
}
