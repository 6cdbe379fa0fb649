//! New orders in the back office, as they come: a count for staff who may see orders, and nothing else for anybody.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::response::Response;
use futures::StreamExt as _;
use http::header::{ACCEPT, COOKIE, HOST};
use http::{Request, StatusCode};
use shop::domain::{Permission, StaffRole};
use tower::ServiceExt as _;

use crate::admin::Desk;
use crate::roles::works_as;
use crate::visitor::{Visitor, router_on};

pub async fn listen_to(router: &Router, visitor: &Visitor<'_>, path: &str) -> Response {
    let request = Request::get(path).header(HOST, "shop.example");
    let request = match visitor.cookie("session") {
        Some(session) => request.header(COOKIE, format!("session={session}")),
        None => request,
    };
    let request = request.header(ACCEPT, "text/event-stream").body(Body::empty()).unwrap();
    router.clone().oneshot(request).await.unwrap()
}

async fn listen_at(router: &Router, visitor: &Visitor<'_>, query: &str) -> Response {
    listen_to(router, visitor, &format!("/admin/orders/events{query}")).await
}

async fn listen(visitor: &Visitor<'_>, query: &str) -> Response {
    listen_at(&visitor.site.router, visitor, query).await
}

/// What is told next; none: it is over.
pub async fn heard(stream: &mut BodyDataStream) -> Option<String> {
    let piece = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.expect("something is told");
    piece.map(|piece| String::from_utf8(piece.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn staff_hear_of_orders_that_came_since_their_page_was_shown_in_any_process() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let number: i64 = desk.site.shop.count("select max(number) from orders").await;
    for page in ["/admin", "/admin/orders", "/admin/orders?status=cancelled"] {
        let shown = olga.get(page).await.text;
        let knows = format!("data-stream=\"/admin/orders/events?after={number}\"");
        assert!(shown.contains(&knows) && shown.contains("/desk.js?v="), "{page}: {shown}");
    }
    let other = router_on(&desk.site.shop.url, desk.site.shop.another_process().await, false);
    let here = listen(&olga, &format!("?after={number}")).await;
    assert_eq!(here.status(), StatusCode::OK);
    assert_eq!(here.headers()["content-type"], "text/event-stream");
    assert_eq!(here.headers()["cache-control"], "no-store");
    let mut here = here.into_body().into_data_stream();
    let mut there = listen_at(&other, &olga, &format!("?after={number}")).await.into_body().into_data_stream();
    desk.site.shop.place_reserved(desk.ada, &[("CUP", "1")]).await;
    for stream in [&mut here, &mut there] {
        assert_eq!(heard(stream).await.as_deref(), Some("data: 1\n\n"), "a number, and nothing of the order");
    }
    desk.site.shop.place_reserved(desk.ada, &[("CUP", "1")]).await;
    assert_eq!(heard(&mut here).await.as_deref(), Some("data: 2\n\n"));
    let late = listen(&olga, &format!("?after={}", number + 1)).await;
    assert_eq!(heard(&mut late.into_body().into_data_stream()).await.as_deref(), Some("data: 1\n\n"), "at once");
    // Whoever may no more hears no more.
    desk.site.shop.execute("update users set staff_role = 'catalogue' where role = 'staff'").await;
    desk.site.shop.place_reserved(desk.ada, &[("CUP", "1")]).await;
    assert_eq!(heard(&mut here).await, None);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn the_stream_is_there_for_who_may_see_orders_and_never_without_a_bound() {
    let desk = Desk::open().await;
    let (nobody, bob) = (desk.site.visitor(), desk.site.visitor());
    bob.register("Bob").await;
    for query in ["", "?after=0"] {
        assert_eq!(listen(&nobody, query).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(listen(&bob, query).await.status(), StatusCode::NOT_FOUND);
    }
    for role in StaffRole::ALL {
        let visitor = works_as(&desk, role).await;
        let may = role.may(Permission::Orders);
        let status = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(listen(&visitor, "?after=0").await.status(), status, "{role:?}");
        assert_eq!(visitor.get("/admin").await.text.contains("data-stream"), may, "{role:?}");
    }
    let olga = desk.olga().await;
    for query in ["", "?after=", "?after=x", "?after=1&after=2", "?after=99999999999999999999"] {
        assert_eq!(listen(&olga, query).await.status(), StatusCode::BAD_REQUEST, "{query}");
    }
    let mut open = Vec::new();
    let refused = loop {
        let stream = listen(&olga, "?after=0").await;
        match stream.status() {
            StatusCode::OK => open.push(stream),
            status => break status,
        }
        assert!(open.len() < 1_000, "there is a most");
    };
    assert_eq!(refused, StatusCode::SERVICE_UNAVAILABLE);
    open.pop();
    assert_eq!(listen(&olga, "?after=0").await.status(), StatusCode::OK, "whoever goes makes room");
    let stale = time::Duration::hours(12) + time::Duration::seconds(1);
    desk.site.shop.clock.advance(stale);
    open.clear();
    assert_eq!(listen(&olga, "?after=0").await.status(), StatusCode::NOT_FOUND, "a sign-in that is too old");
    desk.site.shop.done().await;
}
