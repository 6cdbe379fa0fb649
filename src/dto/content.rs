//! What every page says of the shop, and its pages of text.

use serde::{Deserialize, Serialize};
use time::Duration;

use crate::domain::{Accent, FooterLink};

/// What the shop says of itself, as it holds now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShopContent {
    pub name: String,
    /// For search engines.
    pub description: String,
    pub headline: String,
    pub intro: String,
    pub action: String,
    pub action_link: String,
    /// At the foot of every page.
    pub about: String,
    pub announcement: Option<Announcement>,
    pub contact: Option<String>,
    /// None: the one of the style sheet.
    pub accent: Option<Accent>,
    pub links: Vec<FooterLink>,
    /// Those that are linked at the foot.
    pub pages: Vec<PageLink>,
    /// How long an order waits for its payment.
    pub payment_window: Duration,
    /// For how many days items may come back; none: not at all.
    pub return_days: Option<u32>,
}

/// What stands above every page of the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    pub text: String,
    pub link: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageLink {
    pub slug: String,
    pub title: String,
}

/// A page of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageText {
    pub title: String,
    pub description: String,
    /// Markdown as the core tells it; HTML that is safe as a page gets it.
    pub body: String,
}
