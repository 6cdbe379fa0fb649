//! Accounts: the same answer whoever is known, links that leave the address at once, and sessions that end.

use std::time::Duration;

use http::StatusCode;
use shop::dto::RegisterForm;
use sqlx::{Connection, PgConnection};

use crate::admin::Desk;
use crate::limits::stranger;
use crate::visitor::{Answer, Site, Visitor};

const ADA: &str = "ada@example.org";

async fn until(site: &Site, count: &'static str, expected: i64) {
    let seen = async {
        while site.shop.count(count).await < expected {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen).await.expect("the mail is queued");
}

const RESETS: &str = "select count(*) from email_messages where kind = 'password_reset'";

/// The address in the newest mail of this kind, without the shop's own.
pub async fn mailed_link(site: &Site, kind: &str) -> String {
    let body: String =
        site.shop.scalar("select body from email_messages where kind = $1 order by id desc limit 1", kind).await;
    let link = body.lines().map(str::trim).find(|line| line.contains("?token=")).unwrap();
    link.trim_start_matches("http://127.0.0.1:3000").to_owned()
}

/// Opens a link as a browser does, which is led to the same page without it; the page does not have its secret, either.
pub async fn open(visitor: &Visitor<'_>, link: &str) -> Answer {
    let shown = open_form(visitor, link).await;
    let (_, token) = link.split_once("?token=").unwrap();
    assert!(!shown.text.contains(token), "the secret is on no page");
    shown
}

/// The same of a page whose form carries the secret on; no address does.
pub async fn open_form(visitor: &Visitor<'_>, link: &str) -> Answer {
    let (page, token) = link.split_once("?token=").unwrap();
    let opened = visitor.get(link).await;
    assert_eq!((opened.status, opened.location()), (StatusCode::FOUND, page), "{}", opened.text);
    assert_eq!((opened.header("cache-control"), opened.header("referrer-policy")), ("no-store", "same-origin"));
    let shown = visitor.get(page).await;
    assert!(!opened.text.contains(token), "what is left on the way has the secret: {}", opened.text);
    let elsewhere = shown.text.replace(&format!("value=\"{token}\""), "");
    assert!(!elsewhere.contains(token), "the secret stands in a field, and nowhere else: {elsewhere}");
    shown
}

/// What is alike of two answers: all but what is new with every request.
pub fn alike(answer: &Answer) -> (StatusCode, String, Vec<String>) {
    let headers = answer.headers.iter().filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()));
    let mut headers: Vec<_> = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    headers.sort_unstable();
    headers.retain(|header| !header.starts_with("content-security-policy"));
    let nonce = answer.header("content-security-policy").split_once("'nonce-").map(|(_, rest)| rest.split_once('\''));
    let nonce = nonce.flatten().map_or("none", |(nonce, _)| nonce);
    (answer.status, answer.text.replace(nonce, ""), headers)
}

#[tokio::test]
async fn whoever_forgot_their_password_is_answered_alike_whether_they_are_known_or_not() {
    let site = Site::open().await;
    site.shop.customer("Ada").await;
    let mut answers = Vec::new();
    for email in [ADA, "eva@example.org"] {
        let visitor = site.visitor();
        let sent = visitor.post("/forgot-password", "forgot-password", &[("email", email)]).await;
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/forgot-password"));
        let page = visitor.get("/forgot-password").await;
        assert!(page.text.contains("If somebody has an account with this address"), "{}", page.text);
        let called = site.visitor().call("forgot-password", &[("email", email)]).await;
        assert_eq!(called.status, StatusCode::OK);
        answers.push([alike(&sent), alike(&page), alike(&called)]);
    }
    assert_eq!(answers[0], answers[1]);
    let told = site.visitor().submit("/forgot-password", "forgot-password", &[("email", "ada at home")]).await;
    assert!(told.text.contains("does not look like an e-mail") && told.text.contains("value=\"ada at home\""));
    until(&site, RESETS, 1).await;
    // Nobody waits for it: here it cannot be queued until the answer is there.
    site.shop.clock.advance(time::Duration::minutes(5));
    let mut hold = PgConnection::connect(&site.shop.url).await.unwrap();
    sqlx::raw_sql("begin; lock table users, account_links, email_messages in access exclusive mode")
        .execute(&mut hold)
        .await
        .unwrap();
    let visitor = site.visitor();
    let asked = tokio::time::timeout(Duration::from_secs(1), visitor.call("forgot-password", &[("email", ADA)]));
    assert_eq!(asked.await.expect("an answer while the mail waits").status, StatusCode::OK);
    sqlx::raw_sql("commit").execute(&mut hold).await.unwrap();
    until(&site, RESETS, 2).await;
    site.shop.done().await;
}

#[tokio::test]
async fn letters_to_one_address_are_limited_and_so_is_a_place() {
    let site = Site::open().await;
    let visitor = site.visitor();
    for _ in 0..5 {
        assert_eq!(visitor.call("forgot-password", &[("email", "eva@example.org")]).await.status, StatusCode::OK);
    }
    let told = visitor.call("forgot-password", &[("email", "EVA@example.org")]).await;
    assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!told.header("retry-after").is_empty());
    site.shop.done().await;
}

#[tokio::test]
async fn a_link_leads_to_a_new_password_once_and_everybody_is_signed_out() {
    let site = Site::open().await;
    let (ada, phone) = (site.visitor(), site.visitor());
    ada.register("Ada").await;
    phone.call("login", &[("email", ADA), ("password", "correct horse")]).await;
    for visitor in [&ada, &phone] {
        assert_eq!(visitor.get("/account").await.status, StatusCode::OK);
    }
    ada.submit("/forgot-password", "forgot-password", &[("email", ADA)]).await;
    until(&site, RESETS, 1).await;
    let link = mailed_link(&site, "password_reset").await;
    let reader = site.visitor();
    let page = open(&reader, &link).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains(ADA) && page.text.contains("autocomplete=\"new-password\""), "{}", page.text);
    let cookie = reader.cookie("reset-link").unwrap();
    assert!(link.ends_with(&cookie), "it waits in a cookie");
    let common = reader.submit("/reset-password", "reset-password", &[("password", "password1")]).await;
    assert!(common.text.contains("among the first that are guessed"), "{}", common.text);
    assert!(!common.text.contains("password1"), "a password is never shown again");
    let done = reader.submit("/reset-password", "reset-password", &[("password", "another horse")]).await;
    assert!(done.text.contains("Your password is changed. Sign in with it."), "{}", done.text);
    assert!(reader.cookie("reset-link").is_none() && reader.cookie("session").is_none(), "it signs nobody in");
    for visitor in [&ada, &phone, &reader] {
        assert_eq!(visitor.get("/account").await.status, StatusCode::FOUND, "signed out");
    }
    let late = open(&site.visitor(), &link).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("Ask for another link"), "{}", late.text);
    let again = site.visitor();
    again.get(&link).await;
    let sent = again.call("reset-password", &[("password", "third horse")]).await;
    assert_eq!(sent.status, StatusCode::CONFLICT, "{}", sent.text);
    let without = site.visitor().call("reset-password", &[("password", "third horse")]).await;
    assert_eq!(without.status, StatusCode::CONFLICT);
    reader.submit("/login", "login", &[("email", ADA), ("password", "another horse")]).await;
    assert_eq!(reader.get("/account").await.status, StatusCode::OK);
    site.shop.done().await;
}

#[tokio::test]
async fn whoever_gave_another_password_by_the_link_signs_in_there_while_strangers_guess() {
    let site = Site::open().await;
    site.shop.customer("Ada").await;
    for number in 0..42 {
        stranger(&site.router, &format!("198.51.100.{number}"), ADA, "wrong horse").await;
    }
    let reader = site.visitor();
    let login = [("email", ADA), ("password", "another horse")];
    assert_eq!(reader.call("login", &login).await.status, StatusCode::TOO_MANY_REQUESTS, "the account's are used up");
    reader.submit("/forgot-password", "forgot-password", &[("email", ADA)]).await;
    until(&site, RESETS, 1).await;
    open(&reader, &mailed_link(&site, "password_reset").await).await;
    reader.submit("/reset-password", "reset-password", &[("password", "another horse")]).await;
    assert!(reader.cookie("session").is_none() && reader.cookie("device").is_some(), "known, and not signed in");
    let elsewhere = stranger(&site.router, "203.0.113.9", ADA, "another horse").await;
    assert_eq!(elsewhere.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(reader.call("login", &login).await.status, StatusCode::OK);
    site.shop.done().await;
}

#[tokio::test]
async fn letters_to_a_new_password_leave_shoppers_their_connections() {
    let site = Site::open().await;
    let mut hold = PgConnection::connect(&site.shop.url).await.unwrap();
    sqlx::raw_sql("begin; lock table users in access exclusive mode").execute(&mut hold).await.unwrap();
    for number in 0..12 {
        let email = format!("{number}@example.org");
        let asked = site.visitor().call("forgot-password", &[("email", &email)]).await;
        assert_eq!(asked.status, StatusCode::OK);
    }
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let (mut looks, mut most) = (0, 0);
    let seen = async {
        // Once as many as may look for their account are at it, the others have every chance to.
        while looks < 100 {
            let at_once: i64 = sqlx::query_scalar(waiting).fetch_one(&mut hold).await.unwrap();
            most = at_once.max(most);
            looks += i32::from(most > 0);
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen).await.expect("they look for their accounts");
    assert!((1..=4).contains(&most), "{most}");
    sqlx::raw_sql("commit").execute(&mut hold).await.unwrap();
    site.shop.done().await;
}

#[tokio::test]
async fn staff_who_forgot_their_password_sign_in_with_the_new_one_like_anybody() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let email = [("email", "olga@example.org")];
    olga.call("forgot-password", &email).await;
    until(&desk.site, RESETS, 1).await;
    let reader = desk.site.visitor();
    open(&reader, &mailed_link(&desk.site, "password_reset").await).await;
    reader.submit("/reset-password", "reset-password", &[("password", "another horse")]).await;
    for visitor in [&olga, &reader] {
        let page = visitor.get("/admin/staff").await;
        assert_eq!((page.status, page.location()), (StatusCode::FOUND, "/login?next=%2Fadmin%2Fstaff"));
    }
    let form = [email[0], ("password", "another horse"), ("next", "/admin/staff")];
    assert_eq!(reader.submit("/login", "login", &form).await.status, StatusCode::OK);
    // Changing it in the back office keeps when they signed in: it is not a new day of work.
    desk.site.shop.clock.advance(time::Duration::hours(11));
    let form = [("current_password", "another horse"), ("password", "third horse here")];
    reader.submit("/account", "change-password", &form).await;
    assert_eq!(reader.get("/admin/staff").await.status, StatusCode::OK, "it was given just now");
    desk.site.shop.clock.advance(time::Duration::hours(1));
    let page = reader.get("/admin/orders").await;
    assert_eq!((page.status, page.location()), (StatusCode::FOUND, "/login?next=%2Fadmin%2Forders"));
    desk.site.shop.done().await;
}

#[tokio::test]
async fn an_address_is_confirmed_by_who_is_signed_in_to_its_account() {
    let site = Site::open().await;
    let (ada, eve) = (site.visitor(), site.visitor());
    ada.register("Ada").await;
    site.shop.deliver().await;
    let link = mailed_link(&site, "welcome").await;
    eve.register("Eve").await;
    assert!(open(&eve, &link).await.text.contains("Yes, ada@example.org is mine"));
    let told = eve.submit("/verify-email", "verify-email", &[]).await;
    assert!(told.text.contains("role=\"alert\"") && told.text.contains("This link was used"), "{}", told.text);
    let nobody = site.visitor();
    let asked = open(&nobody, &link).await;
    assert!(asked.text.contains("/login?next=%2Fverify-email"), "{}", asked.text);
    let sent = nobody.post("/verify-email", "verify-email", &[]).await;
    assert_eq!(sent.location(), "/login?next=%2Fverify-email");
    assert!(ada.get("/account").await.text.contains("Is this your address?"));
    assert_eq!(open(&ada, &link).await.status, StatusCode::OK);
    let done = ada.submit("/verify-email", "verify-email", &[]).await;
    assert!(done.text.contains("Your e-mail address is confirmed") && !done.text.contains("Is this your address?"));
    assert_eq!(open(&ada, &link).await.status, StatusCode::CONFLICT, "it works once");
    let sent = eve.submit("/account", "send-verification", &[]).await;
    assert!(sent.text.contains("The link is on its way"), "{}", sent.text);
    site.shop.done().await;
}

#[tokio::test]
async fn name_address_and_password_are_changed_on_the_account_page() {
    let site = Site::open().await;
    let (ada, phone) = (site.visitor(), site.visitor());
    ada.register("Ada").await;
    phone.call("login", &[("email", ADA), ("password", "correct horse")]).await;
    let named = ada.submit("/account", "change-name", &[("name", "Ada <King>")]).await;
    assert!(named.text.contains("Your name is changed") && named.text.contains("Ada &lt;King&gt;"), "{}", named.text);
    let wrong = [("email", "new@example.org"), ("email_password", "wrong horse")];
    let told = ada.submit("/account", "change-email", &wrong).await;
    for part in ["This is not your password", "field-email_password-problem", "value=\"new@example.org\""] {
        assert!(told.text.contains(part), "{part}: {}", told.text);
    }
    let right = [("email", "new@example.org"), ("email_password", "correct horse")];
    let asked = ada.submit("/account", "change-email", &right).await;
    assert!(asked.text.contains("new@example.org waits to be confirmed"), "{}", asked.text);
    open(&ada, &mailed_link(&site, "email_change").await).await;
    let done = ada.submit("/verify-email", "verify-email", &[]).await;
    assert!(done.text.contains("new@example.org") && !done.text.contains(ADA), "{}", done.text);
    assert_eq!(phone.get("/account").await.status, StatusCode::OK, "an address ends no session");

    let before = ada.cookie("session").unwrap();
    let wrong = [("current_password", "wrong horse"), ("password", "another horse")];
    let told = ada.submit("/account", "change-password", &wrong).await;
    assert!(told.text.contains("field-current_password-problem"), "{}", told.text);
    let right = [("current_password", "correct horse"), ("password", "another horse")];
    let done = ada.submit("/account", "change-password", &right).await;
    assert!(done.text.contains("Your password is changed, and every other device"), "{}", done.text);
    assert_ne!(ada.cookie("session").unwrap(), before, "a session of another id");
    assert_eq!(phone.get("/account").await.status, StatusCode::FOUND, "the other is signed out");
    let stolen = site.visitor();
    let request = http::Request::get("/account").header("cookie", format!("session={before}"));
    let request = request.header("accept", "text/html");
    assert_eq!(stolen.send(request, axum::body::Body::empty()).await.status, StatusCode::FOUND);
    site.shop.done().await;
}

#[tokio::test]
async fn nobody_uses_up_the_letters_of_another_by_asking_for_their_address() {
    let site = Site::open().await;
    let (ada, eve) = (site.visitor(), site.visitor());
    ada.register("Ada").await;
    eve.register("Eve").await;
    let ask = async |email: &str, password: &str| {
        let form = [("email", email), ("email_password", password)];
        eve.call("change-email", &form).await.status
    };
    for _ in 0..5 {
        assert_eq!(ask("new@example.org", "wrong horse").await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(ask("new@example.org", "correct horse").await, StatusCode::OK, "no letter was sent there yet");
    for _ in 0..5 {
        assert_eq!(ask(ADA, "correct horse").await, StatusCode::CONFLICT);
    }
    assert_eq!(ask(ADA, "correct horse").await, StatusCode::TOO_MANY_REQUESTS, "it is not asked without end");
    for _ in 0..5 {
        assert_eq!(ada.call("send-verification", &[]).await.status, StatusCode::OK);
    }
    assert_eq!(ada.call("send-verification", &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
    site.shop.done().await;
}

#[tokio::test]
async fn wrong_passwords_are_counted_on_the_account_page_as_at_the_sign_in() {
    let site = Site::open().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let wrong = [("current_password", "wrong horse"), ("password", "another horse")];
    for _ in 0..10 {
        assert_eq!(ada.call("change-password", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(ada.call("change-password", &wrong).await.status, StatusCode::TOO_MANY_REQUESTS);
    site.shop.done().await;
}

/// What somebody registers as a name is not mailed to others as a link.
#[tokio::test]
async fn a_welcome_carries_no_link_that_a_stranger_typed() {
    let site = Site::open().await;
    let name = "Win at https://evil.example";
    let form = RegisterForm { name: name.into(), email: "victim@example.org".into(), password: "correct horse".into() };
    site.shop.shop.register(form).await.unwrap();
    site.shop.deliver().await;
    let body: String = site.shop.scalar("select body from email_messages where kind = $1", "welcome").await;
    assert!(body.starts_with("Hello,") && !body.contains("evil"), "{body}");
    site.shop.done().await;
}
