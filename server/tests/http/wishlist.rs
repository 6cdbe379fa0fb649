//! The wishlist, from the button of a product to the page and off it again, without a script.

use http::StatusCode;

use crate::visitor::Site;

const PAGE: &str = "/account/wishlist";
const ROWS: &str = "select count(*) from wishlist_items";

#[tokio::test]
async fn a_button_of_the_product_puts_it_on_the_list_of_whoever_is_signed_in() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "9.50", 0)]).await;
    let (ada, bob) = (site.visitor(), site.visitor());
    let mug = [("product", "mug")];
    assert!(ada.get("/products/mug").await.text.contains("Add to wishlist"));
    let guest = ada.post("/products/mug", "add-to-wishlist", &mug).await;
    assert_eq!((guest.status, guest.location()), (StatusCode::SEE_OTHER, "/login?next=%2Fproducts%2Fmug"));
    assert_eq!(site.shop.count("select count(*) from sessions").await, 0, "nothing is kept of a guest");
    ada.register("Ada").await;
    bob.register("Bob").await;
    assert!(ada.get(PAGE).await.text.contains("There is nothing on it yet"));
    let added = ada.submit("/products/mug", "add-to-wishlist", &mug).await;
    assert!(added.text.contains("It is on your wishlist") && added.text.contains("Add to cart"), "{}", added.text);
    let page = ada.get(PAGE).await;
    assert!(page.text.contains("href=\"/products/mug\"") && page.text.contains("24.00"), "{}", page.text);
    assert!(ada.get("/account").await.text.contains("href=\"/account/wishlist\""));

    let id = site.shop.record("mug").await.id.to_string();
    assert!(!bob.get(PAGE).await.text.contains("Product MUG"));
    assert_eq!(bob.call("remove-from-wishlist", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.call("remove-from-wishlist", &[("id", "nobodys")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.shop.count(ROWS).await, 1);

    site.shop.execute("update products set status = 'draft' where slug = 'mug'").await;
    let gone = ada.get(PAGE).await.text;
    assert!(gone.contains("Not for sale any more") && !gone.contains("href=\"/products/mug\""), "{gone}");
    let removed = ada.submit(PAGE, "remove-from-wishlist", &[("id", &id)]).await;
    assert!(removed.text.contains("Removed from your wishlist"), "{}", removed.text);
    assert_eq!(site.shop.count(ROWS).await, 0);
    site.shop.done().await;
}
