//! What is printed of several orders at once: packing slips for whoever packs them, and their invoices in one file. What
//! cannot be printed is named on the first page.

use serde::Deserialize;
use time::{Date, OffsetDateTime};

use crate::domain::{May, OrderId, OrderStatus, Paper, Refusal, ShippingAddress, can_be_packed, permit};
use crate::dto::LeftOut;

use super::super::orders::chosen_orders;
use super::super::{Result, Shop, Store};

/// An order, as far as a packing slip asks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OrderToPack {
    pub number: i64,
    pub status: OrderStatus,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// None: it is collected.
    pub shipping_address: Option<ShippingAddress>,
    pub shipping: Option<String>,
    /// Of which something has not left.
    pub lines: Vec<LineToPack>,
    /// What staff noted about it.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LineToPack {
    pub name: String,
    pub options: Vec<String>,
    pub sku: String,
    /// Units that have not left.
    pub unsent: u32,
}

/// What is said for whoever packs an order; no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackingSlip {
    pub order: i64,
    pub placed: Date,
    pub deliver_to: Option<ShippingAddress>,
    pub shipping: Option<String>,
    pub lines: Vec<LineToPack>,
    pub notes: Vec<String>,
}

/// An order and its invoice.
#[derive(Debug, Clone)]
pub struct OrderInvoice {
    pub number: i64,
    pub has_invoice: bool,
    /// None as well where it cannot be read, which is told in the log.
    pub invoice: Option<Paper>,
}

/// Several of a kind, for a printer.
#[derive(Debug, Clone)]
pub struct Print<T> {
    pub shop: String,
    pub parts: Vec<T>,
    /// Orders by number, and why they are not among them.
    pub left_out: Vec<(i64, LeftOut)>,
}

impl<S: Store> Shop<S> {
    /// The packing slips of these orders in one file, the oldest first. With notes it is not for the parcel: no customer
    /// reads them.
    ///
    /// # Errors
    /// `Invalid` (orders), `NotFound` where there is none of them.
    pub async fn packing_slips(&self, _by: May<permit::Orders>, ids: &[OrderId], with_notes: bool) -> Result<Vec<u8>> {
        let mut print = self.print();
        for order in self.store().orders_to_pack(&chosen_orders(ids)?).await? {
            let unsent = order.lines.iter().fold(0_u32, |sum, line| sum.saturating_add(line.unsent));
            if let Err(why) = can_be_packed(order.status, unsent) {
                print.left_out.push((order.number, LeftOut::NotPacked(why)));
                continue;
            }
            print.parts.push(PackingSlip {
                order: order.number,
                placed: self.local_time(order.created_at).date(),
                deliver_to: order.shipping_address,
                shipping: order.shipping,
                lines: order.lines,
                notes: if with_notes { order.notes } else { Vec::new() },
            });
        }
        self.papers().packing_slips(some(print)?).await
    }

    /// The invoices of these orders in one file to print, the oldest first. They are set anew from what is kept of them, as
    /// their own files were, and stay what they are.
    ///
    /// # Errors
    /// `Invalid` (orders), `NotFound` where there is none of them.
    pub async fn invoices_to_print(&self, _by: May<permit::Orders>, ids: &[OrderId]) -> Result<Vec<u8>> {
        let mut print = self.print();
        for OrderInvoice { number, has_invoice, invoice } in self.store().invoices_of(&chosen_orders(ids)?).await? {
            match invoice {
                Some(invoice) if self.papers().check(&invoice).is_ok() => print.parts.push(invoice),
                _ if has_invoice => print.left_out.push((number, LeftOut::Unreadable)),
                _ => print.left_out.push((number, LeftOut::NoInvoice)),
            }
        }
        self.papers().invoices(some(print)?).await
    }

    fn print<T>(&self) -> Print<T> {
        Print { shop: self.content().name.clone(), parts: Vec::new(), left_out: Vec::new() }
    }
}

fn some<T>(print: Print<T>) -> Result<Print<T>> {
    match print.parts.is_empty() && print.left_out.is_empty() {
        true => Err(Refusal::NotFound.into()),
        false => Ok(print),
    }
}
