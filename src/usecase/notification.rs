//! The notification consumer: what happened becomes mail in the queue, in the same transaction. A batch is read and queued
//! at once.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use time::OffsetDateTime;

use crate::domain::{
    AccountLinkKind, Consumer, Event, EventId, NotificationEvent, OrderId, PaperId, PaymentFlaw, RefundId, ShipmentId,
    User,
};

use super::mail_messages::{self, MailMessage};
use super::{
    Mails, NewMail, OrderFacts, Orders, Papers, ParcelFacts, Result, Settings, Shipments, Shop, Store, Users,
    mail_account,
};

/// Mail of events that needs no transaction around what it is written from.
pub trait OrderMail {
    /// As `Orders::order_facts`, by itself.
    fn read_order_facts(&self, ids: &[OrderId]) -> impl Future<Output = Result<Vec<OrderFacts>>> + Send;

    /// Remembers the events, as `Inbox::remember_events`, and queues the mail of those that are new, each unless its cause has one
    /// already: at once.
    fn queue_mail_of_events(
        &self,
        consumer: Consumer,
        events: &[EventId],
        mail: &[NewMail],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// The refunds that events tell of, as they are by now.
#[derive(Default)]
struct RefundsToMail {
    /// By their refunds, and their numbers.
    credit_notes: BTreeMap<RefundId, (PaperId, String)>,
    /// Nothing was given back after all, and what is to be said of that was said.
    failed: BTreeSet<RefundId>,
    /// Why their money did not pay its order.
    flaws: BTreeMap<RefundId, PaymentFlaw>,
}

impl<S: Store> Shop<S> {
    pub(super) async fn handle_notification_events(&self, tx: &mut S::Tx, events: &[(EventId, Event)]) -> Result<()> {
        // First, for they lock accounts.
        for (cause, event) in events {
            if let Some(NotificationEvent::UserRegistered(e)) = NotificationEvent::of(event)
                && let Some(user) = tx.find_user(e.user_id).await?
            {
                self.mail_welcome(tx, *cause, user).await?;
            }
        }
        let about: Vec<_> = events.iter().filter_map(|(_, event)| Some(about_order(event)?.0)).collect();
        // Before their letters, which name them.
        let refunds = self.issue_papers(tx, events).await?;
        let found = if about.is_empty() { Vec::new() } else { tx.order_facts(&about).await? };
        let parcels: Vec<_> = events.iter().filter_map(|(_, event)| parcel_of(event)).collect();
        let parcels = if parcels.is_empty() { BTreeMap::new() } else { tx.parcel_facts(&parcels).await? };
        let mail = self.order_mail(events, found, &parcels, &refunds);
        tx.queue_mail(&mail, self.now()).await
    }

    /// The same of events whose mail says what their orders are, and no more: in a read, and one statement that queues it and
    /// remembers them. Nothing is locked between the two, as nothing is in a transaction that only reads.
    pub(super) async fn queue_order_mail(&self, events: &[(EventId, Event)]) -> Result<()> {
        let about: Vec<_> = events.iter().filter_map(|(_, event)| Some(about_order(event)?.0)).collect();
        let found = self.store().read_order_facts(&about).await?;
        let mail = self.order_mail(events, found, &BTreeMap::new(), &RefundsToMail::default());
        let ids: Vec<_> = events.iter().map(|(id, _)| *id).collect();
        self.store().queue_mail_of_events(Consumer::Notification, &ids, &mail, self.now()).await
    }

    fn order_mail(
        &self,
        events: &[(EventId, Event)],
        found: Vec<OrderFacts>,
        parcels: &BTreeMap<ShipmentId, ParcelFacts>,
        refunds: &RefundsToMail,
    ) -> Vec<NewMail> {
        let found: BTreeMap<_, _> = found.into_iter().map(|facts| (facts.id, facts)).collect();
        let mut mail = Vec::with_capacity(events.len());
        let shop = self.named_settings();
        for (cause, event) in events {
            let Some((order, event)) = about_order(event) else { continue };
            let Some(facts) = found.get(&order) else { continue };
            let Some(message) = write(&shop, event, facts, parcels, refunds) else { continue };
            mail.push(self.mail_for(*cause, None, facts.email.clone(), message));
        }
        mail
    }

    /// With the link that shows whose the address is.
    async fn mail_welcome(&self, tx: &mut S::Tx, cause: EventId, user: User) -> Result<()> {
        let made = self.make_link(tx, AccountLinkKind::VerifyEmail, user.id, &user.email).await?;
        let link = made.as_ref().map(|made| (made.token.as_str(), &made.until));
        let message = mail_account::welcome(&self.named_settings(), &user.name, link);
        self.mail_account(tx, user.id, cause, user.email, message).await
    }

    /// Makes the papers of what happened; answers what is known by now of the refunds that are told of.
    async fn issue_papers(&self, tx: &mut S::Tx, events: &[(EventId, Event)]) -> Result<RefundsToMail> {
        let (mut paid, mut told) = (Vec::new(), Vec::new());
        for event in events.iter().filter_map(|(_, event)| NotificationEvent::of(event)) {
            match event {
                NotificationEvent::OrderPaid(e) => paid.push(e.order_id),
                NotificationEvent::OrderRefunded(e) => told.push(e.refund_id),
                _ => {}
            }
        }
        self.issue_invoices(tx, &paid).await?;
        // A refund may have been heard of before its order was.
        let mut refunds = if paid.is_empty() { Vec::new() } else { tx.refunds_of(&paid).await? };
        refunds.extend(&told);
        self.issue_credit_notes(tx, &refunds).await?;
        if told.is_empty() {
            return Ok(RefundsToMail::default());
        }
        let notes = tx.credit_notes(&told).await?.into_iter();
        let credit_notes = notes.map(|note| (note.refund, (note.id, note.number))).collect();
        let known = tx.refunds_to_mail(&told).await?;
        let failed = known.iter().filter(|refund| refund.has_failed).map(|refund| refund.id).collect();
        let flaws = known.iter().filter_map(|refund| Some((refund.id, refund.flaw?))).collect();
        Ok(RefundsToMail { credit_notes, failed, flaws })
    }
}

/// Whether the mail of an event says what its order is, and no more: no paper, refund or parcel.
pub(super) const fn needs_its_order_alone(event: &Event) -> bool {
    matches!(event, Event::OrderCreated(_) | Event::OrderCancelled(_))
}

/// The order an event is about, if its mail is about one.
const fn about_order(event: &Event) -> Option<(OrderId, NotificationEvent<'_>)> {
    let Some(event) = NotificationEvent::of(event) else { return None };
    let order = match event {
        NotificationEvent::UserRegistered(_) => return None,
        NotificationEvent::OrderCreated(e) => e.order_id,
        NotificationEvent::OrderPaid(e) => e.order_id,
        NotificationEvent::OrderShipped(e) => e.order_id,
        NotificationEvent::OrderCancelled(e) => e.order_id,
        NotificationEvent::OrderRefunded(e) => e.order_id,
        NotificationEvent::ShipmentCreated(e) => e.order_id,
    };
    Some((order, event))
}

fn parcel_of(event: &Event) -> Option<ShipmentId> {
    match NotificationEvent::of(event)? {
        NotificationEvent::ShipmentCreated(e) => Some(e.shipment_id),
        _ => None,
    }
}

/// None: there is nothing to say.
fn write(
    shop: &Settings,
    event: NotificationEvent<'_>,
    order: &OrderFacts,
    parcels: &BTreeMap<ShipmentId, ParcelFacts>,
    refunds: &RefundsToMail,
) -> Option<MailMessage> {
    Some(match event {
        NotificationEvent::UserRegistered(_) => return None,
        NotificationEvent::OrderCreated(_) => mail_messages::order_received(shop, order),
        NotificationEvent::OrderPaid(_) => mail_messages::payment_received(shop, order),
        // Each of its parcels was told of.
        NotificationEvent::OrderShipped(e) if e.parcels.is_some() => return None,
        NotificationEvent::OrderShipped(_) => mail_messages::order_shipped(shop, order),
        NotificationEvent::OrderCancelled(_) => mail_messages::order_cancelled(shop, order),
        NotificationEvent::OrderRefunded(e) if refunds.failed.contains(&e.refund_id) => return None,
        NotificationEvent::OrderRefunded(e) => {
            let (flaw, note) = (refunds.flaws.get(&e.refund_id), refunds.credit_notes.get(&e.refund_id));
            mail_messages::refunded(shop, order, (e.amount, e.way, flaw.copied()), note)
        }
        NotificationEvent::ShipmentCreated(e) => {
            mail_messages::parcel_sent(shop, order, parcels.get(&e.shipment_id)?, e.is_last)
        }
    })
}
