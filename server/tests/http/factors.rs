//! The sign-in in two steps, with forms and for programs, and what becomes of staff without a second factor.

use http::StatusCode;
use shop::domain::Email;
use shop::dto::RegisterForm;
use shop::usecase::Clock as _;
use time::Duration;

use crate::accounts::{mailed_link, open};
use crate::totp::{code_at, until_fresh};
use crate::visitor::{Answer, Site, Visitor};

const SECURITY: &str = "/account/security";
const ADA: [(&str, &str); 2] = [("email", "ada@example.org"), ("password", "correct horse")];

fn now(site: &Site, key: &str) -> String {
    site.shop.clock.advance(until_fresh(site.shop.clock.now()));
    code_at(key, site.shop.clock.now())
}

/// Sets up an app by the forms of the page: its key, and the page after it.
async fn set_up(visitor: &Visitor<'_>) -> (String, Answer) {
    let page = visitor.submit(SECURITY, "begin-totp", &[]).await;
    assert!(page.text.contains("class=\"qr\"") && page.text.contains("one-time-code"), "{}", page.text);
    let key = page.text.split_once("factor-key\">").unwrap().1.split_once('<').unwrap().0.to_owned();
    let wrong = visitor.submit(SECURITY, "confirm-totp", &[("code", "12")]).await;
    assert!(wrong.text.contains("neither six digits nor a recovery code"), "{}", wrong.text);
    let code = now(visitor.site, &key);
    let page = visitor.submit(SECURITY, "confirm-totp", &[("code", &code)]).await;
    assert!(page.text.contains("shown this once") && page.text.contains("recovery-codes.txt"), "{}", page.text);
    (key, page)
}

/// The codes that are shown above a page.
fn recovery_codes(page: &str) -> Vec<String> {
    let file = page.split_once("data:text/plain;charset=utf-8,").unwrap().1.split_once('"').unwrap().0;
    file.split("%0D%0A").map(str::to_owned).collect()
}

#[tokio::test]
async fn a_password_is_half_a_sign_in_where_there_is_an_app() {
    let site = Site::open().await;
    let (ada, phone) = (site.visitor(), site.visitor());
    ada.register("Ada").await;
    phone.call("login", &ADA).await;
    let before = ada.cookie("session").unwrap();
    let (key, page) = set_up(&ada).await;
    let codes = recovery_codes(&page.text);
    assert_eq!(codes.len(), 10);
    assert!(!ada.get(SECURITY).await.text.contains(&codes[0]), "they are shown once");
    assert_ne!(ada.cookie("session").unwrap(), before, "it goes on as another session");
    assert_eq!(phone.get("/account").await.status, StatusCode::FOUND, "every other device is signed out");

    site.shop.clock.advance(Duration::minutes(2));
    let first = phone.post("/login", "login", &[&ADA[..], &[("next", "/orders")]].concat()).await;
    assert_eq!((first.status, first.location()), (StatusCode::SEE_OTHER, "/login/code?next=%2Forders"));
    assert_eq!(phone.get("/account").await.status, StatusCode::FOUND);
    assert!(phone.get(first.location()).await.text.contains("value=\"/orders\""));
    let half = phone.cookie("session").unwrap();
    let wrong = phone.submit("/login/code", "login-code", &[("code", "000000"), ("next", "/orders")]).await;
    assert!(wrong.text.contains("does not work") && !wrong.text.contains("value=\"000000\""), "{}", wrong.text);
    let stranger = site.visitor().post("/login/code", "login-code", &[("code", &now(&site, &key))]).await;
    assert_eq!((stranger.status, stranger.location()), (StatusCode::SEE_OTHER, "/login/code"), "it is another session");
    let code = now(&site, &key);
    let done = phone.post("/login/code", "login-code", &[("code", &code), ("next", "/orders")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/orders"));
    assert_eq!(phone.get("/account").await.status, StatusCode::OK);
    assert_ne!(phone.cookie("session").unwrap(), half, "a session that was half signed in is not the one that is");

    let tablet = site.visitor();
    tablet.post("/login", "login", &ADA).await;
    assert_eq!(tablet.call("login-code", &[("code", &code)]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "used");
    assert_eq!(tablet.call("login-code", &[("code", &codes[3])]).await.status, StatusCode::OK);
    let late = site.visitor();
    late.post("/login", "login", &ADA).await;
    site.shop.clock.advance(Duration::minutes(5));
    assert_eq!(late.call("login-code", &[("code", &codes[4])]).await.status, StatusCode::UNAUTHORIZED);
    assert!(late.get("/login/code").await.text.contains("Please sign in again"));
    site.shop.done().await;
}

#[tokio::test]
async fn codes_are_tried_so_often_and_the_page_wants_the_password_again() {
    let site = Site::open().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let (key, _) = set_up(&ada).await;
    let guesser = site.visitor();
    guesser.post("/login", "login", &ADA).await;
    for _ in 0..10 {
        assert_eq!(guesser.call("login-code", &[("code", "000000")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let told = guesser.call("login-code", &[("code", "000000")]).await;
    assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!told.header("retry-after").is_empty());
    // Who signed in there before has tries of their own.
    ada.call("logout", &[]).await;
    ada.post("/login", "login", &ADA).await;
    site.shop.clock.advance(Duration::minutes(2));
    assert_eq!(ada.call("login-code", &[("code", &now(&site, &key))]).await.status, StatusCode::OK);

    site.shop.clock.advance(Duration::minutes(16));
    let turned = ada.post(SECURITY, "remove-totp", &[]).await;
    assert_eq!((turned.status, turned.location()), (StatusCode::SEE_OTHER, SECURITY));
    assert!(ada.get(SECURITY).await.text.contains("Your password first"));
    assert_eq!(ada.call("remove-totp", &[]).await.status, StatusCode::FORBIDDEN);
    let wrong = ada.submit(SECURITY, "confirm-account", &[("password", "wrong horse")]).await;
    assert!(wrong.text.contains("This is not your password"), "{}", wrong.text);
    ada.submit(SECURITY, "confirm-account", &[("password", "correct horse")]).await;
    let page = ada.submit(SECURITY, "remove-totp", &[]).await;
    assert!(page.text.contains("no code of it is asked for any more"), "{}", page.text);
    let other = site.visitor();
    other.call("login", &ADA).await;
    assert_eq!(other.get("/account").await.status, StatusCode::OK);
    site.shop.done().await;
}

#[tokio::test]
async fn devices_from_before_there_was_a_second_factor_share_their_wrong_codes() {
    let site = Site::open().await;
    let (ada, phone, tablet) = (site.visitor(), site.visitor(), site.visitor());
    ada.register("Ada").await;
    for device in [&phone, &tablet] {
        assert_eq!(device.call("login", &ADA).await.status, StatusCode::OK);
    }
    set_up(&ada).await;
    let wrong = async |visitor: &Visitor<'_>| visitor.call("login-code", &[("code", "000000")]).await.status;
    for device in [&phone, &tablet] {
        device.post("/login", "login", &ADA).await;
        for _ in 0..5 {
            assert_eq!(wrong(device).await, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
    for device in [&phone, &tablet] {
        assert_eq!(wrong(device).await, StatusCode::TOO_MANY_REQUESTS, "ten for both");
    }
    let stranger = site.visitor();
    stranger.post("/login", "login", &ADA).await;
    assert_eq!(
        wrong(&stranger).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "strangers use up nothing of theirs, nor they of them"
    );
    site.shop.done().await;
}

#[tokio::test]
async fn programs_send_the_code_along() {
    let site = Site::open().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let (key, _) = set_up(&ada).await;
    site.shop.clock.advance(Duration::minutes(2));
    let sign_in = async |code: Option<&str>| {
        let visitor = site.visitor();
        let mut body = serde_json::json!({ "email": ADA[0].1, "password": ADA[1].1 });
        if let Some(code) = code {
            body["code"] = code.into();
        }
        let request = http::Request::post("/api/v1/auth/login").header("content-type", "application/json");
        visitor.send(request, axum::body::Body::from(body.to_string())).await
    };
    let without = sign_in(None).await;
    assert_eq!(without.status, StatusCode::UNAUTHORIZED);
    assert!(without.text.contains("#second-factor-needed"), "{}", without.text);
    assert_eq!(sign_in(Some("000000")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = now(&site, &key);
    assert_eq!(sign_in(Some(&code)).await.status, StatusCode::OK);
    assert_eq!(sign_in(Some(&code)).await.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
    site.shop.done().await;
}

#[tokio::test]
async fn staff_do_without_a_second_factor_for_a_while_and_then_are_led_to_one() {
    let site = Site::open().await;
    let olga = RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: "correct horse".into() };
    site.shop.shop.create_staff(olga).await.unwrap();
    let own = [("email", "olga@example.org"), ("password", "correct horse")];
    let visitor = site.visitor();
    site.shop.clock.advance(Duration::days(13));
    visitor.call("login", &own).await;
    assert_eq!(visitor.get("/admin").await.status, StatusCode::OK);
    assert!(visitor.get(SECURITY).await.text.contains("A password alone is enough until"));
    site.shop.clock.advance(Duration::days(2));
    visitor.call("login", &own).await;
    let led = visitor.get("/admin").await;
    assert_eq!((led.status, led.location()), (StatusCode::FOUND, SECURITY), "{}", led.text);
    assert!(visitor.get(SECURITY).await.text.contains("the time to do so with a password alone is over"));
    let posted = visitor.post("/admin/staff", "admin-invite-staff", &[("email", "pia@example.org")]).await;
    assert_eq!((posted.status, posted.location()), (StatusCode::SEE_OTHER, SECURITY));
    let called = visitor.get("/api/v1/users").await;
    assert_eq!(called.status, StatusCode::FORBIDDEN);
    assert!(called.text.contains("#factor-needed"), "{}", called.text);
    assert_eq!(visitor.get("/admin/export/products.csv").await.status, StatusCode::SEE_OTHER);
    // A password alone sets nothing up any more: whoever has guessed it would work here.
    let page = visitor.get(SECURITY).await.text;
    assert!(!page.contains("Set up an app") && page.contains("href=\"/forgot-password\""), "{page}");
    assert_eq!(visitor.call("begin-totp", &[]).await.status, StatusCode::FORBIDDEN);
    site.shop.shop.mail_password_reset(&Email::parse("olga@example.org").unwrap()).await.unwrap();
    open(&visitor, &mailed_link(&site, "password_reset").await).await;
    visitor.submit("/reset-password", "reset-password", &[("password", "another horse")]).await;
    let own = [("email", "olga@example.org"), ("password", "another horse")];
    visitor.call("login", &own).await;
    assert_eq!(visitor.get("/admin").await.location(), SECURITY, "mail alone is no factor");
    let (key, _) = set_up(&visitor).await;
    assert_eq!(visitor.get("/admin").await.status, StatusCode::OK, "the same session goes on");
    visitor.call("logout", &[]).await;
    site.shop.clock.advance(Duration::minutes(2));
    visitor.call("login", &own).await;
    assert_eq!(visitor.get("/admin").await.status, StatusCode::FOUND);
    visitor.call("login-code", &[("code", &now(&site, &key))]).await;
    assert_eq!(visitor.get("/admin").await.status, StatusCode::OK);
    let page = visitor.submit(SECURITY, "remove-totp", &[]).await;
    assert!(page.text.contains("is over"), "{}", page.text);
    assert_eq!(visitor.get("/admin").await.location(), SECURITY);
    site.shop.done().await;
}
