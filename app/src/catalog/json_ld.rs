//! What a page shows, as search engines read it (schema.org, JSON-LD): a product with its offers, and where it stands. Nothing
//! is said here that the page does not say. A browser runs none of it, so it needs no nonce.

use serde::Serialize;
use shop::domain::{Currency, Rating, Stars};
use shop::dto::{ProductView, ReviewView, VariantView};

const CONTEXT: &str = "https://schema.org";

/// What is not known is not said.
#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct Product<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    url: String,
    image: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    /// Of reviews that are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    aggregate_rating: Option<AggregateRating>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    review: Vec<Review<'a>>,
    offers: Vec<Offer<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct AggregateRating {
    rating_value: String,
    review_count: u32,
    best_rating: u8,
    worst_rating: u8,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct Review<'a> {
    author: Person<'a>,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    review_body: &'a str,
    review_rating: ReviewRating,
}

#[derive(Serialize)]
#[serde(tag = "@type")]
struct Person<'a> {
    name: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename = "Rating", rename_all = "camelCase")]
struct ReviewRating {
    rating_value: Stars,
    best_rating: u8,
    worst_rating: u8,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct Offer<'a> {
    sku: &'a str,
    url: String,
    price: String,
    price_currency: Currency,
    availability: &'static str,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct BreadcrumbList<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    item_list_element: Vec<ListItem<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "@type")]
struct ListItem<'a> {
    position: usize,
    name: &'a str,
    item: String,
}

pub fn product_json(product: &ProductView, base_url: &str) -> String {
    let url = format!("{base_url}/products/{}", product.slug);
    contained(&Product {
        context: CONTEXT,
        name: &product.name,
        description: &product.description,
        image: product.images.iter().map(|i| format!("{base_url}{}", i.address(960))).collect(),
        category: product.trail.last().map(|step| step.name.as_str()),
        aggregate_rating: rating(&product.rating),
        review: product.reviews.iter().map(review).collect(),
        offers: product.variants.iter().map(|variant| offer(variant, &url)).collect(),
        url,
    })
}

/// None where nobody has given stars.
fn rating(rating: &Rating) -> Option<AggregateRating> {
    let rating_value = rating.average()?;
    Some(AggregateRating { rating_value, review_count: rating.total(), best_rating: 5, worst_rating: 1 })
}

fn review(review: &ReviewView) -> Review<'_> {
    Review {
        author: Person { name: &review.name },
        date_published: review.published_at.date().to_string(),
        name: review.title.as_deref(),
        review_body: &review.text,
        review_rating: ReviewRating { rating_value: review.stars, best_rating: 5, worst_rating: 1 },
    }
}

fn offer<'a>(variant: &'a VariantView, product_url: &str) -> Offer<'a> {
    Offer {
        sku: &variant.sku,
        url: format!("{product_url}?sku={}", variant.sku),
        price: variant.price.amount().to_string(),
        price_currency: variant.price.currency(),
        availability: if variant.stock > 0 { "https://schema.org/InStock" } else { "https://schema.org/OutOfStock" },
    }
}

/// Where a page stands: names and paths, from the shop's own page down to this one.
pub fn trail_json(trail: &[(String, String)], base_url: &str) -> String {
    let item_list_element = trail.iter().enumerate().map(|(place, (name, path))| ListItem {
        position: place + 1,
        name,
        item: format!("{base_url}{path}"),
    });
    contained(&BreadcrumbList { context: CONTEXT, item_list_element: item_list_element.collect() })
}

/// JSON that may stand in a script element: with `<` escaped, no text in it can end the element or open a comment.
fn contained(said: &impl Serialize) -> String {
    let json = serde_json::to_string(said).unwrap_or_default();
    if json.contains('<') { json.replace('<', "\\u003c") } else { json }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

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

    #[test]
    fn a_product_is_told_with_its_kind_and_what_is_not_known_of_it_is_not_said() {
        let price = shop::domain::Money::parse("24", "USD".parse().unwrap()).unwrap();
        let offer = Offer {
            sku: "MUG",
            url: "https://shop.example/products/mug?sku=MUG".into(),
            price: price.amount().to_string(),
            price_currency: price.currency(),
            availability: "https://schema.org/InStock",
        };
        let told: Value = serde_json::from_str(&contained(&offer)).unwrap();
        let url = "https://shop.example/products/mug?sku=MUG";
        assert_eq!(
            told,
            json!({
                "@type": "Offer", "sku": "MUG", "url": url, "price": "24.00", "priceCurrency": "USD",
                "availability": "https://schema.org/InStock",
            })
        );
        let nothing: Value = serde_json::from_str(&contained(&Product {
            context: CONTEXT,
            name: "Mug",
            description: "",
            url: "https://shop.example/products/mug".into(),
            image: Vec::new(),
            category: None,
            aggregate_rating: None,
            review: Vec::new(),
            offers: Vec::new(),
        }))
        .unwrap();
        let said = json!({
            "@type": "Product", "@context": "https://schema.org", "name": "Mug", "image": [], "offers": [],
            "url": "https://shop.example/products/mug",
        });
        assert_eq!(nothing, said);
        let review: Value = serde_json::from_str(&contained(&Review {
            author: Person { name: "Ada" },
            date_published: "2026-11-30".into(),
            name: None,
            review_body: "Holds tea.",
            review_rating: ReviewRating { rating_value: Stars::ALL[0], best_rating: 5, worst_rating: 1 },
        }))
        .unwrap();
        assert!(review.get("name").is_none(), "a title that nobody gave: {review}");
    }
}
