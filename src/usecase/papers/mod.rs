//! Invoices, credit notes and what cancels these: the ports, and their files.
//!
//! A paper's number and its facts are written together, in the transaction that makes it (`issue`). Its file is made of the
//! facts alone, outside any transaction: by a task, or by whoever asks for it first. It is kept, and from then on it is
//! always these bytes.

mod cancel;
mod credit;
mod issue;
mod print;

use std::future::Future;

use time::{Duration, OffsetDateTime};

use crate::domain::{May, OrderId, Paper, PaperId, PaymentFlaw, RefundId, Refusal, SoldOrder, permit};

pub use credit::{CreditNote, RefundedInvoice};
pub use issue::{Issued, NoPaper};
pub use print::{LineToPack, OrderInvoice, OrderToPack, PackingSlip, Print};

use super::{BoxFuture, CartOwner, OrderAccess, Result, Shop, Store};

/// A paper about to be written.
#[derive(Debug, Clone)]
pub struct NewPaper {
    pub id: PaperId,
    pub order: OrderId,
    /// What a credit note stands for.
    pub refund: Option<RefundId>,
    pub series: String,
    pub year: i32,
    /// Its place in series and year, from 1.
    pub position: u64,
    pub paper: Paper,
}

/// Which of an order's papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderPaper<'a> {
    Invoice,
    /// The credit note of this number, or what cancels one.
    CreditNote(&'a str),
}

/// A paper and its file, if there is one already.
#[derive(Debug, Clone)]
pub struct KeptPaper {
    pub id: PaperId,
    pub number: String,
    pub file: Option<Vec<u8>>,
    /// Read only where there is no file.
    pub facts: Option<Paper>,
}

/// A refund that its customer is to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundToMail {
    pub id: RefundId,
    pub has_failed: bool,
    /// Why the money did not pay its order; none: it did.
    pub flaw: Option<PaymentFlaw>,
}

/// A paper as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperFile {
    pub number: String,
    pub bytes: Vec<u8>,
}

/// How papers become files.
pub trait PaperRenderer: Send + Sync + 'static {
    /// Whether a file can be made of these facts; else why not.
    ///
    /// # Errors
    /// What contradicts itself or is missing, in words for the shop's owner.
    fn check(&self, paper: &Paper) -> std::result::Result<(), String>;

    /// The file: a PDF/A-3. The same facts give the same bytes.
    ///
    /// # Errors
    /// `Broken` for facts that do not pass the check.
    fn render(&self, paper: Paper) -> BoxFuture<'_, Result<Vec<u8>>>;

    /// Invoices that passed the check in one file, to print.
    ///
    /// # Errors
    /// `Broken`.
    fn invoices(&self, print: Print<Paper>) -> BoxFuture<'_, Result<Vec<u8>>>;

    /// Packing slips in one file, to print: whose first page names what is left out.
    ///
    /// # Errors
    /// `Broken`.
    fn packing_slips(&self, print: Print<PackingSlip>) -> BoxFuture<'_, Result<Vec<u8>>>;
}

pub trait PaperViews {
    /// A paper of an order, if it is theirs; without an owner: whoever's it is.
    fn order_paper(
        &self,
        owner: Option<CartOwner>,
        order: OrderId,
        paper: OrderPaper<'_>,
    ) -> impl Future<Output = Result<Option<KeptPaper>>> + Send;

    /// Those of the orders that there are, by number, with their lines that have not left.
    fn orders_to_pack(&self, ids: &[OrderId]) -> impl Future<Output = Result<Vec<OrderToPack>>> + Send;

    /// Those of the orders that there are, by number, with what is kept of their invoices. What cannot be read is told in
    /// the log and left out.
    fn invoices_of(&self, ids: &[OrderId]) -> impl Future<Output = Result<Vec<OrderInvoice>>> + Send;

    /// Takes papers without a file that are due, the oldest first; they are due again at `again_at`, so that one that cannot
    /// be made is in nobody's way. What cannot be read is told in the log and left out.
    fn take_papers_to_render(
        &self,
        most: u32,
        now: OffsetDateTime,
        again_at: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<(PaperId, Paper)>>> + Send;

    /// Keeps the file of a paper that has none. Answers the one that is kept: the first.
    fn keep_paper_file(&self, id: PaperId, bytes: Vec<u8>) -> impl Future<Output = Result<Vec<u8>>> + Send;

    /// Orders that were paid and have no invoice, the oldest first.
    fn orders_without_invoice(&self, most: u32) -> impl Future<Output = Result<Vec<OrderId>>> + Send;

    /// Refunds that were carried out, of the payments that paid their orders, where there is an invoice and no credit note;
    /// the oldest first.
    fn refunds_without_credit_note(&self, most: u32) -> impl Future<Output = Result<Vec<RefundId>>> + Send;

    /// Refunds that failed and have a credit note that stands for them, with their orders.
    fn void_credit_notes(&self, most: u32) -> impl Future<Output = Result<Vec<(OrderId, RefundId)>>> + Send;
}

pub trait Papers {
    /// Locks the numbers of a series and year; answers the last that was given.
    fn lock_paper_numbers(&mut self, series: &str, year: i32) -> impl Future<Output = Result<u64>> + Send;

    /// Those of the orders that were paid and have no invoice, by number. What cannot be read is told in the log and left
    /// out.
    fn sold_orders(&mut self, ids: &[OrderId]) -> impl Future<Output = Result<Vec<SoldOrder>>> + Send;

    /// Those of these refunds that were carried out and have no credit note, of the payments that paid their orders, where
    /// there is an invoice; the oldest first. The invoices are locked: what is credited of one is decided by one
    /// transaction at a time.
    fn refunded_invoices(&mut self, refunds: &[RefundId]) -> impl Future<Output = Result<Vec<RefundedInvoice>>> + Send;

    /// The refunds of these orders that were carried out.
    fn refunds_of(&mut self, orders: &[OrderId]) -> impl Future<Output = Result<Vec<RefundId>>> + Send;

    /// The credit notes that stand for these refunds.
    fn credit_notes(&mut self, refunds: &[RefundId]) -> impl Future<Output = Result<Vec<CreditNote>>> + Send;

    /// What is known by now of these refunds, whatever was told of them before.
    fn refunds_to_mail(&mut self, refunds: &[RefundId]) -> impl Future<Output = Result<Vec<RefundToMail>>> + Send;

    /// The credit note that stands for a refund which failed, with its order; none as well where it cannot be read, which is
    /// told in the log. The invoice is locked as for `refunded_invoices`: a credit note that is being made is waited for.
    fn void_credit_note(
        &mut self,
        refund: RefundId,
    ) -> impl Future<Output = Result<Option<(PaperId, (OrderId, Paper))>>> + Send;

    /// Whether a refund of a locked order that failed is owed as before: nobody has said otherwise, its payment has room for
    /// it, and nothing was given back since.
    fn is_refund_owed(&mut self, refund: RefundId) -> impl Future<Output = Result<bool>> + Send;

    /// Writes down what cancels a credit note, which stands for no refund any more.
    fn save_cancellation(
        &mut self,
        credit_note: PaperId,
        cancellation: PaperId,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Writes papers of one series and year, whose numbers are locked, and the last number.
    fn insert_papers(&mut self, papers: &[NewPaper], now: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;
}

/// Whoever took papers is done with them by then.
const AGAIN: Duration = Duration::seconds(15);

impl<S: Store> Shop<S> {
    /// The invoice of an order as a file.
    ///
    /// # Errors
    /// `NotFound` for an order that is not theirs, or has no invoice.
    pub async fn invoice_file(&self, access: impl Into<OrderAccess> + Send, order: OrderId) -> Result<PaperFile> {
        self.paper_file(access.into(), order, OrderPaper::Invoice).await
    }

    /// A credit note of an order, or what cancels one, as a file.
    ///
    /// # Errors
    /// `NotFound` for an order that is not theirs, or has none of this number.
    pub async fn credit_note_file(
        &self,
        access: impl Into<OrderAccess> + Send,
        order: OrderId,
        number: &str,
    ) -> Result<PaperFile> {
        self.paper_file(access.into(), order, OrderPaper::CreditNote(number)).await
    }

    /// A paper of an order as a file, whoever's it is: its invoice, a credit note, or what cancels one.
    ///
    /// # Errors
    /// `NotFound` for an order that has none of this number.
    pub async fn staff_paper_file(&self, _by: May<permit::Orders>, order: OrderId, number: &str) -> Result<PaperFile> {
        let paper = match self.store().order_paper(None, order, OrderPaper::CreditNote(number)).await? {
            Some(credit_note) => Some(credit_note),
            None => self.store().order_paper(None, order, OrderPaper::Invoice).await?.filter(|p| p.number == number),
        };
        self.file_of(paper.ok_or(Refusal::NotFound)?).await
    }

    async fn paper_file(&self, access: OrderAccess, order: OrderId, paper: OrderPaper<'_>) -> Result<PaperFile> {
        let owner = if self.has_token(&access, order)? { None } else { Some(access.owner) };
        self.file_of(self.store().order_paper(owner, order, paper).await?.ok_or(Refusal::NotFound)?).await
    }

    async fn file_of(&self, paper: KeptPaper) -> Result<PaperFile> {
        let KeptPaper { id, number, file, facts } = paper;
        let bytes = match (file, facts) {
            (Some(bytes), _) => bytes,
            (None, Some(facts)) => self.make_paper_file(id, facts).await?,
            (None, None) => return Err(Refusal::NotFound.into()),
        };
        Ok(PaperFile { number, bytes })
    }

    /// Makes the files of papers that have none, at most so many; answers how many. One that fails does not stop the rest.
    ///
    /// # Errors
    /// The first one, after all were tried.
    pub async fn render_papers(&self, most: u32) -> Result<u32> {
        let (mut made, mut failed) = (0, None);
        let now = self.now();
        for (id, facts) in self.store().take_papers_to_render(most, now, now + AGAIN).await? {
            let number = facts.number.clone();
            match self.make_paper_file(id, facts).await {
                Ok(_) => made += 1,
                Err(cause) => {
                    tracing::error!(paper.id = %id, number, error = ?cause, "a paper has no file yet");
                    failed = failed.or(Some(cause));
                }
            }
        }
        failed.map_or(Ok(made), Err)
    }

    async fn make_paper_file(&self, id: PaperId, facts: Paper) -> Result<Vec<u8>> {
        let bytes = self.papers().render(facts).await?;
        self.store().keep_paper_file(id, bytes).await
    }
}
