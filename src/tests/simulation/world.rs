//! What stands around the tables: a log that is read by several at their own pace, a provider, processes that die, and time.
//! Whatever happens next is drawn from the seed.

use std::collections::{BTreeMap, BTreeSet};

use rand::prelude::*;
use shop::domain::{
    CancelReason, Consumer, Envelope, ItemQuantity, Money, OrderId, PaymentId, PaymentState, RefundId, VariantId,
};
use time::{Duration, OffsetDateTime};

use super::tables::{Answer, Tables};
use crate::harness::usd;

/// Who takes part in the protocol.
const GROUPS: [Consumer; 2] = [Consumer::Inventory, Consumer::Orders];
/// Of each topic; an order's events are in one of them.
const PARTITIONS: u128 = 2;

/// A topic, and a partition of it.
type Place = (String, u128);
/// The next event of each partition.
type Positions = BTreeMap<Place, usize>;

/// What a group has read, and what it would begin with after a crash.
#[derive(Debug, Default)]
struct Reader {
    read: Positions,
    committed: Positions,
}

/// A request that pays: it has written its attempt down, and then has the provider's answer.
#[derive(Debug)]
struct Paying {
    payment: PaymentId,
    answer: Option<Answer>,
}

pub struct World {
    pub random: StdRng,
    pub tables: Tables,
    now: OffsetDateTime,
    variants: Vec<VariantId>,
    /// Events of the outbox that are marked as published, by their place.
    published: BTreeSet<usize>,
    log: BTreeMap<Place, Vec<Envelope>>,
    readers: [Reader; 2],
    /// What the provider knows.
    charges: BTreeMap<PaymentId, Answer>,
    refunded: BTreeMap<RefundId, Money>,
    paying: Vec<Paying>,
    /// Each step is printed.
    is_told: bool,
}

impl World {
    pub fn of(seed: u64, is_told: bool) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let mut tables = Tables::default();
        let variants = (0..3).map(|_| tables.stock_up(random.random_range(0..40))).collect();
        Self {
            random,
            tables,
            now: OffsetDateTime::UNIX_EPOCH,
            variants,
            published: BTreeSet::new(),
            log: BTreeMap::new(),
            readers: [Reader::default(), Reader::default()],
            charges: BTreeMap::new(),
            refunded: BTreeMap::new(),
            paying: Vec::new(),
            is_told,
        }
    }

    /// What the provider took by an attempt.
    pub fn taken(&self, payment: PaymentId) -> Option<Money> {
        match self.charges.get(&payment) {
            Some(Answer::Approved(money)) => Some(*money),
            Some(Answer::Declined | Answer::Expired) | None => None,
        }
    }

    pub fn given_back(&self, refund: RefundId) -> Option<Money> {
        self.refunded.get(&refund).copied()
    }

    /// One line of the run, where somebody replays it by its seed.
    fn trace(&self, what: impl FnOnce() -> String) {
        if self.is_told {
            println!("{} {}", self.now, what());
        }
    }

    /// Somebody does one thing.
    pub fn step(&mut self) {
        match self.random.random_range(0..100) {
            0..12 => self.place_order(),
            12..24 => self.begin_payment(),
            24..38 => self.go_on_paying(),
            38..43 => self.pay_on_the_page(),
            43..49 => self.hear_of_payment(),
            49..53 => self.reconcile(),
            53..59 => self.cancel(),
            59..63 => self.expire(),
            63..67 => self.give_back(),
            67..78 => self.relay(true),
            78..91 => {
                let (group, most) = (self.random.random_range(0..GROUPS.len()), self.random.random_range(1..=6));
                self.consume(group, most, true);
            }
            91..93 => {
                let group = self.random.random_range(0..GROUPS.len());
                self.begin_anew(group);
            }
            93 => self.crash(),
            94 => self.count_stock(),
            _ => self.wait(),
        }
    }

    fn an_order(&mut self) -> Option<OrderId> {
        self.tables.orders.keys().copied().choose(&mut self.random)
    }

    fn place_order(&mut self) {
        let lines = self.random.random_range(1..=3);
        let items: Vec<_> = (0..lines)
            .map(|_| {
                let variant_id = *self.variants.choose(&mut self.random).unwrap();
                ItemQuantity { variant_id, quantity: self.random.random_range(1..=3) }
            })
            .collect();
        let units: u32 = items.iter().map(|item| item.quantity).sum();
        self.trace(|| format!("an order of {items:?}"));
        let id = self.tables.place_order(items, usd(&format!("{units}.00")), self.now);
        self.trace(|| format!("which is {id}"));
    }

    /// The attempt is written down, and the provider will be asked; it begins once more where it was begun.
    fn begin_payment(&mut self) {
        let Some(order) = self.an_order() else { return };
        if let Some(payment) = self.tables.start_payment(order, self.now) {
            self.trace(|| format!("{order} is being paid by {payment}"));
            self.paying.push(Paying { payment, answer: None });
        }
    }

    /// A request asks the provider, or writes down what it was answered. The answer may be lost.
    fn go_on_paying(&mut self) {
        if self.paying.is_empty() {
            return;
        }
        let at = self.random.random_range(0..self.paying.len());
        let Paying { payment, answer } = self.paying.swap_remove(at);
        match answer {
            None => {
                let answer = self.charge(payment);
                if self.random.random_ratio(7, 8) {
                    self.paying.push(Paying { payment, answer: Some(answer) });
                }
            }
            Some(answer) => self.settle(payment, answer),
        }
    }

    /// The provider does what its shopper says, once.
    fn charge(&mut self, payment: PaymentId) -> Answer {
        let total = self.tables.orders[&self.tables.payments[&payment].order].total;
        let wish = match self.random.random_range(0..16) {
            0..11 => Answer::Approved(total),
            11..15 => Answer::Declined,
            _ => Answer::Approved(usd("0.50")),
        };
        let answer = *self.charges.entry(payment).or_insert(wish);
        self.trace(|| format!("the provider says {answer:?} of {payment}"));
        answer
    }

    /// On its page, and nobody hears of it yet.
    fn pay_on_the_page(&mut self) {
        if let Some(payment) = self.tables.payments.keys().copied().choose(&mut self.random) {
            self.charge(payment);
        }
    }

    /// The provider tells of an attempt, at any time and as often as it likes. What it declined may come all the same.
    fn hear_of_payment(&mut self) {
        let Some((payment, answer)) = self.charges.iter().map(|(id, said)| (*id, *said)).choose(&mut self.random)
        else {
            return;
        };
        let mut answer = answer;
        if answer == Answer::Declined && self.random.random_ratio(1, 2) {
            answer = Answer::Approved(self.tables.orders[&self.tables.payments[&payment].order].total);
            self.charges.insert(payment, answer);
        }
        self.settle(payment, answer);
    }

    fn settle(&mut self, payment: PaymentId, answer: Answer) {
        self.trace(|| format!("{payment} ends with {answer:?}"));
        self.tables.settle_payment(payment, answer, self.now);
    }

    fn reconcile(&mut self) {
        if let Some(payment) = self.open_payments().choose(&mut self.random) {
            self.look_up(*payment);
        }
    }

    fn open_payments(&self) -> Vec<PaymentId> {
        let open = self.tables.payments.iter().filter(|(_, row)| row.state == PaymentState::Started);
        open.map(|(id, _)| *id).collect()
    }

    /// One whose order nobody can pay any more is ended with the provider.
    fn look_up(&mut self, payment: PaymentId) {
        let answer = if self.tables.is_over(payment, self.now) {
            Some(*self.charges.entry(payment).or_insert(Answer::Expired))
        } else {
            self.charges.get(&payment).copied()
        };
        if let Some(answer) = answer {
            self.settle(payment, answer);
        }
    }

    fn cancel(&mut self) {
        let Some(order) = self.an_order() else { return };
        let answer = self.tables.cancel_order(order, CancelReason::ByCustomer, self.now);
        self.trace(|| format!("{order} is cancelled: {answer:?}"));
    }

    fn expire(&mut self) {
        for order in self.tables.expired_orders(self.now) {
            self.trace(|| format!("{order} is given up"));
            self.tables.cancel_order(order, CancelReason::Expired, self.now).unwrap();
        }
    }

    fn open_refunds(&self) -> Vec<RefundId> {
        self.tables.refunds.iter().filter(|(_, row)| !row.is_done).map(|(id, _)| *id).collect()
    }

    /// Whoever gives money back may die before they write that they did.
    fn give_back(&mut self) {
        let Some(refund) = self.open_refunds().choose(&mut self.random).copied() else { return };
        let dies = self.random.random_ratio(1, 4);
        self.carry_out(refund, !dies);
    }

    fn carry_out(&mut self, refund: RefundId, is_written: bool) {
        let row = self.tables.refunds.get_mut(&refund).unwrap();
        self.refunded.entry(refund).or_insert(row.amount);
        row.is_done = is_written;
        self.trace(|| format!("{refund} is given back, written down: {is_written}"));
    }

    /// Takes some events from the outbox to the log. A hostile one sets aggregates aside while the others go on, or dies before
    /// it has marked what it published: all of that goes out once more.
    fn relay(&mut self, is_hostile: bool) {
        let most = if is_hostile { self.random.random_range(1..=8) } else { usize::MAX };
        let dies = is_hostile && self.random.random_ratio(1, 8);
        let (mut aside, mut sent) = (BTreeSet::new(), Vec::new());
        for (at, envelope) in self.tables.outbox.iter().enumerate().filter(|(at, _)| !self.published.contains(at)) {
            if aside.contains(&envelope.key) || (is_hostile && self.random.random_ratio(1, 8)) {
                aside.insert(envelope.key.clone());
                continue;
            }
            let key: uuid::Uuid = envelope.key.parse().unwrap();
            let place = (envelope.topic.clone(), key.as_u128() % PARTITIONS);
            self.log.entry(place).or_default().push(envelope.clone());
            sent.push(at);
            if sent.len() >= most {
                break;
            }
        }
        self.trace(|| format!("published: {sent:?}; the relay died: {dies}"));
        if !dies {
            self.published.extend(sent);
        }
    }

    /// Reads on in some partitions, in the order of each; false where there is nothing to read. A hostile one may die before the
    /// effect is committed, or before its offsets are: what it read comes again.
    fn consume(&mut self, group: usize, most: usize, is_hostile: bool) -> bool {
        let mut positions = self.readers[group].read.clone();
        let mut batch = Vec::new();
        while batch.len() < most {
            let next = |place: &Place| positions.get(place).copied().unwrap_or_default();
            let of_group = self.log.iter().filter(|((topic, _), _)| GROUPS[group].consumes(topic));
            let ready = of_group.filter(|(place, events)| next(place) < events.len());
            let Some((place, events)) = ready.choose(&mut self.random) else { break };
            let at = next(place);
            batch.push(events[at].clone());
            positions.insert(place.clone(), at + 1);
        }
        let end = if is_hostile { self.random.random_range(0..10) } else { 9 };
        self.trace(|| {
            let ids: Vec<_> = batch.iter().map(|envelope| (envelope.kind.as_str(), envelope.id)).collect();
            format!("{} reads {ids:?}, and ends by {end}", GROUPS[group].group())
        });
        if batch.is_empty() {
            return false;
        }
        if end > 0 {
            self.tables.consume(GROUPS[group], &batch, self.now);
            self.readers[group].read = positions;
        }
        match end {
            0 | 1 => self.begin_anew(group),
            // Its offsets are committed with those of a later batch.
            2..5 => {}
            _ => self.readers[group].committed = self.readers[group].read.clone(),
        }
        true
    }

    fn begin_anew(&mut self, group: usize) {
        self.trace(|| format!("{} begins anew", GROUPS[group].group()));
        self.readers[group].read = self.readers[group].committed.clone();
    }

    /// Whatever only a process knew is lost.
    fn crash(&mut self) {
        self.trace(|| "all processes die".to_owned());
        self.paying.clear();
        for group in 0..GROUPS.len() {
            self.begin_anew(group);
        }
    }

    fn count_stock(&mut self) {
        let variant = *self.variants.choose(&mut self.random).unwrap();
        let free = self.random.random_range(0..40);
        self.trace(|| format!("{variant} is counted: {free} more than is held"));
        self.tables.count(variant, free);
    }

    fn wait(&mut self) {
        self.now += Duration::seconds(self.random.random_range(1..300));
    }

    /// Until nothing is under way between outbox and consumers.
    pub fn deliver(&mut self) {
        loop {
            self.relay(false);
            let mut has_read = false;
            for group in 0..GROUPS.len() {
                has_read |= self.consume(group, 50, false);
            }
            if !has_read && self.published.len() == self.tables.outbox.len() {
                return;
            }
        }
    }

    /// Until nothing waits for anything: time goes by, the provider has told everything, and all that is due is done.
    pub fn end(&mut self) {
        self.crash();
        for _ in 0..20 {
            self.deliver();
            let told: Vec<_> = self.charges.iter().map(|(id, said)| (*id, *said)).collect();
            let (open, owed, written) = (self.open_payments(), self.open_refunds(), self.tables.outbox.len());
            self.now += Duration::hours(1);
            for (payment, answer) in told {
                self.settle(payment, answer);
            }
            for payment in &open {
                self.look_up(*payment);
            }
            self.expire();
            for refund in &owed {
                self.carry_out(*refund, true);
            }
            if open.is_empty() && self.open_refunds().is_empty() && self.tables.outbox.len() == written {
                return;
            }
        }
        panic!("something waits for ever: {:?}", self.tables);
    }
}
