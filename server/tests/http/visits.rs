//! Whose looks at which pages count.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{ACCEPT, HOST, USER_AGENT};
use http::{Request, StatusCode};

use crate::visitor::Site;

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0";

/// As a browser at this address asks for it.
async fn look(site: &Site, address: u8, agent: &str, request: http::request::Builder) -> StatusCode {
    let request = request.header(HOST, "shop.example").header(ACCEPT, "text/html").header(USER_AGENT, agent);
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, address], 4_000))));
    site.send(request).await.status
}

#[tokio::test]
async fn pages_of_the_shop_count_for_people_once_and_leave_nothing_with_them() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let taken = async || {
        site.shop.shop.count_visits().await.unwrap();
        site.shop.count("select taken::bigint from visits").await
    };
    assert_eq!(taken().await, 0);
    for path in ["/", "/products/mug", "/cart"] {
        assert_eq!(look(&site, 1, FIREFOX, Request::get(path)).await, StatusCode::OK, "{path}");
        assert_eq!(taken().await, 1, "{path}");
    }
    let of_nobody = [
        ("/products/nothing", StatusCode::NOT_FOUND),
        ("/wp-login.php", StatusCode::NOT_FOUND),
        ("/admin", StatusCode::FOUND),
        ("/healthz", StatusCode::OK),
        ("/api/v1/products", StatusCode::OK),
        ("/desk.css", StatusCode::OK),
    ];
    for (address, (path, status)) in (10..).zip(of_nobody) {
        let answered = look(&site, address, FIREFOX, Request::get(path)).await;
        // Files lie there only where the shop was built.
        assert!(answered == status || path == "/desk.css", "{path}: {answered}");
    }
    look(&site, 20, "Mozilla/5.0 (compatible; Googlebot/2.1)", Request::get("/")).await;
    look(&site, 21, FIREFOX, Request::get("/").header("sec-purpose", "prefetch")).await;
    look(&site, 22, FIREFOX, Request::head("/")).await;
    assert_eq!(taken().await, 1, "none of them is somebody who looks at the shop");
    look(&site, 2, FIREFOX, Request::get("/products")).await;
    assert_eq!(taken().await, 2);
    assert_eq!(site.shop.count("select count(*) from sessions").await, 0);
    site.shop.done().await;
}
