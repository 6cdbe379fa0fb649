//! Housekeeping: each kind goes when its time is over and not before, in batches, and none holds up another.

use shop::usecase::{Housekeeping, Stale};
use time::Duration;

use crate::harness::TestShop;

/// Something of every kind that has just come to its end, with its time beside it.
const ALL: &str = "
    insert into outbox (event_id, topic, key, kind, payload, occurred_at, published_at, replayed_at)
        select gen_random_uuid(), t.topic, 'k', 'x', '{}', now(), now(), t.replayed
        from (values ('order.paid', null::timestamptz), ('order.paid.dlq', null), ('order.paid.dlq', now()))
            as t (topic, replayed);
    insert into consumer_inbox (consumer, event_id, handled_at) values ('orders', gen_random_uuid(), now());
    insert into idempotency_keys (user_id, key, request, order_id, created_at)
        select id, 'key', '', null, now() from users;
    insert into webhook_deliveries (endpoint_id, event_id, topic, body, created_at, due_at)
        values (gen_random_uuid(), gen_random_uuid(), 'order.paid', '{}', now(), now());
    insert into sessions (id_hash, data, created_at, expires_at) values ('hash', '{}', now(), now());
    insert into carts (id, user_id) values (gen_random_uuid(), null), (gen_random_uuid(), (select id from users));
    insert into staff_invitations (id, email, role, invited_by, created_at, expires_at)
        values (gen_random_uuid(), 'pia@example.org', 'packing', gen_random_uuid(), now(), now());
    insert into email_messages
        (id, cause, kind, recipient, subject, body, state, due_at, created_at, updated_at)
        select gen_random_uuid(), gen_random_uuid(), 'x', 'ada@example.org', 'Hello', 'Ada', s.state, now(), now(), now()
        from (values ('accepted'), ('queued')) as s (state)";

#[tokio::test]
async fn each_kind_goes_when_its_time_is_over_and_not_before() {
    let shop = TestShop::open().await;
    shop.register("Ada").await;
    shop.deliver().await;
    shop.execute("delete from outbox; delete from consumer_inbox; delete from email_messages").await;
    shop.execute(ALL).await;
    let none = Housekeeping::default();
    // Hours since the beginning, and what goes then.
    let hours = [
        (23, Housekeeping { sessions: 1, ..none.clone() }),
        (25, Housekeeping { keys: 1, ..none.clone() }),
        (7 * 24 - 1, none.clone()),
        (7 * 24 + 1, Housekeeping { events: 1, ..none.clone() }),
        (14 * 24 - 1, none.clone()),
        (14 * 24 + 1, Housekeeping { inbox: 1, ..none.clone() }),
        (30 * 24 - 1, none.clone()),
        (
            30 * 24 + 1,
            Housekeeping { dead_letters: 1, carts: 1, invitations: 1, webhook_deliveries: 1, ..none.clone() },
        ),
        (90 * 24 - 1, none.clone()),
        (90 * 24 + 1, Housekeeping { mail: 1, ..none.clone() }),
        (400 * 24, none.clone()),
    ];
    let mut passed = Duration::ZERO;
    for (hour, expected) in hours {
        let at = Duration::hours(hour);
        shop.clock.advance(at - passed);
        passed = at;
        assert_eq!(shop.shop.run_housekeeping().await.unwrap(), expected, "hour {hour}");
    }
    assert_eq!(shop.count("select count(*) from outbox where topic = 'order.paid.dlq'").await, 1, "never replayed");
    assert_eq!(shop.count("select count(*) from carts where user_id is not null").await, 1);
    let stripped = "select count(*) from email_messages where state = 'accepted' and recipient || subject || body = ''";
    assert_eq!(shop.count(stripped).await, 1);
    let kept = "select count(*) from email_messages where state = 'queued' and recipient = 'ada@example.org'";
    assert_eq!(shop.count(kept).await, 1, "what may still be sent keeps its address");
    shop.done().await;
}

#[tokio::test]
async fn more_than_a_batch_goes_in_one_round() {
    let shop = TestShop::open().await;
    shop.execute(
        "insert into consumer_inbox (consumer, event_id, handled_at)
         select 'orders', gen_random_uuid(), now() - interval '15 days' from generate_series(1, 2500)",
    )
    .await;
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().inbox, 2500);
    shop.done().await;
}

#[tokio::test]
async fn a_kind_that_fails_does_not_stop_the_others() {
    let shop = TestShop::open().await;
    shop.execute(
        "insert into sessions (id_hash, data, created_at, expires_at) values ('h', '{}', now(), '2001-01-01')",
    )
    .await;
    shop.execute("alter table outbox rename to elsewhere").await;
    let done = shop.shop.run_housekeeping().await.unwrap();
    assert_eq!((done.sessions, done.failed), (1, vec![Stale::Events, Stale::DeadLetters]));
    shop.execute("alter table elsewhere rename to outbox").await;
    let away = shop.another_process().await;
    away.store().close().await;
    assert!(away.run_housekeeping().await.is_err(), "nothing could be done at all");
    shop.done().await;
}
