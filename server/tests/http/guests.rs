//! What guests get after ordering: a link by mail, pages that keep it to themselves, and an account that takes the order
//! along.

use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use sqlx::{Connection, PgConnection};

use crate::forms::{ADDRESS, order_with, stocked};
use crate::visitor::{Answer, Site, Visitor, hidden};

const PASSWORD: (&str, &str) = ("password", "correct horse");

/// Orders as a guest; the order's id.
async fn ordered(guest: &Visitor<'_>, email: &str) -> String {
    let path = order_with(guest, "1", &[&[("email", email)][..], &ADDRESS].concat()).await;
    path.trim_start_matches("/orders/").to_owned()
}

fn token(site: &Site, id: &str) -> String {
    site.shop.shop.order_token(id.parse().unwrap()).unwrap().as_str().to_owned()
}

async fn number(site: &Site, id: &str) -> String {
    let number: i64 = site.shop.scalar("select number from orders where id = $1::uuid", id).await;
    number.to_string()
}

/// A page without what differs with every request.
fn words(page: &Answer) -> String {
    page.text.split_once("<main").unwrap().1.split_once("</main>").unwrap().0.to_owned()
}

const LINKS: &str = "select count(*) from email_messages where kind = 'order_link'";

async fn until_links(site: &Site, count: i64) {
    let seen = async {
        while site.shop.count(LINKS).await < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen).await.expect("the link is mailed");
}

#[tokio::test]
async fn the_steps_of_the_checkout_name_the_order_that_was_just_placed_to_whoever_placed_it() {
    let site = stocked().await;
    let (guest, other) = (site.visitor(), site.visitor());
    let id = ordered(&guest, "guest@example.org").await;
    let number = number(&site, &id).await;
    for step in ["/checkout", "/checkout/shipping", "/checkout/review"] {
        let page = guest.get(step).await;
        let main = words(&page).replace("<!>", "");
        assert!(main.contains("<h1>Your order is placed</h1>"), "{step}: {main}");
        assert!(main.contains(&format!("It is order {number}, ")), "{step}: {main}");
        assert!(
            main.contains(&format!("href=\"/orders/{id}\"")) && main.contains(">See your order<"),
            "{step}: {main}"
        );
        let theirs = words(&other.get(step).await);
        assert!(theirs.contains("Your cart is empty.") && !theirs.contains(&id), "{step}: {theirs}");
    }
    assert_eq!(guest.get(&format!("/orders/{id}")).await.status, StatusCode::OK, "and it opens to them");
    site.shop.done().await;
}

#[tokio::test]
async fn the_answer_is_the_same_whether_there_is_such_an_order_or_not() {
    let site = stocked().await;
    let id = ordered(&site.visitor(), "guest@example.org").await;
    let number = number(&site, &id).await;
    let visitor = site.visitor();
    let page = visitor.get("/track").await;
    assert!(page.text.contains("Find your order") && page.headers.get("set-cookie").is_none(), "{}", page.text);
    let told = visitor.submit("/track", "track-order", &[("number", "x"), ("email", "guest@example")]).await;
    for part in ["field-number-problem", "field-email-problem", "guest@example", "made of digits"] {
        assert!(told.text.contains(part), "{part}: {}", told.text);
    }
    let mut answers = Vec::new();
    for (number, email) in
        [(number.as_str(), "guest@example.org"), (&number, "eve@example.org"), ("7", "eve@example.org")]
    {
        let fields = [("number", number), ("email", email)];
        let page = visitor.submit("/track", "track-order", &fields).await;
        assert!(page.text.contains("If there is such an order, we have sent you a link"), "{}", page.text);
        let called = visitor.call("track-order", &fields).await;
        answers.push((words(&page), called.status, called.text, called.headers.len()));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    until_links(&site, 1).await;
    let to: String = site.shop.scalar("select recipient from email_messages where kind = $1", "order_link").await;
    assert_eq!(to, "guest@example.org");
    site.shop.done().await;
}

/// Nobody waits for the mail to be queued: here it cannot be, until the answer is there.
#[tokio::test]
async fn the_time_of_the_answer_tells_nothing_either() {
    let site = stocked().await;
    let id = ordered(&site.visitor(), "guest@example.org").await;
    let number = number(&site, &id).await;
    let mut hold = PgConnection::connect(&site.shop.url).await.unwrap();
    sqlx::raw_sql("begin; lock table email_messages in access exclusive mode").execute(&mut hold).await.unwrap();
    let fields = [("number", number.as_str()), ("email", "guest@example.org")];
    let visitor = site.visitor();
    let asked = tokio::time::timeout(Duration::from_secs(1), visitor.call("track-order", &fields));
    assert_eq!(asked.await.expect("an answer while the mail waits").status, StatusCode::OK);
    sqlx::raw_sql("commit").execute(&mut hold).await.unwrap();
    until_links(&site, 1).await;
    site.shop.done().await;
}

#[tokio::test]
async fn links_are_asked_for_only_so_often_whether_there_is_an_order_or_not() {
    let site = stocked().await;
    let id = ordered(&site.visitor(), "guest@example.org").await;
    let number = number(&site, &id).await;
    for email in ["guest@example.org", "eve@example.org"] {
        let fields = [("number", number.as_str()), ("email", email)];
        for _ in 0..5 {
            assert_eq!(site.visitor().call("track-order", &fields).await.status, StatusCode::OK);
        }
        let told = site.visitor().call("track-order", &fields).await;
        let wait: u32 = told.header("retry-after").parse().unwrap_or_default();
        assert_eq!((told.status, (590..=600).contains(&wait)), (StatusCode::TOO_MANY_REQUESTS, true), "{email} {wait}");
        let page = site.visitor().submit("/track", "track-order", &fields).await;
        assert!(page.text.contains("Too many tries. Please wait 10 minutes."), "{}", page.text);
        assert_eq!((hidden(&page.text, "number"), hidden(&page.text, "email")), (number.clone(), email.to_owned()));
    }
    until_links(&site, 1).await;
    assert_eq!(site.shop.count(LINKS).await, 1, "and the inbox gets one");
    site.shop.done().await;
}

#[tokio::test]
async fn an_address_with_a_token_in_it_is_not_kept_listed_or_passed_on() {
    let site = stocked().await;
    let id = ordered(&site.visitor(), "guest@example.org").await;
    let token = token(&site, &id);
    for path in [
        format!("/orders/{id}?token={token}"),
        format!("/orders/{id}?token=nonsense"),
        format!("/orders/{id}/events?token=nonsense"),
        format!("/login?next=%2Forders%2F{id}%3Ftoken%3D{token}"),
        format!("/login?next=%2Forders%2F{id}%3ftoken%3d{token}"),
        format!("/login?next=/orders/{id}?token={token}"),
        format!("/api/v1/orders/{id}?token={token}"),
    ] {
        let request = Request::get(&path).header("accept", "text/html").header("host", "shop.example");
        let answer = site.send(request.body(Body::empty()).unwrap()).await;
        for (name, value) in
            [("cache-control", "no-store"), ("referrer-policy", "same-origin"), ("x-robots-tag", "noindex")]
        {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
    }
    for path in ["/orders", "/track", "/login?next=%2Forders"] {
        assert_eq!(site.visitor().get(path).await.header("x-robots-tag"), "", "{path}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn a_guest_opens_an_account_on_the_orders_page() {
    let site = stocked().await;
    let guest = site.visitor();
    let id = ordered(&guest, "guest@example.org").await;
    let path = format!("/orders/{id}");
    let mug = site.shop.variant("MUG").await.to_string();
    guest.post("/products/mug", "add-to-cart", &[("product", "mug"), ("variant_id", &mug), ("quantity", "2")]).await;
    let page = guest.get(&path).await;
    assert!(page.text.contains("Keep this order in an account") && page.text.contains("/track"), "{}", page.text);
    let told = guest.submit(&path, "open-account", &[("order_id", &id), ("password", "short")]).await;
    assert!(told.text.contains("At least 8 characters"), "{}", told.text);
    let before = guest.cookie("session").unwrap();
    let welcome = guest.submit(&path, "open-account", &[("order_id", &id), PASSWORD]).await;
    assert!(welcome.text.contains("Your account is ready") && welcome.text.contains("Your orders"), "{}", welcome.text);
    assert!(!welcome.text.contains("Keep this order"));
    assert_ne!(guest.cookie("session").unwrap(), before, "a new session");
    assert!(guest.get("/orders").await.text.contains(&path));
    assert!(guest.get("/cart").await.text.contains("$48.00"), "the cart is kept");
    let old = Request::get(&path).header("cookie", format!("session={before}"));
    assert!(site.visitor().send(old, Body::empty()).await.status.is_redirection(), "the old one opens nothing");
    site.shop.done().await;
}

#[tokio::test]
async fn the_link_of_a_mail_opens_an_account_and_never_somebody_elses() {
    let site = stocked().await;
    let (first, second) =
        (ordered(&site.visitor(), "guest@example.org").await, ordered(&site.visitor(), "Ada@example.org").await);
    let ada = site.visitor();
    ada.register("Ada").await;
    let opened = |id: &str| format!("/orders/{id}?token={}", token(&site, id));
    let page_of = |id: &str| format!("/orders/{id}");

    let stranger = site.visitor();
    for wrong in ["", "nonsense", &token(&site, &second)] {
        let fields = [("order_id", first.as_str()), ("token", wrong), PASSWORD];
        let refused = stranger.call("open-account", &fields).await.status;
        assert!([StatusCode::NOT_FOUND, StatusCode::UNAUTHORIZED].contains(&refused), "{wrong}: {refused}");
    }
    let token_of_second = token(&site, &second);
    let fields = [("order_id", second.as_str()), ("token", &token_of_second), ("password", "another password")];
    let told = stranger.submit(&page_of(&second), "open-account", &fields).await;
    assert!(told.text.contains("already an account with this e-mail address. Sign in instead?"), "{}", told.text);
    assert!(told.text.contains(&format!("/login?next=%2Forders%2F{second}\"")), "{}", told.text);
    assert!(stranger.get("/account").await.status.is_redirection(), "nobody is signed in");

    let page = stranger.open_order(&opened(&first)).await;
    let fields = [("order_id", first.as_str()), ("token", &hidden(&page.text, "token")), PASSWORD];
    let answer = stranger.post(&page_of(&first), "open-account", &fields).await;
    assert_eq!(answer.location(), format!("/orders/{first}"));
    assert!(stranger.get("/orders").await.text.contains(&first));

    // She has an account: her order's link adds it.
    let page = ada.open_order(&opened(&second)).await;
    assert!(page.text.contains("Add it to my account"), "{}", page.text);
    assert!(!ada.get("/orders").await.text.contains(&second));
    let fields = [("order_id", second.as_str()), ("token", token_of_second.as_str())];
    let taken = ada.submit(&page_of(&second), "take-order-along", &fields).await;
    assert!(taken.text.contains("in your account now"), "{}", taken.text);
    assert!(ada.get("/orders").await.text.contains(&second));
    let bob = site.visitor();
    bob.register("Bob").await;
    assert!(!bob.open_order(&opened(&second)).await.text.contains("Add it to my account"));
    site.shop.done().await;
}

#[tokio::test]
async fn signing_in_and_registering_take_the_order_along() {
    let site = stocked().await;
    site.shop.register("Ada").await;
    for (form, email, name) in [("login", "ada@example.org", "Ada"), ("register", "eve@example.org", "Eve")] {
        let fields = [("name", name), ("email", email), PASSWORD];
        let guest = site.visitor();
        let id = ordered(&guest, email).await;
        assert_eq!(guest.call(form, &fields).await.status, StatusCode::OK);
        assert!(guest.get("/orders").await.text.contains(&id), "{form}");
        assert_eq!(guest.get(&format!("/orders/{id}")).await.status, StatusCode::OK);
        guest.call("logout", &[]).await;
        assert!(guest.get(&format!("/orders/{id}")).await.status.is_redirection());
    }
    site.shop.done().await;
}

/// A browser that several people use, a library's: the links that it keeps go with whoever signs out, also those that were opened
/// before they signed in.
#[tokio::test]
async fn whoever_signs_out_leaves_no_link_to_an_order_behind() {
    let site = stocked().await;
    let (first, second) =
        (ordered(&site.visitor(), "ada@example.org").await, ordered(&site.visitor(), "eve@example.org").await);
    let open = async |visitor: &Visitor<'_>, id: &str| {
        visitor.open_order(&format!("/orders/{id}?token={}", token(&site, id))).await;
    };
    let opens =
        async |visitor: &Visitor<'_>, id: &str| visitor.get(&format!("/orders/{id}")).await.status == StatusCode::OK;
    let (library, own) = (site.visitor(), site.visitor());
    open(&own, &first).await;
    open(&own, &second).await;
    assert!(own.cookie(&format!("order-links-{first}")).is_some(), "a tab more takes nothing off the others");
    open(&library, &first).await;
    library.register("Ada").await;
    open(&library, &second).await;
    // A form of its page keeps the link for another day, and no second time.
    let (order, brought) = (first.as_str(), token(&site, &first));
    library.post("/", "cancel-order", &[("order_id", order), ("token", &brought)]).await;
    assert!(opens(&library, &first).await && opens(&library, &second).await);
    // Another site signs nobody out.
    let from_elsewhere = Request::post("/do/logout")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(library.send(from_elsewhere, Body::empty()).await.status, StatusCode::FORBIDDEN);
    assert!(opens(&library, &second).await);
    library.post("/account", "logout", &[]).await;
    for kept in ["session", "order-link", &format!("order-links-{first}"), &format!("order-links-{second}")] {
        assert!(library.cookie(kept).is_none(), "{kept}");
    }
    assert!(!opens(&library, &first).await && !opens(&library, &second).await);
    assert!(opens(&own, &first).await, "elsewhere it is kept");
    own.call("logout", &[]).await;
    assert!(!opens(&own, &first).await && !opens(&own, &second).await, "whoever is not signed in may say so, too");
    // Nor does whoever deletes their account; a wrong password deletes nothing.
    library.sign_in("ada@example.org").await;
    open(&library, &first).await;
    library.post("/account/privacy", "delete-account", &[("delete_password", "wrong horse")]).await;
    assert!(opens(&library, &first).await);
    library.post("/account/privacy", "delete-account", &[("delete_password", "correct horse")]).await;
    assert!(!opens(&library, &first).await);
    site.shop.done().await;
}

#[tokio::test]
async fn who_orders_too_often_without_an_account_is_asked_to_wait_and_loses_nothing() {
    let site = stocked().await;
    let typed = [&[("email", "guest@example.org")][..], &ADDRESS].concat();
    for _ in 0..5 {
        ordered(&site.visitor(), "guest@example.org").await;
    }
    let guest = site.visitor();
    let mug = site.shop.variant("MUG").await.to_string();
    guest.submit("/products/mug", "add-to-cart", &[("product", "mug"), ("variant_id", &mug), ("quantity", "1")]).await;
    let review = guest.submit("/checkout", "save-address", &typed).await;
    let (key, reviewed) = (hidden(&review.text, "key"), hidden(&review.text, "reviewed"));
    let fields = [("key", key.as_str()), ("reviewed", reviewed.as_str())];
    let told = guest.submit("/checkout/review", "place-order", &fields).await;
    assert!(told.text.contains("Too many tries. Please wait 1"), "{}", told.text);
    assert!(told.text.contains("Place order") && told.text.contains("guest@example.org"), "{}", told.text);
    assert_eq!(site.shop.count("select count(*) from orders").await, 5);
    // A customer's order has an address that is theirs.
    let ada = site.visitor();
    ada.register("Ada").await;
    order_with(&ada, "1", &ADDRESS).await;
    site.shop.done().await;
}
