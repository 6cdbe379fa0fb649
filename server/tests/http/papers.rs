//! An order's invoice and its credit notes: on its page, for its owner and for whoever brings its token.

use axum::body::Body;
use http::header::ACCEPT;
use http::{Request, StatusCode};
use shop::domain::OrderId;
use shop::dto::{RefundForm, RegisterForm};
use shop::usecase::SandboxOutcome::Approve;

use crate::harness::rules::{STAFF, seller};
use crate::harness::{Everything, usd};
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

    let form = RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: "correct horse".into() };
    site.shop.shop.create_staff(form).await.unwrap();
    let number = site.shop.order(ada.customer(), order).await.invoice.unwrap().number;
    let (desk, olga) = (format!("/admin/orders/{order}"), signed_in(&site, "olga@example.org").await);
    let for_staff = format!("{desk}/papers/{number}.pdf");
    assert!(olga.get(&desk).await.text.contains(&format!("href=\"{for_staff}\"")));
    assert_eq!(olga.get(&for_staff).await.text, own.text);
    for nothing in [
        format!("{desk}/papers/INV-0.pdf"),
        format!("{desk}/papers/{number}"),
        format!("/admin/orders/x/papers/{number}.pdf"),
    ] {
        assert_eq!(olga.get(&nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
    for other in [&visitor, &signed_in(&site, "eve@example.org").await, &site.visitor()] {
        assert_eq!(other.get(&for_staff).await.status, StatusCode::NOT_FOUND);
    }

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
        let by_header = Request::get(&path).header("order-token", token.as_str());
        assert_eq!(stranger.send(by_header, Body::empty()).await.status, StatusCode::OK, "as programs bring it");
        let answer = stranger.open_order(&with_token).await;
        assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "private, no-cache"));
        let page = stranger.open_order(&format!("{page}?token={}", token.as_str())).await;
        assert!(page.text.contains(&format!("href=\"{path}\"")), "its cookie goes along");
    }
    site.shop.done().await;
}

/// Something of this order is given back; answers the address of its credit note.
async fn given_back(site: &Site, order: OrderId) -> String {
    let form = RefundForm { amount: Some(usd("5.00")), reason: "It came late".into(), ..RefundForm::default() };
    site.shop.shop.refund_order(STAFF.may(), order, &form, None).await.unwrap();
    site.shop.shop.carry_out_refunds().await.unwrap();
    site.shop.deliver().await;
    let number: String = site
        .shop
        .scalar("select number from papers where kind = 'credit_note' and order_id::text = $1", &order.to_string())
        .await;
    format!("/orders/{order}/credit-notes/{number}.pdf")
}

#[tokio::test]
async fn a_credit_note_is_linked_where_the_money_was_given_back_and_opens_for_those_who_see_the_order() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    site.shop.sold_by(&seller()).await;
    let (ada, _) = (site.shop.register("Ada").await, site.shop.register("Eve").await);
    let mut orders = Vec::new();
    for _ in 0..2 {
        let order = site.shop.place_reserved(ada.customer(), &[("MUG", "1")]).await;
        site.shop.shop.pay_order(ada.customer(), order, Approve).await.unwrap();
        site.shop.deliver().await;
        orders.push((order, given_back(&site, order).await));
    }
    let [(order, path), (other, others)] = orders.try_into().unwrap();
    let page = format!("/orders/{order}");
    let visitor = signed_in(&site, "ada@example.org").await;
    let shown = visitor.get(&page).await.text;
    assert!(shown.contains(&format!("href=\"{path}\"")) && shown.contains("Credit note CN-"), "{shown}");
    let own = visitor.get(&path).await;
    assert_eq!((own.status, own.header("content-type")), (StatusCode::OK, "application/pdf"));
    assert!(own.text.starts_with("%PDF-1.7"), "{}", &own.text[..20]);
    assert_eq!(own.header("cache-control"), "private, no-cache");
    assert!(own.header("content-disposition").starts_with("inline; filename=\"CN-"), "{:?}", own.headers);
    assert_eq!(visitor.get(&path).await.text, own.text);

    // Theirs, and still not of this order; no file, and no such number.
    let number = path.rsplit('/').next().unwrap();
    let wrong = [
        others.replace(&other.to_string(), &order.to_string()),
        path.trim_end_matches(".pdf").to_owned(),
        format!("{page}/credit-notes/.pdf"),
        format!("{page}/credit-notes/%00.pdf"),
        format!("{page}/credit-notes/CN-2026-999999.pdf"),
        format!("/orders/nothing/credit-notes/{number}"),
    ];
    for path in wrong {
        let answer = visitor.get(&path).await;
        assert!(matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST), "{path}: {}", answer.status);
        assert!(!answer.text.starts_with("%PDF"), "{path}");
    }
    let token = site.shop.shop.order_token(order).unwrap();
    let with_token = format!("{path}?token={}", token.as_str());
    let (eve, nobody) = (signed_in(&site, "eve@example.org").await, site.visitor());
    for stranger in [&eve, &nobody] {
        for path in [path.clone(), format!("{path}?token=00"), format!("{others}?token={}", token.as_str())] {
            let answer = stranger.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(answer.header("content-type").starts_with("text/html"), "{path}");
        }
        let answer = stranger.open_order(&with_token).await;
        assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "private, no-cache"));
        let page = stranger.open_order(&format!("{page}?token={}", token.as_str())).await;
        assert!(page.text.contains(&format!("href=\"{path}\"")), "its cookie goes along");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn a_credit_note_whose_refund_failed_is_shown_with_what_cancels_it_to_its_customer_and_to_staff() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    site.shop.sold_by(&seller()).await;
    let (ada, _) = (site.shop.register("Ada").await, site.shop.register("Eve").await);
    let order = site.shop.place_reserved(ada.customer(), &[("MUG", "1")]).await;
    site.shop.shop.pay_order(ada.customer(), order, Approve).await.unwrap();
    site.shop.deliver().await;
    let note = given_back(&site, order).await;
    // As if the provider had not given it, and the release before had written so.
    let failed = "update refunds set state = 'failed'; update payments set refunded = 0; delete from sandbox_refunds";
    site.shop.execute(failed).await;
    assert_eq!(site.shop.shop.cancel_void_credit_notes(10).await.unwrap(), 1);
    let cancels = "select number from papers where kind = 'cancellation' and order_id::text = $1";
    let number: String = site.shop.scalar(cancels, &order.to_string()).await;
    let path = format!("/orders/{order}/credit-notes/{number}.pdf");

    let visitor = signed_in(&site, "ada@example.org").await;
    let shown = visitor.get(&format!("/orders/{order}")).await.text;
    for part in [format!("href=\"{note}\""), format!("href=\"{path}\""), "cancelled by".to_owned()] {
        assert!(shown.contains(&part), "{part} is missing: {shown}");
    }
    let own = visitor.get(&path).await;
    assert!(own.status == StatusCode::OK && own.text.starts_with("%PDF-1.7"), "{}", own.status);
    assert_eq!(visitor.get(&note).await.status, StatusCode::OK, "what was issued stays");
    for stranger in [&signed_in(&site, "eve@example.org").await, &site.visitor()] {
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
    }

    let form = RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: "correct horse".into() };
    site.shop.shop.create_staff(form).await.unwrap();
    let olga = signed_in(&site, "olga@example.org").await;
    let desk = format!("/admin/orders/{order}");
    let for_staff = format!("{desk}/papers/{number}.pdf");
    let shown = olga.get(&desk).await.text;
    assert!(shown.contains(&format!("href=\"{for_staff}\"")) && shown.contains("cancelled by"), "{shown}");
    assert_eq!(olga.get(&for_staff).await.text, own.text);
    site.shop.done().await;
}

/// What is sent along is no more than anywhere else, and no answer is waited for for ever.
#[tokio::test]
async fn papers_lie_within_the_limits_of_the_web() {
    let site = Site::open().await;
    let order = uuid::Uuid::nil();
    for path in [format!("/orders/{order}/invoice.pdf"), format!("/orders/{order}/credit-notes/CN-2026-000001.pdf")] {
        for (length, status) in [(1, StatusCode::NOT_FOUND), (64 * 1024 + 1, StatusCode::PAYLOAD_TOO_LARGE)] {
            let request = Request::get(&path).header(ACCEPT, "text/html");
            let answer = site.visitor().send(request, Body::from(vec![b'x'; length])).await;
            assert_eq!(answer.status, status, "{path} with {length} bytes");
        }
    }
    site.shop.done().await;
}
