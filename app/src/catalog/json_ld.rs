//! What a page shows, as search engines read it (schema.org, JSON-LD): a product with its offers, and where it stands. Nothing
//! is said here that the page does not say. A browser runs none of it, so it needs no nonce.

use serde_json::{Value, json};
use shop::domain::Rating;
use shop::dto::{ProductView, ReviewView, VariantView};

pub fn product_json(product: &ProductView, base_url: &str) -> String {
    let images: Vec<_> = product.images.iter().map(|i| format!("{base_url}{}", i.address(960))).collect();
    let description = (!product.description.is_empty()).then_some(&product.description);
    let mut product = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "description": description,
        "url": format!("{base_url}/products/{}", product.slug),
        "image": images,
        "category": product.trail.last().map(|step| &step.name),
        "aggregateRating": rating(&product.rating),
        "review": (!product.reviews.is_empty()).then(|| product.reviews.iter().map(review).collect::<Vec<_>>()),
        "offers": product.variants.iter().map(|v| offer(v, &product.slug, base_url)).collect::<Vec<_>>(),
    });
    // What is null is not said.
    if let Some(fields) = product.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    contained(&product)
}

/// Of reviews that are shown; null where there are none, and then it is not said.
fn rating(rating: &Rating) -> Value {
    let of = |average: String| {
        json!({
            "@type": "AggregateRating",
            "ratingValue": average,
            "reviewCount": rating.total(),
            "bestRating": 5,
            "worstRating": 1,
        })
    };
    rating.average().map_or(Value::Null, of)
}

fn review(review: &ReviewView) -> Value {
    json!({
        "@type": "Review",
        "author": { "@type": "Person", "name": review.name },
        "datePublished": review.published_at.date().to_string(),
        "name": review.title,
        "reviewBody": review.text,
        "reviewRating": { "@type": "Rating", "ratingValue": review.stars, "bestRating": 5, "worstRating": 1 },
    })
}

/// Where a page stands: names and paths, from the shop's own page down to this one.
pub fn trail_json(trail: &[(String, String)], base_url: &str) -> String {
    let step = |(place, (name, path)): (usize, &(String, String))| {
        json!({
            "@type": "ListItem",
            "position": place + 1,
            "name": name,
            "item": format!("{base_url}{path}"),
        })
    };
    contained(&json!({
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": trail.iter().enumerate().map(step).collect::<Vec<_>>(),
    }))
}

/// JSON that may stand in a script element: with `<` escaped, no text in it can end the element or open a comment.
fn contained(json: &Value) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_counts_from_one_and_no_name_ends_its_element() {
        let name = "</script><!--\"\u{2028}";
        let trail = [("Shop".to_owned(), "/".to_owned()), (name.to_owned(), "/products?category=x".to_owned())];
        let text = trail_json(&trail, "https://shop.example");
        assert!(!text.contains('<'), "{text}");
        let json: Value = serde_json::from_str(&text).unwrap();
        let steps = &json["itemListElement"];
        assert_eq!((&steps[0]["position"], &steps[0]["item"]), (&json!(1), &json!("https://shop.example/")));
        assert_eq!((&steps[1]["position"], &steps[1]["name"]), (&json!(2), &json!(name)));
        assert_eq!(steps[1]["item"], "https://shop.example/products?category=x");
    }
}
