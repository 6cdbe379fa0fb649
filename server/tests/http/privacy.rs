//! Sessions, the file with somebody's data and deleting an account: of whoever asks and of nobody else, without a script.

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{Request, StatusCode};
use time::Duration;

use crate::visitor::{Answer, Site, Visitor, encoded, hidden};

const PASSWORD: &str = "correct horse";
const NEW_DEVICES: &str = "select count(*) from email_messages where kind = 'new_device'";

async fn signs_in_with_firefox(visitor: &Visitor<'_>) -> Answer {
    let request = Request::post("/do/login")
        .header(ACCEPT, "application/json")
        .header("sec-fetch-site", "same-origin")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    let form = encoded(&[("email", "ada@example.org"), ("password", PASSWORD)]);
    let answer = visitor.send(request, Body::from(form)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer
}

#[tokio::test]
async fn sessions_are_shown_and_ended_by_their_owner_alone() {
    let site = Site::open().await;
    let (ada, phone, eve) = (site.visitor(), site.visitor(), site.visitor());
    ada.register("Ada").await;
    eve.register("Eve").await;
    assert_eq!(site.shop.count(NEW_DEVICES).await, 0, "whoever opens an account knows it");
    signs_in_with_firefox(&phone).await;
    assert_eq!(site.shop.count(NEW_DEVICES).await, 1);
    let letter: String = site.shop.scalar("select body from email_messages where kind = $1", "new_device").await;
    assert!(letter.contains("Firefox on Linux") && letter.contains("/account/sessions"), "{letter}");
    phone.call("logout", &[]).await;
    signs_in_with_firefox(&phone).await;
    assert_eq!(site.shop.count(NEW_DEVICES).await, 1, "it is known by now");

    let page = ada.get("/account/sessions").await.text;
    for part in ["Firefox on Linux", "This device", "Sign out everywhere else"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let handle = hidden(&page, "handle");
    assert!(!page.contains(&phone.cookie("session").unwrap()), "no page has what signs somebody in");
    assert!(!eve.get("/account/sessions").await.text.contains("Firefox on"), "she sees her own");
    assert_eq!(eve.call("end-session", &[("handle", &handle)]).await.status, StatusCode::NOT_FOUND);
    eve.call("end-other-sessions", &[]).await;
    assert_eq!(phone.get("/account").await.status, StatusCode::OK);
    let ended = ada.submit("/account/sessions", "end-session", &[("handle", &handle)]).await.text;
    assert!(ended.contains("That device is signed out.") && !ended.contains("Firefox on"), "{ended}");
    assert_eq!(phone.get("/account").await.status, StatusCode::FOUND);
    signs_in_with_firefox(&phone).await;
    // A while after the password was given it is given again before any is ended.
    site.shop.clock.advance(Duration::minutes(16));
    let asked = ada.post("/account/sessions", "end-other-sessions", &[]).await;
    assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/account/sessions"));
    assert_eq!(phone.get("/account").await.status, StatusCode::OK);
    let page = ada.get("/account/sessions").await.text;
    assert!(page.contains("Your password first") && !page.contains("Sign out everywhere else"), "{page}");
    assert_eq!(ada.call("end-session", &[("handle", &handle)]).await.status, StatusCode::FORBIDDEN);
    let password = [("password", PASSWORD), ("from", "/account/sessions")];
    let confirmed = ada.submit("/account/sessions", "confirm-account", &password).await.text;
    assert!(confirmed.contains("Sign out everywhere else"), "{confirmed}");
    let ended = ada.submit("/account/sessions", "end-other-sessions", &[]).await.text;
    assert!(ended.contains("Every other device is signed out."), "{ended}");
    assert_eq!(phone.get("/account").await.status, StatusCode::FOUND);
    assert_eq!(ada.get("/account").await.status, StatusCode::OK, "this one goes on");
    site.shop.done().await;
}

#[tokio::test]
async fn when_a_session_was_used_is_written_once_an_hour() {
    let site = Site::open().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let just_now = "select count(*) from sessions where last_used_at > now() - interval '1 minute'";
    site.shop.execute("update sessions set last_used_at = now() - interval '59 minutes'").await;
    ada.get("/account").await;
    assert_eq!(site.shop.count(just_now).await, 0);
    site.shop.execute("update sessions set created_at = now() - interval '2 hours', last_used_at = null").await;
    ada.get("/account").await;
    assert_eq!(site.shop.count(just_now).await, 1);
    site.shop.done().await;
}

async fn asks_for_the_file(visitor: &Visitor<'_>) -> Answer {
    visitor.get("/account/privacy/data.zip").await
}

#[tokio::test]
async fn a_file_is_handed_to_the_account_that_asked_and_to_nobody_else() {
    let site = Site::open().await;
    let (ada, bob, nobody) = (site.visitor(), site.visitor(), site.visitor());
    ada.register("Ada").await;
    bob.register("Bob").await;
    let page = ada.get("/account/privacy").await.text;
    assert!(page.contains("confirm your e-mail address") && !page.contains("Put my data together"), "{page}");
    let refused = ada.call("request-data", &[("export_password", PASSWORD)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    site.shop.execute("update users set email_verified_at = now()").await;
    let wrong = ada.submit("/account/privacy", "request-data", &[("export_password", "wrong horse")]).await.text;
    assert!(wrong.contains("field-export_password-problem") && wrong.contains("This is not your password"), "{wrong}");
    let asked = ada.submit("/account/privacy", "request-data", &[("export_password", PASSWORD)]).await.text;
    assert!(asked.contains("We put your data together") && asked.contains("Look again"), "{asked}");
    assert_eq!(asks_for_the_file(&ada).await.status, StatusCode::NOT_FOUND, "it is not made yet");
    assert!(site.shop.shop.make_next_data_export().await.unwrap());
    assert!(ada.get("/account/privacy").await.text.contains("href=\"/account/privacy/data.zip\""));
    let file = asks_for_the_file(&ada).await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "application/zip"));
    assert_eq!(file.header("cache-control"), "no-store");
    assert!(file.header("content-disposition").starts_with("attachment;") && file.text.starts_with("PK"));
    assert_eq!(asks_for_the_file(&bob).await.status, StatusCode::NOT_FOUND);
    let led = asks_for_the_file(&nobody).await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "/login?next=%2Faccount%2Fprivacy"));
    site.shop.done().await;
}

#[tokio::test]
async fn an_account_is_deleted_with_its_password_and_everybody_is_signed_out() {
    let site = Site::open().await;
    let (ada, phone) = (site.visitor(), site.visitor());
    ada.register("Ada").await;
    signs_in_with_firefox(&phone).await;
    let wrong = ada.submit("/account/privacy", "delete-account", &[("delete_password", "wrong horse")]).await.text;
    assert!(wrong.contains("field-delete_password-problem"), "{wrong}");
    let gone = ada.submit("/account/privacy", "delete-account", &[("delete_password", PASSWORD)]).await;
    assert!(gone.status == StatusCode::OK && gone.text.contains("Your account is deleted"), "{}", gone.text);
    assert!(ada.cookie("session").is_none());
    for visitor in [&ada, &phone] {
        assert_eq!(visitor.get("/account").await.status, StatusCode::FOUND);
    }
    let again = ada.call("login", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.shop.count("select count(*) from email_messages where kind = 'account_closed'").await, 1);
    // Whoever comes with the address again is somebody new.
    site.visitor().register("Ada").await;
    site.shop.done().await;
}

#[tokio::test]
async fn orders_that_are_under_way_are_told_before_an_account_is_deleted() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let ada = site.shop.customer("Ada").await;
    let order = site.shop.place_reserved(ada, &[("MUG", "1")]).await;
    let number = site.shop.order(ada, order).await.number;
    let visitor = site.visitor();
    visitor.call("login", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    let page = visitor.get("/account/privacy").await.text;
    let words = format!("Your order {number} is not over yet");
    assert!(page.contains(&words) && !page.contains("Delete my account for good"), "{page}");
    let refused = visitor.call("delete-account", &[("delete_password", PASSWORD)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert_eq!(visitor.get("/account").await.status, StatusCode::OK);
    site.shop.done().await;
}
