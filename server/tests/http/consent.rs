//! What whoever orders agrees to is what their page named.

use axum::body::Body;
use http::{Request, StatusCode};

use crate::forms::{at_review, stocked};
use crate::visitor::{ask, hidden, router_on};

#[tokio::test]
async fn terms_published_after_the_review_are_told_on_it_and_nothing_is_ordered() {
    let site = stocked().await;
    let ada = site.visitor();
    let (key, reviewed) = at_review(&ada).await;
    let olga = site.owner().await;
    let typed = [
        ("fields[slug]", "terms"),
        ("fields[version]", "1"),
        ("fields[title]", "Terms"),
        ("fields[description]", ""),
        ("fields[body]", "New ones."),
        ("fields[place]", "footer"),
    ];
    let saved = olga.submit("/admin/content/pages/terms", "admin-save-page", &typed).await;
    assert!(saved.text.contains("The page is saved"), "{}", saved.text);
    let stale = [("key", key.as_str()), ("reviewed", reviewed.as_str())];
    let told = ada.submit("/checkout/review", "place-order", &stale).await;
    assert!(told.text.contains("our terms have changed. Nothing was ordered: please look again."), "{}", told.text);
    assert!(told.text.contains("href=\"/pages/terms\""), "{}", told.text);
    // As the island asks.
    let called = ada.call("place-order", &stale).await;
    assert_eq!(called.status, StatusCode::CONFLICT, "{}", called.text);
    assert_eq!(site.shop.count("select count(*) from orders").await, 0);
    let (key, reviewed) = (hidden(&told.text, "key"), hidden(&told.text, "reviewed"));
    let placed = ada.post("/checkout/review", "place-order", &[("key", &key), ("reviewed", &reviewed)]).await;
    assert!(placed.location().starts_with("/orders/"), "{}", placed.location());
    assert_eq!(site.shop.count("select terms_version from orders").await, 2);
    site.shop.done().await;
}

#[tokio::test]
async fn whoever_will_be_asked_what_they_think_is_told_before_they_order() {
    let site = stocked().await;
    let ada = site.visitor();
    at_review(&ada).await;
    let told = ada.get("/checkout/review").await.text;
    let words = "we ask you once by mail what you think of it. You may object at any time";
    assert!(told.contains(words), "{told}");
    // A shop that asks nobody says nothing of it.
    let silent = router_on(&site.shop.url, site.shop.another_process_asking_nobody().await, false);
    let request = Request::get("/checkout/review").header("host", "shop.example").header("accept", "text/html");
    let request = request.header("cookie", format!("session={}", ada.cookie("session").unwrap()));
    let page = ask(&silent, request.body(Body::empty()).unwrap()).await;
    assert!(page.text.contains("With this you agree to our") && !page.text.contains(words), "{}", page.text);
    site.shop.done().await;
}
