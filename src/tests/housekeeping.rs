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
    insert into kept_forms (id, user_id, fields, created_at) select gen_random_uuid(), id, '{}', now() from users;
    insert into webhook_deliveries (endpoint_id, event_id, topic, body, created_at, due_at)
        values (gen_random_uuid(), gen_random_uuid(), 'order.paid', '{}', now(), now());
    insert into sessions (id_hash, data, created_at, expires_at) values ('hash', '{\"cart\": \"42\"}', now(), now());
    insert into carts (id, user_id) values (gen_random_uuid(), (select id from users));
    with lost as (insert into carts (id, user_id) values (gen_random_uuid(), null) returning id)
    insert into sessions (id_hash, data, created_at, expires_at)
        select 'robot', jsonb_build_object('cart', id), now(), now() + interval '1 day' from lost;
    insert into data_exports (user_id, state, content, asked_at, expires_at) select id, 'ready', 'x', now(), now() from users;
    with known as (insert into carts (id, user_id) values (gen_random_uuid(), null) returning id)
    insert into sessions (id_hash, data, created_at, expires_at)
        select 'guest', jsonb_build_object('cart', id), now(), now() + interval '60 days' from known;
    insert into tries (key, full_at, latest) values ('full', now(), now()), ('used', now() + interval '61 days', now());
    insert into payment_webhooks (provider, event_id, body, received_at, handled_at, next_at)
        values ('sandbox', 'event', '{}', now(), now(), now());
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
        (23, Housekeeping { sessions: 1, tries: 1, data_exports: 1, ..none.clone() }),
        // With its cart: there is one left in 30 days.
        (25, Housekeeping { keys: 1, sessions: 1, ..none.clone() }),
        // Three days after it was mailed with the welcome, and one more.
        (7 * 24 - 1, Housekeeping { account_links: 1, ..none.clone() }),
        (7 * 24 + 1, Housekeeping { events: 1, ..none.clone() }),
        (14 * 24 - 1, none.clone()),
        (14 * 24 + 1, Housekeeping { inbox: 1, ..none.clone() }),
        (30 * 24 - 1, none.clone()),
        (
            30 * 24 + 1,
            Housekeeping { dead_letters: 1, carts: 1, invitations: 1, webhook_deliveries: 1, ..none.clone() },
        ),
        (60 * 24 - 1, none.clone()),
        (60 * 24 + 1, Housekeeping { sessions: 1, ..none.clone() }),
        (61 * 24 + 1, Housekeeping { tries: 1, ..none.clone() }),
        (90 * 24 - 1, none.clone()),
        (90 * 24 + 1, Housekeeping { mail: 1, webhooks: 1, ..none.clone() }),
        (400 * 24, none.clone()),
    ];
    let mut passed = Duration::ZERO;
    for (hour, expected) in hours {
        let at = Duration::hours(hour);
        shop.clock.advance(at - passed);
        passed = at;
        assert_eq!(shop.shop.run_housekeeping().await.unwrap(), expected, "hour {hour}");
        let forms = shop.count("select count(*) from kept_forms").await;
        assert_eq!(forms, i64::from(hour < 24), "hour {hour}: what staff typed is kept for a day");
    }
    assert_eq!(shop.count("select count(*) from outbox where topic = 'order.paid.dlq'").await, 1, "never replayed");
    assert_eq!(shop.count("select count(*) from carts where user_id is not null").await, 1);
    let stripped = "select count(*) from email_messages where state = 'accepted' and recipient || subject || body = ''";
    assert_eq!(shop.count(stripped).await, 1);
    let kept = "select count(*) from email_messages where state = 'queued' and recipient = 'ada@example.org'";
    assert_eq!(shop.count(kept).await, 1, "what may still be sent keeps its address");
    shop.done().await;
}

/// Sessions of guests that are over, each with a cart that was last touched so many hours ago.
const CARTS: &str = "
    with kept as (insert into carts (id, user_id, created_at, updated_at)
        select gen_random_uuid(), c.owner, now() - interval '9 days', now() - make_interval(hours => c.hours)
        from (values (25, null::uuid), (23, null), (26, (select id from users)), (27, null)) as c (hours, owner)
        returning id)
    insert into sessions (id_hash, data, created_at, expires_at)
        select decode(replace(id::text, '-', ''), 'hex'), jsonb_build_object('cart', id), now() - interval '9 days',
            now() - interval '1 hour' from kept;
    insert into orders (id, number, email, status, reservation, cancel_reason, currency, total, created_at, expires_at,
        updated_at, cart_id)
        select gen_random_uuid(), 100000, 'guest@example.org', 'cancelled', 'released', 'by_staff', 'USD', 0, now(), now(),
            now(), id from carts where updated_at < now() - interval '26 hours 30 minutes'";

#[tokio::test]
async fn a_cart_goes_with_its_session_unless_it_was_touched_or_ordered_of_or_is_somebodys() {
    let shop = TestShop::open().await;
    shop.register("Ada").await;
    shop.execute(CARTS).await;
    let done = shop.shop.run_housekeeping().await.unwrap();
    assert_eq!((done.sessions, done.carts), (4, 0));
    let hours = "select count(*) from carts where extract(hour from now() - updated_at)
        + 24 * extract(day from now() - updated_at) in (23, 26, 27)";
    assert_eq!((shop.count(hours).await, shop.count("select count(*) from carts").await), (3, 3));
    // Whose session lives keeps it.
    shop.execute(
        "insert into carts (id, updated_at) select gen_random_uuid(), now() - interval '2 days' from generate_series(1, 5);
         insert into sessions (id_hash, data, created_at, expires_at)
            select decode(replace(id::text, '-', ''), 'hex'), jsonb_build_object('cart', id), now(), now() + interval '1 day'
            from carts where updated_at < now() - interval '47 hours'",
    )
    .await;
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().sessions, 0);
    assert_eq!(shop.count("select count(*) from carts").await, 8);
    shop.execute("delete from orders where number = 100000").await;
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
