//! Making papers: each gets the next number of its series and year, under a lock that is held until all of it is committed.
//! What is rolled back takes no number with it, and whoever waits for the lock goes on where the one before ended.

use crate::domain::{Heading, OrderId, PaperId, Seller, SoldOrder};
use crate::dto::words;

use super::super::shop::retried;
use super::super::{Result, Sellers, Shop, Store, Tx};
use super::{NewPaper, Papers};

/// Why an order has no invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoInvoice {
    /// The order's number.
    pub order: i64,
    pub why: String,
}

/// What became of orders that were to have invoices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issued {
    pub made: u32,
    pub not_made: Vec<NoInvoice>,
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
            let Issued { made, not_made } = issued.await?;
            all.made += made;
            all.not_made.extend(not_made);
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
        let now = self.now();
        let year = self.local_time(now).date().year();
        let last = tx.lock_paper_numbers(&seller.invoice_series, year).await?;
        let mut papers = Vec::with_capacity(orders.len());
        for order in tx.sold_orders(orders).await? {
            let position = last + 1 + papers.len() as u64;
            match self.invoice_of(&order, &seller, year, position) {
                Ok(paper) => papers.push(paper),
                Err(why) => {
                    tracing::error!(order.id = %order.id, number = order.number, why, "an order gets no invoice");
                    issued.not_made.push(NoInvoice { order: order.number, why });
                }
            }
        }
        tx.insert_papers(&papers, now).await?;
        issued.made = u32::try_from(papers.len()).unwrap_or(u32::MAX);
        Ok(issued)
    }

    fn invoice_of(
        &self,
        order: &SoldOrder,
        seller: &Seller,
        year: i32,
        position: u64,
    ) -> std::result::Result<NewPaper, String> {
        let paid_on = self.local_time(order.paid_at).date();
        let series = seller.invoice_series.clone();
        let heading = Heading {
            number: Seller::number(&series, year, position),
            issued: self.local_time(self.now()).date(),
            supplied: paid_on,
            seller: seller.clone(),
            shop: self.settings().name.clone(),
            payment: words::paid_on(paid_on),
        };
        let paper = order.invoice(heading).map_err(|refusal| words::refusal(&refusal))?;
        self.papers().check(&paper)?;
        Ok(NewPaper { id: PaperId(self.next_id()), order: order.id, series, year, position, paper })
    }
}
