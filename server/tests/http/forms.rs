//! Every form, sent by a browser without scripts and by an island.

use axum::body::Body;
use http::StatusCode;
use shop::domain::OrderStatus;

use crate::visitor::{Site, Visitor, hidden};

pub async fn stocked() -> Site {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "9.50", 3)]).await;
    site
}

pub const ADDRESS: [(&str, &str); 7] = [
    ("name", "Ada Lovelace"),
    ("line1", "12 St James's Square"),
    ("line2", ""),
    ("city", "London"),
    ("region", ""),
    ("postal_code", "SW1Y 4JH"),
    ("country", "GB"),
];

/// With an account and a mug, at the last step of the checkout: the key of its form, and what was reviewed.
pub async fn at_review(ada: &Visitor<'_>) -> (String, String) {
    ada.register("Ada").await;
    let mug = ada.site.shop.variant("MUG").await.to_string();
    let add = [("product", "mug"), ("variant_id", mug.as_str()), ("quantity", "1")];
    ada.submit("/products/mug", "add-to-cart", &add).await;
    let review = ada.submit("/checkout", "save-address", &ADDRESS).await;
    (hidden(&review.text, "key"), hidden(&review.text, "reviewed"))
}

/// From the product's page to the order's.
async fn order(ada: &Visitor<'_>, quantity: &str) -> String {
    order_with(ada, quantity, &ADDRESS).await
}

pub async fn order_with(ada: &Visitor<'_>, quantity: &str, typed: &[(&str, &str)]) -> String {
    let mug = ada.site.shop.variant("MUG").await.to_string();
    let page = ada
        .submit("/products/mug", "add-to-cart", &[("product", "mug"), ("variant_id", &mug), ("quantity", quantity)])
        .await;
    assert!(page.text.contains("Added to your cart"));
    let review = ada.submit("/checkout", "save-address", typed).await;
    let (key, reviewed) = (hidden(&review.text, "key"), hidden(&review.text, "reviewed"));
    let delivery = async {
        // The worker of this shop: the form waits a moment for its answer.
        loop {
            ada.site.shop.deliver().await;
            tokio::task::yield_now().await;
        }
    };
    let fields = [("key", key.as_str()), ("reviewed", reviewed.as_str())];
    let placed = tokio::select! {
        answer = ada.post("/checkout/review", "place-order", &fields) => answer,
        () = delivery => unreachable!(),
    };
    assert_eq!(placed.status, StatusCode::SEE_OTHER, "{}", placed.text);
    assert!(placed.location().starts_with("/orders/"), "{}", placed.location());
    placed.location().to_owned()
}

#[tokio::test]
async fn a_guest_buys_without_an_account_and_comes_back_with_the_token() {
    let site = stocked().await;
    let guest = site.visitor();
    let path = order_with(&guest, "1", &[&[("email", "guest@example.org")][..], &ADDRESS].concat()).await;
    let id = path.trim_start_matches("/orders/").to_owned();
    assert!(guest.get(&path).await.text.contains("Pay now"));
    let token = site.shop.shop.order_token(id.parse().unwrap()).unwrap().as_str().to_owned();
    // Another browser: asked to sign in without the token, and told nothing with a wrong one.
    let elsewhere = site.visitor();
    assert!(elsewhere.get(&path).await.location().starts_with("/login?next="));
    for wrong in ["nonsense".to_owned(), "0".repeat(64)] {
        assert_eq!(elsewhere.get(&format!("{path}?token={wrong}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(elsewhere.get(&format!("{path}/events?token={wrong}")).await.status, StatusCode::NOT_FOUND);
    }
    let opened = format!("{path}?token={token}");
    let page = elsewhere.open_order(&opened).await;
    assert_eq!(hidden(&page.text, "token"), token);
    let kept = elsewhere.cookie("order-link").unwrap();
    assert_eq!(kept, token, "it waits in a cookie of the order's");
    let pay = [("order_id", id.as_str()), ("outcome", "approve"), ("token", token.as_str())];
    let paid = elsewhere.post(&path, "pay-order", &pay).await;
    assert_eq!(paid.location(), path);
    assert!(elsewhere.get(&path).await.text.contains("Payment received"));
    let cancel = [("order_id", id.as_str()), ("token", token.as_str())];
    let cancelled = elsewhere.submit(&path, "cancel-order", &cancel).await;
    assert!(cancelled.text.contains("You cancelled this order."), "{}", cancelled.text);
    // A form that is sent once the cookie is gone opens its page again; a program has the page where it asks for it.
    let later = site.visitor();
    let refused = later.submit(&path, "cancel-order", &cancel).await;
    assert!(refused.text.contains("cannot be cancelled"), "{}", refused.text);
    let program = site.visitor().send(http::Request::get(&opened).header("accept", "*/*"), Body::empty()).await;
    assert_eq!(program.status, StatusCode::OK, "{}", program.text);
    site.shop.done().await;
}

#[tokio::test]
async fn a_guest_is_asked_for_their_address_of_mail() {
    let site = stocked().await;
    let guest = site.visitor();
    let mug = site.shop.variant("MUG").await.to_string();
    guest.post("/products/mug", "add-to-cart", &[("product", "mug"), ("variant_id", &mug), ("quantity", "1")]).await;
    let page = guest.get("/checkout").await;
    assert!(page.text.contains("name=\"email\"") && page.text.contains("/login?next=%2Fcheckout"), "{}", page.text);
    let told = guest.submit("/checkout", "save-address", &ADDRESS).await;
    assert!(told.text.contains("field-email-problem") && told.text.contains("SW1Y 4JH"), "{}", told.text);
    let ada = site.visitor();
    ada.register("Ada").await;
    ada.post("/products/mug", "add-to-cart", &[("product", "mug"), ("variant_id", &mug), ("quantity", "1")]).await;
    assert!(!ada.get("/checkout").await.text.contains("name=\"email\""), "an account has its own");
    let review = ada.submit("/checkout", "save-address", &ADDRESS).await;
    assert!(review.text.contains("ada@example.org") && !review.text.contains("Change e-mail"), "{}", review.text);
    site.shop.done().await;
}

#[tokio::test]
async fn a_purchase_without_scripts() {
    let site = stocked().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let path = order(&ada, "2").await;
    let id = path.trim_start_matches("/orders/").to_owned();
    let page = ada.get(&path).await;
    assert!(page.text.contains("Pay now") && page.text.contains("$48.00"), "{}", page.text);
    let declined = ada.submit(&path, "pay-order", &[("order_id", &id), ("outcome", "decline")]).await;
    assert!(declined.text.contains("declined"), "{}", declined.text);
    let paid = ada.submit(&path, "pay-order", &[("order_id", &id), ("outcome", "approve")]).await;
    assert!(paid.text.contains("Payment received"), "{}", paid.text);
    assert!(ada.get("/orders").await.text.contains(&path));
    let cancelled = ada.submit(&path, "cancel-order", &[("order_id", &id)]).await;
    assert!(cancelled.text.contains("You cancelled this order."));
    let again = ada.submit(&path, "cancel-order", &[("order_id", &id)]).await;
    assert!(again.text.contains("cannot be cancelled"), "{}", again.text);
    site.shop.done().await;
}

#[tokio::test]
async fn the_same_with_scripts() {
    let site = stocked().await;
    let ada = site.visitor();
    let fields = [("name", "Ada"), ("email", "ada@example.org"), ("password", "correct horse")];
    assert_eq!(ada.call("register", &fields).await.status, StatusCode::OK);
    let cup = site.shop.variant("CUP").await.to_string();
    let added = ada.call("add-to-cart", &[("variant_id", &cup), ("quantity", "2")]).await;
    assert_eq!(added.text, "2", "how many things are in the cart now");
    let page = ada.get("/cart").await.text;
    assert!(page.contains("$19.00"), "{page}");
    let line = hidden(&page, "item_id");
    let changed = ada.call("change-line", &[("item_id", &line), ("quantity", "3")]).await;
    let shown: serde_json::Value = serde_json::from_str(&changed.text).unwrap();
    assert_eq!(shown["lines"][0]["total"], "$28.50", "in words: the browser knows no money: {shown}");
    assert!(shown["totals"].as_str().unwrap().contains("<dd>$28.50</dd>"), "{shown}");
    let refused = ada.call("change-line", &[("item_id", &line), ("quantity", "4")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("Only 3 left."), "{}", refused.text);
    assert_eq!(ada.call("save-address", &ADDRESS).await.status, StatusCode::OK);
    let review = ada.get("/checkout/review").await;
    let fields = [("key", hidden(&review.text, "key")), ("reviewed", hidden(&review.text, "reviewed"))];
    let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let placed = ada.call("place-order", &fields).await;
    assert_eq!(placed.status, StatusCode::OK, "{}", placed.text);
    let id: String = serde_json::from_str(&placed.text).unwrap();
    let early = ada.call("pay-order", &[("order_id", &id), ("outcome", "approve")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "nobody has reserved it yet");
    site.shop.deliver().await;
    let paid = ada.call("pay-order", &[("order_id", &id), ("outcome", "approve")]).await;
    assert_eq!(paid.status, StatusCode::OK, "{}", paid.text);
    let removed = ada.call("remove-line", &[("item_id", &line)]).await;
    assert_eq!(removed.status, StatusCode::OK, "what is gone is gone");
    site.shop.done().await;
}

#[tokio::test]
async fn a_refused_form_shows_its_page_again_with_what_was_typed_and_what_is_wrong() {
    let site = stocked().await;
    let visitor = site.visitor();
    let cases = [
        (
            "/register",
            "register",
            vec![("name", "Ada"), ("email", "nonsense"), ("password", "short")],
            vec!["Ada", "nonsense", "does not look like an e-mail", "At least 8 characters"],
        ),
        (
            "/login",
            "login",
            vec![("email", "ada@example.org"), ("password", "wrong horse")],
            vec!["ada@example.org", "do not match"],
        ),
        (
            "/products/mug",
            "add-to-cart",
            vec![("product", "mug"), ("quantity", "0")],
            vec!["whole number from 1 to 99"],
        ),
        ("/products/mug", "add-to-cart", vec![("product", "mug"), ("quantity", "11")], vec!["Only 10 left"]),
    ];
    for (page, form, fields, words) in cases {
        let mut fields = fields;
        let mug = site.shop.variant("MUG").await.to_string();
        fields.push(("variant_id", &mug));
        let shown = visitor.submit(page, form, &fields).await;
        assert_eq!(shown.status, StatusCode::OK, "{form}");
        for word in words {
            assert!(shown.text.contains(word), "{form} lacks {word:?}: {}", shown.text);
        }
        assert!(!shown.text.contains("wrong horse"), "a password is never shown again");
        assert!(!visitor.get(page).await.text.contains("aria-invalid=\"true\""), "an outcome is shown once");
        let called = visitor.call(form, &fields).await;
        assert!([401, 409, 422].contains(&called.status.as_u16()), "{form}: {}", called.status);
    }
    site.shop.done().await;
}

#[tokio::test]
async fn signing_in_changes_the_session_and_signing_out_ends_it() {
    let site = stocked().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let first = ada.cookie("session").unwrap();
    let fields = [("email", "ada@example.org"), ("password", "correct horse")];
    let answer = ada.post("/login?next=%2Fcart", "login", &[fields[0], fields[1], ("next", "/cart")]).await;
    assert_eq!(answer.location(), "/cart");
    let second = ada.cookie("session").unwrap();
    assert_ne!(first, second, "on every sign-in");
    let other = site.visitor();
    for (old, who) in [(&first, "the first"), (&second, "the second")] {
        if who == "the second" {
            ada.post("/", "logout", &[]).await;
        }
        let request = http::Request::get("/account").header("cookie", format!("session={old}"));
        let answer = other.send(request, axum::body::Body::empty()).await;
        assert!(answer.status.is_redirection(), "{who} session is of no use any more: {}", answer.status);
    }
    for next in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
    {
        let answer = site.visitor().post("/login", "login", &[fields[0], fields[1], ("next", next)]).await;
        assert_eq!(answer.location(), "/", "{next}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn a_guests_cart_comes_along() {
    let site = stocked().await;
    site.shop.register("Ada").await;
    let ada = site.visitor();
    let mug = site.shop.variant("MUG").await.to_string();
    ada.submit("/products/mug", "add-to-cart", &[("product", "mug"), ("variant_id", &mug), ("quantity", "2")]).await;
    ada.sign_in("ada@example.org").await;
    assert!(ada.get("/cart").await.text.contains("$48.00"));
    assert_eq!(site.shop.count("select count(*) from carts").await, 1);
    site.shop.done().await;
}

#[tokio::test]
async fn an_address_changed_in_another_tab_is_told_and_nothing_is_ordered() {
    let site = stocked().await;
    let ada = site.visitor();
    let (key, reviewed) = at_review(&ada).await;
    let another = ADDRESS.map(|(name, value)| if name == "line1" { (name, "9 Ormonde Street") } else { (name, value) });
    ada.submit("/checkout", "save-address", &another).await;
    let stale = [("key", key.as_str()), ("reviewed", reviewed.as_str())];
    let told = ada.submit("/checkout/review", "place-order", &stale).await;
    assert!(told.text.contains("the address has changed. Nothing was ordered"), "{}", told.text);
    assert!(told.text.contains("9 Ormonde Street"));
    assert_eq!(site.shop.count("select count(*) from orders").await, 0);
    let (key, reviewed) = (hidden(&told.text, "key"), hidden(&told.text, "reviewed"));
    let fresh = [("key", key.as_str()), ("reviewed", reviewed.as_str())];
    let placed = ada.post("/checkout/review", "place-order", &fresh).await;
    assert!(placed.location().starts_with("/orders/"), "{}", placed.location());
    site.shop.done().await;
}

#[tokio::test]
async fn hidden_fields_that_were_tampered_with_change_nothing_they_should_not() {
    let site = stocked().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let mug = site.shop.variant("MUG").await.to_string();
    let forged = [("price", "0.01"), ("total", "0.01"), ("unit_price", "0.01"), ("status", "paid"), ("user_id", "1")];
    let mut add = vec![("product", "mug"), ("variant_id", mug.as_str()), ("quantity", "1")];
    add.extend(forged);
    ada.post("/products/mug", "add-to-cart", &add).await;
    let review = ada.submit("/checkout", "save-address", &ADDRESS).await;
    let (key, reviewed) = (hidden(&review.text, "key"), hidden(&review.text, "reviewed"));
    let cheap = ada.submit("/checkout/review", "place-order", &[("key", &key), ("reviewed", "0.01")]).await;
    assert!(cheap.text.contains("has changed since you reviewed it"), "{}", cheap.text);
    let mut place = vec![("key", key.as_str()), ("reviewed", reviewed.as_str())];
    place.extend(forged);
    let placed = ada.post("/checkout/review", "place-order", &place).await;
    let order = ada.get(placed.location()).await;
    assert!(order.text.contains("$24.00") && !order.text.contains("$0.01"));
    let status: String = site.shop.scalar("select status from orders where $1 = ''", "").await;
    assert_eq!(status, OrderStatus::Pending.as_str());
    site.shop.done().await;
}

#[tokio::test]
async fn somebody_elses_order_is_a_404_for_pages_forms_and_streams() {
    let site = stocked().await;
    let (ada, bob) = (site.visitor(), site.visitor());
    ada.register("Ada").await;
    bob.register("Bob").await;
    let path = order(&ada, "1").await;
    let id = path.trim_start_matches("/orders/").to_owned();
    assert_eq!(bob.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bob.get(&format!("{path}/events")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.visitor().get(&format!("{path}/events")).await.status, StatusCode::NOT_FOUND);
    for (form, fields) in [
        ("pay-order", vec![("order_id", id.as_str()), ("outcome", "approve")]),
        ("cancel-order", vec![("order_id", id.as_str())]),
    ] {
        assert_eq!(bob.call(form, &fields).await.status, StatusCode::NOT_FOUND, "{form}");
    }
    assert!(ada.get(&path).await.text.contains("Pay now"), "nothing has happened to it");
    site.shop.done().await;
}
