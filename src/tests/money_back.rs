//! Money that goes back without the shop: given back at the provider, or taken by the buyer's bank. It is recorded like ours,
//! once, whatever comes when.

use std::sync::Arc;

use shop::domain::{Customer, OrderId, OrderStatus, RefundId, RefundOrigin, RefundState, Refusal};
use shop::dto::{OrderQuery, RefundForm};
use shop::infrastructure::LiveShop;
use shop::infrastructure::payments::{SandboxAnswer, SandboxDelivery};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{ProviderRefund, RefundOutcome};
use time::Duration;

use crate::harness::rules::{STAFF, seller};
use crate::harness::{Everything, TestShop, refused, usd};
use crate::payment_pages::{signed, webhook};
use crate::providers::Through;

pub struct Paid {
    pub shop: TestShop,
    pub process: LiveShop,
    provider: Arc<Through>,
    pub ada: Customer,
    pub id: OrderId,
    reference: String,
}

/// An order of 48.00 that is to be paid at a provider which refuses to give back what somebody gave back there.
async fn begun() -> Paid {
    let shop = TestShop::open().await;
    let provider = Through::refunding(shop.sandbox(), |_, _| Box::pin(async { Ok(RefundOutcome::Refused) }));
    let process = shop.another_process_paying(provider.clone()).await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "2")]).await;
    let payment = process.begin_payment(ada, id).await.unwrap().payment;
    Paid { shop, process, provider, ada, id, reference: format!("sandbox-{payment}") }
}

/// The same, paid.
pub async fn paid() -> Paid {
    let paid = begun().await;
    paid.process.pay_order(paid.ada, paid.id, Approve).await.unwrap();
    paid.shop.deliver().await;
    paid
}

pub fn gone(reference: &str, amount: &str, state: RefundState) -> ProviderRefund {
    ProviderRefund { reference: reference.into(), refund: None, amount: usd(amount), state, is_dispute: false }
}

fn disputed(reference: &str, amount: &str, state: RefundState) -> ProviderRefund {
    ProviderRefund { is_dispute: true, ..gone(reference, amount, state) }
}

impl Paid {
    /// What the provider has now.
    fn has(&self, all: &[ProviderRefund]) {
        self.provider.gone_back.lock().unwrap().insert(self.reference.clone(), all.to_vec());
    }

    /// A webhook that says that something happened.
    async fn is_told(&self, event: &str) {
        let (signature, body) = signed(&self.shop, event, &self.reference);
        self.process.receive_webhook("sandbox", Some(&signature), &body).await.unwrap();
    }

    /// Both, and what comes of it.
    pub async fn hears(&self, event: &str, all: &[ProviderRefund]) {
        self.has(all);
        self.is_told(event).await;
        assert_eq!(self.process.handle_webhooks(10).await.unwrap(), 1);
        self.shop.deliver().await;
    }

    pub async fn history(&self) -> Vec<String> {
        let all = self.shop.order(self.ada, self.id).await.timeline;
        all.into_iter().map(|entry| entry.kind).skip(3).collect()
    }

    pub async fn refunds(&self) -> Vec<(RefundOrigin, RefundState, String)> {
        let all = self.shop.order(self.ada, self.id).await.refunds;
        all.into_iter().map(|r| (r.origin, r.state, r.amount.to_string())).collect()
    }

    pub async fn told(&self) -> (i64, i64) {
        let events = self.shop.count("select count(*) from outbox where topic = 'order.refunded'").await;
        (events, self.shop.count("select count(*) from email_messages where kind = 'refunded'").await)
    }

    pub async fn set_aside(&self) -> i64 {
        self.shop.count("select count(*) from refunds_set_aside").await
    }

    /// Staff give so much back, and the provider says no.
    pub async fn refused(&self, amount: &str) -> RefundId {
        let ours = RefundForm { amount: Some(usd(amount)), reason: "Late".into(), ..RefundForm::default() };
        self.process.refund_order(STAFF.may(), self.id, &ours, None).await.unwrap();
        assert_eq!(self.process.carry_out_refunds().await.unwrap(), 1);
        let all = self.shop.order(self.ada, self.id).await.refunds;
        let refused = all.iter().find(|refund| refund.amount == usd(amount)).unwrap();
        assert_eq!(refused.state, RefundState::Failed);
        refused.id
    }

    /// How many orders a filter of the back office's list lets through.
    pub async fn found(&self, payment: &str) -> usize {
        let query = OrderQuery::of_search(&format!("payment={payment}"));
        self.process.staff_orders(STAFF.may(), &query).await.unwrap().orders.len()
    }

    /// How many refunds the back office's first page says have failed.
    pub async fn failed(&self) -> u32 {
        self.process.staff_home(STAFF.may()).await.unwrap().tasks.refunds_failed
    }
}

#[tokio::test]
async fn what_is_given_back_at_the_provider_is_recorded_once_whatever_webhooks_come_and_how_often() {
    use RefundOrigin::Provider;
    use RefundState::{Done, Opened};
    let paid = paid().await;
    let (pending, done) = (gone("re_1", "10.00", Opened), gone("re_1", "10.00", Done));
    paid.hears("evt_1", std::slice::from_ref(&pending)).await;
    assert_eq!(paid.refunds().await, [(Provider, Opened, "$10.00".into())]);
    assert_eq!(paid.process.carry_out_refunds().await.unwrap(), 0, "nobody asks for it again");
    // Nor does the release before, which takes what is opened and due, whoever began it.
    let taken = "select count(*) from refunds r join payments p on p.id = r.payment_id
        where r.state = 'opened' and (r.due_at is null or r.due_at <= now() + interval '100 years')
            and p.provider = 'sandbox' and p.reference is not null";
    assert_eq!(paid.shop.count(taken).await, 0);
    for event in ["evt_2", "evt_3"] {
        paid.hears(event, std::slice::from_ref(&done)).await;
    }
    // An answer that was under way for long.
    paid.hears("evt_4", &[pending]).await;
    paid.hears("evt_5", &[done, gone("re_2", "14.00", Done)]).await;
    assert_eq!(paid.refunds().await, [(Provider, Done, "$10.00".into()), (Provider, Done, "$14.00".into())]);
    assert_eq!(paid.history().await, ["refund_opened", "refunded", "refunded"]);
    assert_eq!(paid.told().await, (2, 2));
    assert_eq!(paid.shop.count("select count(*) from payments where refunded = 24").await, 1);
    // What is left is what is left.
    let rest = RefundForm { amount: Some(usd("24.01")), reason: "Late".into(), ..RefundForm::default() };
    assert!(paid.process.refund_order(STAFF.may(), paid.id, &rest, None).await.is_err());
    paid.shop.done().await;
}

#[tokio::test]
async fn money_of_a_cancelled_order_goes_back_also_where_the_bank_gives_it_to_the_shop() {
    use RefundState::{Done, Failed, Opened};
    for (said, entry) in
        [(disputed("dp_1", "30.00", Opened), "payment_disputed"), (gone("re_1", "30.00", Opened), "refund_opened")]
    {
        let paid = paid().await;
        paid.hears("evt_1", std::slice::from_ref(&said)).await;
        paid.shop.shop.cancel_order(paid.ada, paid.id).await.unwrap();
        let end = ProviderRefund { state: Failed, ..said.clone() };
        for event in ["evt_2", "evt_3"] {
            paid.hears(event, std::slice::from_ref(&end)).await;
        }
        paid.shop.shop.carry_out_refunds().await.unwrap();
        paid.shop.deliver().await;
        let (ours, theirs) = (RefundOrigin::Shop, RefundOrigin::Provider);
        let expected =
            [(theirs, Failed, "$30.00".into()), (ours, Done, "$18.00".into()), (ours, Done, "$30.00".into())];
        assert_eq!(paid.refunds().await, expected);
        let failed = if said.is_dispute { "dispute_won" } else { "refund_failed" };
        let told = paid.history().await;
        assert_eq!(told[..4], [entry, "cancelled", "refund_opened", failed], "{told:?}");
        assert_eq!(told[4..], ["refund_opened", "refunded", "refunded"], "{told:?}");
        let tasks = paid.shop.shop.staff_home(STAFF.may()).await.unwrap().tasks;
        assert_eq!(tasks.refunds_failed, 0, "there is nothing to be done");
        paid.shop.done().await;
    }
}

#[tokio::test]
async fn a_dispute_holds_the_money_until_the_bank_has_decided() {
    use RefundState::{Done, Failed, Opened};
    for (end, entry, told) in [(Done, "refunded", (1, 1)), (Failed, "dispute_won", (0, 0))] {
        let paid = paid().await;
        paid.hears("evt_1", &[disputed("dp_1", "48.00", Opened)]).await;
        let tasks = async || paid.process.staff_home(STAFF.may()).await.unwrap().tasks;
        // Those that the release before records beside this one say so by their reason.
        for is_told in ["update refunds set is_dispute = false", "update refunds set is_dispute = true"] {
            paid.shop.execute(is_told).await;
            assert_eq!((tasks().await.disputes, paid.found("disputed").await), (1, 1), "the bank sets a time");
            assert!(paid.shop.order(paid.ada, paid.id).await.refunds.iter().any(|refund| refund.is_dispute));
        }
        let all = RefundForm { amount: Some(usd("1.00")), reason: "Late".into(), ..RefundForm::default() };
        assert!(paid.process.refund_order(STAFF.may(), paid.id, &all, None).await.is_err(), "it may be taken anyway");
        for event in ["evt_2", "evt_3"] {
            paid.hears(event, &[disputed("dp_1", "48.00", end)]).await;
        }
        let by_bank = "select count(*) from email_messages where body like '%Your bank has taken back $48.00%'";
        assert_eq!(paid.shop.count(by_bank).await, told.1);
        assert_eq!(paid.refunds().await, [(RefundOrigin::Provider, end, "$48.00".into())]);
        assert_eq!(paid.history().await, ["payment_disputed", entry]);
        assert_eq!((tasks().await.disputes, paid.found("disputed").await), (0, 0));
        assert_eq!(paid.told().await, told);
        paid.shop.done().await;
    }
}

#[tokio::test]
async fn what_goes_beyond_what_came_in_is_set_aside_loudly_and_finds_its_place_when_there_is_room() {
    let paid = paid().await;
    let ours = RefundForm { amount: Some(usd("48.00")), reason: "Late".into(), ..RefundForm::default() };
    paid.process.refund_order(STAFF.may(), paid.id, &ours, None).await.unwrap();
    // Somebody was faster, there: ours will be refused.
    let there = gone("re_1", "48.00", RefundState::Done);
    for event in ["evt_1", "evt_2"] {
        paid.hears(event, std::slice::from_ref(&there)).await;
    }
    assert_eq!((paid.set_aside().await, paid.told().await), (1, (0, 0)));
    let aside = async || paid.process.staff_home(STAFF.may()).await.unwrap().tasks.refunds_aside;
    assert_eq!((aside().await, paid.found("refund_aside").await), (1, 1));
    let one = paid.process.staff_order(STAFF.may(), paid.id).await.unwrap().aside.remove(0);
    for _ in 0..2 {
        paid.process.look_into_refund_aside(STAFF.may(), paid.id, one.payment, &one.reference).await.unwrap();
    }
    assert_eq!((aside().await, paid.found("refund_aside").await, paid.set_aside().await), (0, 0, 1), "it stays");
    let nothing = paid.process.look_into_refund_aside(STAFF.may(), paid.id, one.payment, "re_7").await;
    assert_eq!(refused(nothing), Refusal::NotFound);
    assert_eq!(paid.history().await, ["refund_opened", "refund_set_aside"]);
    assert_eq!(paid.process.carry_out_refunds().await.unwrap(), 1);
    paid.shop.deliver().await;
    assert_eq!(paid.history().await, ["refund_opened", "refund_set_aside", "refund_failed", "refunded"]);
    assert_eq!((paid.set_aside().await, paid.told().await), (0, (1, 1)));
    assert_eq!(paid.failed().await, 0, "nothing is left that could be owed");
    // Nothing fits beside it, nor what is of another currency.
    let euros = shop::domain::Money::parse("1.00", "EUR".parse().unwrap()).unwrap();
    let odd = ProviderRefund { amount: euros, ..gone("re_3", "1.00", RefundState::Done) };
    paid.hears("evt_3", &[there, gone("re_2", "0.01", RefundState::Done), odd]).await;
    assert_eq!((paid.set_aside().await, aside().await), (2, 2));
    assert_eq!(paid.shop.count("select count(*) from payments where refunded = 48").await, 1);
    paid.shop.done().await;
}

#[tokio::test]
async fn our_own_refund_is_known_by_our_name_and_may_fail_after_all() {
    let paid = paid().await;
    paid.shop.sold_by(&seller()).await;
    assert_eq!(paid.shop.shop.make_missing_invoices(10).await.unwrap().unwrap().made, 1);
    let ours = RefundForm { amount: Some(usd("10.00")), reason: "Late".into(), ..RefundForm::default() };
    paid.process.refund_order(STAFF.may(), paid.id, &ours, None).await.unwrap();
    let id: RefundId = paid.shop.order(paid.ada, paid.id).await.refunds[0].id;
    let named = |state| ProviderRefund { refund: Some(id), ..gone("re_1", "10.00", state) };
    // Its webhook is faster than the answer.
    paid.hears("evt_1", &[named(RefundState::Done)]).await;
    paid.hears("evt_2", &[named(RefundState::Done)]).await;
    assert_eq!(paid.refunds().await, [(RefundOrigin::Shop, RefundState::Done, "$10.00".into())]);
    assert_eq!(paid.told().await, (1, 1));
    paid.hears("evt_3", &[named(RefundState::Failed)]).await;
    assert_eq!(paid.history().await, ["refund_opened", "refunded", "refund_failed"]);
    assert_eq!(paid.shop.count("select count(*) from payments where refunded = 0").await, 1);
    // Its credit note is cancelled: all that came in can be given back, and has a note of all of it.
    paid.hears("evt_4", &[named(RefundState::Failed), gone("re_2", "48.00", RefundState::Done)]).await;
    let notes = "select count(*) from papers c left join cancelled_credit_notes k on k.credit_note_id = c.id
        join refunds r on r.id = coalesce(c.refund_id, k.refund_id)
        where c.kind = 'credit_note' and (r.state, c.facts #>> '{totals,total,amount}') in (('failed', '10.00'), ('done', '48.00'))";
    assert_eq!(paid.shop.count(notes).await, 2);
    assert_eq!(paid.shop.count("select count(*) from papers where kind = 'credit_note'").await, 2);
    assert_eq!(paid.shop.count("select count(*) from papers where kind = 'cancellation'").await, 1);
    paid.shop.done().await;
}

#[tokio::test]
async fn what_is_set_aside_is_looked_at_again_once_an_hour() {
    use RefundState::{Done, Failed};
    let paid = paid().await;
    let second = gone("re_2", "10.00", Done);
    paid.hears("evt_1", &[gone("re_1", "48.00", Done), second.clone()]).await;
    assert_eq!((paid.set_aside().await, paid.process.look_at_refunds_aside().await.unwrap()), (1, 0));
    paid.shop.clock.advance(Duration::hours(1));
    for looked in [1, 0] {
        assert_eq!(paid.process.look_at_refunds_aside().await.unwrap(), looked);
    }
    assert_eq!(paid.set_aside().await, 1);
    // No webhook tells of it.
    paid.has(&[gone("re_1", "48.00", Failed), second]);
    paid.shop.clock.advance(Duration::hours(1));
    for looked in [1, 0] {
        assert_eq!(paid.process.look_at_refunds_aside().await.unwrap(), looked);
    }
    paid.shop.deliver().await;
    assert_eq!((paid.set_aside().await, paid.told().await), (0, (2, 2)));
    assert_eq!(paid.shop.count("select count(*) from payments where refunded = 10").await, 1);
    paid.shop.clock.advance(Duration::hours(1));
    assert_eq!(paid.process.look_at_refunds_aside().await.unwrap(), 0);
    paid.shop.done().await;
}

#[tokio::test]
async fn a_provider_that_does_not_say_what_went_back_holds_no_payment_up() {
    let paid = paid().await;
    let other = paid.shop.place_reserved(paid.ada, &[("MUG", "1")]).await;
    let begun = paid.process.begin_payment(paid.ada, other).await.unwrap();
    let approved = paid.shop.sandbox();
    approved.answer(begun.payment, SandboxAnswer::Approve, SandboxDelivery::default()).await.unwrap();
    paid.has(&[gone("re_1", "10.00", RefundState::Done)]);
    let listing = paid.provider.lists_slowly();
    paid.is_told("evt_1").await;
    let meanwhile = async {
        listing.made.notified().await;
        let (signature, body) = webhook(&paid.shop, "evt_2", "approved", begun.payment, begun.amount);
        paid.process.receive_webhook("sandbox", Some(&signature), &body).await.unwrap();
        assert_eq!(paid.process.handle_payment_webhooks(10).await.unwrap(), 1);
        assert_eq!(paid.shop.order(paid.ada, other).await.status, OrderStatus::Paid);
        listing.arrives.notify_one();
    };
    let (handled, ()) = tokio::join!(paid.process.handle_money_back_webhooks(), meanwhile);
    assert_eq!(handled.unwrap(), 1);
    paid.shop.done().await;
}

#[tokio::test]
async fn what_goes_back_before_its_payment_is_heard_of_waits_for_it() {
    let paid = begun().await;
    paid.has(&[gone("re_1", "10.00", RefundState::Done)]);
    paid.is_told("evt_1").await;
    assert_eq!(paid.process.handle_webhooks(10).await.unwrap(), 0);
    paid.process.pay_order(paid.ada, paid.id, Approve).await.unwrap();
    paid.shop.clock.advance(Duration::seconds(61));
    assert_eq!(paid.process.handle_webhooks(10).await.unwrap(), 1);
    paid.shop.deliver().await;
    assert_eq!(paid.refunds().await, [(RefundOrigin::Provider, RefundState::Done, "$10.00".into())]);
    assert_eq!(paid.shop.count("select count(*) from payment_webhooks where note is null").await, 1);
    paid.shop.done().await;
}

#[tokio::test]
async fn of_no_payment_of_ours_nothing_is_recorded() {
    let mut paid = paid().await;
    let ours = std::mem::replace(&mut paid.reference, "pi_of_another_shop".into());
    paid.has(&[gone("re_1", "10.00", RefundState::Done)]);
    paid.is_told("evt_1").await;
    paid.reference = ours;
    let note = "select count(*) from payment_webhooks where note = 'of no payment of this shop'";
    for (handled, days) in [(0, 2), (0, 1), (1, 0)] {
        assert_eq!(paid.process.handle_webhooks(10).await.unwrap(), handled);
        paid.shop.clock.advance(Duration::days(days));
    }
    assert_eq!(paid.shop.count(note).await, 1);
    assert_eq!(paid.refunds().await, []);
    paid.shop.done().await;
}

#[tokio::test]
async fn an_answer_that_was_overtaken_does_not_bring_a_refund_that_failed_back() {
    use RefundState::{Done, Failed, Opened};
    let paid = paid().await;
    paid.hears("evt_1", &[gone("re_1", "10.00", Opened)]).await;
    paid.has(&[gone("re_1", "10.00", Done)]);
    let listing = paid.provider.lists_slowly();
    paid.is_told("evt_2").await;
    let overtaken = async {
        listing.made.notified().await;
        paid.hears("evt_3", &[gone("re_1", "10.00", Failed)]).await;
        listing.arrives.notify_one();
    };
    let (handled, ()) = tokio::join!(paid.process.handle_webhooks(10), overtaken);
    assert_eq!(handled.unwrap(), 1);
    paid.shop.deliver().await;
    assert_eq!(paid.refunds().await, [(RefundOrigin::Provider, Failed, "$10.00".into())]);
    assert_eq!(
        (paid.history().await, paid.told().await),
        (vec!["refund_opened".into(), "refund_failed".into()], (0, 0))
    );
    paid.shop.done().await;
}
