//! What waits in the whole shop, as every process of it tells the same. Nothing is told that could not be read.

use prometheus::{IntGaugeVec, Registry, Result};
use shop::dto::GroupLag;
use shop::usecase::Backlogs;

use super::families::{gauges, set_gauge};

pub(super) struct BacklogMetrics {
    readable: IntGaugeVec,
    events: IntGaugeVec,
    oldest_event: IntGaugeVec,
    held: IntGaugeVec,
    dead: IntGaugeVec,
    groups: IntGaugeVec,
    oldest_of_groups: IntGaugeVec,
    mail: IntGaugeVec,
    oldest_mail: IntGaugeVec,
    payments: IntGaugeVec,
    oldest_payment: IntGaugeVec,
}

impl BacklogMetrics {
    pub(super) fn on(registry: &Registry) -> Result<Self> {
        let one = |name, help| gauges(registry, name, help, &[]);
        let of_group = |name, help| gauges(registry, name, help, &["group"]);
        Ok(Self {
            readable: one("shop_database_up", "Whether the database could be read when it was last asked, 1 or 0")?,
            events: one("shop_outbox_events", "Events that wait to be published, up to 100000")?,
            oldest_event: one("shop_outbox_oldest_seconds", "The age of the oldest event that waits to be published")?,
            held: one(
                "shop_outbox_held_events",
                "Events that are set aside until a time of their own, of those that wait",
            )?,
            dead: one("shop_dead_letters", "Messages that nobody could read and nobody has put back")?,
            groups: of_group(
                "shop_consumer_group_lag",
                "Of the newest 10000 events, those that a group has not handled",
            )?,
            oldest_of_groups: of_group(
                "shop_consumer_group_oldest_seconds",
                "The age of the oldest event that a group has not handled",
            )?,
            mail: gauges(
                registry,
                "shop_mail_messages",
                "Mail by what became of it, without what was accepted by a server",
                &["state"],
            )?,
            oldest_mail: one("shop_mail_oldest_due_seconds", "How long a mail that waits has been due")?,
            payments: one("shop_payments_open", "Attempts to pay that have no end")?,
            oldest_payment: one(
                "shop_payments_oldest_open_seconds",
                "The age of the oldest attempt to pay without an end",
            )?,
        })
    }

    /// None: the database could not be read.
    pub(super) fn observe(&self, read: Option<(&Backlogs, &[GroupLag])>) {
        set_gauge(&self.readable, &[], read.is_some().into());
        let read_only_then = [
            &self.events,
            &self.oldest_event,
            &self.held,
            &self.dead,
            &self.groups,
            &self.oldest_of_groups,
            &self.mail,
            &self.oldest_mail,
            &self.payments,
            &self.oldest_payment,
        ];
        for family in read_only_then {
            family.reset();
        }
        let Some((backlogs, groups)) = read else { return };
        set_gauge(&self.events, &[], backlogs.events.waiting);
        set_gauge(&self.oldest_event, &[], backlogs.events.oldest_seconds);
        set_gauge(&self.held, &[], backlogs.events_held);
        set_gauge(&self.dead, &[], backlogs.dead_letters);
        for lag in groups {
            set_gauge(&self.groups, &[&lag.group], lag.waiting.into());
            set_gauge(&self.oldest_of_groups, &[&lag.group], lag.oldest_seconds);
        }
        for (state, messages) in [
            ("queued", backlogs.mail_queued.waiting),
            ("sending", backlogs.mail_sending),
            ("refused", backlogs.mail_refused),
            ("uncertain", backlogs.mail_uncertain),
        ] {
            set_gauge(&self.mail, &[state], messages);
        }
        set_gauge(&self.oldest_mail, &[], backlogs.mail_queued.oldest_seconds);
        set_gauge(&self.payments, &[], backlogs.payments.waiting);
        set_gauge(&self.oldest_payment, &[], backlogs.payments.oldest_seconds);
    }
}
