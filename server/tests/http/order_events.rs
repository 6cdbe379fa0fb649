//! Pages of orders that are open: each hears of what becomes of its order, and all of them together ask the database no more than one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use http::StatusCode;
use tokio::time::{sleep, timeout};

use crate::counted::CountedWay;
use crate::forms::{ADDRESS, order_with, stocked};
use crate::order_news::{heard, listen_to};
use crate::visitor::router_on;

/// As many as shoppers wait at once in a sale, or one who has lost count.
const TABS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn all_tabs_of_a_process_are_one_question_and_each_hears_of_a_change_made_elsewhere() {
    let site = stocked().await;
    let (ada, bob) = (site.visitor(), site.visitor());
    ada.register("Ada").await;
    bob.register("Bob").await;
    let (path, his) = (order_with(&ada, "1", &ADDRESS).await, order_with(&bob, "1", &ADDRESS).await);
    let way = CountedWay::to(&site.shop.url).await;
    let process = site.shop.another_process_on(&way.url, Arc::new(site.shop.sandbox())).await;
    let router = router_on(&way.url, process, false);
    let mut tabs = Vec::new();
    for tab in 0..TABS {
        let (who, path) = if tab == 0 { (&bob, &his) } else { (&ada, &path) };
        let stream = listen_to(&router, who, &format!("{path}/events")).await;
        assert_eq!(stream.status(), StatusCode::OK);
        let mut stream = stream.into_body().into_data_stream();
        let first = heard(&mut stream).await.unwrap();
        assert!(first.starts_with("data: pending.reserved."), "at once: {first}");
        // Between them come signs of life.
        tabs.push(tokio::spawn(async move {
            while let Some(piece) = stream.next().await {
                let told = String::from_utf8(piece.unwrap().to_vec()).unwrap();
                if told.starts_with("data: ") {
                    return told;
                }
            }
            "it is over".to_owned()
        }));
    }
    // Each reads its order once more; from then on there is one question every fifth of a second.
    let mut is_quiet = false;
    for _ in 0..20 {
        let began = Instant::now();
        let mut trips = way.take();
        while trips < 8 {
            sleep(Duration::from_millis(5)).await;
            trips += way.take();
        }
        is_quiet |= began.elapsed() >= Duration::from_secs(1);
        if is_quiet {
            break;
        }
    }
    assert!(is_quiet, "each tab asks for itself");
    let id = path.trim_start_matches("/orders/");
    ada.submit(&path, "cancel-order", &[("order_id", id)]).await;
    for (tab, waiting) in tabs.into_iter().enumerate() {
        if tab == 0 {
            assert!(!waiting.is_finished(), "nothing has happened to his");
            waiting.abort();
        } else {
            let told = timeout(Duration::from_secs(30), waiting).await.expect("it is told").unwrap();
            assert!(told.starts_with("data: cancelled."), "{told}");
        }
    }
    site.shop.deliver().await;
    site.shop.done().await;
}
