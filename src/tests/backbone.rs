//! What staff see of the event backbone, and all dead letters put back at once.

use crate::fulfilment::Paid;
use crate::harness::Everything;

#[tokio::test]
async fn each_group_is_told_by_what_it_has_not_handled() {
    let Paid { shop, staff, .. } = Paid::order().await;
    let waiting = async || {
        let view = shop.shop.events_view(staff.may(), 0).await.unwrap();
        view.groups.into_iter().map(|lag| (lag.group, lag.waiting)).collect::<Vec<_>>()
    };
    let told = |counts: [u32; 4]| {
        let groups = ["inventory", "orders", "notification", "webhooks"].map(str::to_owned);
        groups.into_iter().zip(counts).collect::<Vec<_>>()
    };
    assert_eq!(waiting().await, told([0; 4]), "where nobody is to be told, nothing waits for them");
    shop.execute(
        "delete from consumer_inbox where consumer in ('inventory', 'notification')
            and event_id in (select event_id from outbox where topic = 'order.paid')",
    )
    .await;
    assert_eq!(waiting().await, told([1, 0, 1, 0]), "an event is each group's own");
    shop.execute(
        "insert into consumer_inbox (consumer, event_id, handled_at)
         select g.name, o.event_id, now() from outbox o, unnest(array['inventory', 'notification']) as g (name)
         where o.topic = 'order.paid'",
    )
    .await;
    assert_eq!(waiting().await, told([0; 4]));
    shop.done().await;
}

#[tokio::test]
async fn all_dead_letters_are_put_back_at_once_and_each_is_written_down() {
    let Paid { shop, staff, .. } = Paid::order().await;
    shop.execute(
        "insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
         select gen_random_uuid(), 'order.created.dlq', 'k', 'shop.order.created.v1', '{',
            '[[\"dlq_group\",\"inventory\"]]', now() from generate_series(1, 2)",
    )
    .await;
    assert_eq!(shop.shop.events_view(staff.may(), 0).await.unwrap().dead.len(), 2);
    let put_back = async || {
        let done = shop.shop.replay_all_for(staff.may()).await.unwrap();
        (done.back, done.left)
    };
    // The oldest cannot be put back, and keeps none behind it.
    shop.execute(
        "create function not_that() returns trigger language plpgsql as $$
            begin raise exception 'not that one'; end $$;
         create trigger not_that before insert on outbox for each row
            when (new.topic = 'order.created' and new.key = 'first') execute function not_that();
         update outbox set key = 'first'
            where position = (select min(position) from outbox where topic = 'order.created.dlq')",
    )
    .await;
    assert_eq!(put_back().await, (1, 1));
    assert_eq!(put_back().await, (0, 1), "once");
    shop.execute("drop trigger not_that on outbox; update outbox set key = 'k' where key = 'first'").await;
    assert_eq!(put_back().await, (1, 0));
    assert_eq!(put_back().await, (0, 0), "once");
    assert_eq!(shop.count("select count(*) from outbox where topic = 'order.created' and key = 'k'").await, 2);
    assert_eq!(shop.count("select count(*) from audit_log where action = 'event.replayed'").await, 2);
    assert_eq!(shop.shop.verify_audit_log().await.unwrap().flaw, None);
    shop.execute("delete from outbox where key = 'k'").await;
    shop.done().await;
}
