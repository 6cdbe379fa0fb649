//! Reviews as whoever bought something writes them.

use serde::{Deserialize, Serialize};

use crate::domain::{OrderId, Refusal, Review, ReviewState, Stars, VariantId};

use super::Image;

/// A review as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReviewForm {
    pub stars: String,
    pub title: String,
    pub text: String,
    pub name: String,
}

impl ReviewForm {
    /// # Errors
    /// `Invalid` (stars, title, text, name).
    pub fn parse(&self) -> Result<Review, Refusal> {
        Review::parse(&self.stars, &self.title, &self.text, &self.name)
    }
}

/// What somebody has said of a line of their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnReview {
    pub stars: Stars,
    pub title: Option<String>,
    pub text: String,
    pub name: String,
    pub state: ReviewState,
    /// Why it was declined.
    pub reason: Option<String>,
}

/// A line of somebody's order that they may say something of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewEditView {
    pub order: OrderId,
    pub number: i64,
    pub variant: VariantId,
    /// As it was sold.
    pub product: String,
    pub options: Vec<String>,
    pub image: Option<Image>,
    /// Offered to whoever has not said anything yet.
    pub shown_name: String,
    pub own: Option<OwnReview>,
}

/// Whether somebody is asked for reviews, as the link of such a letter shows it to who brings it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRequestView {
    pub email: String,
    /// They do not want to be asked any more.
    pub is_refused: bool,
}
