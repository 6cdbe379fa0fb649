//! What a page loads and says of how it looks, and what a browser may fetch of it ahead.

use axum::body::Body;
use http::header::ACCEPT;
use http::{Request, StatusCode};

use crate::visitor::{Site, Visitor};

const PRELOAD: &str = "rel=\"preload\"";

async fn stocked() -> Site {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    site
}

/// The elements of a page whose tag begins so, each as it stands there.
fn tags<'a>(page: &'a str, name: &'a str) -> Vec<&'a str> {
    page.split(name).skip(1).filter_map(|rest| rest.split('>').next()).collect()
}

#[tokio::test]
async fn every_page_loads_the_shops_fonts_at_once_and_follows_the_night() {
    let site = stocked().await;
    let olga = site.owner().await;
    for path in ["/", "/products", "/products/mug", "/cart", "/login", "/products/nothing", "/admin"] {
        let page = olga.get(path).await.text;
        let fonts: Vec<_> = tags(&page, "<link ").into_iter().filter(|link| link.contains("as=\"font\"")).collect();
        assert_eq!(fonts.len(), 2, "{path}: {fonts:?}");
        for font in fonts {
            let is_whole = font.contains(PRELOAD) && font.contains("crossorigin") && font.contains(".woff2\"");
            assert!(is_whole && font.contains("href=\"/fonts/"), "{path}: {font}");
        }
        assert!(page.contains("<meta name=\"color-scheme\" content=\"light dark\""), "{path}");
        let colours = tags(&page, "<meta name=\"theme-color\"");
        assert!(colours.len() == 2 && colours.iter().all(|colour| colour.contains("media=")), "{path}: {colours:?}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn only_the_shop_lets_products_be_fetched_ahead_and_signs_that() {
    let site = stocked().await;
    let olga = site.owner().await;
    for path in ["/", "/products", "/products/mug"] {
        let page = olga.get(path).await;
        let policy = page.header("content-security-policy");
        let nonce = policy.split_once("'nonce-").and_then(|(_, rest)| rest.split_once('\'')).unwrap().0;
        let script = page.text.split_once("<script type=\"speculationrules\"").expect(path).1;
        let (tag, rest) = script.split_once('>').unwrap();
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: {tag}");
        let rules: serde_json::Value = serde_json::from_str(rest.split_once("</script>").unwrap().0).expect(path);
        assert!(rules["prefetch"][0]["where"].is_object() && rules.get("prerender").is_none(), "{path}: {rules}");
        assert!(page.text.contains("class=\"card") || path == "/products/mug", "{path}: what the rules name is there");
    }
    let desk = olga.get("/admin").await.text;
    assert!(!desk.contains("speculationrules"), "{desk}");
    site.shop.done().await;
}

#[tokio::test]
async fn a_page_that_is_fetched_ahead_writes_nothing_of_a_session() {
    let site = stocked().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    site.shop.execute("update sessions set created_at = now() - interval '2 hours', last_used_at = null").await;
    let used = async || site.shop.count("select count(*) from sessions where last_used_at is not null").await;
    let ask = async |visitor: &Visitor<'_>, purpose: Option<&str>| {
        let request = Request::get("/products/mug").header(ACCEPT, "text/html");
        let request = purpose.into_iter().fold(request, |request, purpose| request.header("sec-purpose", purpose));
        visitor.send(request, Body::empty()).await
    };
    let ahead = ask(&ada, Some("prefetch")).await;
    assert!(ahead.status == StatusCode::OK && ahead.text.contains("Sign out"), "{}", ahead.text);
    assert_eq!((used().await, site.shop.count("select count(*) from carts").await), (0, 0));
    assert_eq!(ask(&ada, None).await.status, StatusCode::OK);
    assert_eq!(used().await, 1);
    site.shop.done().await;
}

#[tokio::test]
async fn a_product_says_when_it_comes_and_what_it_is_without_any_script() {
    let site = stocked().await;
    site.shop.execute("update product_variants set weight_grams = 1250, needs_shipping = true").await;
    site.shop.execute("update shipping_methods set min_days = 2, max_days = 7 where kind <> 'pick_up'").await;
    site.shop.shop.refresh_content().await.unwrap();
    let visitor = site.visitor();
    let page = visitor.get("/products/mug").await.text;
    for part in [
        "2 to 7 working days",
        "<dt>Weight</dt>",
        "<dd>1.25 kg</dd>",
        "<dt>Article number</dt>",
        "href=\"mailto:?subject=Product%20MUG&amp;body=",
        "Add for $24.00",
        "src=\"/product.js?v=",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let recent = page.split_once("data-recent").unwrap().1;
    let recent = recent.split_once('>').unwrap().0;
    assert!(recent.contains("hidden") && recent.contains("data-path=\"/products/mug\""), "{recent}");
    // What is not sent says nothing of parcels, and nobody promises what has no way.
    site.shop.execute("update product_variants set needs_shipping = false").await;
    let file = visitor.get("/products/mug").await.text;
    assert!(!file.contains("Delivery:") && !file.contains("<dt>Weight</dt>"), "{file}");
    site.shop.execute("update product_variants set needs_shipping = true").await;
    site.shop.execute("delete from shipping_methods where kind <> 'pick_up'").await;
    site.shop.shop.refresh_content().await.unwrap();
    let page = visitor.get("/products/mug").await.text;
    assert!(!page.contains("Delivery:") && page.contains("<dt>Weight</dt>"), "{page}");
    site.shop.done().await;
}

/// What stands above a page is made once for whoever is nobody; this is the one thing in it that differs.
#[tokio::test]
async fn the_sign_in_above_each_page_leads_back_to_it() {
    let site = stocked().await;
    let visitor = site.visitor();
    for (path, href) in [
        ("/cart", "/login?next=%2Fcart"),
        ("/products?q=a%26b", "/login?next=%2Fproducts%3Fq%3Da%2526b"),
        ("/", "/login"),
        ("/cart", "/login?next=%2Fcart"),
    ] {
        let page = visitor.get(path).await.text;
        assert!(page.contains(&format!("<a href=\"{href}\">Sign in</a>")), "{path}: {page}");
    }
    site.shop.done().await;
}
