//! What the law wants beside a price: the lowest before, where it is reduced, and what a kilogram or a litre costs.

use crate::harness::{product, variant};
use crate::visitor::{Site, encoded};

const LOWEST: &str = "Lowest price of the 30 days before: ";

/// What stands beside the price of what is chosen: behind it, and before anything is chosen.
fn beside_the_price(page: &str) -> &str {
    let standing = page.split_once("class=\"standing\"").unwrap().1.split_once("</p>").unwrap().0;
    standing.split_once("class=\"price-now\"").unwrap().1
}

#[tokio::test]
async fn beside_a_reduced_price_its_page_and_its_card_say_the_lowest_before() {
    let site = Site::open().await;
    let cup = shop::usecase::ProductEntry {
        options: vec!["Size".into()],
        variants: vec![variant("CUP-S", &["S"], "8.00", 3), variant("CUP-M", &["<M>"], "9.00", 3)],
        ..product("CUP", "8.00", 3)
    };
    site.shop.load(vec![product("MUG", "24.00", 10), product("JUG", "30.00", 1), cup]).await;
    let visitor = site.visitor();
    assert!(!visitor.get("/products").await.text.contains(LOWEST));
    site.shop
        .execute(
            "update product_variants set price = price - 2, compare_at_price = price where sku <> 'JUG';
             update product_variants set price = 1 where sku = 'JUG'",
        )
        .await;
    let mug = visitor.get("/products/mug").await.text;
    assert!(beside_the_price(&mug).contains(&format!("{LOWEST}$24.00<")), "{mug}");
    let related = mug.split_once("id=\"related-title\"").unwrap().1;
    assert_eq!(related.matches(LOWEST).count(), 1, "of the cup that goes well with it: {mug}");
    // It is of the choice, and follows it.
    let other = format!("/products/cup?{}", encoded(&[("options[0]", "<M>")]));
    for (address, lowest) in
        [("/products/cup", "$8.00"), ("/products/cup?sku=CUP-M", "$9.00"), (other.as_str(), "$9.00")]
    {
        let cup = visitor.get(address).await.text;
        let beside = beside_the_price(&cup);
        assert!(beside.contains(&format!("{LOWEST}{lowest}<")), "{address}: {cup}");
        assert_eq!(beside.matches(LOWEST).count(), 1, "{address}: {cup}");
    }
    let jug = visitor.get("/products/jug").await.text;
    let own = jug.split_once("id=\"related-title\"").unwrap().0;
    assert!(!own.contains(LOWEST), "it is only cheaper: {jug}");
    let list = visitor.get("/products").await.text;
    assert!(list.contains(&format!("{LOWEST}$24.00<")) && list.contains(&format!("{LOWEST}$8.00<")), "{list}");
    assert_eq!(list.matches(LOWEST).count(), 2, "{list}");
    // Of those lowest, and not of what is struck.
    site.shop.execute("update product_variants set compare_at_price = 60 where sku = 'MUG'").await;
    let list = visitor.get("/products?sort=price_up").await.text;
    assert!(list.contains(">−8 %<") && list.contains(">−25 %<"), "{list}");
    assert_eq!(list.matches("class=\"card-reduced\"").count(), 2, "{list}");
    site.shop.done().await;
}

#[tokio::test]
async fn what_a_litre_costs_stands_on_page_and_card_of_what_says_how_much_it_holds() {
    let site = Site::open().await;
    let oil = shop::usecase::ProductEntry {
        options: vec!["Size".into()],
        variants: vec![variant("OIL-S", &["S"], "4.50", 3), variant("OIL-M", &["M"], "16.00", 3)],
        ..product("OIL", "4.50", 3)
    };
    site.shop.load(vec![product("TEA", "4.50", 10), oil]).await;
    let visitor = site.visitor();
    assert!(!visitor.get("/products/tea").await.text.contains("class=\"price-note\""));
    site.shop
        .execute(
            "update product_variants set measure = '250 g' where sku = 'TEA';
             update product_variants set measure = '0.25 l' where sku = 'OIL-S';
             update product_variants set measure = '1 l' where sku = 'OIL-M'",
        )
        .await;
    let tea = visitor.get("/products/tea").await.text;
    assert!(beside_the_price(&tea).contains(">250 g, $18.00 per kg<"), "{tea}");
    for (sku, told) in [("OIL-S", "0.25 l, $18.00 per l"), ("OIL-M", "1 l, $16.00 per l")] {
        let oil = visitor.get(&format!("/products/oil?sku={sku}")).await.text;
        assert!(beside_the_price(&oil).contains(&format!(">{told}<")), "{oil}");
    }
    // On a card it is of the variant whose price the card shows.
    let list = visitor.get("/products").await.text;
    for told in ["250 g, $18.00 per kg", "0.25 l, $18.00 per l"] {
        assert!(list.contains(&format!("<p class=\"price-unit\">{told}</p>")), "{told}: {list}");
    }
    assert_eq!(list.matches("class=\"price-unit\"").count(), 2, "{list}");
    site.shop.execute("update product_variants set price = 20 where sku = 'OIL-S'").await;
    let list = visitor.get("/products").await.text;
    assert!(list.contains("<p class=\"price-unit\">1 l, $16.00 per l</p>"), "{list}");
    site.shop.done().await;
}
