//! Products with options, bought with the form of their page as it is sent without scripts.

use shop::usecase::ProductEntry;

use crate::harness;
use crate::visitor::{Site, encoded, hidden};

/// Two variants that differ in the last of five options.
async fn with_five_options() -> Site {
    let site = Site::open().await;
    let names = ["Wood", "Width", "Depth", "Finish", "Handles"];
    let table = ProductEntry {
        options: names.map(str::to_owned).to_vec(),
        variants: vec![
            harness::variant("TABLE-BRASS", &["Oak", "80 cm", "60 cm", "Oil", "Brass"], "480.00", 3),
            harness::variant("TABLE-LEATHER", &["Oak", "80 cm", "60 cm", "Oil", "Leather & cord"], "510.00", 3),
        ],
        ..harness::product("TABLE", "480.00", 0)
    };
    site.shop.load(vec![table]).await;
    site
}

/// The radio buttons of a page: name, value, and whether it is checked.
fn radios(page: &str) -> Vec<(String, String, bool)> {
    let tags = page.split('<').filter_map(|tag| tag.split_once('>')).map(|(tag, _)| tag);
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.replace("&amp;", "&"))
    };
    tags.filter(|tag| tag.contains("type=\"radio\""))
        .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?, tag.contains(" checked"))))
        .collect()
}

#[tokio::test]
async fn a_product_with_five_options_is_looked_at_and_bought_without_scripts() {
    let site = with_five_options().await;
    let ada = site.visitor();
    let page = ada.get("/products/table").await.text;
    let radios = radios(&page);
    assert_eq!(radios.iter().filter(|(_, _, checked)| *checked).count(), 5, "{radios:?}");
    let other = radios.iter().find(|(_, value, _)| value == "Leather & cord").unwrap();
    let mut picked: Vec<_> = radios
        .iter()
        .filter(|(name, _, checked)| *checked && *name != other.0)
        .chain([other])
        .map(|(name, value, _)| (name.as_str(), value.as_str()))
        .collect();
    let (slug, shown) = (hidden(&page, "product"), hidden(&page, "variant_id"));
    picked.extend([("product", slug.as_str()), ("variant_id", shown.as_str()), ("quantity", "1")]);

    let looked_at = ada.get(&format!("/products/table?{}", encoded(&picked))).await.text;
    assert!(looked_at.contains("$510.00"), "the page of the choice: {looked_at}");
    let page = ada.submit("/products/table", "add-to-cart", &picked).await.text;
    assert!(page.contains("Added to your cart"), "{page}");
    assert!(page.contains("$510.00"), "back on the same choice");
    let cart = ada.get("/cart").await.text;
    assert!(cart.contains("Leather &amp; cord") && cart.contains("$510.00"), "{cart}");

    // What nobody offers is refused, whatever the hidden field says.
    let last = picked.iter().position(|(name, _)| *name == other.0).unwrap();
    picked[last].1 = "Gold";
    let page = ada.submit("/products/table", "add-to-cart", &picked).await.text;
    assert!(page.contains("Please choose one of the options.") && !page.contains("Added to your cart"), "{page}");
    site.shop.done().await;
}
