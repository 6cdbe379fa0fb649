//! "Tell me when it is back", from the form beside what is sold out to the letter and out of it again, without a script.

use axum::body::Body;
use http::{Request, StatusCode};
use shop::dto::StockForm;

use crate::accounts::{mailed_link, open};
use crate::harness::Everything as _;
use crate::harness::rules::STAFF;
use crate::visitor::Site;

const WISHES: &str = "select count(*) from stock_wishes";

async fn sold_out() -> Site {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("CUP", "9.50", 0), ("MUG", "24.00", 5)]).await;
    site
}

async fn arrives(site: &Site) {
    let product = site.shop.record("cup").await.id;
    let form = StockForm { change: Some(3), reason: "Arrived".into(), ..StockForm::default() };
    site.shop.shop.change_stock(STAFF.may(), product, &form, None).await.unwrap();
}

#[tokio::test]
async fn a_guest_confirms_a_wish_hears_of_it_and_ends_it_with_one_click() {
    let site = sold_out().await;
    let guest = site.visitor();
    assert!(!guest.get("/products/mug").await.text.contains("Tell me when it is back"));
    assert!(guest.get("/products/cup").await.text.contains("Tell me when it is back"));
    let cup = site.shop.variant("CUP").await.to_string();
    let form = |email: &'static str| vec![("product", "cup"), ("variant_id", cup.as_str()), ("email", email)];
    let wrong = guest.submit("/products/cup", "wish-stock", &form("guest at home")).await.text;
    assert!(wrong.contains("does not look like an e-mail") && wrong.contains("value=\"guest at home\""), "{wrong}");
    let asked = guest.submit("/products/cup", "wish-stock", &form("guest@example.org")).await.text;
    assert!(asked.contains("Please look into your mail"), "{asked}");
    let page = open(&guest, &mailed_link(&site, "stock_wish").await).await;
    assert!(page.text.contains("Shall we write to guest@example.org once, when Product CUP is back?"), "{}", page.text);
    let sent = guest.post("/stock-wish", "confirm-stock-wish", &[]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/products/cup?sku=CUP"));
    arrives(&site).await;
    assert_eq!(site.shop.shop.grant_stock_wishes(20).await.unwrap(), 1);
    let link = mailed_link(&site, "back_in_stock").await;
    let token = link.split_once("?token=").unwrap().1.to_owned();
    assert!(open(&site.visitor(), &link).await.text.contains("do not write of it again"));
    // As a person opens the address that is for programs.
    let address = format!("/unsubscribe?token={token}");
    let looked = site.visitor().get(&address).await;
    assert_eq!(
        (looked.status, looked.location()),
        (StatusCode::SEE_OTHER, format!("/stock-wish?token={token}").as_str())
    );
    assert_eq!(site.shop.count(WISHES).await, 1, "looking changes nothing");
    for _ in 0..2 {
        let request = Request::post(&address).header("host", "shop.example");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let ended = site.send(request.body(Body::from("List-Unsubscribe=One-Click")).unwrap()).await;
        assert_eq!(ended.status, StatusCode::OK, "{}", ended.text);
        assert_eq!(site.shop.count(WISHES).await, 0);
    }
    assert!(open(&site.visitor(), &link).await.text.contains("does not work any more"));
    site.shop.done().await;
}

#[tokio::test]
async fn whoever_is_signed_in_and_confirmed_waits_at_once_and_letters_to_an_address_are_limited() {
    let site = sold_out().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    site.shop.execute("update users set email_verified_at = now()").await;
    let page = ada.get("/products/cup").await.text;
    assert!(page.contains("value=\"ada@example.org\""), "{page}");
    let cup = site.shop.variant("CUP").await.to_string();
    let form = [("product", "cup"), ("variant_id", cup.as_str()), ("email", "ada@example.org")];
    let asked = ada.submit("/products/cup", "wish-stock", &form).await.text;
    assert!(asked.contains("We write to you once, as soon as it is back."), "{asked}");
    assert_eq!(site.shop.count("select count(*) from stock_wishes where confirmed_at is not null").await, 1);
    for _ in 0..4 {
        assert_eq!(ada.call("wish-stock", &form).await.status, StatusCode::OK);
    }
    assert_eq!(ada.call("wish-stock", &form).await.status, StatusCode::TOO_MANY_REQUESTS);
    for nobodys in ["", "x", "00000000-0000-4000-8000-000000000000"] {
        let form = [("product", "cup"), ("variant_id", nobodys), ("email", "other@example.org")];
        assert_eq!(ada.call("wish-stock", &form).await.status, StatusCode::NOT_FOUND, "{nobodys}");
    }
    site.shop.done().await;
}
