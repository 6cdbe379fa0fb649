//! The notification consumer: what happened becomes letters in the queue, in the same transaction.

use crate::domain::{Event, EventId, MailId, OrderId};

use super::letters::{self, Letter, OrderFacts};
use super::{Mails, Orders, Result, Settings, Shop, Store, Users};

impl<S: Store> Shop<S> {
    pub(super) async fn queue_letters(&self, tx: &mut S::Tx, events: &[(EventId, Event)]) -> Result<()> {
        for (cause, event) in events {
            match event {
                Event::UserRegistered(e) => {
                    if let Some(user) = tx.find_user(e.user_id).await? {
                        let letter = letters::welcome(self.settings(), &user.name);
                        tx.queue_mail(MailId(self.next_id()), *cause, &user.email, &letter, self.now()).await?;
                    }
                }
                Event::OrderCreated(e) => self.about_order(tx, *cause, e.order_id, letters::order_received).await?,
                Event::OrderPaid(e) => self.about_order(tx, *cause, e.order_id, letters::payment_received).await?,
                Event::OrderShipped(e) => self.about_order(tx, *cause, e.order_id, letters::order_shipped).await?,
                Event::OrderCancelled(e) => self.about_order(tx, *cause, e.order_id, letters::order_cancelled).await?,
                Event::OrderCompleted(_) | Event::InventoryUpdated(_) => {}
            }
        }
        Ok(())
    }

    async fn about_order(
        &self,
        tx: &mut S::Tx,
        cause: EventId,
        order: OrderId,
        write: fn(&Settings, &OrderFacts) -> Letter,
    ) -> Result<()> {
        if let Some(facts) = tx.order_facts(order).await? {
            let letter = write(self.settings(), &facts);
            tx.queue_mail(MailId(self.next_id()), cause, &facts.email, &letter, self.now()).await?;
        }
        Ok(())
    }
}
