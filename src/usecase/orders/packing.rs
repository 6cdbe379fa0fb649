//! Orders that lie packed: marked by whoever packed them, one or many, and unmarked where that was a mistake. A fact beside
//! the order's status, of which its customer reads in the timeline; no money and no stock moves.

use std::collections::BTreeMap;
use std::future::Future;

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Actor, May, OrderId, Problem, Refusal, can_be_packed, permit};
use crate::dto::{MOST_CHOSEN, PackedOrders};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::Orders;

/// Of a locked order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackingState {
    pub is_packed: bool,
    /// Units that have not left.
    pub unsent: u32,
}

pub trait Packing {
    /// Of locked orders.
    fn packing(&mut self, ids: &[OrderId]) -> impl Future<Output = Result<BTreeMap<OrderId, PackingState>>> + Send;

    /// Marks locked orders as packed by somebody, or as not packed, and says so in their timelines.
    fn save_packed(
        &mut self,
        ids: &[OrderId],
        by: Option<Uuid>,
        at: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Which orders somebody chose, each once.
///
/// # Errors
/// `Invalid` with `orders` for none, or for more than are taken at once.
pub(in super::super) fn chosen_orders(ids: &[OrderId]) -> Result<Vec<OrderId>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    match ids.len() {
        0 => Err(Refusal::field("orders", Problem::Required).into()),
        1..=MOST_CHOSEN => Ok(ids),
        _ => Err(Refusal::field("orders", Problem::TooMuch { max: 100 }).into()),
    }
}

impl<S: Store> Shop<S> {
    /// Marks orders as packed, or as not packed after all; those that were so before stay as they are, and those that
    /// cannot be are named in the answer.
    ///
    /// # Errors
    /// `Invalid` (orders), `NotFound` where there is none of them.
    pub async fn mark_packed(
        &self,
        by: May<permit::Shipping>,
        ids: &[OrderId],
        is_packed: bool,
    ) -> Result<PackedOrders> {
        let ids = chosen_orders(ids)?;
        retried(|| self.mark_packed_once(by, &ids, is_packed)).await
    }

    async fn mark_packed_once(
        &self,
        by: May<permit::Shipping>,
        ids: &[OrderId],
        is_packed: bool,
    ) -> Result<PackedOrders> {
        let (mut tx, now) = (self.store().begin().await?, self.now());
        let orders = tx.lock_orders(ids).await?;
        if orders.is_empty() {
            return Err(Refusal::NotFound.into());
        }
        let states = tx.packing(ids).await?;
        let (mut outcome, mut changed) = (PackedOrders::default(), Vec::new());
        for order in &orders {
            let Some(state) = states.get(&order.id) else { continue };
            // What is packed can be unpacked, also where all of it was given back meanwhile.
            let unsent = if is_packed { state.unsent } else { state.unsent.max(1) };
            match can_be_packed(order.status, unsent) {
                Err(why) => outcome.not.push((order.number, why)),
                Ok(()) => {
                    outcome.done = outcome.done.saturating_add(1);
                    changed.extend((state.is_packed != is_packed).then_some(order.id));
                }
            }
        }
        outcome.not.sort_by_key(|(number, _)| *number);
        if changed.is_empty() {
            return Ok(outcome);
        }
        let actor: Actor = by.into();
        tx.save_packed(&changed, is_packed.then_some(actor.id()), now).await?;
        let action = if is_packed { "order.packed" } else { "order.unpacked" };
        let change = |id: &OrderId| {
            let change = Change::of(action, "order", id).before(json!({ "packed": !is_packed }));
            change.after(json!({ "packed": is_packed }))
        };
        self.record_all(&mut tx, by, changed.iter().map(change).collect()).await?;
        tx.commit().await?;
        Ok(outcome)
    }
}
