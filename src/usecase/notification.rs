//! The notification consumer: what happened becomes mail in the queue, in the same transaction.

use crate::domain::{Event, EventId, MailId, NotificationEvent, OrderId};

use super::mail_messages::{self, MailMessage, OrderFacts};
use super::{Mails, Orders, Result, Settings, Shop, Store, Users};

impl<S: Store> Shop<S> {
    pub(super) async fn handle_notification_events(&self, tx: &mut S::Tx, events: &[(EventId, Event)]) -> Result<()> {
        for (cause, event) in events {
            let Some(event) = NotificationEvent::of(event) else { continue };
            match event {
                NotificationEvent::UserRegistered(e) => {
                    if let Some(user) = tx.find_user(e.user_id).await? {
                        let message = mail_messages::welcome(self.settings(), &user.name);
                        tx.queue_mail(MailId(self.next_id()), *cause, &user.email, &message, self.now()).await?;
                    }
                }
                NotificationEvent::OrderCreated(e) => {
                    self.about_order(tx, *cause, e.order_id, mail_messages::order_received).await?
                }
                NotificationEvent::OrderPaid(e) => {
                    self.about_order(tx, *cause, e.order_id, mail_messages::payment_received).await?
                }
                NotificationEvent::OrderShipped(e) => {
                    self.about_order(tx, *cause, e.order_id, mail_messages::order_shipped).await?
                }
                NotificationEvent::OrderCancelled(e) => {
                    self.about_order(tx, *cause, e.order_id, mail_messages::order_cancelled).await?
                }
            }
        }
        Ok(())
    }

    async fn about_order(
        &self,
        tx: &mut S::Tx,
        cause: EventId,
        order: OrderId,
        write: fn(&Settings, &OrderFacts) -> MailMessage,
    ) -> Result<()> {
        if let Some(facts) = tx.order_facts(order).await? {
            let message = write(self.settings(), &facts);
            tx.queue_mail(MailId(self.next_id()), cause, &facts.email, &message, self.now()).await?;
        }
        Ok(())
    }
}
