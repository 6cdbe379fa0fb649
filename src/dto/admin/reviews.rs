//! Reviews as staff see them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{OrderId, ReviewId, ReviewState, Stars};

use super::query::{fields, href};

/// Those that wait come first: they are what is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StaffReviewQuery {
    pub state: ReviewState,
    pub before: Option<ReviewId>,
}

impl StaffReviewQuery {
    pub const PATH: &str = "/admin/reviews";

    pub fn of_search(search: &str) -> Self {
        let fields = fields(search);
        Self {
            state: fields.get("state").and_then(|text| ReviewState::parse(text)).unwrap_or_default(),
            before: fields.get("before").and_then(|text| text.parse().ok()),
        }
    }

    pub fn href(&self) -> String {
        let state = if self.state == ReviewState::default() { "" } else { self.state.as_str() };
        let before = self.before.map(|id| id.to_string()).unwrap_or_default();
        href(Self::PATH, &[("state", state.to_owned()), ("before", before)])
    }
}

/// A review, whatever became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffReview {
    pub id: ReviewId,
    /// Whoever decides names it: it was neither changed nor decided since they read it.
    pub version: i64,
    pub state: ReviewState,
    pub stars: Stars,
    pub title: Option<String>,
    pub text: String,
    pub name: String,
    pub reason: Option<String>,
    pub answer: Option<String>,
    pub product: String,
    pub slug: String,
    pub order: OrderId,
    pub number: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub published_at: Option<OffsetDateTime>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffReviewList {
    pub query: StaffReviewQuery,
    /// The newest first.
    pub reviews: Vec<StaffReview>,
    pub next: Option<StaffReviewQuery>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_reviews_has_one_address() {
        assert_eq!(StaffReviewQuery::default().href(), "/admin/reviews");
        let query = StaffReviewQuery::of_search("?state=declined&before=0191d5a0-0000-7000-8000-000000000001");
        assert_eq!(query.href(), "/admin/reviews?state=declined&before=0191d5a0-0000-7000-8000-000000000001");
        assert_eq!(StaffReviewQuery::of_search("state=gone&before=1"), StaffReviewQuery::default());
    }
}
