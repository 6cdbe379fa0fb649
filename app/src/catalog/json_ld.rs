//! A product as search engines read it (schema.org, JSON-LD).

use serde_json::{Value, json};
use shop::dto::{ProductView, VariantView};

/// JSON that may stand in a script element: with `<` escaped, no text in it can end the element.
pub fn product_json(product: &ProductView, base_url: &str) -> String {
    let images: Vec<_> = product.images.iter().map(|i| format!("{base_url}{}", i.address(960))).collect();
    let json = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "description": product.description,
        "image": images,
        "category": product.category.as_ref().map(|c| &c.name),
        "offers": product.variants.iter().map(|v| offer(v, &product.slug, base_url)).collect::<Vec<_>>(),
    });
    json.to_string().replace('<', "\\u003c")
}

fn offer(variant: &VariantView, slug: &str, base_url: &str) -> Value {
    let stock = if variant.stock > 0 { "InStock" } else { "OutOfStock" };
    let price = serde_json::to_value(variant.price).unwrap_or_default();
    json!({
        "@type": "Offer",
        "sku": variant.sku,
        "url": format!("{base_url}/products/{slug}?sku={}", variant.sku),
        "price": price["amount"],
        "priceCurrency": price["currency"],
        "availability": format!("https://schema.org/{stock}"),
    })
}
