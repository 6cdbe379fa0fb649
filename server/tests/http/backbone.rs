//! The page of events: how far each group is, what this process does beside answering, and all dead letters put back.

use server::config::Environment;
use server::supervisor::{Board, Stage};

use crate::admin::Desk;
use crate::common::router_of;

#[tokio::test]
async fn the_page_of_events_tells_what_the_process_that_answers_does() {
    let mut desk = Desk::open().await;
    let page = desk.olga().await.get("/admin/events").await.text;
    for part in
        ["How far each group is", "notification", "Background work of this process", "a worker does, in a process"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let board = Board::default();
    let stage = Stage::new(&board);
    for name in ["relay", "<mail>"] {
        stage.start(name, |_| std::future::pending());
    }
    desk.site.router =
        router_of(&desk.site.shop.url, desk.site.shop.shop.clone(), false, Environment::default(), board);
    let page = desk.olga().await.get("/admin/events").await.text;
    for part in ["relay", "&lt;mail&gt;", "Running", "Restarts"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("a worker does, in a process"), "{page}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn several_dead_letters_are_put_back_by_one_button() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let dead = "insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
         values (gen_random_uuid(), 'order.created.dlq', 'k', 'shop.order.created.v1', '{', '[]', now())";
    desk.site.shop.execute(dead).await;
    assert!(!olga.get("/admin/events").await.text.contains("Put all of them back"), "one has a button of its own");
    desk.site.shop.execute(dead).await;
    assert!(olga.get("/admin/events").await.text.contains("Put all of them back"));
    let done = olga.submit("/admin/events", "admin-replay-events", &[]).await.text;
    assert!(done.contains("2 events are put back.") && done.contains("None. A message"), "{done}");
    desk.site.shop.execute("delete from outbox where key = 'k'").await;
    desk.site.shop.done().await;
}
