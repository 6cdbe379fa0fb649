//! Whom to tell of a hole: an address where the shop has told one, and nothing where it has not.

use http::StatusCode;

use crate::visitor::Site;

const PATH: &str = "/.well-known/security.txt";

#[tokio::test]
async fn security_txt_names_the_shops_address_and_is_not_there_without_one() {
    let site = Site::open_as(true).await;
    let visitor = site.visitor();
    assert_eq!(visitor.get(PATH).await.status, StatusCode::NOT_FOUND);
    site.shop.execute("update shop_content set saved = '{\"contact\": \"security@shop.example\"}'").await;
    site.shop.shop.refresh_content().await.unwrap();
    let answer = visitor.get(PATH).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/plain; charset=utf-8"));
    let lines: Vec<_> = answer.text.lines().collect();
    assert_eq!(lines[0], "Contact: mailto:security@shop.example");
    assert_eq!(lines[3], "Canonical: https://shop.example/.well-known/security.txt");
    // RFC 9116: one day it expires, and that is less than a year ahead.
    let expires = lines[1].strip_prefix("Expires: ").unwrap();
    let span =
        "select ($1::timestamptz > now() + interval '90 days' and $1::timestamptz < now() + interval '1 year')::text";
    assert_eq!(site.shop.scalar::<String>(span, expires).await, "true", "{expires}");
    site.shop.done().await;
}
