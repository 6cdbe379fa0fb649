//! The words that come with the program. Whoever opens a shop puts their own in their place.

pub const HEADLINE: &str = "Made slowly, for every day";
pub const INTRO: &str = "Stoneware that was thrown by hand, linen that softens with the years, glass with a little \
                         weight to it. Things to use, not to save for guests.";
pub const ACTION: &str = "Browse the shop";
pub const ACTION_LINK: &str = "/products";
/// For search engines.
pub const DESCRIPTION: &str = "Stoneware, glass, linen and wood for everyday rooms, from small workshops.";
/// At the foot of every page.
pub const ABOUT: &str = "Things for the house, made slowly by people who know their material, and meant for every day.";

/// What stands for the shop's address for mail while there is none.
pub const CONTACT: &str = "the address in our imprint";

/// The pages of text that a shop begins with, as its foot links to them; migrations 0058 and 0176 have their words. Other
/// pages lead to these, but for the one about shipping, so they stay where they are.
pub const PAGES: [(&str, &str); 7] = [
    ("shipping", "Shipping"),
    ("returns", "Returns"),
    ("terms", "Terms"),
    ("privacy", "Privacy"),
    ("imprint", "Imprint"),
    ("withdrawal", "Withdrawal form"),
    ("contact", "Contact"),
];

/// Whether the shop or the law needs this page to be there.
pub fn is_needed(slug: &str) -> bool {
    slug != "shipping" && PAGES.iter().any(|(needed, _)| *needed == slug)
}
