//! Making papers: each gets the next number of its series and year, under a lock that is held until all of it is committed.
//! What is rolled back takes no number with it, and whoever waits for the lock goes on where the one before ended.

use time::Date;

use crate::domain::{Heading, OrderId, Paper, PaperId, RefundId, Seller, SoldOrder};
use crate::dto::words;

use super::super::shop::retried;
use super::super::{Result, Sellers, Shop, Store, Tx};
use super::{NewPaper, Papers};

/// Why an order has no invoice, or a refund of it no credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoPaper {
    /// The order's number.
    pub order: i64,
    pub why: String,
}

/// What became of papers that were to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issued {
    pub made: u32,
    pub not_made: Vec<NoPaper>,
}

impl Issued {
    pub(super) fn add(&mut self, more: Self) {
        self.made = self.made.saturating_add(more.made);
        self.not_made.extend(more.not_made);
    }
}

/// The numbers of one series that a transaction has locked. The year they name is that of the day that the papers say.
pub(super) struct Numbers {
    pub series: String,
    pub today: Date,
    /// The next one's place.
    position: u64,
}

impl Numbers {
    pub fn number(&self) -> String {
        Seller::number(&self.series, self.today.year(), self.position)
    }

    /// It is given away.
    pub const fn advance(&mut self) {
        self.position = self.position.saturating_add(1);
    }

    /// The paper that has the next one.
    pub fn paper(&self, id: PaperId, order: OrderId, refund: Option<RefundId>, paper: Paper) -> NewPaper {
        let (series, year, position) = (self.series.clone(), self.today.year(), self.position);
        NewPaper { id, order, refund, series, year, position, paper }
    }
}

impl<S: Store> Shop<S> {
    /// Makes the invoices of orders that were paid and have none, at most so many: those of a time before there was a
    /// seller, or whose facts were mended.
    ///
    /// None: nobody has said who sells.
    ///
    /// # Errors
    /// `Unavailable`, `Contended` or `Broken`; what was made until then stays.
    pub async fn make_missing_invoices(&self, most: u32) -> Result<Option<Issued>> {
        if self.store().seller().await?.is_none() {
            return Ok(None);
        }
        let orders = self.store().orders_without_invoice(most).await?;
        let mut all = Issued::default();
        // Few at a time: others wait for the numbers.
        for orders in orders.chunks(50) {
            let issued = retried(|| async {
                let mut tx = self.store().begin().await?;
                let issued = self.issue_invoices(&mut tx, orders).await?;
                tx.commit().await?;
                Ok(issued)
            });
            all.add(issued.await?);
        }
        Ok(Some(all))
    }

    /// Makes the invoices of those of these orders that have none. An order whose facts make no invoice is left out, and
    /// its number goes to the next.
    pub(in super::super) async fn issue_invoices(&self, tx: &mut S::Tx, orders: &[OrderId]) -> Result<Issued> {
        let mut issued = Issued::default();
        if orders.is_empty() {
            return Ok(issued);
        }
        let Some(seller) = tx.current_seller().await? else { return Ok(issued) };
        let mut numbers = self.lock_numbers(tx, &seller.invoice_series).await?;
        let mut papers = Vec::with_capacity(orders.len());
        for order in tx.sold_orders(orders).await? {
            match self.invoice_of(&order, &seller, &numbers) {
                Ok(paper) => {
                    papers.push(paper);
                    numbers.advance();
                }
                Err(why) => {
                    tracing::error!(order.id = %order.id, number = order.number, why, "an order gets no invoice");
                    issued.not_made.push(NoPaper { order: order.number, why });
                }
            }
        }
        tx.insert_papers(&papers, self.now()).await?;
        issued.made = u32::try_from(papers.len()).unwrap_or(u32::MAX);
        Ok(issued)
    }

    /// Locks the numbers of this series and of the year that it is here, by the one look at the clock that the papers'
    /// day comes from, too.
    pub(super) async fn lock_numbers(&self, tx: &mut S::Tx, series: &str) -> Result<Numbers> {
        let today = self.local_time(self.now()).date();
        let last = tx.lock_paper_numbers(series, today.year()).await?;
        Ok(Numbers { series: series.to_owned(), today, position: last.saturating_add(1) })
    }

    fn invoice_of(
        &self,
        order: &SoldOrder,
        seller: &Seller,
        numbers: &Numbers,
    ) -> std::result::Result<NewPaper, String> {
        let paid_on = self.local_time(order.paid_at).date();
        let heading = Heading {
            number: numbers.number(),
            issued: numbers.today,
            supplied: paid_on,
            seller: seller.clone(),
            shop: self.content().name.clone(),
            payment: words::paid_on(paid_on),
        };
        let paper = order.invoice(heading).map_err(|refusal| words::refusal(&refusal))?;
        self.papers().check(&paper)?;
        Ok(numbers.paper(PaperId(self.next_id()), order.id, None, paper))
    }
}
