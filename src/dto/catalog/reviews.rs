//! Reviews as a product's page shows them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{Rating, ReviewId, ReviewSort, Stars, stars_text};

/// A review that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewView {
    pub id: ReviewId,
    pub stars: Stars,
    pub title: Option<String>,
    /// Lines are theirs.
    pub text: String,
    pub name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub published_at: OffsetDateTime,
    /// The shop's.
    pub answer: Option<String>,
}

/// Which reviews of a product are shown, as the address of their page says it. What makes no sense is as good as absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReviewQuery {
    pub sort: ReviewSort,
    /// Those behind this one.
    pub after: Option<ReviewId>,
}

impl ReviewQuery {
    /// Of what an address says by name.
    pub fn of(sort: Option<&str>, after: Option<&str>) -> Self {
        Self { sort: sort.and_then(ReviewSort::parse).unwrap_or_default(), after: after.and_then(|id| id.parse().ok()) }
    }

    /// The address of the reviews of the product with this slug.
    pub fn href(&self, slug: &str) -> String {
        let sort = (self.sort != ReviewSort::default()).then(|| format!("sort={}", self.sort.as_str()));
        let after = self.after.map(|id| format!("after={id}"));
        let fields: Vec<_> = sort.into_iter().chain(after).collect();
        let path = format!("/products/{slug}/reviews");
        if fields.is_empty() { path } else { format!("{path}?{}", fields.join("&")) }
    }
}

/// Reviews of a product that is for sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductReviews {
    pub slug: String,
    /// The product's.
    pub name: String,
    pub query: ReviewQuery,
    pub rating: Rating,
    pub reviews: Vec<ReviewView>,
    pub next: Option<ReviewQuery>,
}

/// How a product is rated, as a card says it: of reviews that are shown, of which there is one at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRating {
    /// The average, in tenths of a star.
    pub tenths: u32,
    pub reviews: u32,
}

impl CardRating {
    /// `4.5`
    pub fn average(self) -> String {
        stars_text(self.tenths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reviews_have_one_address() {
        let id = "0191d5a0-0000-7000-8000-000000000001";
        assert_eq!(ReviewQuery::default().href("mug"), "/products/mug/reviews");
        let query = ReviewQuery::of(Some("highest"), Some(id));
        assert_eq!(query.href("mug"), format!("/products/mug/reviews?sort=highest&after={id}"));
        assert_eq!(ReviewQuery::of(Some("best"), Some("'; drop")), ReviewQuery::default());
        assert_eq!(ReviewQuery::of(Some("newest"), None).href("mug"), "/products/mug/reviews");
    }
}
