//! An order's invoice: on its page, for its owner and for whoever brings its token.

use http::StatusCode;
use shop::usecase::SandboxOutcome::Approve;

use crate::harness::rules::seller;
use crate::visitor::{Site, Visitor};

async fn signed_in<'a>(site: &'a Site, email: &str) -> Visitor<'a> {
    let visitor = site.visitor();
    let answer = visitor.call("login", &[("email", email), ("password", "correct horse")]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    visitor
}

#[tokio::test]
async fn an_invoice_is_linked_and_opens_for_its_owner_and_its_token_alone() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    site.shop.sold_by(&seller()).await;
    let (ada, _) = (site.shop.register("Ada").await, site.shop.register("Eve").await);
    let order = site.shop.place_reserved(ada.customer(), &[("MUG", "1")]).await;
    let (page, path) = (format!("/orders/{order}"), format!("/orders/{order}/invoice.pdf"));
    let visitor = signed_in(&site, "ada@example.org").await;
    assert_eq!(visitor.get(&path).await.status, StatusCode::NOT_FOUND, "it is not paid yet");
    assert!(!visitor.get(&page).await.text.contains("invoice.pdf"));
    site.shop.shop.pay_order(ada.customer(), order, Approve).await.unwrap();
    site.shop.deliver().await;

    assert!(visitor.get(&page).await.text.contains(&format!("href=\"{path}\"")));
    let own = visitor.get(&path).await;
    assert_eq!((own.status, own.header("content-type")), (StatusCode::OK, "application/pdf"));
    assert!(own.text.starts_with("%PDF-1.7"), "{}", &own.text[..20]);
    assert_eq!(own.header("cache-control"), "private, no-cache");
    assert!(own.header("content-disposition").starts_with("inline; filename=\"INV-"), "{:?}", own.headers);
    assert_eq!(visitor.get(&path).await.text, own.text);

    let token = site.shop.shop.order_token(order).unwrap();
    let with_token = format!("{path}?token={}", token.as_str());
    let (eve, nobody) = (signed_in(&site, "eve@example.org").await, site.visitor());
    for stranger in [&eve, &nobody] {
        for path in [path.clone(), format!("{path}?token=00"), format!("/orders/{}/invoice.pdf", uuid::Uuid::nil())] {
            let answer = stranger.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(
                answer.text.contains("We could not find") || answer.header("content-type").starts_with("text/html")
            );
        }
        let answer = stranger.get(&with_token).await;
        assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
        let page = stranger.get(&format!("{page}?token={}", token.as_str())).await;
        assert!(page.text.contains(&format!("href=\"{with_token}\"")), "the token goes along");
    }
    site.shop.done().await;
}
