//! Orders as a table: a row for each line, and what is said of the order in its first.

use crate::domain::{May, permit};

use super::super::audit::Change;
use super::super::tables::harmless;
use super::super::{Result, Shop, Store, Tx};
use super::{ExportedItem, ExportedOrder, PART, Rows, TablePart, amount, is_full, rfc3339};

const HEAD: [&str; 25] = [
    "Order",
    "Created at",
    "Status",
    "Email",
    "Name",
    "Company",
    "Address 1",
    "Address 2",
    "Postal code",
    "City",
    "Region",
    "Country",
    "Currency",
    "Subtotal",
    "Discounts",
    "Shipping",
    "Tax",
    "Total",
    "Refunded",
    "Item",
    "Options",
    "SKU",
    "Quantity",
    "Price",
    "Line total",
];

/// The proof that it is written down who took the orders along.
#[derive(Debug, Clone, Copy)]
pub struct OrdersExport(());

impl<S: Store> Shop<S> {
    /// Writes down that all orders are handed out, before any is. They say where everybody lives: whoever sees one order after
    /// the other may not take all of them along for that.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn begin_orders_export(&self, by: May<permit::CustomerData>) -> Result<OrdersExport> {
        let mut tx = self.store().begin().await?;
        self.record(&mut tx, by, Change::of("orders.exported", "orders", "all")).await?;
        tx.commit().await?;
        Ok(OrdersExport(()))
    }

    /// The orders behind this number; of 0, from the beginning and with the head.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn export_orders(&self, _begun: OrdersExport, number: i64) -> Result<TablePart<i64>> {
        let orders = self.store().orders_behind(number, PART).await?;
        let mut rows = Rows::with_head(&HEAD, number == 0)?;
        for order in &orders {
            for (place, item) in order.items.iter().enumerate() {
                let mut cells = if place == 0 { order_cells(order) } else { further_cells(order) };
                cells.extend(item_cells(item));
                rows.push(cells)?;
            }
        }
        let next = orders.last().map(|order| order.number).filter(|_| is_full(orders.len()));
        Ok(TablePart { csv: rows.finish()?, next })
    }
}

fn order_cells(order: &ExportedOrder) -> Vec<String> {
    let text = |text: &Option<String>| harmless(text.as_deref().unwrap_or_default());
    vec![
        order.number.to_string(),
        rfc3339(order.created_at),
        order.status.clone(),
        harmless(&order.email),
        text(&order.name),
        text(&order.company),
        text(&order.line1),
        text(&order.line2),
        text(&order.postal_code),
        text(&order.city),
        text(&order.region),
        text(&order.country),
        order.total.currency().code().to_owned(),
        order.subtotal.map(amount).unwrap_or_default(),
        amount(order.discounts),
        amount(order.shipping),
        amount(order.tax),
        amount(order.total),
        amount(order.refunded),
    ]
}

/// Sums are said once, so that whoever adds a column up is right.
fn further_cells(order: &ExportedOrder) -> Vec<String> {
    let mut cells = vec![order.number.to_string()];
    cells.resize(19, String::new());
    cells
}

fn item_cells(item: &ExportedItem) -> [String; 6] {
    [
        harmless(&item.name),
        harmless(&item.options.join(", ")),
        harmless(&item.sku),
        item.quantity.to_string(),
        amount(item.price),
        amount(item.line_total),
    ]
}
