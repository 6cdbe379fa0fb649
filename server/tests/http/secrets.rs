//! Nothing secret is written into the log, as much as an operator may ask of it.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::header::{AUTHORIZATION, HOST};
use http::{Request, StatusCode};
use server::telemetry;
use shop::domain::{Email, Fields, May, Proof as _, permit};
use shop::dto::RegisterForm;
use shop::infrastructure::payments::{StripeAccount, StripePayments};
use shop::usecase::Payments;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::accounts::mailed_link;
use crate::forms::{ADDRESS, order_with, stocked};
use crate::visitor::{Site, Visitor};

/// Whatever is written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A provider at an address where somebody says no to whatever is asked, with the key in the answer.
async fn refusing_stripe(key: &'static str) -> StripePayments {
    let no =
        move || async move { (StatusCode::UNAUTHORIZED, format!("{{\"error\":{{\"message\":\"Bad key {key}\"}}}}")) };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(no)).await });
    let (secret_key, webhook_secret) = (key.to_owned(), WEBHOOK_SECRET.to_owned());
    StripePayments::new(StripeAccount { secret_key, webhook_secret, api_base: Some(base) }).unwrap()
}

const WEBHOOK_SECRET: &str = "whsec_ofNobodyElse";
const STRIPE_KEY: &str = "sk_test_ofNobodyElse";
const PASSWORD: &str = "battery staple of nobody else";

async fn signs_in_and_out(ada: &Visitor<'_>) {
    let person = [("name", "Ada"), ("email", "ada@example.org"), ("password", PASSWORD)];
    ada.post("/register", "register", &person).await;
    ada.post("/account", "logout", &[]).await;
    let wrong = format!("{PASSWORD}!");
    for password in [&wrong, PASSWORD] {
        ada.post("/login", "login", &[("email", "ada@example.org"), ("password", password)]).await;
    }
}

/// A program calls with a key, with one that is nearly right, and with its letters turned around.
async fn calls_with_a_key(site: &Site) -> String {
    let form = RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: PASSWORD.into() };
    let olga = site.shop.shop.create_staff(form).await.unwrap();
    let by = May::<permit::Keys>::of(&olga).unwrap();
    let fields = [("name", "Robot"), ("may-stock", "on")].map(|(name, typed)| (name.to_owned(), typed.to_owned()));
    let key = site.shop.shop.make_api_key(by, &Fields::from(fields)).await.unwrap();
    tracing::debug!(?key, "as somebody may log it");
    let turned = key.as_str().chars().rev().collect::<String>();
    let longer = format!("{}x", key.as_str());
    for brought in [key.as_str(), &longer, &turned] {
        let request = Request::get("/api/v1/products").header(HOST, "shop.example");
        let request = request.header(AUTHORIZATION, format!("Bearer {brought}")).body(Body::empty()).unwrap();
        let works = brought == key.as_str();
        assert_eq!(site.send(request).await.status == StatusCode::OK, works);
    }
    key.as_str().rsplit('_').next().unwrap().to_owned()
}

/// Somebody opens the link to a new password; its secret.
async fn opens_a_reset_link(site: &Site) -> String {
    site.shop.shop.mail_password_reset(&Email::parse("ada@example.org").unwrap()).await.unwrap();
    let (link, visitor) = (mailed_link(site, "password_reset").await, site.visitor());
    visitor.get(&link).await;
    let given = visitor.call("reset-password", &[("password", PASSWORD)]).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    link.rsplit_once('.').unwrap().1.to_owned()
}

/// What is written from here on, and what keeps it so.
fn listening() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let into = log.clone();
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || into.clone());
    let subscriber = tracing_subscriber::registry().with(telemetry::filter("debug")).with(lines);
    (log, tracing::subscriber::set_default(subscriber))
}

#[tokio::test]
async fn sign_ins_and_what_was_refused_are_in_the_log_by_account_or_network() {
    let (log, _guard) = listening();
    let site = Site::open().await;
    let (ada, phone) = (site.visitor(), site.visitor());
    ada.register("Ada").await;
    phone.sign_in("ada@example.org").await;
    for _ in 0..11 {
        site.visitor().call("login", &[("email", "ada@example.org"), ("password", "wrong horse")]).await;
    }
    assert!(ada.call("confirm-account", &[("password", "wrong horse")]).await.status.is_client_error());
    assert_eq!(ada.get("/admin/orders").await.status, StatusCode::NOT_FOUND);
    let text = log.text();
    let lines = |words: &str| text.lines().filter(|line| line.contains(words)).collect::<Vec<_>>();
    assert_eq!(lines("somebody signed in").len(), 2, "with a new account, and on the phone: {text}");
    assert_eq!(lines("a password was refused").len(), 11, "{text}");
    let own = lines("a password was refused").into_iter().filter(|line| line.contains("user.id")).count();
    assert_eq!(own, 1, "where it is asked for again: {text}");
    assert!(lines("a limit is used up")[0].contains("LIMIT_SIGN_IN_PER_ACCOUNT_AND_NETWORK"), "{text}");
    assert!(!lines("somebody was refused work of the staff").is_empty(), "{text}");
    for words in ["somebody signed in", "a password was refused", "a limit is used up", "was refused work"] {
        assert!(lines(words).iter().all(|line| !line.contains('@')), "{words} names an address: {text}");
    }
    assert!(!text.contains("wrong horse"), "{text}");
    site.shop.done().await;
}

#[tokio::test]
async fn whoever_asks_for_what_is_anothers_is_in_the_log_and_whoever_asks_for_their_own_is_not() {
    let (log, _guard) = listening();
    let site = stocked().await;
    let (ada, bob, guest) = (site.visitor(), site.visitor(), site.visitor());
    ada.register("Ada").await;
    bob.register("Bob").await;
    let order = order_with(&ada, "1", &ADDRESS).await;
    let id = order.trim_start_matches("/orders/");
    let address = uuid::Uuid::from_u128(7);
    assert_eq!(ada.get(&order).await.status, StatusCode::OK);
    let lines = |what: &str| {
        let asked = |line: &&str| line.contains("nothing of theirs was asked for") && line.contains(what);
        log.text().lines().filter(asked).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(""), Vec::<String>::new(), "it is hers");
    // By its page, its stream, its paper, a form and the API; then as nobody.
    assert_eq!(bob.get(&order).await.status, StatusCode::NOT_FOUND);
    bob.get(&format!("{order}/events")).await;
    bob.post(&order, "cancel-order", &[("order_id", id)]).await;
    bob.get(&format!("/api/v1/orders/{id}")).await;
    assert_eq!(lines("what=\"an order\"").len(), 4, "{}", log.text());
    bob.get(&format!("{order}/invoice.pdf")).await;
    assert_eq!(lines("what=\"an invoice\"").len(), 1, "{}", log.text());
    guest.get(&order).await;
    assert_eq!(lines("what=\"an order\"").len(), 5, "{}", log.text());
    assert_eq!(bob.get(&format!("/api/v1/addresses/{address}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bob.get(&format!("/account/addresses/{address}")).await.status, StatusCode::NOT_FOUND);
    bob.call("end-session", &[("handle", "0a")]).await;
    for what in ["an address", "something of an account", "a session"] {
        assert_eq!(lines(&format!("what=\"{what}\"")).len(), 1, "{what}: {}", log.text());
    }
    let named = lines("").iter().filter(|line| line.contains("user.id=")).count();
    assert_eq!(named, lines("").len() - 1, "all but the guest's: {}", log.text());
    assert!(lines("").iter().all(|line| !line.contains('@')), "none names an address");
    site.shop.done().await;
}

#[tokio::test]
async fn no_log_tells_a_password_a_key_a_token_or_a_signature() {
    let (log, _guard) = listening();

    let site = stocked().await;
    let (ada, guest) = (site.visitor(), site.visitor());
    signs_in_and_out(&ada).await;
    let typed: Vec<_> = ADDRESS.into_iter().chain([("email", "guest@example.org")]).collect();
    let order = order_with(&guest, "1", &typed).await;
    let id = order.trim_start_matches("/orders/").to_owned();
    let token = site.shop.shop.order_token(id.parse().unwrap()).unwrap().as_str().to_owned();
    // From the mail, in another browser; then with a token that is nearly right.
    let elsewhere = site.visitor();
    let by_link = format!("{order}?token={token}");
    assert_eq!(elsewhere.open_order(&by_link).await.status, StatusCode::OK);
    elsewhere.get(&format!("{by_link}x")).await;
    elsewhere.post(&by_link, "pay-order", &[("order_id", &id), ("token", &token)]).await;
    elsewhere.post(&by_link, "cancel-order", &[("order_id", &id), ("token", &token)]).await;
    let session = ada.cookie("session").unwrap();
    let key = calls_with_a_key(&site).await;
    let reset = opens_a_reset_link(&site).await;
    let turned: String = key.chars().rev().collect();

    let forged = "t=1764000000,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd";
    for provider in ["sandbox", "stripe"] {
        let request = Request::post(format!("/webhooks/{provider}"))
            .header("host", "shop.example")
            .header(format!("{provider}-signature"), forged);
        site.send(request.body(Body::from("{\"id\":\"evt_1\"}")).unwrap()).await;
    }
    // A key that the provider does not take: whoever asks gets an error that is logged whole.
    let stripe = Arc::new(refusing_stripe(STRIPE_KEY).await);
    let process = site.shop.another_process_paying(stripe as Arc<dyn Payments>).await;
    let bob = site.shop.customer("Bob").await;
    let unpaid = site.shop.place_reserved(bob, &[("MUG", "1")]).await;
    let error = process.begin_payment(bob, unpaid).await.unwrap_err();
    tracing::error!(error = ?error, "as pages and tasks tell it");
    tracing::error!(error = format!("{:#}", anyhow::Error::from(error)), "as pages and tasks tell it");

    let text = log.text();
    for expected in ["a webhook was not taken", "as pages and tasks tell it", "answered", &order] {
        assert!(text.contains(expected), "this shows nothing: {expected:?} is not logged");
    }
    let signature = forged.rsplit('=').next().unwrap();
    for secret in [
        PASSWORD,
        STRIPE_KEY,
        WEBHOOK_SECRET,
        &token,
        &reset,
        &session,
        &key,
        &turned,
        signature,
        "a secret key of the tests",
    ] {
        assert!(
            !text.contains(secret),
            "{secret:?} is in the log: {:?}",
            text.lines().find(|line| line.contains(secret))
        );
    }
    site.shop.done().await;
}
