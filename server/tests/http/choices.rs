//! A promotion's code and an estimate, in the cart and on the review, without scripts and as the island asks for them.

use http::StatusCode;
use shop::domain::{Promotion, ShippingPrice};

use crate::harness::rules::{code, flat, percent, promotion, taxed, zone};
use crate::visitor::{Site, Visitor, hidden};

/// A shop that ships to Germany and has a code.
async fn deciding() -> Site {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 90)]).await;
    let parcel = shop::domain::ShippingMethod {
        price: ShippingPrice::Flat { price: crate::harness::usd("9.90") },
        ..flat("Parcel", "9.90")
    };
    site.shop.ship_by(vec![zone("Germany", &["DE"], vec![parcel])]).await;
    site.shop.tax_by(taxed(&[("DE", "19")])).await;
    let tenth = Promotion { code: Some(code("TENTH")), ..promotion("A tenth off", percent("10")) };
    site.shop.promote(tenth).await;
    site
}

async fn with_a_mug(site: &Site) -> Visitor<'_> {
    let guest = site.visitor();
    let mug = site.shop.variant("MUG").await.to_string();
    guest.post("/products/mug", "add-to-cart", &[("product", "mug"), ("variant_id", &mug), ("quantity", "1")]).await;
    guest
}

#[tokio::test]
async fn a_code_comes_back_to_the_page_it_was_sent_from_and_nowhere_else() {
    let site = deciding().await;
    let guest = with_a_mug(&site).await;
    for (from, path) in [
        ("/cart", "/cart"),
        ("/checkout/review", "/checkout/review"),
        ("", "/cart"),
        ("https://evil.example", "/cart"),
        ("//evil.example", "/cart"),
    ] {
        for (form, code) in [("apply-code", "tenth"), ("remove-code", ""), ("apply-code", "nobodys")] {
            let answer = guest.post(path, form, &[("code", code), ("from", from)]).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, path), "{form} {code} {from}");
        }
    }
    site.shop.done().await;
}

#[tokio::test]
async fn a_code_is_shown_with_its_discount_and_a_refused_one_beside_its_field() {
    let site = deciding().await;
    let guest = with_a_mug(&site).await;
    let page = guest.submit("/cart", "apply-code", &[("code", " Nobodys<1>"), ("from", "/cart")]).await;
    assert!(page.text.contains("We do not know this code."), "{}", page.text);
    assert_eq!(hidden(&page.text, "code"), " Nobodys&lt;1&gt;", "what was typed is kept");
    assert!(page.text.contains("aria-describedby=\"field-code-problem\""));
    let page = guest.submit("/cart", "apply-code", &[("code", "tenth"), ("from", "/cart")]).await;
    assert!(page.text.contains("A tenth off: − $2.40") && page.text.contains("$21.60"), "{}", page.text);
    assert!(!page.text.contains("name=\"code\""));
    site.shop.clock.advance(time::Duration::hours(1));
    site.shop.execute("update promotions set ends_at = now() + interval '1 minute'; update settings_versions set version = version + 1 where name = 'promotions'").await;
    let page = guest.get("/cart").await;
    assert!(page.text.contains("This promotion is over.") && page.text.contains("TENTH"), "{}", page.text);
    let page = guest.submit("/cart", "remove-code", &[("from", "/cart")]).await;
    assert!(page.text.contains("name=\"code\"") && !page.text.contains("TENTH"), "{}", page.text);
    site.shop.done().await;
}

#[tokio::test]
async fn a_code_on_the_review_is_in_the_order() {
    let site = deciding().await;
    let guest = with_a_mug(&site).await;
    let typed = [
        ("email", "guest@example.org"),
        ("name", "Ada"),
        ("line1", "Hauptstr. 1"),
        ("city", "Berlin"),
        ("postal_code", "10117"),
        ("country", "DE"),
    ];
    guest.post("/checkout", "save-address", &typed).await;
    let before = guest.get("/checkout/review").await;
    assert!(before.text.contains("$33.90"), "{}", before.text);
    let review =
        guest.submit("/checkout/review", "apply-code", &[("code", "tenth"), ("from", "/checkout/review")]).await;
    assert!(review.text.contains("$31.50"), "{}", review.text);
    let stale = [("key", hidden(&before.text, "key")), ("reviewed", hidden(&before.text, "reviewed"))];
    let stale: Vec<_> = stale.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let told = guest.submit("/checkout/review", "place-order", &stale).await;
    assert!(told.text.contains("a discount has changed"), "{}", told.text);
    let (key, reviewed) = (hidden(&review.text, "key"), hidden(&review.text, "reviewed"));
    let placed = guest.call("place-order", &[("key", &key), ("reviewed", &reviewed)]).await;
    assert_eq!(placed.status, StatusCode::OK, "{}", placed.text);
    assert_eq!(site.shop.count("select count(*) from orders where total = 31.50").await, 1);
    assert_eq!(site.shop.count("select uses::bigint from promotions").await, 1);
    site.shop.done().await;
}

#[tokio::test]
async fn an_estimate_is_by_country_and_by_state_where_that_matters() {
    let site = deciding().await;
    let guest = with_a_mug(&site).await;
    let page = guest.get("/cart").await;
    assert!(page.text.contains("At checkout") && !page.text.contains("estimate-region"), "{}", page.text);
    let page = guest.submit("/cart", "estimate-shipping", &[("country", "DE")]).await;
    assert!(page.text.contains("Shipping to Germany (Parcel)") && page.text.contains("$33.90"), "{}", page.text);
    assert!(page.text.contains("estimated for Germany") && page.text.contains("VAT 19 %, included"), "{}", page.text);
    assert!(page.text.contains("<option value=\"DE\" selected"));
    let page = guest.submit("/cart", "estimate-shipping", &[("country", "FR")]).await;
    assert!(page.text.contains("We do not ship there"), "{}", page.text);
    let page = guest.submit("/cart", "estimate-shipping", &[("country", "Mars")]).await;
    assert!(page.text.contains("Please choose a country"), "{}", page.text);

    let mut rules = taxed(&[("US", "10")]);
    rules.prices_include_tax = false;
    rules.rates[0].region = Some("NY".into());
    site.shop.tax_by(rules).await;
    let page = guest.submit("/cart", "estimate-shipping", &[("country", "US")]).await;
    assert!(page.text.contains("name=\"region\"") && page.text.contains("New York"), "{}", page.text);
    assert_eq!(hidden(&page.text, "region_of"), "US");
    let in_ny = [("country", "US"), ("region", "NY"), ("region_of", "US")];
    let page = guest.submit("/cart", "estimate-shipping", &in_ny).await;
    assert!(
        page.text.contains("estimated for New York, United States") && page.text.contains("$26.40"),
        "{}",
        page.text
    );
    // The state of the country before is not meant.
    let page =
        guest.submit("/cart", "estimate-shipping", &[("country", "CA"), ("region", "NY"), ("region_of", "US")]).await;
    assert!(page.text.contains("estimated for Canada") && !page.text.contains("name=\"region\""), "{}", page.text);
    let page = guest.submit("/cart", "estimate-shipping", &[("country", "")]).await;
    assert!(!page.text.contains("estimated for") && page.text.contains("At checkout"), "{}", page.text);
    site.shop.done().await;
}

#[tokio::test]
async fn codes_cannot_be_guessed() {
    let site = deciding().await;
    let guest = with_a_mug(&site).await;
    for n in 0..10 {
        let answer = guest.call("apply-code", &[("code", &format!("GUESS{n}"))]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    }
    let answer = guest.call("apply-code", &[("code", "TENTH")]).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"), "{}", answer.text);
    let page = guest.submit("/cart", "apply-code", &[("code", "TENTH"), ("from", "/cart")]).await;
    assert!(page.text.contains("Too many tries. Please wait"), "{}", page.text);
    assert_eq!(hidden(&page.text, "code"), "TENTH");
    // Another cart from elsewhere is not concerned.
    let other = with_a_mug(&site).await;
    assert_eq!(other.call("apply-code", &[("code", "TENTH")]).await.status, StatusCode::OK);
    site.shop.done().await;
}
