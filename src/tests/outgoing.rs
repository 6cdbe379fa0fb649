//! Outgoing webhooks: who listens is told once of what they chose, signed, for three days, and nobody else is.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use shop::domain::{
    ChosenEvents, Consumer, Customer, EndpointId, EndpointState, OrderId, Problem, Reach, Refusal, Staff,
};
use shop::dto::{EndpointView, words};
use shop::usecase::EventViews;
use shop::usecase::SandboxOutcome::Approve;
use time::Duration;

use crate::harness::{Everything, TestShop, refused};
use crate::receiver::{Received, Receiver, Says};
use crate::rule_forms::{fields, open};

/// A shop where Ada has an account, of which everybody knows.
pub async fn opened() -> (TestShop, Staff, Customer) {
    let (shop, staff) = open().await;
    let ada = shop.customer("Ada").await;
    shop.deliver().await;
    (shop, staff, ada)
}

/// Somebody listens at this address for these events; answers the secret, too.
pub async fn listens(shop: &TestShop, staff: Staff, url: &str, events: &[&str]) -> (EndpointId, String) {
    let mut form = fields(&[("url", url)]);
    form.extend(events.iter().map(|event| (format!("event-{event}"), "on".to_owned())));
    shop.shop.add_endpoint(staff.may(), &form).await.unwrap()
}

pub async fn pay(shop: &TestShop, ada: Customer) -> OrderId {
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.deliver().await;
    id
}

/// Sends until nothing is due.
pub async fn send(shop: &TestShop) -> u32 {
    let mut all = 0;
    loop {
        match shop.shop.send_due_webhooks(4).await.unwrap() {
            0 => return all,
            sent => all += sent,
        }
    }
}

pub async fn view(shop: &TestShop, staff: Staff, id: EndpointId) -> EndpointView {
    shop.shop.endpoint(staff.may(), id, None).await.unwrap()
}

/// As a receiver finds out.
pub fn is_signed(by: &str, got: &Received) -> bool {
    let key = BASE64.decode(by.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    let (id, timestamp) = (got.header("webhook-id"), got.header("webhook-timestamp"));
    mac.update(format!("{id}.{timestamp}.{}", got.body).as_bytes());
    let right = format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()));
    got.header("webhook-signature").split(' ').any(|signature| signature == right)
}

#[tokio::test]
async fn an_order_that_is_paid_is_told_once_to_each_that_listens_and_signed_for_it() {
    let (shop, staff, ada) = opened().await;
    let (erp, books, mailing) = (Receiver::open().await, Receiver::open().await, Receiver::open().await);
    let (_, erps) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    let (_, bookss) = listens(&shop, staff, &books.url, &["order.paid", "order.cancelled"]).await;
    listens(&shop, staff, &mailing.url, &["user.registered", "order.refunded"]).await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    let waiting = shop.shop.store().unpublished_events(500).await.unwrap();
    let batch: Vec<_> = waiting.into_iter().map(|(_, e)| e).filter(|e| Consumer::Webhooks.consumes(&e.topic)).collect();
    let doubled = [batch.clone(), batch].concat();
    for _ in 0..3 {
        shop.shop.consume(Consumer::Webhooks, &doubled).await.unwrap();
    }
    shop.deliver().await;
    assert_eq!((send(&shop).await, mailing.seen().len()), (2, 0));
    let (got, other) = (erp.seen(), books.seen());
    assert_eq!((got.len(), other.len()), (1, 1));
    assert_eq!(got[0].header("webhook-id"), other[0].header("webhook-id"), "one event");
    assert!(is_signed(&erps, &got[0]) && is_signed(&bookss, &other[0]), "{got:?}");
    assert!(!is_signed(&bookss, &got[0]) && !is_signed(&erps, &other[0]), "each has a secret of its own");
    assert_eq!(got[0].header("content-type"), "application/json");
    let number = shop.order(ada, id).await.number;
    let body: Value = serde_json::from_str(&got[0].body).unwrap();
    let told = json!({ "order_id": id, "number": number, "total": { "amount": "24.00", "currency": "USD" } });
    assert_eq!((&body["type"], &body["data"]), (&json!("order.paid"), &told));
    assert!(body["timestamp"].as_str().is_some_and(|at| at.ends_with('Z')), "{body}");
    assert_eq!(body.as_object().unwrap().len(), 3);
    for private in ["ada@", "Ada", "Lovelace", "SW1Y"] {
        assert!(!got[0].body.contains(private), "{}", got[0].body);
    }
    shop.done().await;
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_remembered_and_whoever_begins_to_hears_of_what_follows() {
    let (shop, staff, ada) = opened().await;
    let remembered = "select count(*) from consumer_inbox where consumer = 'webhooks'";
    let first = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, first, Approve).await.unwrap();
    let waiting = shop.shop.store().unpublished_events(500).await.unwrap();
    let before: Vec<_> = waiting.into_iter().map(|(_, e)| e).filter(|e| e.topic == "order.paid").collect();
    assert_eq!(before.len(), 1);
    shop.deliver().await;
    assert_eq!(shop.count(remembered).await, 0);
    let erp = Receiver::open().await;
    shop.clock.advance(Duration::seconds(1));
    listens(&shop, staff, &erp.url, &["order.paid"]).await;
    // As after a process that died: it is offered again, to a shop where somebody listens now.
    shop.shop.consume(Consumer::Webhooks, &before).await.unwrap();
    assert_eq!((send(&shop).await, shop.count(remembered).await), (0, 1));
    pay(&shop, ada).await;
    assert_eq!((send(&shop).await, erp.seen().len()), (1, 1));
    shop.done().await;
}

#[tokio::test]
async fn all_events_can_be_chosen_and_who_comes_later_is_not_told_of_what_was() {
    let (shop, staff, ada) = opened().await;
    let all = Receiver::open().await;
    listens(&shop, staff, &all.url, ChosenEvents::all()).await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.cancel_order(ada, id).await.unwrap();
    let late = Receiver::open().await;
    shop.clock.advance(Duration::seconds(1));
    let (late_id, _) = listens(&shop, staff, &late.url, ChosenEvents::all()).await;
    shop.deliver().await;
    send(&shop).await;
    let topics: Vec<_> = all
        .seen()
        .iter()
        .map(|got| serde_json::from_str::<Value>(&got.body).unwrap()["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(topics, ["order.created", "order.cancelled"], "in order, and not what the inventory says");
    assert!(late.seen().is_empty() && view(&shop, staff, late_id).await.deliveries.is_empty());
    shop.done().await;
}

#[tokio::test]
async fn what_fails_is_tried_for_three_days_and_then_its_endpoint_is_disabled() {
    let (shop, staff, ada) = opened().await;
    let erp = Receiver::saying(Says::status(500)).await;
    let (id, _) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    pay(&shop, ada).await;
    let mut tried = Vec::new();
    for step in 0..450_u32 {
        if send(&shop).await > 0 {
            tried.push(step);
        }
        shop.clock.advance(Duration::minutes(10));
    }
    assert!((13..=14).contains(&tried.len()), "{tried:?}");
    assert!(tried.last().is_some_and(|last| (432..=433).contains(last)), "three days after the first: {tried:?}");
    let pauses: Vec<_> = tried.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(pauses[..6].is_sorted() && pauses.iter().all(|pause| *pause <= 67), "{pauses:?}");
    let ids: std::collections::BTreeSet<_> = erp.seen().iter().map(|got| got.header("webhook-id").to_owned()).collect();
    assert_eq!((erp.seen().len(), ids.len()), (tried.len(), 1), "the same, by its id");
    let seen = view(&shop, staff, id).await;
    let delivery = &seen.deliveries[0];
    assert_eq!((delivery.state.as_str(), delivery.status), ("given_up", Some(500)));
    assert_eq!(delivery.answer.as_deref(), Some("says 500"));
    assert!(delivery.took_ms.is_some() && delivery.tried_at.is_some());
    assert_eq!(seen.endpoint.state, EndpointState::Failing);
    assert_eq!(shop.shop.staff_home(staff.may()).await.unwrap().tasks.webhooks_disabled, 1);
    // Nothing is kept for it, and nothing tried.
    pay(&shop, ada).await;
    assert_eq!(refused(shop.shop.retry_webhook(staff.may(), delivery.position).await), Refusal::NotFound);
    assert_eq!((send(&shop).await, view(&shop, staff, id).await.deliveries.len()), (0, 1));
    // It is mended, and staff say so.
    erp.says(Says::status(204));
    shop.shop.switch_endpoint(staff.may(), id, true).await.unwrap();
    assert_eq!(shop.shop.retry_webhook(staff.may(), delivery.position).await.unwrap(), id);
    assert_eq!(send(&shop).await, 1);
    let mended = view(&shop, staff, id).await;
    assert_eq!((mended.endpoint.state, mended.endpoint.failing_since), (EndpointState::Active, None));
    assert_eq!((mended.deliveries[0].state.as_str(), mended.deliveries[0].attempts), ("delivered", 1));
    assert_eq!(refused(shop.shop.retry_webhook(staff.may(), delivery.position).await), Refusal::NotFound);
    assert_eq!(shop.shop.staff_home(staff.may()).await.unwrap().tasks.webhooks_disabled, 0);
    shop.done().await;
}

#[tokio::test]
async fn one_that_succeeds_now_and_then_is_never_disabled() {
    let (shop, staff, ada) = opened().await;
    let erp = Receiver::open().await;
    let (id, _) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    for day in 0..5 {
        erp.says(Says::status(if day % 2 == 0 { 500 } else { 200 }));
        pay(&shop, ada).await;
        send(&shop).await;
        shop.clock.advance(Duration::hours(23));
    }
    let endpoint = view(&shop, staff, id).await.endpoint;
    assert_eq!(endpoint.state, EndpointState::Active);
    assert!(endpoint.failing_since.is_some());
    shop.done().await;
}

#[tokio::test]
async fn who_is_busy_is_waited_for_and_who_is_gone_is_left_alone() {
    let (shop, staff, ada) = opened().await;
    let erp = Receiver::saying(Says::Status(503, "retry-after: 7200\r\n".into(), "later".into())).await;
    let (id, _) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    pay(&shop, ada).await;
    assert_eq!(send(&shop).await, 1);
    shop.clock.advance(Duration::minutes(119));
    assert_eq!(send(&shop).await, 0, "it asked for two hours");
    shop.clock.advance(Duration::minutes(2));
    erp.says(Says::status(410));
    pay(&shop, ada).await;
    assert_eq!(send(&shop).await, 1, "once it is gone nothing else is tried");
    let seen = view(&shop, staff, id).await;
    assert_eq!(seen.endpoint.state, EndpointState::Gone);
    let states: Vec<_> = seen.deliveries.iter().map(|delivery| (delivery.state.as_str(), delivery.status)).collect();
    assert_eq!(states, [("waiting", None), ("given_up", Some(410))]);
    shop.done().await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (shop, staff, ada) = opened().await;
    let elsewhere = Receiver::open().await;
    let location = format!("location: {}\r\n", elsewhere.url);
    let erp = Receiver::saying(Says::Status(307, location, String::new())).await;
    let (id, _) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    pay(&shop, ada).await;
    assert_eq!(send(&shop).await, 1);
    assert_eq!((erp.seen().len(), elsewhere.seen().len()), (1, 0));
    let delivery = view(&shop, staff, id).await.deliveries.remove(0);
    assert_eq!((delivery.state.as_str(), delivery.status), ("waiting", Some(307)));
    shop.done().await;
}

#[tokio::test]
async fn of_a_long_answer_the_beginning_is_kept() {
    let (shop, staff, ada) = opened().await;
    let erp = Receiver::saying(Says::Status(200, String::new(), "\0ä".repeat(100_000))).await;
    let (id, _) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    pay(&shop, ada).await;
    assert_eq!(send(&shop).await, 1);
    let delivery = view(&shop, staff, id).await.deliveries.remove(0);
    assert_eq!((delivery.state.as_str(), delivery.status), ("delivered", Some(200)));
    let answer = delivery.answer.unwrap();
    assert!(answer.starts_with(" ä ä") && (1_000..=1_024).contains(&answer.len()), "{answer}");
    shop.done().await;
}

#[tokio::test]
async fn nothing_goes_into_a_private_network_unless_the_shop_is_in_one() {
    let (shop, staff, ada) = opened().await;
    let public = shop.another_process_reaching(Reach::Public).await;
    for (url, problem) in [
        ("http://erp.example.org/hooks", Problem::NotAnEndpoint),
        ("https://127.0.0.1:8443/hooks", Problem::PrivateAddress),
        ("https://[::ffff:10.0.0.7]/hooks", Problem::PrivateAddress),
        ("https://localhost/hooks", Problem::PrivateAddress),
        ("https://2130706433/hooks", Problem::PrivateAddress),
        ("", Problem::Required),
    ] {
        let form = fields(&[("url", url), ("event-order.paid", "on")]);
        let refusal = refused(public.add_endpoint(staff.may(), &form).await);
        assert_eq!(refusal.problem_of("url"), Some(&problem), "{url}");
    }
    assert!(words::problem(&Problem::PrivateAddress).contains("private network"));
    let nothing = refused(shop.shop.add_endpoint(staff.may(), &fields(&[("url", "https://erp.example.org")])).await);
    assert_eq!(nothing.problem_of("events"), Some(&Problem::NotAChoice));
    // It was typed while it led elsewhere.
    let inside = Receiver::open().await;
    let (id, _) = listens(&shop, staff, &inside.url, &["order.paid"]).await;
    pay(&shop, ada).await;
    assert_eq!(public.send_due_webhooks(4).await.unwrap(), 1);
    let delivery = view(&shop, staff, id).await.deliveries.remove(0);
    assert_eq!((delivery.status, inside.seen().len()), (None, 0));
    assert!(delivery.answer.is_some_and(|answer| answer.contains("private network")));
    shop.done().await;
}

#[tokio::test]
async fn while_a_secret_is_changed_both_sign_for_a_day() {
    let (shop, staff, ada) = opened().await;
    let erp = Receiver::open().await;
    let (id, old) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    let new = shop.shop.rotate_endpoint_secret(staff.may(), id).await.unwrap();
    assert_ne!(old, new);
    for (hours, old_holds) in [(0, true), (23, true), (2, false)] {
        shop.clock.advance(Duration::hours(hours));
        pay(&shop, ada).await;
        send(&shop).await;
        let got = erp.seen().pop().unwrap();
        assert_eq!((is_signed(&new, &got), is_signed(&old, &got)), (true, old_holds), "{got:?}");
    }
    let kept: String = shop.scalar("select string_agg(e::text, '') from webhook_endpoints e where $1 = ''", "").await;
    assert!(!kept.contains("whsec_") && !kept.contains(&new[6..]), "nothing secret is kept");
    shop.done().await;
}

#[tokio::test]
async fn what_somebody_died_over_is_sent_by_another_under_the_same_id() {
    let (shop, staff, ada) = opened().await;
    let erp = Receiver::open().await;
    let (id, _) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    pay(&shop, ada).await;
    pay(&shop, ada).await;
    let first = shop.shop.take_webhook_deliveries(4, &[]).await.unwrap();
    assert_eq!(first.len(), 1, "of one endpoint one at a time");
    let other = shop.another_process().await;
    assert!(other.take_webhook_deliveries(4, &[id]).await.unwrap().is_empty(), "it is busy");
    let second = other.take_webhook_deliveries(4, &[]).await.unwrap();
    assert_ne!(first[0].position, second[0].position);
    assert!(other.take_webhook_deliveries(4, &[]).await.unwrap().is_empty());
    other.send_webhook(&second[0]).await.unwrap();
    shop.clock.advance(Duration::seconds(61));
    let again = other.take_webhook_deliveries(4, &[]).await.unwrap();
    assert_eq!((again[0].event, again[0].attempts), (first[0].event, 2));
    other.send_webhook(&again[0]).await.unwrap();
    // It was not dead after all: what it has to say comes too late.
    erp.says(Says::status(500));
    shop.shop.send_webhook(&first[0]).await.unwrap();
    let ids: Vec<_> = erp.seen().iter().skip(1).map(|got| got.header("webhook-id").to_owned()).collect();
    assert_eq!(ids, vec![first[0].event.to_string(); 2]);
    let seen = view(&shop, staff, id).await;
    assert!(seen.deliveries.iter().all(|delivery| delivery.state == "delivered"), "{seen:?}");
    assert_eq!(seen.endpoint.failing_since, None);
    shop.done().await;
}

#[tokio::test]
async fn who_dies_while_nobody_answers_is_overtaken() {
    let (shop, staff, ada) = opened().await;
    let erp = Receiver::saying(Says::Nothing).await;
    let (id, secret) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    pay(&shop, ada).await;
    {
        let mut sending = std::pin::pin!(shop.shop.send_due_webhooks(1));
        while erp.seen().is_empty() {
            let a_while = std::time::Duration::from_millis(20);
            assert!(tokio::time::timeout(a_while, sending.as_mut()).await.is_err(), "nobody has answered");
        }
    }
    erp.says(Says::status(200));
    assert_eq!(send(&shop).await, 0, "it is still theirs who took it");
    shop.clock.advance(Duration::seconds(61));
    assert_eq!(send(&shop).await, 1);
    let seen = erp.seen();
    assert_eq!((seen.len(), seen[0].header("webhook-id")), (2, seen[1].header("webhook-id")));
    assert!(seen.iter().all(|got| is_signed(&secret, got)));
    assert_ne!(seen[0].header("webhook-timestamp"), seen[1].header("webhook-timestamp"), "each try has its time");
    let delivery = view(&shop, staff, id).await.deliveries.remove(0);
    assert_eq!((delivery.state.as_str(), delivery.attempts), ("delivered", 2));
    shop.done().await;
}
