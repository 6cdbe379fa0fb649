//! Sessions: what happens at once with a sign-in, and how the cookie goes.

use http::StatusCode;
use sqlx::{Connection, PgConnection};

use crate::harness::{product, variant};
use crate::visitor::{Site, Visitor};

const ADA: [(&str, &str); 2] = [("email", "ada@example.org"), ("password", "correct horse")];

async fn stocked() -> Site {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let mut cup = product("CUP", "9.50", 3);
    cup.options = vec!["Colour".into()];
    cup.variants = vec![variant("CUP", &["Oat"], "9.50", 3)];
    site.shop.load(vec![cup]).await;
    site.shop.register("Ada").await;
    site
}

async fn add_mug(visitor: &Visitor<'_>) {
    let mug = visitor.site.shop.variant("MUG").await.to_string();
    let added = visitor.call("add-to-cart", &[("variant_id", &mug), ("quantity", "1")]).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.text);
}

/// Holds up whoever looks for a product's variants, until it is dropped or `go_on` is called.
struct Hold(PgConnection);

impl Hold {
    async fn on_variants(site: &Site) -> Self {
        let mut connection = PgConnection::connect(&site.shop.url).await.unwrap();
        sqlx::raw_sql("begin; lock table product_variants in access exclusive mode")
            .execute(&mut connection)
            .await
            .unwrap();
        Self(connection)
    }

    /// Waits until somebody waits.
    async fn is_met(&mut self) {
        let waiting = "select count(*) from pg_locks where not granted and relation = 'product_variants'::regclass";
        let met = async {
            while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut self.0).await.unwrap() == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), met).await.expect("somebody looks for a variant");
    }

    async fn go_on(mut self) {
        sqlx::raw_sql("commit").execute(&mut self.0).await.unwrap();
    }
}

/// The cup is being put into the guest's cart while they sign in, and is there when they are done. The session that the
/// request came with must not come back as a cookie: they would be signed out by it.
#[tokio::test]
async fn what_a_guest_puts_in_while_signing_in_is_in_the_cart_and_they_are_signed_in() {
    let site = stocked().await;
    // Her own cart has a mug already: the guest's is added to it, so that the sign-in looks for no variant.
    let customer = site.shop.sign_in(ADA[0].1, ADA[1].1).await.unwrap().customer();
    site.shop.add(customer, "MUG", "1").await.unwrap();
    let ada = site.visitor();
    add_mug(&ada).await;
    let guest = ada.cookie("session").unwrap();
    let mut hold = Hold::on_variants(&site).await;
    let add = ada.call("add-to-cart", &[("product", "cup"), ("options[0]", "Oat"), ("quantity", "1")]);
    let sign_in = async {
        hold.is_met().await;
        let signed_in = ada.call("login", &ADA).await;
        hold.go_on().await;
        signed_in
    };
    let (added, signed_in) = tokio::join!(add, sign_in);
    assert_eq!((added.status, signed_in.status), (StatusCode::OK, StatusCode::OK), "{} {}", added.text, signed_in.text);
    assert_ne!(ada.cookie("session"), Some(guest), "the old session's id has come back");
    assert_eq!(ada.get("/account").await.status, StatusCode::OK, "they are signed in");
    let cart = ada.get("/cart").await;
    assert!(cart.text.contains("Product MUG") && cart.text.contains("Product CUP"), "{}", cart.text);
    assert_eq!(site.shop.count("select count(*) from carts").await, 1, "no cart is left over");
    site.shop.done().await;
}

/// A page that was asked for with the old cookie must not take the new one away, and tells nothing of the customer.
#[tokio::test]
async fn a_page_that_was_under_way_while_signing_in_leaves_the_new_session_alone() {
    let site = stocked().await;
    let ada = site.visitor();
    add_mug(&ada).await;
    let old = format!("session={}", ada.cookie("session").unwrap());
    assert_eq!(ada.call("login", &ADA).await.status, StatusCode::OK);
    for path in ["/cart", "/"] {
        let late =
            site.visitor().send(http::Request::get(path).header("cookie", &old), axum::body::Body::empty()).await;
        assert_eq!((late.status, late.header("set-cookie")), (StatusCode::OK, ""), "{path}");
        assert!(!late.text.contains("Sign out"), "{path}: {}", late.text);
        // The first page shows what is for sale.
        assert!(path == "/" || !late.text.contains("Product MUG"), "{path}: {}", late.text);
    }
    let account = http::Request::get("/account").header("cookie", &old);
    assert!(site.visitor().send(account, axum::body::Body::empty()).await.status.is_redirection());
    // What comes late all the same is Ada's, but whoever sent it is not shown what else is in her cart.
    let mug = site.shop.variant("MUG").await.to_string();
    let body = crate::visitor::encoded(&[("variant_id", &mug), ("quantity", "2")]);
    let add = http::Request::post("/do/add-to-cart")
        .header("cookie", &old)
        .header("accept", "application/json")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    let late = site.visitor().send(add, axum::body::Body::from(body)).await;
    assert_eq!((late.text.as_str(), late.header("set-cookie")), ("2", ""));
    assert!(ada.get("/cart").await.text.contains("$72.00"), "three mugs");
    site.shop.done().await;
}

/// Browsers believe a cookie under a `__Host-` name only with `Secure` and `Path=/`, also where it is taken away.
#[tokio::test]
async fn the_cookie_of_a_shop_behind_https_goes_as_it_came() {
    let site = Site::open_as(true).await;
    let ada = site.visitor();
    ada.register("Ada").await;
    assert!(ada.cookie("__Host-session").is_some());
    {
        let answer = ada.post("/account", "logout", &[]).await;
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
        let removals: Vec<_> = cookies.iter().filter(|c| c.starts_with("__Host-session=")).collect();
        assert_eq!(removals.len(), 1, "{cookies:?}");
        let parts: Vec<_> = removals[0].split("; ").collect();
        for part in ["__Host-session=", "Max-Age=0", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(parts.contains(&part), "{part}: {parts:?}");
        }
        assert!(!parts.iter().any(|part| part.starts_with("Domain")), "{parts:?}");
    }
    assert!(ada.get("/account").await.status.is_redirection());
    site.shop.done().await;
}
