//! What every page says of the shop, and its pages of text.

use serde::{Deserialize, Serialize};
use time::Duration;

use crate::domain::{Accent, DeliveryDays, FooterLink, IconFile, ShopPicture};

use super::Image;

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
    pub pictures: ShopPictures,
    pub links: Vec<FooterLink>,
    /// Those that are linked at the foot.
    pub pages: Vec<PageLink>,
    /// How long an order waits for its payment.
    pub payment_window: Duration,
    /// For how many days items may come back; none: not at all.
    pub return_days: Option<u32>,
    /// From the quickest to the slowest way that a parcel takes; none: nothing is sent.
    pub delivery: Option<DeliveryDays>,
    /// Whether buyers are asked by mail what they think of what they bought.
    pub asks_for_reviews: bool,
}

/// The pictures of the shop itself; where there is none, what comes with the program is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShopPictures {
    pub logo: Option<Image>,
    /// It has files of its own: `IconFile`.
    pub icon: Option<Image>,
    pub hero: Option<Image>,
}

impl ShopPictures {
    pub const fn of(&self, place: ShopPicture) -> Option<&Image> {
        match place {
            ShopPicture::Logo => self.logo.as_ref(),
            ShopPicture::Icon => self.icon.as_ref(),
            ShopPicture::Hero => self.hero.as_ref(),
        }
    }

    /// The address of the square with this side; none: the shop has no icon of its own.
    pub fn icon_address(&self, side: u32) -> Option<String> {
        let name = self.icon.as_ref()?.name.clone();
        Some(format!("/media/{}", IconFile { name, side }.file_name()))
    }
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
