//! What became of an order, on its page, and asking for a return there: a form, without scripts.

use http::StatusCode;
use shop::domain::{OrderId, Staff};
use shop::dto::{RefundForm, ShipmentForm};
use shop::usecase::SandboxOutcome::Approve;

use crate::harness::{Everything, usd};
use crate::visitor::{Site, hidden};

/// A site where Ada has paid for two mugs, one of which has left.
async fn on_its_way() -> (Site, OrderId, Staff) {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let ada = site.shop.customer("Ada").await;
    let id = site.shop.place_reserved(ada, &[("MUG", "2")]).await;
    site.shop.shop.pay_order(ada, id, Approve).await.unwrap();
    site.shop.deliver().await;
    let staff = Staff(site.shop.register("Staff").await.id);
    let parcel = ShipmentForm {
        items: Some(vec![(site.shop.variant("MUG").await, 1)]),
        carrier: Some("dhl".into()),
        tracking_number: Some("00340434161094042557".into()),
    };
    site.shop.shop.ship_order(staff.may(), id, &parcel, None).await.unwrap();
    (site, id, staff)
}

#[tokio::test]
async fn the_page_shows_parcels_with_their_links_refunds_and_returns() {
    let (site, id, staff) = on_its_way().await;
    let ada = site.visitor();
    ada.sign_in("ada@example.org").await;
    let path = format!("/orders/{id}");
    let page = ada.get(&path).await.text;
    for part in ["1 × Product MUG", "DHL", "tracking-id=00340434161094042557", "A part of your order is on its way"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Cancel order"), "a parcel has left");
    let refund = RefundForm { amount: Some(usd("2.00")), reason: "A <b>scratch</b>".into(), ..RefundForm::default() };
    site.shop.shop.refund_order(staff.may(), id, &refund, None).await.unwrap();
    let page = ada.get(&path).await.text;
    assert!(page.contains("$2.00") && page.contains("A &lt;b&gt;scratch&lt;/b&gt;"), "{page}");
    site.shop.done().await;
}

#[tokio::test]
async fn a_return_is_asked_for_by_a_form_and_once_however_often_it_is_sent() {
    let (site, id, staff) = on_its_way().await;
    let ada = site.visitor();
    ada.sign_in("ada@example.org").await;
    let path = format!("/orders/{id}");
    let page = ada.get(&path).await.text;
    let mug = format!("units[v{}]", site.shop.variant("MUG").await);
    assert!(page.contains("Return items") && page.contains(&mug), "{page}");
    let (id, key) = (id.to_string(), hidden(&page, "key"));
    let nothing = [("order_id", id.as_str()), ("key", key.as_str()), (mug.as_str(), "0"), ("reason", "Too small")];
    let answer = ada.post(&path, "request-return", &nothing).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, path.as_str()));
    let page = ada.get(&path).await.text;
    assert!(page.contains("Items to send back") && page.contains("Too small"), "what was typed stands there: {page}");
    let some = [("order_id", id.as_str()), ("key", key.as_str()), (mug.as_str(), "1"), ("reason", "Too small")];
    for _ in 0..2 {
        let answer = ada.post(&path, "request-return", &some).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, path.as_str()));
    }
    let page = ada.get(&path).await.text;
    assert!(page.contains("We have your request") && page.contains("Reason: "), "{page}");
    assert!(!page.contains("Return items"), "nothing else has left");
    assert_eq!(site.shop.count("select count(*) from returns").await, 1);
    let asked = shop::domain::ReturnId(site.shop.scalar("select id from returns where reason = $1", "Too small").await);
    site.shop.shop.answer_return(staff.may(), asked, false, "It was <i>worn</i>").await.unwrap();
    assert!(ada.get(&path).await.text.contains("It was &lt;i&gt;worn&lt;/i&gt;"));
    site.shop.done().await;
}

#[tokio::test]
async fn whoever_has_the_token_asks_for_a_return_and_nobody_else() {
    let (site, id, _) = on_its_way().await;
    let token = site.shop.shop.order_token(id).unwrap().as_str().to_owned();
    let (path, mug) = (format!("/orders/{id}"), format!("units[v{}]", site.shop.variant("MUG").await));
    let id = id.to_string();
    let visitor = site.visitor();
    let fields = [("order_id", id.as_str()), (mug.as_str(), "1"), ("reason", "Too small")];
    let refused = visitor.post(&format!("/orders/{id}"), "request-return", &fields).await;
    assert!(refused.location().starts_with("/login?next="), "{}", refused.location());
    assert_eq!(site.shop.count("select count(*) from returns").await, 0);
    let fields = [fields[0], fields[1], fields[2], ("token", token.as_str())];
    let answer = visitor.post(&path, "request-return", &fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, path.as_str()));
    assert_eq!(site.shop.count("select count(*) from returns").await, 1);
    site.shop.done().await;
}
