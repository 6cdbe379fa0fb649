//! What is offered while somebody types into a search.

use serde::Serialize;
use shop::dto::{CategoryStep, SuggestedProduct as Found, SuggestionsView};
use utoipa::ToSchema;

use super::Money;
use super::products::Image;

#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestions {
    /// What may have been meant, where nothing fits what was typed; null: the suggestions are of what was typed
    #[schema(example = "stoneware mug")]
    pub meant: Option<String>,
    /// Those that fit best come first
    #[schema(max_items = 5)]
    pub products: Vec<SuggestedProduct>,
    /// Called so, and with something in them that is for sale
    #[schema(max_items = 3)]
    pub categories: Vec<SuggestedCategory>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestedProduct {
    #[schema(example = "speckled-mug")]
    pub slug: String,
    pub name: String,
    /// The lowest price of its variants
    pub price: Money,
    /// Whether its variants differ in price
    pub price_varies: bool,
    pub image: Option<Image>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestedCategory {
    #[schema(example = "tableware")]
    pub slug: String,
    pub name: String,
}

impl From<SuggestionsView> for Suggestions {
    fn from(found: SuggestionsView) -> Self {
        let product = |Found { slug, name, price, price_varies, image }| SuggestedProduct {
            slug,
            name,
            price: price.into(),
            price_varies,
            image: image.map(Into::into),
        };
        let category = |CategoryStep { slug, name }| SuggestedCategory { slug, name };
        Self {
            meant: found.meant,
            products: found.products.into_iter().map(product).collect(),
            categories: found.categories.into_iter().map(category).collect(),
        }
    }
}
