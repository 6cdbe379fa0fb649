//! What people expect of a shop's pages, whatever it sells: what is promised where it counts, a checkout that leads nowhere else,
//! and ways on.

use http::StatusCode;

use crate::forms::{ADDRESS, order_with};
use crate::visitor::{Answer, Site, Visitor};

async fn stocked() -> Site {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10), ("JUG", "9.50", 0)]).await;
    site
}

async fn add_mug(visitor: &Visitor<'_>) {
    let mug = visitor.site.shop.variant("MUG").await.to_string();
    let chosen = [("product", "mug"), ("variant_id", mug.as_str()), ("quantity", "1")];
    visitor.submit("/products/mug", "add-to-cart", &chosen).await;
}

/// A page without what stands around it, and what stands above it.
fn parts(page: &Answer) -> (String, String) {
    let (above, rest) = page.text.split_once("<main").unwrap();
    (rest.split_once("</main>").unwrap().0.replace("<!>", ""), above.to_owned())
}

#[tokio::test]
async fn the_first_page_a_product_and_the_cart_promise_the_same() {
    const PROMISE: &str = "Your items are set aside for you as soon as you order.";
    let site = stocked().await;
    let ada = site.visitor();
    add_mug(&ada).await;
    for path in ["/", "/products/mug", "/cart"] {
        let (main, _) = parts(&ada.get(path).await);
        assert_eq!(main.matches(PROMISE).count(), 1, "{path}: {main}");
    }
    assert!(!parts(&site.visitor().get("/cart").await).0.contains(PROMISE), "nothing is bought");
    site.shop.done().await;
}

#[tokio::test]
async fn the_checkout_leads_to_the_cart_and_to_nothing_else() {
    let site = stocked().await;
    let ada = site.visitor();
    add_mug(&ada).await;
    for (path, is_plain) in [
        ("/cart", false),
        ("/checkout", true),
        ("/checkout/shipping", true),
        ("/checkout/review", true),
        ("/products?q=checkout", false),
    ] {
        let (_, above) = parts(&ada.get(path).await);
        for way in ["class=\"menu\"", "role=\"search\""] {
            assert_eq!(above.contains(way), !is_plain, "{path} {way}: {above}");
        }
        assert!(above.contains("href=\"/cart\"") && above.contains("href=\"/\""), "{path}: {above}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn there_is_a_way_on_from_what_is_not_there_sold_out_or_in_question() {
    let site = stocked().await;
    let ada = site.visitor();
    let lost = ada.get("/products/nothing").await;
    let (main, _) = parts(&lost);
    assert_eq!(lost.status, StatusCode::NOT_FOUND);
    assert!(main.contains("type=\"search\"") && main.contains("href=\"/#categories\""), "{main}");

    let jug = parts(&ada.get("/products/jug").await).0;
    assert!(jug.contains(">Sold out<") && !jug.contains(">Add to cart<"), "{jug}");

    let order = order_with(&ada, "1", &[&[("email", "ada@example.org")][..], &ADDRESS].concat()).await;
    let number: i64 = site.shop.scalar("select number from orders where email = $1", "ada@example.org").await;
    let (main, _) = parts(&ada.get(&order).await);
    assert!(
        main.contains("href=\"/pages/contact\"") && main.contains(&format!("name its number, {number}.")),
        "{main}"
    );
    site.shop.done().await;
}

#[tokio::test]
async fn who_hears_a_reduced_price_hears_which_of_both_is_to_be_paid() {
    let site = stocked().await;
    let visitor = site.visitor();
    assert!(!parts(&visitor.get("/products/mug").await).0.contains(">Now: <"), "it is not reduced");
    site.shop.execute("update product_variants set compare_at_price = 30 where sku = 'MUG'").await;
    for path in ["/products/mug?sku=MUG", "/products?sort=price_up"] {
        let (main, _) = parts(&visitor.get(path).await);
        let price = main.split_once(">Now: <").unwrap_or_else(|| panic!("{path}: {main}")).1;
        let (now, before) = price.split_once(">Before: <").unwrap_or_else(|| panic!("{path}: {main}"));
        assert!(now.contains("$24.00") && before.split_once("</s>").unwrap().0.contains("$30.00"), "{path}: {main}");
    }
    site.shop.done().await;
}
