//! Where an order goes, changed by staff before it is packed. Invoices that were issued stay what they are; those that come later,
//! and packing slips, say the new address.

use std::future::Future;

use serde_json::json;

use crate::domain::{May, OrderId, Problem, Refusal, ShippingAddress, can_be_readdressed, permit, stays_in_place};
use crate::dto::AddressForm;

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Mails, Result, Shop, Store, Tx, mail_messages};
use super::{OrderChange, Orders, unchanged};

/// Of a locked order.
#[derive(Debug, Clone)]
pub struct OrderPlace {
    /// None: nothing of it is sent.
    pub address: Option<ShippingAddress>,
    pub is_packed: bool,
    /// A parcel was sent.
    pub has_left: bool,
}

pub trait OrderPlaces {
    /// Of a locked order; none: there is no such order.
    fn order_place(&mut self, id: OrderId) -> impl Future<Output = Result<Option<OrderPlace>>> + Send;

    /// Of a locked order.
    fn save_order_address(&mut self, id: OrderId, address: &ShippingAddress)
    -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// Sends an order elsewhere, if it goes still where the form said it does: `before`, as JSON. Its customer is written to. Sent
    /// twice, it is changed once.
    ///
    /// # Errors
    /// `NotFound` where nothing is sent, `VersionMismatch`; `Invalid`, also with `address` where it is packed or has left, and
    /// with `country`, `region` or `tax_number` where shipping and tax might be others.
    pub async fn readdress_order(
        &self,
        by: May<permit::OrderChanges>,
        id: OrderId,
        before: &str,
        form: &AddressForm,
    ) -> Result<()> {
        let before: Option<ShippingAddress> = serde_json::from_str(before).ok();
        // What is wrong with it is told last: whoever corrects it gets the form with the order as it is by then.
        let address = form.parse();
        retried(|| self.readdress_once(by, id, before.as_ref(), address.as_ref())).await
    }

    async fn readdress_once(
        &self,
        by: May<permit::OrderChanges>,
        id: OrderId,
        before: Option<&ShippingAddress>,
        address: std::result::Result<&ShippingAddress, &Refusal>,
    ) -> Result<()> {
        let (mut tx, now) = (self.store().begin().await?, self.now());
        let order = tx.lock_orders(&[id]).await?.pop().ok_or(Refusal::NotFound)?;
        let place = tx.order_place(id).await?.ok_or(Refusal::NotFound)?;
        let current = place.address.ok_or(Refusal::NotFound)?;
        if address == Ok(&current) {
            return Ok(());
        }
        if !can_be_readdressed(order.status, place.is_packed, place.has_left) {
            return Err(Refusal::field("address", Problem::PackedAlready).into());
        }
        if before != Some(&current) {
            return Err(Refusal::VersionMismatch { current: 0 }.into());
        }
        let address = address.map_err(Clone::clone)?;
        stays_in_place(&current, address)?;
        tx.save_order_address(id, address).await?;
        let change = OrderChange { history: vec!["address_changed"], ..unchanged(&order, order.status) };
        tx.save_orders(&[change], now).await?;
        if let Some(facts) = tx.order_facts(&[id]).await?.pop() {
            let message = mail_messages::address_changed(&self.named_settings(), &facts);
            tx.queue_mail(&[self.new_mail(Some(id), facts.email, message)], now).await?;
        }
        let said = json!({ "changed": changed_parts(current, address.clone()) });
        self.record(&mut tx, by, Change::of("order.readdressed", "order", id).after(said)).await?;
        tx.commit().await
    }
}

/// Which parts of it are others now. Not what they were: the log outlives a customer who is made nobody.
fn changed_parts(before: ShippingAddress, after: ShippingAddress) -> Vec<&'static str> {
    let (before, after) = (AddressForm::from(before), AddressForm::from(after));
    let parts = ["name", "company", "line1", "line2", "district", "city", "postal_code", "phone"];
    parts.into_iter().filter(|part| before.value(part) != after.value(part)).collect()
}
