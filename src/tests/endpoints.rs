//! Endpoints of outgoing webhooks, as staff keep them.

use shop::domain::{EndpointId, EndpointState, Problem, Refusal};
use shop::dto::RegisterForm;
use time::Duration;

use crate::harness::{Everything, refused};
use crate::outgoing::{is_signed, listens, opened, pay, send, view};
use crate::receiver::{Receiver, Says};
use crate::rule_forms::fields;

#[tokio::test]
async fn what_staff_do_with_an_endpoint_is_done_and_written_down() {
    let (shop, staff, ada) = opened().await;
    let (live, erp) = (&shop.shop, Receiver::open().await);
    let (id, _) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    live.test_endpoint(staff.may(), id).await.unwrap();
    assert_eq!(send(&shop).await, 1);
    assert!(erp.seen()[0].body.contains("\"type\":\"webhook.test\""), "{:?}", erp.seen());
    // A test that fails is not repeated, and is held against nobody.
    erp.says(Says::status(500));
    live.test_endpoint(staff.may(), id).await.unwrap();
    send(&shop).await;
    let seen = view(&shop, staff, id).await;
    assert_eq!((seen.deliveries[0].state.as_str(), seen.endpoint.failing_since), ("given_up", None));
    erp.says(Says::status(200));
    for _ in 0..2 {
        live.switch_endpoint(staff.may(), id, false).await.unwrap();
    }
    pay(&shop, ada).await;
    assert_eq!(send(&shop).await, 0, "it is paused");
    assert_eq!(refused(live.test_endpoint(staff.may(), id).await), Refusal::NotFound);
    assert_eq!(live.endpoints(staff.may()).await.unwrap().endpoints[0].waiting, 1);
    live.switch_endpoint(staff.may(), id, true).await.unwrap();
    assert_eq!(send(&shop).await, 1, "what happened meanwhile");
    live.rotate_endpoint_secret(staff.may(), id).await.unwrap();
    let other = fields(&[("url", &erp.url), ("event-order.paid", "on"), ("event-order.shipped", "on")]);
    for _ in 0..2 {
        live.change_endpoint(staff.may(), id, &other).await.unwrap();
    }
    assert_eq!(view(&shop, staff, id).await.endpoint.events, ["order.paid", "order.shipped"]);
    let failed = view(&shop, staff, id).await.deliveries.into_iter().find(|d| d.state == "given_up").unwrap();
    live.retry_webhook(staff.may(), failed.position).await.unwrap();
    live.remove_endpoint(staff.may(), id).await.unwrap();
    assert_eq!(send(&shop).await, 0, "nothing that waits is sent, either");
    pay(&shop, ada).await;
    assert_eq!(send(&shop).await, 0);
    let nobody = EndpointId(uuid::Uuid::nil());
    for gone in [id, nobody] {
        assert_eq!(refused(live.remove_endpoint(staff.may(), gone).await), Refusal::NotFound);
        assert_eq!(refused(live.switch_endpoint(staff.may(), gone, true).await), Refusal::NotFound);
        assert_eq!(refused(live.rotate_endpoint_secret(staff.may(), gone).await), Refusal::NotFound);
        assert_eq!(refused(live.change_endpoint(staff.may(), gone, &other).await), Refusal::NotFound);
        assert_eq!(refused(live.endpoint(staff.may(), gone, None).await), Refusal::NotFound);
    }
    let log = live.audit_log(staff.may(), None).await.unwrap().entries;
    let actions: Vec<_> = log.iter().rev().map(|entry| entry.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "webhook.added",
            "webhook.tested",
            "webhook.tested",
            "webhook.paused",
            "webhook.resumed",
            "webhook.secret_rotated",
            "webhook.changed",
            "webhook.retried",
            "webhook.removed",
        ]
    );
    assert!(log.iter().all(|entry| !format!("{entry:?}").contains("whsec_")));
    shop.done().await;
}

#[tokio::test]
async fn there_are_twenty_endpoints_at_most() {
    let (shop, staff, _) = opened().await;
    for n in 0..20 {
        listens(&shop, staff, &format!("https://erp{n}.example.org/"), &["order.paid"]).await;
    }
    let more = fields(&[("url", "https://erp.example.org/"), ("event-order.paid", "on")]);
    let refusal = refused(shop.shop.add_endpoint(staff.may(), &more).await);
    assert_eq!(refusal.problem_of("url"), Some(&Problem::TooMany { max: 20 }));
    assert_eq!(shop.shop.endpoints(staff.may()).await.unwrap().endpoints.len(), 20);
    shop.done().await;
}

#[tokio::test]
async fn a_long_log_is_read_page_by_page() {
    let (shop, staff, _) = opened().await;
    let (id, _) = listens(&shop, staff, "https://erp.example.org/", &["order.paid"]).await;
    sqlx::query(
        "insert into webhook_deliveries (endpoint_id, event_id, topic, body, created_at, due_at)
         select $1, gen_random_uuid(), 'order.paid', '{}', now(), now() from generate_series(1, 51)",
    )
    .bind(id.0)
    .execute(shop.shop.store().pool())
    .await
    .unwrap();
    let first = view(&shop, staff, id).await;
    assert_eq!((first.deliveries.len(), first.endpoint.waiting), (50, 51));
    let rest = shop.shop.endpoint(staff.may(), id, first.next).await.unwrap();
    assert_eq!((rest.deliveries.len(), rest.next), (1, None));
    assert!(rest.deliveries[0].position < first.deliveries[49].position);
    shop.done().await;
}

#[tokio::test]
async fn what_waits_begins_anew_when_its_endpoint_does() {
    let (shop, staff, ada) = opened().await;
    let erp = Receiver::saying(Says::status(500)).await;
    let (id, _) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    pay(&shop, ada).await;
    assert_eq!(send(&shop).await, 1);
    shop.shop.switch_endpoint(staff.may(), id, false).await.unwrap();
    shop.clock.advance(Duration::days(4));
    assert_eq!(send(&shop).await, 0);
    erp.says(Says::status(503));
    shop.shop.switch_endpoint(staff.may(), id, true).await.unwrap();
    assert_eq!(send(&shop).await, 1, "at once");
    let delivery = view(&shop, staff, id).await.deliveries.remove(0);
    assert_eq!((delivery.state.as_str(), delivery.status, delivery.attempts), ("waiting", Some(503), 1));
    shop.clock.advance(Duration::seconds(12));
    erp.says(Says::status(200));
    assert_eq!(send(&shop).await, 1, "after the first pause");
    let seen = view(&shop, staff, id).await;
    assert_eq!((seen.deliveries[0].state.as_str(), seen.endpoint.state), ("delivered", EndpointState::Active));
    shop.done().await;
}

#[tokio::test]
async fn of_several_secrets_in_a_day_each_signs_for_a_day_after_it_was_replaced() {
    let (shop, staff, ada) = opened().await;
    let erp = Receiver::open().await;
    let (id, first) = listens(&shop, staff, &erp.url, &["order.paid"]).await;
    let second = shop.shop.rotate_endpoint_secret(staff.may(), id).await.unwrap();
    shop.clock.advance(Duration::hours(1));
    let third = shop.shop.rotate_endpoint_secret(staff.may(), id).await.unwrap();
    for (hours, holds) in [(0, [true; 3]), (22, [true; 3]), (1, [false, true, true]), (1, [false, false, true])] {
        shop.clock.advance(Duration::hours(hours));
        pay(&shop, ada).await;
        send(&shop).await;
        let got = erp.seen().pop().unwrap();
        assert_eq!([&first, &second, &third].map(|secret| is_signed(secret, &got)), holds, "{got:?}");
    }
    shop.done().await;
}

#[tokio::test]
async fn what_an_address_answers_is_not_held_against_the_one_after_it() {
    let (shop, staff, ada) = opened().await;
    let (old, new) = (Receiver::open().await, Receiver::open().await);
    let (id, _) = listens(&shop, staff, &old.url, &["order.paid"]).await;
    let other = fields(&[("url", &new.url), ("event-order.paid", "on")]);
    pay(&shop, ada).await;
    let taken = shop.shop.take_webhook_deliveries(4, &[]).await.unwrap();
    shop.shop.change_endpoint(staff.may(), id, &other).await.unwrap();
    old.says(Says::status(410));
    shop.shop.send_webhook(&taken[0]).await.unwrap();
    let seen = view(&shop, staff, id).await;
    assert_eq!((seen.endpoint.state, seen.endpoint.failing_since), (EndpointState::Active, None));
    assert_eq!((seen.deliveries[0].state.as_str(), seen.deliveries[0].status), ("waiting", Some(410)));
    assert_eq!((send(&shop).await, old.seen().len(), new.seen().len()), (1, 1, 1), "at once, and to the new one");
    assert_eq!(old.seen()[0].header("webhook-id"), new.seen()[0].header("webhook-id"));
    assert_eq!(view(&shop, staff, id).await.deliveries[0].state, "delivered");
    // Nor is what was on its way when staff paused it.
    pay(&shop, ada).await;
    let taken = shop.shop.take_webhook_deliveries(4, &[]).await.unwrap();
    shop.shop.switch_endpoint(staff.may(), id, false).await.unwrap();
    new.says(Says::status(410));
    shop.shop.send_webhook(&taken[0]).await.unwrap();
    assert_eq!(view(&shop, staff, id).await.endpoint.state, EndpointState::Paused);
    shop.done().await;
}

#[tokio::test]
async fn who_owns_the_shop_is_written_to_once_when_an_endpoint_is_disabled() {
    let (shop, staff, ada) = opened().await;
    for name in ["olga", "otto", "mona"] {
        let (email, password) = (format!("{name}@example.org"), "correct horse".to_owned());
        shop.shop.create_staff(RegisterForm { name: name.into(), email, password }).await.unwrap();
    }
    shop.execute("update users set staff_role = 'manager' where email = 'mona@example.org'").await;
    let erp = Receiver::saying(Says::status(500)).await;
    let (id, _) = listens(&shop, staff, &format!("{}?key=secret", erp.url), &["order.paid"]).await;
    pay(&shop, ada).await;
    let letters = "select count(*) from email_messages where kind = 'webhook_disabled'";
    for _ in 0..80 {
        assert_eq!(shop.count(letters).await > 0, view(&shop, staff, id).await.endpoint.state != EndpointState::Active);
        send(&shop).await;
        shop.clock.advance(Duration::hours(1));
    }
    assert_eq!(view(&shop, staff, id).await.endpoint.state, EndpointState::Failing);
    let to = "select string_agg(recipient, ' ' order by recipient) from email_messages where kind = $1";
    assert_eq!(shop.scalar::<String>(to, "webhook_disabled").await, "olga@example.org otto@example.org");
    let said: String =
        shop.scalar("select min(subject || body) from email_messages where kind = $1", "webhook_disabled").await;
    assert!(said.contains("For three days nothing could be delivered to 127.0.0.1:"), "{said}");
    assert!(said.contains(&format!("/admin/webhooks/{id}")) && !said.contains("secret"), "{said}");
    // It is told again only when it is disabled again.
    pay(&shop, ada).await;
    assert_eq!((send(&shop).await, shop.count(letters).await), (0, 2));
    erp.says(Says::status(410));
    shop.shop.switch_endpoint(staff.may(), id, true).await.unwrap();
    pay(&shop, ada).await;
    assert_eq!((send(&shop).await, shop.count(letters).await), (1, 4));
    let last = "select count(*) from email_messages where kind = 'webhook_disabled' and body like '%answered that it is gone%'";
    assert_eq!(shop.count(last).await, 2);
    shop.done().await;
}
