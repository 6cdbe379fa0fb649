//! What waits is counted, with the age of the oldest, for whoever watches the shop.

use shop::domain::{Consumer, Limit};
use shop::usecase::{Backlog, Backlogs, COUNTS};

use crate::harness::TestShop;

#[tokio::test]
async fn what_waits_is_counted_with_its_age_and_nothing_else_is() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.begin_payment(ada, id).await.unwrap();
    shop.deliver().await;
    let (before, groups) = shop.shop.backlogs().await.unwrap();
    assert_eq!((before.events, before.payments.waiting), (Backlog::default(), 1));
    assert!(groups.len() == Consumer::ALL.len() && groups.iter().all(|group| group.waiting == 0), "{groups:?}");

    shop.execute(
        "update payments set created_at = now() - interval '50 seconds' where state = 'started';
         insert into outbox (event_id, topic, key, kind, payload, occurred_at, next_attempt_at, published_at)
         values (gen_random_uuid(), 'user.mislaid', 'waits', 'k', '{}', now() - interval '70 seconds', null, null),
            (gen_random_uuid(), 'user.mislaid', 'held', 'k', '{}', now(), now() + interval '1 hour', null),
            (gen_random_uuid(), 'user.mislaid.dlq', 'dead', 'k', '{}', now(), null, now());
         insert into email_messages (id, cause, recipient, kind, subject, body, state, created_at, updated_at, due_at)
         select gen_random_uuid(), gen_random_uuid(), 'eve@example.net', 'welcome', 'Welcome', 'Hello', m.state, now(), now(),
            now() + m.due
         from (values ('queued', interval '-90 seconds'), ('queued', interval '1 hour'), ('sending', interval '0'),
            ('refused', interval '0'), ('uncertain', interval '0'), ('accepted', interval '0')) as m (state, due)",
    )
    .await;
    let (after, _) = shop.shop.backlogs().await.unwrap();
    for (what, age, at_least) in [
        ("events", after.events.oldest_seconds, 70),
        ("mail", after.mail_queued.oldest_seconds, 90),
        ("payments", after.payments.oldest_seconds, 50),
    ] {
        assert!((at_least..at_least + 30).contains(&age), "{what}: {age}");
    }
    let expected = Backlogs {
        events: Backlog { waiting: 2, ..after.events },
        events_held: 1,
        dead_letters: 1,
        mail_queued: Backlog { waiting: before.mail_queued.waiting + 2, ..after.mail_queued },
        mail_sending: before.mail_sending + 1,
        mail_refused: before.mail_refused + 1,
        mail_uncertain: before.mail_uncertain + 1,
        payments: Backlog { waiting: 1, ..after.payments },
    };
    assert_eq!(after, expected);

    shop.execute(
        "delete from outbox where topic like 'user.mislaid%'; delete from email_messages where recipient = 'eve@example.net'",
    )
    .await;
    shop.done().await;
}

#[tokio::test]
async fn a_limit_that_refuses_counts_it_also_where_the_database_is_not_asked() {
    let shop = TestShop::open().await;
    let limit = Limit::ConfirmationPerNetwork;
    let of_here = || vec![(limit, "a network of this test alone".to_owned())];
    let refused = || COUNTS.refused(limit).get();
    let before = refused();
    let mut taken = 0;
    while shop.shop.take_tries(of_here()).await.is_ok() {
        taken += 1;
    }
    assert_eq!(taken, limit.by_default().at_once);
    // Other tests count, too.
    assert!(refused() > before);
    let at_once = refused();
    assert!(shop.shop.take_tries(of_here()).await.is_err());
    assert!(refused() > at_once);
    shop.done().await;
}
